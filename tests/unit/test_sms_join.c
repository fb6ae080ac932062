#include "sms/join.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct sms_decoded part(
    const char *number, unsigned reference, uint8_t total, uint8_t sequence, const char *text)
{
    struct sms_decoded decoded = {.type = SMS_TYPE_DELIVER, .has_text = true};

    decoded.udh.concat = (struct sms_concat){.reference = (uint16_t)reference,
        .reference_bits = 8,
        .total = total,
        .sequence = sequence};
    snprintf(decoded.number.text, sizeof(decoded.number.text), "%s", number);
    decoded.text_length = (size_t)snprintf(decoded.text, sizeof(decoded.text), "%s", text);
    return decoded;
}

static void test_order_and_gaps(void **state)
{
    const struct sms_decoded a = part("+1", 7, 3, 1, "one "), b = part("+1", 7, 3, 2, "two "),
                             c = part("+1", 7, 3, 3, "three");
    static const struct {
        unsigned order[4], n;
        const char *text;
        int distinct;
    } cases[] = {
        {{0, 1, 2}, 3, "one two three", 3},
        {{2, 0, 1}, 3, "one two three", 3},
        {{2, 0}, 2, "one three", 2},
        {{1, 1, 1, 0}, 4, "one two ", 2},
        {{1}, 1, "two ", 1},
        {{0}, 0, "", 0},
    };
    const struct sms_decoded *all[] = {&a, &b, &c};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct sms_decoded *parts[4];
        char data[64] = "";
        struct strbuf text = STRBUF_ON(data);

        for (unsigned j = 0; j < cases[i].n; j++)
            parts[j] = all[cases[i].order[j]];
        assert_int_equal(sms_join(parts, cases[i].n, &text), cases[i].distinct);
        assert_string_equal(data, cases[i].text);
    }
}

static void test_strangers(void **state)
{
    const struct sms_decoded a = part("+1", 7, 2, 1, "a");
    struct sms_decoded others[] = {part("+2", 7, 2, 2, "b"), part("+1", 8, 2, 2, "b"),
        part("+1", 7, 3, 2, "b"), part("+1", 7, 2, 2, "b"), part("+1", 7, 2, 2, "b")};
    char data[64] = "";
    struct strbuf text = STRBUF_ON(data);

    (void)state;
    others[3].udh.concat.reference_bits = 16;
    others[4].has_text = false;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_int_equal(
            sms_join((const struct sms_decoded *[]){&a, &others[i]}, 2, &text), -EINVAL);
    assert_string_equal(data, "");
}

/* Some handsets count UTF-16 units and cut through the pair. */
static void test_pair_across_parts(void **state)
{
    struct sms_decoded a = part("+1", 7, 2, 1, ""), b = part("+1", 7, 2, 2, "");
    char data[64] = "";
    struct strbuf text = STRBUF_ON(data);

    (void)state;
    a.dcs.encoding = b.dcs.encoding = SMS_ENCODING_UCS2;
    memcpy(a.data, (uint8_t[]){0x00, 0x41, 0xD8, 0x3D}, 4);
    a.n_data_octets = 4;
    memcpy(b.data, (uint8_t[]){0xDE, 0x01, 0x00, 0x42}, 4);
    b.n_data_octets = 4;
    assert_int_equal(sms_join((const struct sms_decoded *[]){&b, &a}, 2, &text), 2);
    assert_string_equal(data, "A😁B");
    strbuf_reset(&text);
    b.udh.concat.sequence = 1; /* the same part twice: the second half is missing */
    assert_int_equal(sms_join((const struct sms_decoded *[]){&a, &b}, 2, &text), 1);
    assert_string_equal(data, "A\xEF\xBF\xBD");
    a.udh.concat.total = b.udh.concat.total = 3; /* not a pair over a part that is missing */
    b.udh.concat.sequence = 3;
    strbuf_reset(&text);
    assert_int_equal(sms_join((const struct sms_decoded *[]){&a, &b}, 2, &text), 2);
    assert_string_equal(data, "A\xEF\xBF\xBD\xEF\xBF\xBD"
                              "B");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_and_gaps),
        cmocka_unit_test(test_strangers),
        cmocka_unit_test(test_pair_across_parts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
