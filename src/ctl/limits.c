/* `smsotpctl limits`: what a request would meet, and resets. */
#include "ctl/command.h"
#include "ctl/usage.h"

#include "smsotp/api.h"
#include "util/strbuf.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static void print_row(const json_t *row)
{
    char name[32], scope[32], max[16], window[16], used[16], wait[16];

    printf("%s %-8s %-10s %-7s %4s of %-4s", json_is_true(json_object_get(row, "met")) ? "!" : " ",
        ctl_text(row, "of", wait, sizeof(wait)), ctl_text(row, "name", name, sizeof(name)),
        ctl_text(row, "scope", scope, sizeof(scope)), ctl_text(row, "used", used, sizeof(used)),
        ctl_text(row, "max", max, sizeof(max)));
    if (json_integer_value(json_object_get(row, "window")) > 0)
        printf(" in %s s", ctl_text(row, "window", window, sizeof(window)));
    else
        printf(strcmp(name, "streak") == 0 ? " in a row" : " at a time");
    if (json_object_get(row, "min_percent"))
        printf(", %s verified, at least %s%%", ctl_text(row, "verified", used, sizeof(used)),
            ctl_text(row, "min_percent", max, sizeof(max)));
    if (json_is_true(json_object_get(row, "met")) &&
        json_integer_value(json_object_get(row, "retry_after")) == 0)
        printf("; until an operator resets it");
    else if (json_is_true(json_object_get(row, "met")))
        printf("; again in %s s", ctl_text(row, "retry_after", wait, sizeof(wait)));
    printf("\n");
}

static void print_report(const json_t *report)
{
    const json_t *destination = json_object_get(report, "destination"), *row;
    const json_t *readiness = json_object_get(report, "readiness");
    char text[512];
    size_t i;

    printf("%s  %s", ctl_text(report, "to", text, sizeof(text)),
        json_is_true(json_object_get(report, "allowed")) ? "a request would pass" : "refused");
    if (json_integer_value(json_object_get(report, "retry_after")) > 0)
        printf(" for %s s", ctl_text(report, "retry_after", text, sizeof(text)));
    printf("\n");
    if (!json_is_true(json_object_get(destination, "allowed")))
        printf("! %s\n", ctl_text(destination, "detail", text, sizeof(text)));
    if (json_is_false(json_object_get(readiness, "allowed")))
        printf("! %s\n", ctl_text(readiness, "detail", text, sizeof(text)));
    json_array_foreach (json_object_get(report, "limits"), i, row)
        print_row(row);
}

/* A parameter of the query, every character of it that is not plain as %XX. */
static void put_parameter(struct strbuf *route, char sign, const char *name, const char *value)
{
    strbuf_printf(route, "%c%s=", sign, name);
    for (; *value; value++)
        if ((*value >= '0' && *value <= '9') || (*value >= 'a' && *value <= 'z') || *value == '_')
            strbuf_putc(route, *value);
        else
            strbuf_printf(route, "%%%02X", (unsigned char)*value);
}

static int report(struct ctl *ctl, const char *number, const char *purpose, const char *client,
    const char *method)
{
    char data[512];
    struct strbuf route = STRBUF_ON(data);
    json_t *answer;
    bool is_allowed;
    int status;

    strbuf_puts(&route, SMSOTP_ROUTE_LIMITS);
    put_parameter(&route, '?', "to", number);
    if (purpose)
        put_parameter(&route, '&', "purpose", purpose);
    if (client)
        put_parameter(&route, '&', "client", client);
    if (method)
        put_parameter(&route, '&', "method", method);
    if (route.overflow)
        return ctl_usage("limits");
    if (!ctl_call(ctl, "GET", data, NULL, 0, &answer, &status))
        return status;
    is_allowed = json_is_true(json_object_get(answer, "allowed"));
    if (ctl->json)
        ctl_print_json(answer);
    else
        print_report(answer);
    json_decref(answer);
    return is_allowed ? CTL_EXIT_OK : CTL_EXIT_NO;
}

static int reset(struct ctl *ctl, const char *limit, const char *number, const char *client)
{
    json_t *body = json_object(), *answer;
    char object[64];
    int status;

    if (!ctl_add_text(body, "limit", limit) || !ctl_add_text(body, "to", number) ||
        !ctl_add_text(body, "client", client)) {
        ctl_complain_of_encoding("limits");
        json_decref(body);
        return CTL_EXIT_USAGE;
    }
    if (!ctl_call(ctl, "POST", SMSOTP_ROUTE_LIMITS "/reset", body, 0, &answer, &status))
        return status;
    ctl_text(answer, client ? "client" : "to", object, sizeof(object));
    if (ctl->json)
        ctl_print_json(answer);
    else if (strcmp(limit, "streak") == 0)
        printf("wrong codes so far for %s do not count any more\n", object);
    else if (strcmp(limit, "rollback") == 0)
        printf("numbers that the older database knew may check codes again\n");
    else
        printf("texts so far to %s %s do not count as unanswered any more\n",
            client ? "the customers of client" : "the block of", object);
    json_decref(answer);
    return CTL_EXIT_OK;
}

int ctl_limits(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{"json", no_argument, NULL, 'j'},
        {"purpose", required_argument, NULL, 'p'}, {"inbound", no_argument, NULL, 'i'},
        {"client", required_argument, NULL, 'c'}, {0}};
    const char *purpose = NULL, *client = NULL, *method = NULL;
    int c;

    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0) {
        if (c == 'j')
            ctl->json = true;
        else if (c == 'p')
            purpose = optarg;
        else if (c == 'i')
            method = SMSOTP_METHOD_INBOUND;
        else if (c == 'c')
            client = optarg;
        else
            return ctl_usage("limits");
    }
    if (optind < argc && strcmp(argv[optind], "reset") == 0) {
        const char *number = argc == optind + 3 ? argv[optind + 2] : NULL;
        bool is_whole = argc > optind + 1 && strcmp(argv[optind + 1], "rollback") == 0;

        if (argc < optind + 2 || argc > optind + 3 || purpose || method || (number && client) ||
            (!number && !client) != is_whole)
            return ctl_usage("limits");
        return reset(ctl, argv[optind + 1], number, client);
    }
    return argc == optind + 1 ? report(ctl, argv[optind], purpose, client, method)
                              : ctl_usage("limits");
}
