/* Server-Sent Events, whole, in pieces, one byte at a time, and malformed. */
#include "client/event_parser.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static bool on_event(void *userdata, const char *id, const char *event, const char *data)
{
    char *said = userdata;

    snprintf(said + strlen(said), 400 - strlen(said), "[%s %s %s]", id, event, data);
    return strcmp(data, "stop") != 0;
}

static const struct {
    const char *bytes, *said;
    bool goes_on;
} rows[] = {
    {"id: 7\nevent: a.b\ndata: {\"x\":1}\n\n", "[7 a.b {\"x\":1}]", true},
    {"id: 7\r\nevent: a.b\r\ndata: {}\r\n\r\n", "[7 a.b {}]", true},
    {"data:no space\n\n", "[ message no space]", true},
    {"data:  two\n\n", "[ message  two]", true},
    {": remark\n\ndata: 1\n\n", "[ message 1]", true},
    {"id: 1\ndata: a\n\ndata: b\n\n", "[1 message a][1 message b]", true}, /* the id stays */
    {"event: x\n\ndata: a\n\n", "[ message a]", true}, /* an event without data is none */
    {"data\n\n", "[ message ]", true},
    {"retry: 100\nunknown: x\ndata: a\n\n", "[ message a]", true},
    {"data: cut off", "", true},
    {"data: stop\n\ndata: after\n\n", "[ message stop]", false},
};

static void test_events(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        for (size_t step = 1; step <= strlen(rows[i].bytes); step++) {
            struct event_parser parser = {0};
            char said[400] = "";
            bool goes_on = true;

            for (size_t at = 0; goes_on && at < strlen(rows[i].bytes); at += step)
                goes_on = event_parser_take(&parser, rows[i].bytes + at,
                    MIN(step, strlen(rows[i].bytes) - at), on_event, said);
            if (strcmp(said, rows[i].said) != 0)
                fail_msg("row %zu in steps of %zu: %s", i, step, said);
            assert_int_equal(goes_on, rows[i].goes_on);
        }
}

/* Where to go on from: behind what was whole, also where that was no event. */
static void test_last_id(void **state)
{
    static const struct {
        const char *bytes, *last_id;
    } blocks[] = {
        {"retry: 2000\nid: 40\n\n", "40"},
        {"retry: 2000\nid: 40\n", ""},
        {"id: 40\n\nid: 41\ndata: a\n", "40"},
        {"id: 40\n\nid: 41\ndata: a\n\n", "41"},
        {"id: 40\n\n:\n\n", "40"},
        {"data: a\n\n", ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(blocks); i++) {
        struct event_parser parser = {0};
        char said[400] = "";

        assert_true(
            event_parser_take(&parser, blocks[i].bytes, strlen(blocks[i].bytes), on_event, said));
        assert_string_equal(parser.last_id, blocks[i].last_id);
    }
}

static void test_lines_too_long(void **state)
{
    static char bytes[2 * EVENT_PARSER_LINE];

    (void)state;
    memset(bytes, 'x', sizeof(bytes));
    for (size_t n = EVENT_PARSER_LINE - 1; n <= EVENT_PARSER_LINE; n++) {
        struct event_parser parser = {0};

        assert_int_equal(event_parser_take(&parser, bytes, n, on_event, (char[400]){""}),
            n < EVENT_PARSER_LINE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_last_id),
        cmocka_unit_test(test_lines_too_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
