/* `smsotpctl events`: what happens, as it happens, until it is interrupted. */
#include "ctl/command.h"
#include "ctl/usage.h"

#include "smsotp/api.h"
#include "util/strbuf.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define LINE_SIZE 2048
#define OUTPUT_ENDED 1 /* nobody reads on */

/* Members that stand in front of the others, or are not shown. */
static bool is_plain_member(const char *name)
{
    static const char *const others[] = {"seq", "at", "type", "id", "modem"};

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (strcmp(name, others[i]) == 0)
            return false;
    return true;
}

static void print_event(json_t *event)
{
    char data[LINE_SIZE], text[512];
    struct strbuf line = STRBUF_ON(data);
    const char *name;
    json_t *value;

    strbuf_puts(&line, ctl_text(event, "at", text, sizeof(text)));
    strbuf_printf(&line, " %s", ctl_text(event, "type", text, sizeof(text)));
    if (json_object_get(event, "id"))
        strbuf_printf(&line, " %s", ctl_text(event, "id", text, sizeof(text)));
    if (json_object_get(event, "modem"))
        strbuf_printf(&line, " %s", ctl_text(event, "modem", text, sizeof(text)));
    json_object_foreach (event, name, value)
        if (is_plain_member(name)) {
            char escaped[64];
            struct strbuf sb = STRBUF_ON(escaped);

            strbuf_put_escaped(&sb, name, strlen(name));
            strbuf_printf(&line, " %s=%s", escaped, ctl_text(event, name, text, sizeof(text)));
        }
    printf("%s\n", data);
}

static int on_event(void *userdata, const struct smsotp_event *event)
{
    const struct ctl *ctl = userdata;
    json_t *json = event ? json_loads(event->data, 0, NULL) : NULL;

    if (json && ctl->json)
        ctl_print_json(json);
    else if (json)
        print_event(json);
    json_decref(json);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : OUTPUT_ENDED;
}

/* A gateway that goes away meanwhile is waited for; one that is not there at first is a mistake. */
static bool is_there(struct ctl *ctl, int *ret_status)
{
    json_t *health;

    if (!ctl_call(ctl, "GET", SMSOTP_ROUTE_HEALTH, NULL, 503, &health, ret_status))
        return false;
    json_decref(health);
    return true;
}

int ctl_events(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{"json", no_argument, NULL, 'j'},
        {"since", required_argument, NULL, 's'}, {"types", required_argument, NULL, 't'}, {0}};
    const char *since = NULL, *types = NULL;
    struct smsotp_error error;
    int c, r, status;

    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0) {
        if (c == 'j')
            ctl->json = true;
        else if (c == 's' && optarg[0])
            since = optarg;
        else if (c == 't' && optarg[strspn(optarg, "abcdefghijklmnopqrstuvwxyz_.,")] == '\0')
            types = optarg;
        else
            return ctl_usage("events");
    }
    if (optind != argc)
        return ctl_usage("events");
    if (!is_there(ctl, &status))
        return status;
    r = smsotp_follow(ctl->smsotp, types, since, on_event, ctl, &error);
    if (r == OUTPUT_ENDED && ferror(stdout))
        return CTL_EXIT_OUTPUT;
    fprintf(stderr, "smsotpctl: %s\n", error.detail);
    return r == SMSOTP_REFUSED ? CTL_EXIT_REFUSED
           : r == -EINVAL      ? CTL_EXIT_USAGE
                               : CTL_EXIT_OFFLINE;
}
