/* `smsotpctl render`: a text as it would be sent, without sending it. */
#include "ctl/command.h"
#include "ctl/usage.h"

#include "smsotp/api.h"

#include <getopt.h>
#include <stdio.h>

static json_t *body_from_arguments(int argc, char **argv)
{
    static const struct option options[] = {
        {"locale", required_argument, NULL, 'l'},
        {"reference", required_argument, NULL, 'r'},
        {"text", required_argument, NULL, 't'},
        {0},
    };
    json_t *body = json_object(), *context;
    bool is_utf8 = true, has_text = false;
    int c;

    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0) {
        const char *member = c == 'l' ? "locale" : c == 'r' ? "reference" : "text";

        if (c == '?') {
            json_decref(body);
            return NULL;
        }
        has_text |= c == 't';
        is_utf8 = is_utf8 && ctl_add_text(body, member, optarg);
    }
    if (is_utf8 && optind < argc) {
        is_utf8 = ctl_add_text(body, "purpose", argv[optind]);
        context = ctl_context(argc, argv, optind + 1);
        json_object_set_new(body, "context", context);
        if (context && is_utf8)
            return body;
    } else if (is_utf8 && has_text) {
        return body;
    }
    if (!is_utf8)
        ctl_complain_of_encoding(argv[0]);
    json_decref(body);
    return NULL;
}

static void print_characters(const char *title, const json_t *list)
{
    char character[16], code_point[16], written[16];
    const json_t *one;
    size_t i;

    json_array_foreach (list, i, one)
        printf("%-18s %s %s, written as %s\n", title,
            ctl_text(one, "code_point", code_point, sizeof(code_point)),
            ctl_text(one, "character", character, sizeof(character)),
            ctl_text(one, "written_as", written, sizeof(written)));
}

static void print_preview(const json_t *answer)
{
    static const char *const members[] = {"locale", "encoding", "segments", "units",
        "units_per_segment", "segments_allowed"};
    const json_t *forced_by = json_object_get(answer, "forced_by"), *warning;
    const char *rendered = json_string_value(json_object_get(answer, "text"));
    char text[256], character[16];
    size_t i;

    if (rendered)
        ctl_print_lines(rendered);
    putchar('\n');
    for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        if (json_object_get(answer, members[i]))
            printf("%-18s %s\n", members[i], ctl_text(answer, members[i], text, sizeof(text)));
    if (json_is_object(forced_by))
        printf("%-18s %s %s\n", "forced_by", ctl_text(forced_by, "code_point", text, sizeof(text)),
            ctl_text(forced_by, "character", character, sizeof(character)));
    print_characters("replaced", json_object_get(answer, "replaced"));
    json_array_foreach (json_object_get(answer, "warnings"), i, warning) {
        printf("%-18s ", "warning");
        ctl_print_lines(json_is_string(warning) ? json_string_value(warning) : "-");
    }
}

int ctl_render(struct ctl *ctl, int argc, char **argv)
{
    json_t *body = body_from_arguments(argc, argv), *answer;
    int status;

    if (!body)
        return ctl_usage("render");
    if (!ctl_call(ctl, "POST", SMSOTP_ROUTE_RENDER, body, 0, &answer, &status))
        return status;
    if (ctl->json)
        ctl_print_json(answer);
    else
        print_preview(answer);
    json_decref(answer);
    return CTL_EXIT_OK;
}
