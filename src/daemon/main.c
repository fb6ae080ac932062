#include "daemon/daemon.h"
#include "daemon/exit_status.h"
#include "daemon/options.h"

#include <stdlib.h>

int main(int argc, char **argv)
{
    struct options options;
    int r;

    r = options_parse(&options, argc, argv);
    if (r < 0)
        return EXIT_STATUS_USAGE;
    if (r > 0)
        return EXIT_SUCCESS;
    return options.check_config ? daemon_check(&options) : daemon_run(&options);
}
