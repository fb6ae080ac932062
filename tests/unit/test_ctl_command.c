/*
 * What the commands of smsotpctl share: texts for the terminal, JSON lines, and how a call ends.
 */
#include <errno.h>

#include "ctl_bench.h"

static void test_texts(void **state)
{
    static const struct {
        const char *json;
        size_t size;
        const char *text; /* of member "x" */
    } rows[] = {
        {"{\"x\":\"ready\"}", 64, "ready"},
        {"{\"x\":\"\"}", 64, ""},
        {"{\"x\":\"\\u0915\"}", 64, "\xE0\xA4\x95"},
        {"{\"x\":\"a\\u001b[2Jb\"}", 64, "a\\u{1B}[2Jb"},
        {"{\"x\":\"a\\r\\nb\\tc\"}", 64, "a\\u{D}\\u{A}b\\u{9}c"},
        {"{\"x\":\"\\u007f\\u009b\"}", 64, "\\u{7F}\\u{9B}"},
        {"{\"x\":\"\\u202egpj\\u200b\\ufeff\"}", 64, "\\u{202E}gpj\\u{200B}\\u{FEFF}"},
        {"{\"x\":\"say \\\"a\\\\b\\\"\"}", 64, "say \\\"a\\\\b\\\""},
        {"{\"x\":\"a\\u0000b\"}", 64, "a\\u{0}b"},
        {"{\"x\":\"%s%n\"}", 64, "%s%n"},
        {"{\"x\":0}", 64, "0"},
        {"{\"x\":-113}", 64, "-113"},
        {"{\"x\":9223372036854775807}", 64, "9223372036854775807"},
        {"{\"x\":-9223372036854775808}", 64, "-9223372036854775808"},
        {"{}", 64, "-"},
        {"{\"X\":\"a\"}", 64, "-"},
        {"{\"x\":null}", 64, "-"},
        {"{\"x\":true}", 64, "-"},
        {"{\"x\":1.5}", 64, "-"},
        {"{\"x\":[\"a\"]}", 64, "-"},
        {"{\"x\":{\"x\":\"a\"}}", 64, "-"},
        {"[\"x\"]", 64, "-"},
        {NULL, 64, "-"},
        /* No room: cut, never in the midst of an escape or a letter. */
        {"{\"x\":\"abcdef\"}", 4, "abc"},
        {"{\"x\":\"abc\"}", 4, "abc"},
        {"{\"x\":\"ab\\u001bc\"}", 6, "ab"},
        {"{\"x\":\"a\\u0915\"}", 4, "a"},
        {"{\"x\":\"abc\"}", 1, ""},
        {"{}", 2, "-"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        json_t *json = rows[i].json ? json_loads(rows[i].json, JSON_ALLOW_NUL, NULL) : NULL;
        char *buffer = malloc(rows[i].size); /* as small as said, for the sanitizer */
        const char *text;

        assert_non_null(buffer);
        assert_int_equal(!json, !rows[i].json);
        text = ctl_text(json, "x", buffer, rows[i].size);
        assert_ptr_equal(text, buffer);
        if (strcmp(text, rows[i].text) != 0)
            fail_msg("row %zu: %s", i, text);
        free(buffer);
        json_decref(json);
    }
}

static void test_print_json(void **state)
{
    static const struct {
        const char *json, *line;
    } rows[] = {
        {"{}", "{}\n"},
        {" { \"b\" : [ 1, 2 ] , \"a\" : null } ", "{\"b\":[1,2],\"a\":null}\n"},
        {"{\"x\":\"\xE0\xA4\x95 \xF0\x9F\x98\x80\"}", "{\"x\":\"\\u0915 \\uD83D\\uDE00\"}\n"},
        {"{\"x\":\"\\u001b\\n\\u009b\\u202e\"}", "{\"x\":\"\\u001B\\n\\u009B\\u202E\"}\n"},
        {"{\"x\":\"\\u0000\"}", "{\"x\":\"\\u0000\"}\n"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        json_t *json = json_loads(rows[i].json, JSON_ALLOW_NUL, NULL);
        char out[256];
        int saved;

        assert_non_null(json);
        saved = capture_begin(stdout, "");
        ctl_print_json(json);
        capture_end(stdout, saved, out, sizeof(out));
        assert_string_equal(out, rows[i].line);
        json_decref(json);
    }
}

static void test_calls(void **state)
{
    static const char problem[] = "{\"code\":\"limited\",\"detail\":\"wait\\u001b\"}";
    static const struct {
        int r;
        unsigned status;
        const char *body;
        unsigned also;
        bool json;
        int exit; /* 0: answered */
        const char *out, *err;
    } rows[] = {
        {0, 200, "{\"a\":1}", 0, false, 0, "", ""},
        {0, 201, "{\"a\":1}", 0, true, 0, "", ""},
        {0, 503, "{\"a\":1}", 503, false, 0, "", ""},
        {0, 503, problem, 404, false, CTL_EXIT_REFUSED, "", "smsotpctl: limited: wait\\u{1B}\n"},
        {0, 429, problem, 0, false, CTL_EXIT_REFUSED, "", "smsotpctl: limited: wait\\u{1B}\n"},
        {0, 429, problem, 0, true, CTL_EXIT_REFUSED,
            "{\"code\":\"limited\",\"detail\":\"wait\\u001B\"}\n", ""},
        {0, 404, "{}", 0, false, CTL_EXIT_REFUSED, "", "smsotpctl: -: -\n"},
        {0, 500, "<html>", 0, false, CTL_EXIT_REFUSED, "",
            "smsotpctl: the daemon answered HTTP 500 without an explanation\n"},
        {0, 500, "", 0, true, CTL_EXIT_REFUSED, "",
            "smsotpctl: the daemon answered HTTP 500 without an explanation\n"},
        {0, 200, "{", 0, false, CTL_EXIT_REFUSED, "",
            "smsotpctl: the daemon answered HTTP 200 without an explanation\n"},
        {-ENOTCONN, 0, "", 0, false, CTL_EXIT_OFFLINE, "", "smsotpctl: nobody listens\n"},
        {-ETIMEDOUT, 0, "", 0, true, CTL_EXIT_OFFLINE, "", "smsotpctl: nobody listens\n"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        json_t *body = i % 2 ? json_pack("{s:s}", "to", "+1") : NULL;
        struct ctl ctl = {.json = rows[i].json};
        int saved_out, saved_err, status = 0;
        char out[256], err[256];
        json_t *answer = NULL;
        bool is_answered;

        played.r = rows[i].r;
        played.status = rows[i].status;
        played.body = rows[i].body;
        saved_out = capture_begin(stdout, "");
        saved_err = capture_begin(stderr, "");
        is_answered = ctl_call(&ctl, "POST", "/v1/x", body, rows[i].also, &answer, &status);
        capture_end(stderr, saved_err, err, sizeof(err));
        capture_end(stdout, saved_out, out, sizeof(out));

        if (is_answered != !rows[i].exit || status != rows[i].exit)
            fail_msg("row %zu: exit status %d", i, status);
        assert_string_equal(played.asked, i % 2 ? "POST /v1/x {\"to\":\"+1\"}" : "POST /v1/x -");
        assert_string_equal(out, rows[i].out);
        assert_string_equal(err, rows[i].err);
        assert_int_equal(json_integer_value(json_object_get(answer, "a")), is_answered);
        json_decref(answer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_print_json),
        cmocka_unit_test(test_calls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
