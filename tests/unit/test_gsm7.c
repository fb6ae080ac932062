#include "sms/gsm7.h"

#include "sms/gsm7_tables.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define SEPTETS(...) {__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__})

/* TS 23.038 §6.2.1, §6.2.1.1 and the notes to their tables. */
static void test_decode(void **state)
{
    static const struct {
        uint8_t septets[8];
        size_t n;
        struct gsm7_shift shift;
        const char *text;
    } cases[] = {
        {SEPTETS(0x1B, 0x65), {0}, "€"},
        {SEPTETS(0x1B, 0x41), {0}, "A"}, /* no symbol there: the main table's */
        {SEPTETS(0x1B, 0x0D), {0}, "\r"},
        {SEPTETS(0x1B, 0x1B), {0}, " "}, /* reserved for another table */
        {SEPTETS(0x1B, 0x1B, 0x65), {0}, " e"},
        {SEPTETS(0x41, 0x1B), {0}, "A "},          /* nothing follows */
        {SEPTETS(0x1B, 0x0A), {0}, "\f"},          /* page break */
        {SEPTETS(0x1B, 0x01), {.locking = 6}, "ं"}, /* the main table is the locking one */
        {SEPTETS(0x1B, 0x01), {.single = 6}, "£"}, /* Hindi single shift 01 */
        {SEPTETS(0x00, 0x01), {.locking = 6}, "ँं"}, {SEPTETS(0x05), {.locking = 13}, "پ"},
        {SEPTETS(0x41), {.locking = 14}, "A"}, /* reserved identifier: ignored */
        {SEPTETS(0x1B, 0x65), {.single = 200}, "€"},
        {SEPTETS(0x0E), {.locking = 4}, "Å"}, /* hole in the Bengali table */
        {SEPTETS(0x80 | 0x41), {0}, "A"},     /* only seven bits count */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char data[64] = "";
        struct strbuf text = STRBUF_ON(data);

        gsm7_decode(cases[i].shift, cases[i].septets, cases[i].n, &text);
        if (strcmp(data, cases[i].text) != 0)
            fail_msg("case %zu: \"%s\" instead of \"%s\"", i, data, cases[i].text);
    }
}

static void test_encode(void **state)
{
    static const struct {
        const char *text;
        struct gsm7_shift shift;
        int r;
        size_t n;
        uint8_t septets[8];
    } cases[] = {
        {"@", {0}, 0, 1, {0x00}},
        {"€a", {0}, 0, 3, {0x1B, 0x65, 0x61}},
        {"€", {.locking = 1}, 0, 1, {0x04}}, /* Turkish locking has it without an escape */
        {"ç", {0}, -ENOENT, 0, {0}},         /* only the capital is in the default alphabet */
        {"ç", {.single = 2}, 0, 2, {0x1B, 0x09}},
        {"`", {0}, -ENOENT, 0, {0}},
        {"\x1B", {0}, -ENOENT, 0, {0}},
        {"\xC3", {0}, -EILSEQ, 0, {0}},
        {"aaaaaaaaa", {0}, -ENOBUFS, 0, {0}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t septets[8];
        size_t n = 0;
        int r = gsm7_encode(
            cases[i].shift, cases[i].text, strlen(cases[i].text), septets, sizeof(septets), &n);

        if (r != cases[i].r || n != cases[i].n || memcmp(septets, cases[i].septets, n) != 0)
            fail_msg("case %zu: %d, %zu septets", i, r, n);
    }
    assert_int_equal(gsm7_encode_char((struct gsm7_shift){0}, 0, (uint8_t[2]){0}), -ENOENT);
}

/* TS 23.038 §6.1.2.1.1: each septet fills what the one before left of the octet. */
static void test_fill_bits(void **state)
{
    uint8_t septets[160], packed[141], back[160];
    size_t n;

    (void)state;
    for (size_t i = 0; i < sizeof(septets); i++)
        septets[i] = (uint8_t)(i * 37 % 128);
    for (unsigned fill = 0; fill < 7; fill++)
        for (size_t count = 1; count <= sizeof(septets); count++) {
            assert_int_equal(gsm7_pack(septets, count, fill, packed, sizeof(packed), &n), 0);
            assert_int_equal(n, (count * 7 + fill + 7) / 8);
            assert_int_equal(packed[0] & ((1U << fill) - 1), 0);
            assert_int_equal(gsm7_unpack(packed, n, fill, count, back), 0);
            assert_memory_equal(back, septets, count);
            assert_int_equal(gsm7_pack(septets, count, fill, packed, n - 1, &n), -ENOBUFS);
            assert_int_equal(gsm7_unpack(packed, (count * 7 + fill) / 8, fill,
                                 (count * 7 + fill) % 8 ? count : count + 1, back),
                -ENODATA);
        }
}

/* TS 23.038 §6.1.2.3.1: a reader gets the text without the padding. */
static void test_ussd(void **state)
{
    static const struct {
        const char *text, *read;
    } cases[] = {
        {"*100#", "*100#"},
        {"1234567", "1234567"},       /* seven spare bits */
        {"12345678", "12345678"},     /* none */
        {"1234567\r", "1234567\r\r"}, /* "will perform the carriage return function twice" */
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t septets[32], packed[32], back[40];
        size_t n, n_packed, n_back;
        char data[64] = "";
        struct strbuf text = STRBUF_ON(data);

        assert_int_equal(gsm7_encode((struct gsm7_shift){0}, cases[i].text, strlen(cases[i].text),
                             septets, sizeof(septets), &n),
            0);
        assert_int_equal(gsm7_pack_ussd(septets, n, 0, packed, sizeof(packed), &n_packed), 0);
        gsm7_unpack_ussd(packed, n_packed, back, &n_back);
        gsm7_decode((struct gsm7_shift){0}, back, n_back, &text);
        assert_string_equal(data, cases[i].read);
    }
}

/* TS 23.038 table 6.2.1.2.4. */
static void test_language_names(void **state)
{
    uint8_t language;

    (void)state;
    assert_int_equal(gsm7_language_from_string(&language, "hi"), 0);
    assert_int_equal(language, 6);
    assert_int_equal(gsm7_language_from_string(&language, "urdu"), 0);
    assert_int_equal(language, 13);
    assert_int_equal(gsm7_language_from_string(&language, ""), -EINVAL);
    assert_int_equal(gsm7_language_from_string(&language, "default"), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_encode),
        cmocka_unit_test(test_fill_bits),
        cmocka_unit_test(test_ussd),
        cmocka_unit_test(test_language_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
