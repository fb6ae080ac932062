#include "sms/ucs2.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define REPLACEMENT "\xEF\xBF\xBD"

/* RFC 2781 §2.2 for the pairs. */
static void test_decode(void **state)
{
    static const struct {
        uint8_t octets[8];
        size_t n;
        const char *text;
    } cases[] = {
        {{0x00, 0x41, 0x20, 0xAC}, 4, "A€"},
        {{0xD8, 0x3D, 0xDE, 0x01}, 4, "😁"},
        {{0xD8, 0x3D}, 2, REPLACEMENT},
        {{0xDE, 0x01}, 2, REPLACEMENT},
        {{0xDE, 0x01, 0xD8, 0x3D}, 4, REPLACEMENT REPLACEMENT},
        {{0xD8, 0x3D, 0x00, 0x41}, 4, REPLACEMENT "A"},
        {{0xD8, 0x3D, 0xD8, 0x3D, 0xDE, 0x01}, 6, REPLACEMENT "😁"},
        {{0}, 0, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char data[64] = "";
        struct strbuf text = STRBUF_ON(data);

        assert_int_equal(ucs2_decode(cases[i].octets, cases[i].n, &text), 0);
        assert_string_equal(data, cases[i].text);
    }
}

static void test_pieces(void **state)
{
    static const uint8_t first[] = {0x00, 0x41, 0xD8, 0x3D}, second[] = {0xDE, 0x01};
    struct ucs2_decoder decoder = {0};
    char data[64] = "";
    struct strbuf text = STRBUF_ON(data);

    (void)state;
    assert_int_equal(ucs2_decoder_put(&decoder, first, sizeof(first), &text), 0);
    assert_int_equal(ucs2_decoder_put(&decoder, second, sizeof(second), &text), 0);
    ucs2_decoder_end(&decoder, &text);
    assert_string_equal(data, "A😁");
    assert_int_equal(ucs2_decode(first, 3, &text), -EINVAL);
}

static void test_encode(void **state)
{
    uint8_t octets[4];

    (void)state;
    assert_int_equal(ucs2_encode_char(0x20AC, octets), 2);
    assert_memory_equal(octets, ((uint8_t[]){0x20, 0xAC}), 2);
    assert_int_equal(ucs2_encode_char(0x1F601, octets), 4);
    assert_memory_equal(octets, ((uint8_t[]){0xD8, 0x3D, 0xDE, 0x01}), 4);
    assert_int_equal(ucs2_encode_char(0x10FFFF, octets), 4);
    assert_memory_equal(octets, ((uint8_t[]){0xDB, 0xFF, 0xDF, 0xFF}), 4);
    assert_int_equal(ucs2_encode_char(0xD800, octets), -EINVAL);
    assert_int_equal(ucs2_encode_char(0x110000, octets), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decode),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_encode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
