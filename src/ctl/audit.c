/* `smsotpctl audit`: the audit log looked at, written out, and its head to note. */
#include "ctl/command.h"
#include "ctl/usage.h"

#include "smsotp/api.h"
#include "util/strbuf.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static int head(struct ctl *ctl)
{
    char line[256];
    json_t *answer;
    int status;

    if (!ctl_call(ctl, "GET", SMSOTP_ROUTE_AUDIT "/head", NULL, 0, &answer, &status))
        return status;
    if (ctl->json)
        ctl_print_json(answer);
    else
        printf("%s\n", ctl_text(answer, "line", line, sizeof(line)));
    json_decref(answer);
    return CTL_EXIT_OK;
}

static bool is(const json_t *verdict, const char *member, const char *text)
{
    const char *value = json_string_value(json_object_get(verdict, member));

    return value && strcmp(value, text) == 0;
}

/* What has been found, in sentences, each of which says what it means. */
static void print_verdict(const json_t *verdict)
{
    char a[160], b[64];

    if (is(verdict, "result", "intact"))
        printf("intact: %s entries are as they were written\n",
            ctl_text(verdict, "rows", a, sizeof(a)));
    else if (is(verdict, "fault", "noted_head"))
        printf("broken: this is not the log that the noted head is of, from entry %s on at the "
               "latest\n",
            ctl_text(verdict, "first_bad_sequence", a, sizeof(a)));
    else
        printf("broken: from entry %s on the log is not as it was written (%s)\n",
            ctl_text(verdict, "first_bad_sequence", a, sizeof(a)),
            ctl_text(verdict, "fault", b, sizeof(b)));
    if (json_integer_value(json_object_get(verdict, "unchecked")) > 0)
        printf("%s of the entries were made under a key that is not here, and cannot be checked\n",
            ctl_text(verdict, "unchecked", a, sizeof(a)));
    if (is(verdict, "noted_head", "matches"))
        printf("the noted head is in it\n");
    else if (is(verdict, "noted_head", "purged"))
        printf("the noted head is older than what is kept, and cannot be compared\n");
    printf("head: %s\n", ctl_text(json_object_get(verdict, "head"), "line", a, sizeof(a)));
}

static int verify(struct ctl *ctl, const char *noted)
{
    json_t *body = noted ? json_object() : NULL, *answer;
    int status;

    if (noted && !ctl_add_text(body, "head", noted)) {
        ctl_complain_of_encoding("audit");
        json_decref(body);
        return CTL_EXIT_USAGE;
    }
    if (!ctl_call(ctl, "POST", SMSOTP_ROUTE_AUDIT "/verify", body, 0, &answer, &status))
        return status;
    if (ctl->json)
        ctl_print_json(answer);
    else
        print_verdict(answer);
    if (!is(answer, "result", "intact"))
        status = CTL_EXIT_NO;
    else if (json_integer_value(json_object_get(answer, "unchecked")) > 0 ||
             is(answer, "noted_head", "purged"))
        status = CTL_EXIT_UNCHECKED;
    else
        status = CTL_EXIT_OK;
    json_decref(answer);
    return status;
}

/* A page of entries, one a line. The next begins at *from; 0: there is none. */
static bool export_page(
    struct ctl *ctl, json_int_t *from, const char *since, int *ret_status)
{
    char data[256];
    struct strbuf route = STRBUF_ON(data);
    const json_t *entry;
    json_int_t next;
    json_t *answer;
    size_t i;

    strbuf_printf(&route, SMSOTP_ROUTE_AUDIT "?limit=%d&from=%" JSON_INTEGER_FORMAT,
        SMSOTP_AUDIT_MAX, *from);
    if (since)
        strbuf_printf(&route, "&since=%s", since);
    if (!ctl_call(ctl, "GET", data, NULL, 0, &answer, ret_status))
        return false;
    json_array_foreach (json_object_get(answer, "entries"), i, entry)
        ctl_print_json(entry);
    next = json_integer_value(json_object_get(answer, "next"));
    *from = next > *from ? next : 0;
    json_decref(answer);
    return true;
}

static int export(struct ctl *ctl, json_int_t from, const char *since)
{
    int status;

    do
        if (!export_page(ctl, &from, since, &status))
            return status;
    while (from > 0 && !ferror(stdout));
    if (fflush(stdout) == 0 && !ferror(stdout))
        return CTL_EXIT_OK;
    fprintf(stderr, "smsotpctl: the entries could not all be written\n");
    return CTL_EXIT_OUTPUT;
}

/* A time goes into the route as it is. */
static bool is_time(const char *text)
{
    size_t n = strlen(text);

    return n > 0 && n <= 32 && strspn(text, "0123456789-:TZ") == n;
}

/* A number from 1 on; 0: it is none. */
static json_int_t number_of(const char *text)
{
    size_t n = strlen(text);
    json_int_t value = 0;

    if (n == 0 || n > 18 || strspn(text, "0123456789") != n)
        return 0;
    for (size_t i = 0; i < n; i++)
        value = 10 * value + (text[i] - '0');
    return value;
}

int ctl_audit(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{"json", no_argument, NULL, 'j'},
        {"head", required_argument, NULL, 'h'}, {"from", required_argument, NULL, 'f'},
        {"since", required_argument, NULL, 's'}, {0}};
    const char *noted = NULL, *since = NULL, *word;
    json_int_t from = 1;
    int c;

    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0) {
        if (c == 'j')
            ctl->json = true;
        else if (c == 'h')
            noted = optarg;
        else if (c == 's' && is_time(optarg))
            since = optarg;
        else if (c == 'f' && number_of(optarg) > 0)
            from = number_of(optarg);
        else
            return ctl_usage("audit");
    }
    word = optind + 1 == argc ? argv[optind] : "";
    if (strcmp(word, "verify") == 0 && !since && from == 1)
        return verify(ctl, noted);
    if (strcmp(word, "head") == 0 && !noted && !since && from == 1)
        return head(ctl);
    if (strcmp(word, "export") == 0 && !noted)
        return export(ctl, from, since);
    return ctl_usage("audit");
}
