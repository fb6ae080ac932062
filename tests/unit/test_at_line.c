#include "at/line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

/* Tokens as text: lines in brackets, `>` for a prompt, `!` for an overflow. */
static void split(const char *bytes, size_t n, size_t chunk, char *ret, size_t size)
{
    struct at_splitter splitter;
    struct at_token token;
    size_t used = 0;

    ret[0] = '\0';
    at_splitter_init(&splitter);
    for (size_t at = 0; at < n; at += chunk) {
        struct cursor input = cursor_on(bytes + at, n - at < chunk ? n - at : chunk);

        while (at_splitter_next(&splitter, &input, &token)) {
            assert_int_equal(token.n, strlen(token.text));
            used += (size_t)(token.type == AT_TOKEN_LINE
                    ? snprintf(ret + used, size - used, "[%s]", token.text)
                    : snprintf(ret + used, size - used,
                          token.type == AT_TOKEN_PROMPT ? ">" : "!"));
            assert_true(used < size);
        }
    }
}

static void test_tokens(void **unused)
{
#define ROW(bytes, tokens) {bytes, sizeof(bytes) - 1, tokens}
    static const struct {
        const char *bytes;
        size_t n;
        const char *tokens;
    } rows[] = {
        ROW("\r\nOK\r\n", "[OK]"),
        ROW("OK\r", "[OK]"),
        ROW("OK\n", "[OK]"),
        ROW("AT+CSQ\r\r\n+CSQ: 4,0\r\n\r\nOK\r\n", "[AT+CSQ][+CSQ: 4,0][OK]"),
        ROW("\r\n> ", ">"),
        ROW(">", ">"),
        ROW("> \r\n+CMGS: 183\r\nOK\r\n", ">[+CMGS: 183][OK]"),
        ROW("AT+CMGS=23\r\r\n> ", "[AT+CMGS=23]>"),
        ROW("\r\n> 0011\x1A\r\nOK\r\n", ">[0011][OK]"),
        ROW("a > b\r", "[a > b]"),
        ROW("> > x\r", ">[> x]"),
        ROW("\0\0OK\0\r\n", "[OK]"),
        /* characters in the text of +CUSD, noise elsewhere */
        ROW("\0+CUSD:\x02 0,\"\x02"
            "5 a\0b\x7F\",\x01"
            "15\0\r\n",
            "[+CUSD: 0,\"\x02"
            "5 a\xFF"
            "b\x7F\",15]"),
        ROW("+CUSD: 0,\"a \"\x10\"\"\x1B\r", "[+CUSD: 0,\"a \"\x10\"\"]"),
        ROW("+CUSD: 0,\"a\xFF\x02\r\x02"
            "b\",15\r",
            "[+CUSD: 0,\"a\x02][b\",15]"),
        ROW("+COPS: 0,0,\"a\x11"
            "b\0\"\r",
            "[+COPS: 0,0,\"ab\"]"),
        ROW("\xFF\xFE\r\nOK\r\n", "[\xFF\xFE][OK]"),
        ROW(" MULTI \r", "[ MULTI ]"),
        ROW("\x7F\x08OK\t\r", "[OK]"),
        ROW("OK", ""),
        ROW("\r\n\r\n\r\n", ""),
    };
    char tokens[4096];

    (void)unused;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (size_t chunk = 1; chunk <= rows[i].n; chunk++) {
            split(rows[i].bytes, rows[i].n, chunk, tokens, sizeof(tokens));
            assert_string_equal(tokens, rows[i].tokens);
        }
}

static void test_text_that_goes_on(void **unused)
{
    const char bytes[] = "\x02" "5\0\", 15\0\r\x01OK\r";
    struct cursor input = cursor_on(bytes, sizeof(bytes) - 1);
    struct at_splitter splitter;
    struct at_token token;

    (void)unused;
    at_splitter_init(&splitter);
    splitter.text_goes_on = true;
    assert_true(at_splitter_next(&splitter, &input, &token));
    assert_string_equal(token.text, "\x02" "5\xFF\", 15");
    splitter.text_goes_on = false;
    assert_true(at_splitter_next(&splitter, &input, &token));
    assert_string_equal(token.text, "OK");
}

static void test_overlong_lines_are_dropped_whole(void **unused)
{
    static const struct {
        size_t n;
        bool fits;
    } rows[] = {{AT_LINE_SIZE - 2, true}, {AT_LINE_SIZE - 1, true}, {AT_LINE_SIZE, false},
        {10 * AT_LINE_SIZE, false}};
    static char bytes[11 * AT_LINE_SIZE], tokens[2 * AT_LINE_SIZE];

    (void)unused;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        memset(bytes, 'x', rows[i].n);
        memcpy(bytes + rows[i].n, "\r\nOK\r\n", 6);
        split(bytes, rows[i].n + 6, 7, tokens, sizeof(tokens));
        if (rows[i].fits)
            assert_int_equal(strlen(tokens), rows[i].n + 2 + 4);
        else
            assert_string_equal(tokens, "![OK]");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_text_that_goes_on),
        cmocka_unit_test(test_overlong_lines_are_dropped_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
