/* `smsotpctl inbound`: texts that came in, made harmless for the terminal. */
#include "ctl/command.h"
#include "ctl/usage.h"

#include "smsotp/api.h"
#include "util/strbuf.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define ESCAPED_MAX 8 /* bytes that one becomes: \u{10FFFF} stands for four */

static void print_body(const json_t *text)
{
    const json_t *body = json_object_get(text, "text");
    size_t size = ESCAPED_MAX * json_string_length(body) + 1;
    char *escaped = malloc(size);
    struct strbuf sb;

    if (!escaped)
        return;
    strbuf_init(&sb, escaped, size);
    strbuf_put_escaped(&sb, json_string_value(body), json_string_length(body));
    printf("  \"%s\"\n", escaped);
    free(escaped);
}

static void print_text(const json_t *text)
{
    char a[64], b[64];

    printf("%s", ctl_text(text, "received_at", a, sizeof(a)));
    printf(" %s from %s", ctl_text(text, "modem", a, sizeof(a)),
        ctl_text(text, "from", b, sizeof(b)));
    if (!json_is_true(json_object_get(text, "complete"))) {
        printf(", %s of ", ctl_text(text, "parts", a, sizeof(a)));
        printf("%s parts", ctl_text(text, "parts_total", a, sizeof(a)));
    }
    if (strcmp(ctl_text(text, "encoding", a, sizeof(a)), "8bit") == 0)
        printf(", octets in hex");
    if (json_is_string(json_object_get(text, "verification")))
        printf(", denied %s", ctl_text(text, "verification", a, sizeof(a)));
    printf("\n");
    if (json_is_string(json_object_get(text, "text")))
        print_body(text);
    else
        printf("  (sealed with another key)\n");
}

/* Words that go into the route have letters, digits and `_` only. */
static bool is_plain(const char *word)
{
    return word[0] && word[strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

int ctl_inbound(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{"json", no_argument, NULL, 'j'},
        {"since", required_argument, NULL, 's'}, {"limit", required_argument, NULL, 'l'}, {0}};
    char data[256];
    struct strbuf route = STRBUF_ON(data);
    json_t *answer;
    const json_t *text;
    int c, status;
    size_t i;

    strbuf_puts(&route, SMSOTP_ROUTE_INBOUND "?");
    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0) {
        if (c == 'j')
            ctl->json = true;
        else if (c == '?' || !is_plain(optarg))
            return ctl_usage("inbound");
        else
            strbuf_printf(&route, "%s=%s&", c == 's' ? "since" : "limit", optarg);
    }
    if (optind != argc || route.overflow)
        return ctl_usage("inbound");
    if (!ctl_call(ctl, "GET", data, NULL, 0, &answer, &status))
        return status;
    if (ctl->json)
        ctl_print_json(answer);
    else
        json_array_foreach (json_object_get(answer, "inbound"), i, text)
            print_text(text);
    json_decref(answer);
    return CTL_EXIT_OK;
}
