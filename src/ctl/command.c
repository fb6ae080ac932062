#include "ctl/command.h"

#include "util/strbuf.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TIMEOUT_MS 120000 /* an action on a modem may wait for a text, and for the network */

/* A problem document in one line for people. */
static void print_problem(const struct ctl *ctl, const struct smsotp_reply *reply)
{
    json_t *problem = json_loads(reply->body, 0, NULL);
    char code[64], detail[512];

    if (ctl->json && problem)
        ctl_print_json(problem);
    else if (problem)
        fprintf(stderr, "smsotpctl: %s: %s\n", ctl_text(problem, "code", code, sizeof(code)),
            ctl_text(problem, "detail", detail, sizeof(detail)));
    else
        fprintf(stderr, "smsotpctl: the daemon answered HTTP %u without an explanation\n",
            reply->http_status);
    json_decref(problem);
}

bool ctl_call(struct ctl *ctl, const char *method, const char *route, json_t *body, unsigned also,
    json_t **ret_json, int *ret_exit)
{
    _cleanup_free_ char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    const char *const headers[] = {ctl->header, NULL};
    struct smsotp_reply reply = {0};
    struct smsotp_error error;
    json_t *json = NULL;

    json_decref(body);
    if (smsotp_call(ctl->smsotp, method, route, text, headers, TIMEOUT_MS, &reply, &error) < 0) {
        fprintf(stderr, "smsotpctl: %s\n", error.detail);
        *ret_exit = CTL_EXIT_OFFLINE;
        return false;
    }
    if (reply.http_status / 100 == 2 || reply.http_status == also)
        json = json_loads(reply.body, JSON_ALLOW_NUL, NULL);
    if (!json) {
        print_problem(ctl, &reply);
        *ret_exit = CTL_EXIT_REFUSED;
    }
    smsotp_reply_fini(&reply);
    *ret_json = json;
    return json != NULL;
}

bool ctl_read_line(char *ret_line, int size)
{
    if (!fgets(ret_line, size, stdin))
        return false;
    ret_line[strcspn(ret_line, "\r\n")] = '\0';
    return ret_line[0] != '\0';
}

void ctl_print_json(const json_t *json)
{
    json_dumpf(json, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
    putchar('\n');
}

const char *ctl_text(const json_t *json, const char *member, char *buffer, size_t size)
{
    const json_t *value = json_object_get(json, member);
    struct strbuf sb;

    strbuf_init(&sb, buffer, size);
    if (json_is_string(value))
        strbuf_put_escaped(&sb, json_string_value(value), json_string_length(value));
    else if (json_is_integer(value))
        strbuf_printf(&sb, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else
        strbuf_puts(&sb, "-");
    return buffer;
}

void ctl_print_lines(const char *text)
{
    char piece[8 * SMSOTP_MESSAGE_TEXT_MAX];

    if (!isatty(STDOUT_FILENO)) {
        puts(text);
        return;
    }
    /* Between what harms nobody and would be escaped too: lines, quotes and backslashes. */
    for (size_t n; *text; text += n + (text[n] != '\0')) {
        struct strbuf sb = STRBUF_ON(piece);

        n = strcspn(text, "\n\"\\");
        strbuf_put_escaped(&sb, text, n);
        printf("%s%.1s", piece, text + n);
    }
    putchar('\n');
}

bool ctl_add_text(json_t *object, const char *member, const char *text)
{
    return !text || json_object_set_new(object, member, json_string(text)) == 0;
}

void ctl_complain_of_encoding(const char *command)
{
    fprintf(stderr, "smsotpctl %s: the arguments are not UTF-8\n", command);
}

json_t *ctl_context(int argc, char **argv, int first)
{
    json_t *context = json_object();

    for (int i = first; context && i < argc; i++) {
        char *equals = strchr(argv[i], '=');
        bool is_added;

        if (!equals || equals == argv[i]) {
            fprintf(stderr, "smsotpctl %s: `%s`: expected KEY=VALUE, like amount=1499.00\n",
                argv[0], argv[i]);
            json_decref(context);
            return NULL;
        }
        *equals = '\0';
        is_added = ctl_add_text(context, argv[i], equals + 1);
        *equals = '=';
        if (!is_added) {
            ctl_complain_of_encoding(argv[0]);
            json_decref(context);
            return NULL;
        }
    }
    return context;
}
