#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sim/at_parser.h"
#include "util/strbuf.h"

#include <errno.h>
#include <string.h>

/* Line → commands as NAME/op/arguments, `|` between them; `!`: no command line from there on. */
static const struct {
    const char *line;
    const char *expected;
} lines[] = {
    {"AT", ""},
    {"at", ""},
    {"ATZ", "Z/exec/"},
    {"ATE0", "E/exec/0"},
    {"ATE0V1Q0", "E/exec/0|V/exec/1|Q/exec/0"},
    {"AT&F", "&F/exec/"},
    {"AT&F0E1", "&F/exec/0|E/exec/1"},
    {"ATS3?", "S3/read/"},
    {"ATS3=13", "S3/set/13"},
    {"ATS3?S4?", "S3/read/|S4/read/"},
    {"ATD*99#;", "D/exec/*99#;"},
    {"AT+CMGF=0", "+CMGF/set/0"},
    {"at+cmgf?", "+CMGF/read/"},
    {"AT+CMGF=?", "+CMGF/test/?"},
    {"AT+CSQ", "+CSQ/exec/"},
    {"AT+CMEE=1;+CREG=2", "+CMEE/set/1|+CREG/set/2"},
    {"AT+CMEE=1;+CREG?;", "+CMEE/set/1|+CREG/read/"},
    {"ATE0;+CMEE=2", "E/exec/0|+CMEE/set/2"},
    {"AT^CURC=0", "^CURC/set/0"},
    {"AT+CUSD=1,\"*1;2#\",15;+CSQ", "+CUSD/set/1,\"*1;2#\",15|+CSQ/exec/"},
    {"\x1a" "xAT+CSQ", "+CSQ/exec/"},
    {"AT +CSQ", "+CSQ/exec/"},
    {"AT+", "!"},
    {"AT+CSQ!x y", "!"},
    {"AT+CSQ;1", "+CSQ/exec/|!"},
    {"AT+ABCDEFGHIJKLMNOPQRSTUVWXYZ", "!"},
};

static void show(const char *line, struct strbuf *sb)
{
    struct at_command commands[AT_MAX_COMMANDS];
    size_t n_body, n;
    const char *body = at_find_body(line, strlen(line), &n_body);
    int r;

    assert_non_null(body);
    r = at_parse(body, n_body, commands, &n);
    for (size_t i = 0; i < n; i++)
        strbuf_printf(sb, "%s%s/%s/%.*s", i > 0 ? "|" : "", commands[i].name,
            at_op_to_string(commands[i].op), (int)commands[i].n_args, commands[i].args);
    if (r < 0)
        strbuf_puts(sb, n > 0 ? "|!" : "!");
}

static void test_lines(void **state _unused_)
{
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        char text[256];
        struct strbuf sb = STRBUF_ON(text);

        sb.data[0] = '\0';
        show(lines[i].line, &sb);
        if (strcmp(text, lines[i].expected) != 0)
            fail_msg("%s: %s, expected %s", lines[i].line, text, lines[i].expected);
    }
}

static void test_no_prefix(void **state _unused_)
{
    size_t n;

    assert_null(at_find_body("0011000B91", 10, &n));
    assert_null(at_find_body("A", 1, &n));
    assert_null(at_find_body("", 0, &n));
}

static void test_too_many(void **state _unused_)
{
    struct at_command commands[AT_MAX_COMMANDS];
    char body[2 * AT_MAX_COMMANDS + 2];
    size_t n;

    for (size_t i = 0; i < sizeof(body); i += 2)
        memcpy(body + i, "E0", 2);
    assert_int_equal(at_parse(body, sizeof(body), commands, &n), -EBADMSG);
    assert_int_equal(n, AT_MAX_COMMANDS);
}

static struct at_args args_of(const char *text)
{
    struct at_command command = {.args = text, .n_args = strlen(text)};

    return at_args_of(&command);
}

static void test_args(void **state _unused_)
{
    struct at_args args = args_of("1,,\"a,b\", 7 ,x");
    unsigned number;
    char text[8];

    assert_int_equal(at_args_number(&args, 9, 10, &number), 0);
    assert_int_equal(number, 1);
    assert_int_equal(at_args_number(&args, 9, 10, &number), 0);
    assert_int_equal(number, 9);
    assert_int_equal(at_args_string(&args, text, sizeof(text)), 0);
    assert_string_equal(text, "a,b");
    assert_int_equal(at_args_number(&args, 9, 10, &number), 0);
    assert_int_equal(number, 7);
    assert_false(at_args_done(&args));
    assert_int_equal(at_args_number(&args, 9, 10, &number), -EINVAL);
    assert_true(at_args_done(&args));
    assert_int_equal(at_args_number(&args, 5, 10, &number), 0);
    assert_int_equal(number, 5);
}

static void test_bad_args(void **state _unused_)
{
    struct at_args args;
    unsigned number;
    char text[4];

    args = args_of("11");
    assert_int_equal(at_args_number(&args, 0, 10, &number), -EINVAL);
    args = args_of("-1");
    assert_int_equal(at_args_number(&args, 0, 10, &number), -EINVAL);
    args = args_of("\"open");
    assert_int_equal(at_args_string(&args, text, sizeof(text)), -EINVAL);
    args = args_of("\"long\"");
    assert_int_equal(at_args_string(&args, text, sizeof(text)), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_no_prefix),
        cmocka_unit_test(test_too_many),
        cmocka_unit_test(test_args),
        cmocka_unit_test(test_bad_args),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
