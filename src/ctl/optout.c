/* `smsotpctl optout`: numbers that get no texts. */
#include "ctl/command.h"
#include "ctl/usage.h"

#include "smsotp/api.h"

#include <stdio.h>
#include <string.h>

static void print_list(const json_t *answer)
{
    char number[32], since[32], by[16];
    const json_t *row;
    size_t i;

    json_array_foreach (json_object_get(answer, "optouts"), i, row)
        printf("%s since %s by %s\n", ctl_text(row, "number", number, sizeof(number)),
            ctl_text(row, "since", since, sizeof(since)),
            strcmp(ctl_text(row, "by", by, sizeof(by)), "reply") == 0 ? "a reply" : "an operator");
    printf("%s in all\n", ctl_text(answer, "total", number, sizeof(number)));
}

static int list(struct ctl *ctl)
{
    json_t *answer;
    int status;

    if (!ctl_call(ctl, "GET", SMSOTP_ROUTE_OPTOUTS "?limit=1000", NULL, 0, &answer, &status))
        return status;
    if (ctl->json)
        ctl_print_json(answer);
    else
        print_list(answer);
    json_decref(answer);
    return CTL_EXIT_OK;
}

static int set(struct ctl *ctl, const char *number, bool is_out)
{
    json_t *body = json_object(), *answer;
    char masked[32];
    int status;

    if (!ctl_add_text(body, "to", number)) {
        ctl_complain_of_encoding("optout");
        json_decref(body);
        return CTL_EXIT_USAGE;
    }
    if (!ctl_call(ctl, "POST", is_out ? SMSOTP_ROUTE_OPTOUTS : SMSOTP_ROUTE_OPTOUTS "/remove", body,
            0, &answer, &status))
        return status;
    if (ctl->json)
        ctl_print_json(answer);
    else
        printf("%s %s texts%s\n", ctl_text(answer, "number", masked, sizeof(masked)),
            is_out ? "gets no" : "may get",
            json_is_true(json_object_get(answer, "changed")) ? "" : ", as before");
    json_decref(answer);
    return CTL_EXIT_OK;
}

int ctl_optout(struct ctl *ctl, int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "list") == 0)
        return list(ctl);
    if (argc == 3 && strcmp(argv[1], "add") == 0)
        return set(ctl, argv[2], true);
    if (argc == 3 && strcmp(argv[1], "remove") == 0)
        return set(ctl, argv[2], false);
    return ctl_usage("optout");
}
