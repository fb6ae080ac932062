/*
 * `smsotpctl request` and `smsotpctl check`: a verification from a shell. A code is read from
 * standard input unless it is given, because arguments can be seen by every user of the machine.
 */
#include "ctl/command.h"
#include "ctl/usage.h"

#include "smsotp/api.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

static void print_request(const json_t *answer)
{
    const json_t *message = json_object_get(answer, "message");
    const json_t *inbound = json_object_get(answer, "inbound");
    char text[160];

    printf("id          %s\n", ctl_text(answer, "id", text, sizeof(text)));
    printf("to          %s\n", ctl_text(answer, "to", text, sizeof(text)));
    printf("status      %s\n", ctl_text(answer, "status", text, sizeof(text)));
    printf("expires_in  %s\n", ctl_text(answer, "expires_in", text, sizeof(text)));
    if (inbound) {
        printf("customer    texts \"%s\"", ctl_text(inbound, "text", text, sizeof(text)));
        printf(" to %s\n", ctl_text(inbound, "to", text, sizeof(text)));
        return;
    }
    printf("message     %s", ctl_text(message, "status", text, sizeof(text)));
    printf(", position %s", ctl_text(message, "position", text, sizeof(text)));
    printf(", eta %s s\n", ctl_text(message, "eta", text, sizeof(text)));
}

struct request_options {
    const char *method, *locale, *reference, *idempotency_key;
    bool resume;
};

static bool parse_request_options(int argc, char **argv, struct request_options *ret)
{
    static const struct option options[] = {
        {"inbound", no_argument, NULL, 'm'},
        {"locale", required_argument, NULL, 'l'},
        {"reference", required_argument, NULL, 'r'},
        {"resume", no_argument, NULL, 's'},
        {"idempotency-key", required_argument, NULL, 'i'},
        {0},
    };
    int c;

    *ret = (struct request_options){0};
    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0) {
        if (c == 'l')
            ret->locale = optarg;
        else if (c == 'r')
            ret->reference = optarg;
        else if (c == 'm')
            ret->method = SMSOTP_METHOD_INBOUND;
        else if (c == 's')
            ret->resume = true;
        else if (c == 'i')
            ret->idempotency_key = optarg;
        else
            return false;
    }
    return argc - optind >= 2;
}

static int post_request(struct ctl *ctl, const struct request_options *options, json_t *body)
{
    char header[256];
    json_t *answer;
    bool is_made;
    int status;

    if (options->idempotency_key) {
        if (snprintf(header, sizeof(header), "Idempotency-Key: %s", options->idempotency_key) >=
                (int)sizeof(header) ||
            strpbrk(options->idempotency_key, "\r\n")) {
            fprintf(
                stderr, "smsotpctl request: --idempotency-key: expected one line, like a UUID\n");
            json_decref(body);
            return CTL_EXIT_USAGE;
        }
        ctl->header = header;
    }
    is_made = ctl_call(ctl, "POST", SMSOTP_ROUTE_VERIFICATIONS, body, 0, &answer, &status);
    ctl->header = NULL;
    if (!is_made)
        return status;
    if (ctl->json)
        ctl_print_json(answer);
    else
        print_request(answer);
    json_decref(answer);
    return CTL_EXIT_OK;
}

int ctl_request(struct ctl *ctl, int argc, char **argv)
{
    struct request_options options;
    json_t *context, *body;

    if (!parse_request_options(argc, argv, &options))
        return ctl_usage("request");
    context = ctl_context(argc, argv, optind + 2);
    if (!context)
        return ctl_usage("request");
    body = json_object();
    if (json_object_set_new(body, "context", context) < 0 ||
        !ctl_add_text(body, "to", argv[optind]) ||
        !ctl_add_text(body, "purpose", argv[optind + 1]) ||
        !ctl_add_text(body, "method", options.method) ||
        !ctl_add_text(body, "locale", options.locale) ||
        !ctl_add_text(body, "reference", options.reference) ||
        (options.resume && json_object_set_new(body, "resume", json_true()) < 0)) {
        ctl_complain_of_encoding(argv[0]);
        json_decref(body);
        return CTL_EXIT_USAGE;
    }
    return post_request(ctl, &options, body);
}

static int post_check(struct ctl *ctl, const char *id, json_t *body)
{
    char route[256], text[64];
    bool is_approved;
    json_t *answer;
    int status;

    /* Anything else would lead to another route. */
    if (!id[0] || id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_")] ||
        snprintf(route, sizeof(route), "%s/%s/check", SMSOTP_ROUTE_VERIFICATIONS, id) >=
            (int)sizeof(route)) {
        json_decref(body);
        return ctl_usage("check");
    }
    if (!ctl_call(ctl, "POST", route, body, 0, &answer, &status))
        return status;
    is_approved = strcmp(ctl_text(answer, "result", text, sizeof(text)), "approved") == 0;
    if (ctl->json) {
        ctl_print_json(answer);
    } else {
        printf("%s", ctl_text(answer, "result", text, sizeof(text)));
        printf(", attempts left: %s\n", ctl_text(answer, "attempts_left", text, sizeof(text)));
    }
    json_decref(answer);
    return is_approved ? CTL_EXIT_OK : CTL_EXIT_NO;
}

int ctl_check(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{"attempt-id", required_argument, NULL, 'a'}, {0}};
    const char *attempt_id = NULL, *code;
    json_t *context, *body;
    char line[128];
    int c, first;

    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0) {
        if (c != 'a')
            return ctl_usage("check");
        attempt_id = optarg;
    }
    if (argc - optind < 1)
        return ctl_usage("check");
    first = optind + 1;
    code = first < argc && !strchr(argv[first], '=') ? argv[first++] : "-";
    if (strcmp(code, "-") == 0) {
        if (!ctl_read_line(line, sizeof(line)))
            return ctl_usage("check");
        code = line;
    }
    context = ctl_context(argc, argv, first);
    if (!context)
        return ctl_usage("check");
    body = json_object();
    if ((json_object_size(context) > 0 && json_object_set(body, "context", context) < 0) ||
        !ctl_add_text(body, "code", code) || !ctl_add_text(body, "attempt_id", attempt_id)) {
        ctl_complain_of_encoding(argv[0]);
        json_decref(context);
        json_decref(body);
        return CTL_EXIT_USAGE;
    }
    json_decref(context);
    return post_check(ctl, argv[optind], body);
}
