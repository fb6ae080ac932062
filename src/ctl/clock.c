/* `smsotpctl clock`: a technician's word that the system's clock is right. */
#include "ctl/command.h"
#include "ctl/usage.h"

#include "smsotp/api.h"

#include <stdio.h>
#include <string.h>

int ctl_clock(struct ctl *ctl, int argc, char **argv)
{
    char at[40], n_void[16];
    json_t *answer;
    int status;

    if (argc != 2 || strcmp(argv[1], "accept") != 0)
        return ctl_usage("clock");
    if (!ctl_call(ctl, "POST", SMSOTP_ROUTE_CLOCK "/accept", NULL, 0, &answer, &status))
        return status;
    if (ctl->json)
        ctl_print_json(answer);
    else
        printf("it is %s; codes that are void for it: %s\n", ctl_text(answer, "at", at, sizeof(at)),
            ctl_text(answer, "codes_void", n_void, sizeof(n_void)));
    json_decref(answer);
    return CTL_EXIT_OK;
}
