/* `smsotpctl key`: the master keys that are and were, and a new one. */
#include "ctl/command.h"
#include "ctl/usage.h"

#include "smsotp/api.h"

#include <stdio.h>
#include <string.h>

static void print_keys(const json_t *answer)
{
    char name[32], state[32], since[40], dropped[40];
    const json_t *key;
    size_t i;

    json_array_foreach (json_object_get(answer, "keys"), i, key) {
        printf("%s  %-8s  since %s", ctl_text(key, "key_id", name, sizeof(name)),
            ctl_text(key, "state", state, sizeof(state)),
            ctl_text(key, "since", since, sizeof(since)));
        if (json_is_string(json_object_get(key, "dropped_at")))
            printf("  until %s", ctl_text(key, "dropped_at", dropped, sizeof(dropped)));
        printf("\n");
    }
}

int ctl_key(struct ctl *ctl, int argc, char **argv)
{
    bool rotates = argc == 2 && strcmp(argv[1], "rotate") == 0;
    json_t *answer;
    int status;

    if (argc != 2 || (!rotates && strcmp(argv[1], "list") != 0))
        return ctl_usage("key");
    if (!ctl_call(ctl, rotates ? "POST" : "GET",
            rotates ? SMSOTP_ROUTE_KEYS "/rotate" : SMSOTP_ROUTE_KEYS, NULL, 0, &answer, &status))
        return status;
    if (ctl->json)
        ctl_print_json(answer);
    else
        print_keys(answer);
    json_decref(answer);
    return CTL_EXIT_OK;
}
