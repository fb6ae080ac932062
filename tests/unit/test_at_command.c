#include "at/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

static void test_encodes(void **unused)
{
    struct at_command command;

    (void)unused;
    assert_int_equal(at_encode_plain(&command, "+CREG?"), 0);
    assert_string_equal(command.text, "AT+CREG?\r");
    assert_int_equal(command.n, 9);
    assert_int_equal(at_encode_plain(&command, ""), 0);
    assert_string_equal(command.text, "AT\r");
    at_encode_begin(&command, "+CPMS=");
    at_encode_string(&command, "SM");
    at_encode_string(&command, "ME");
    at_encode_number(&command, 4294967295U);
    assert_int_equal(at_encode_end(&command), 0);
    assert_string_equal(command.text, "AT+CPMS=\"SM\",\"ME\",4294967295\r");
}

/* Whatever could end a command and begin another. */
static void test_refuses_injection(void **unused)
{
    static const char *const bad[] = {"1234\r", "1234\nAT", "12\"34", "\"", "a\x1A", "a\x1B",
        "\x7F", "caf\xC3\xA9", "a\\b", "\t"};

    (void)unused;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct at_command command;

        at_encode_begin(&command, "+CPIN=");
        at_encode_string(&command, bad[i]);
        assert_int_equal(at_encode_end(&command), -EINVAL);
    }
}

static void test_refuses_bad_names(void **unused)
{
    static const char *const bad[] = {"+CREG?\r", "+A;+B", "+A\n"};
    struct at_command command;

    (void)unused;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(at_encode_plain(&command, bad[i]), -EINVAL);
}

static void test_bounds(void **unused)
{
    struct at_command command;
    char text[2 * AT_COMMAND_SIZE];

    (void)unused;
    for (size_t n = AT_COMMAND_SIZE - 20; n < sizeof(text) - 1; n++) {
        memset(text, 'x', n);
        text[n] = '\0';
        at_encode_begin(&command, "+X=");
        at_encode_string(&command, text);
        /* AT+X="…"\r and a NUL */
        assert_int_equal(at_encode_end(&command), n + 9 <= AT_COMMAND_SIZE ? 0 : -ENOBUFS);
        assert_true(strlen(command.text) < sizeof(command.text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encodes),
        cmocka_unit_test(test_refuses_injection),
        cmocka_unit_test(test_refuses_bad_names),
        cmocka_unit_test(test_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
