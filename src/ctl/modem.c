/* `smsotpctl modem NAME ACTION`: what a technician asks of a modem. */
#include "ctl/command.h"
#include "ctl/usage.h"

#include "smsotp/api.h"
#include "util/strbuf.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define REPLIES_MAX 8

/* Calls an action; `body` is taken over. False: said why, and *ret_exit is set. */
static bool act(struct ctl *ctl, const char *modem, const char *action, json_t *body,
    json_t **ret_answer, int *ret_exit)
{
    char route[256];

    snprintf(route, sizeof(route), "%s/%s/%s", SMSOTP_ROUTE_MODEMS, modem, action);
    return ctl_call(ctl, "POST", route, body, 0, ret_answer, ret_exit);
}

/* A body with one text; NULL: it is not UTF-8, and that was said. */
static json_t *body_of(const char *member, const char *text)
{
    json_t *body = json_object();

    if (ctl_add_text(body, member, text))
        return body;
    ctl_complain_of_encoding("modem");
    json_decref(body);
    return NULL;
}

static int change(struct ctl *ctl, const char *modem, const char *action, json_t *body)
{
    char text[160];
    json_t *answer;
    int status;

    if (!act(ctl, modem, action, body, &answer, &status))
        return status;
    if (ctl->json)
        ctl_print_json(answer);
    else
        printf("%s: %s\n", modem, ctl_text(answer, "state", text, sizeof(text)));
    json_decref(answer);
    return CTL_EXIT_OK;
}

/* Lines as they are, but harmless for the terminal. */
static void print_lines(const char *text)
{
    while (text && *text) {
        char line[1024];
        struct strbuf sb = STRBUF_ON(line);
        size_t n = strcspn(text, "\r\n");

        strbuf_put_escaped(&sb, text, n);
        printf("%s\n", line);
        text += n + strspn(text + n, "\r\n");
    }
}

/* One step; *ret_waits: the network waits for a reply. */
static int step(struct ctl *ctl, const char *modem, json_t *body, bool *ret_waits)
{
    json_t *answer;
    int status;

    *ret_waits = false;
    if (!body)
        return CTL_EXIT_USAGE;
    if (!act(ctl, modem, "ussd", body, &answer, &status))
        return status;
    *ret_waits = json_is_true(json_object_get(answer, "awaits_reply"));
    if (ctl->json)
        ctl_print_json(answer);
    else
        print_lines(json_string_value(json_object_get(answer, "text")));
    json_decref(answer);
    return CTL_EXIT_OK;
}

static int ussd(struct ctl *ctl, const char *modem, int argc, char **argv)
{
    static const struct option options[] = {
        {"reply", required_argument, NULL, 'r'}, {"cancel", no_argument, NULL, 'c'}, {0}};
    const char *replies[REPLIES_MAX];
    unsigned n_replies = 0;
    bool cancels = false, waits = false;
    int c, status = CTL_EXIT_OK;

    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0) {
        if (c == 'r' && n_replies < REPLIES_MAX)
            replies[n_replies++] = optarg;
        else if (c == 'c')
            cancels = true;
        else
            return ctl_usage("modem");
    }
    if (argc - optind > 1 || (cancels && (n_replies > 0 || optind < argc)) ||
        (!cancels && n_replies == 0 && optind == argc))
        return ctl_usage("modem");
    if (cancels)
        return step(ctl, modem, json_pack("{s:b}", "cancel", 1), &waits);
    if (optind < argc)
        status = step(ctl, modem, body_of("code", argv[optind]), &waits);
    for (unsigned i = 0; i < n_replies && status == CTL_EXIT_OK; i++)
        status = step(ctl, modem, body_of("reply", replies[i]), &waits);
    if (waits && !ctl->json)
        fprintf(stderr,
            "smsotpctl: the network waits for an answer, for a minute: `smsotpctl modem %s ussd "
            "--reply TEXT`, or --cancel\n",
            modem);
    return status;
}

static int at(struct ctl *ctl, const char *modem, const char *command)
{
    json_t *body = body_of("command", command), *answer;
    const json_t *line;
    char text[256];
    bool is_ok;
    int status;
    size_t i;

    if (!body)
        return CTL_EXIT_USAGE;
    if (!act(ctl, modem, "at", body, &answer, &status))
        return status;
    is_ok = strcmp(ctl_text(answer, "result", text, sizeof(text)), "OK") == 0;
    if (ctl->json) {
        ctl_print_json(answer);
    } else {
        json_array_foreach (json_object_get(answer, "lines"), i, line)
            print_lines(json_string_value(line));
        printf("%s\n", text);
    }
    json_decref(answer);
    return is_ok ? CTL_EXIT_OK : CTL_EXIT_NO;
}

static int pin(struct ctl *ctl, const char *modem, const char *given)
{
    char line[64];
    json_t *body;
    int status;

    if (strcmp(given, "-") == 0) {
        if (!ctl_read_line(line, sizeof(line)))
            return ctl_usage("modem");
        given = line;
    }
    body = body_of("pin", given);
    status = body ? change(ctl, modem, "pin", body) : CTL_EXIT_USAGE;
    explicit_bzero(line, sizeof(line));
    return status;
}

/* A name that could lead to another route is none. */
static bool is_name(const char *name)
{
    return name[0] && strlen(name) <= 64 &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")] ==
               '\0';
}

int ctl_modem(struct ctl *ctl, int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "", *action = argc > 2 ? argv[2] : "";

    if (!is_name(name))
        return ctl_usage("modem");
    if (argc == 3 && (strcmp(action, "reset") == 0 || strcmp(action, "enable") == 0 ||
                         strcmp(action, "disable") == 0))
        return change(ctl, name, action, NULL);
    if (strcmp(action, "ussd") == 0)
        return ussd(ctl, name, argc - 2, argv + 2);
    if (strcmp(action, "at") == 0 && argc == 4)
        return at(ctl, name, argv[3]);
    if (strcmp(action, "pin") == 0 && argc <= 4)
        return pin(ctl, name, argc == 4 ? argv[3] : "-");
    return ctl_usage("modem");
}
