#include "sim/sim.h"

#include <sysexits.h>

int main(int argc, char *argv[])
{
    struct options options;

    switch (options_parse(argc, argv, &options)) {
    case OPTIONS_DONE:
        return 0;
    case OPTIONS_USAGE:
        return EX_USAGE;
    case OPTIONS_RUN:
        break;
    }
    return sim_run(&options) < 0 ? EX_OSERR : 0;
}
