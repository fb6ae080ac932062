/* TP-UDL, the header and what follows it: how much is taken, what is shown, where a fault is. */
#include "sms/user_data.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define GSM7 0x00
#define EIGHT_BIT 0x04
#define UCS2 0x08
#define COMPRESSED 0x20

/* Packed by TS 23.038 §6.1.2.1: "hello", and the same behind one bit of fill. */
#define HELLO 0xE8, 0x32, 0x9B, 0xFD, 0x06
#define HELLO_AFTER_1 0xD0, 0x65, 0x36, 0xFB, 0x0D
#define CONCAT 5, 0x00, 3, 0xCC, 2, 1

static void test_texts(void **state)
{
    static const struct {
        uint8_t octets[16];
        size_t n;
        uint8_t dcs;
        bool has_header;
        const char *text; /* NULL: data alone */
        size_t n_data, left;
    } cases[] = {
        {{5, HELLO}, 6, GSM7, false, "hello", 5, 0},
        {{5, HELLO, 0xFF, 0xFF}, 8, GSM7, false, "hello", 5, 2},
        {{4, 0xE8, 0x32, 0x9B, 0xFD, 0x06}, 6, GSM7, false, "hell", 4, 1},
        {{0}, 1, GSM7, false, "", 0, 0},
        {{0}, 1, UCS2, false, "", 0, 0},
        {{0, 0xFF}, 2, GSM7, true, "", 0, 1}, /* a header announced, and no user data */
        {{12, CONCAT, HELLO_AFTER_1}, 12, GSM7, true, "hello", 5, 0},
        {{7, CONCAT, 0}, 8, GSM7, true, "", 1, 0},
        {{1, 0}, 2, UCS2, true, "", 0, 0}, /* an empty header */
        {{3, 1, 2, 3}, 4, EIGHT_BIT, false, NULL, 3, 0},
        {{9, CONCAT, 1, 2, 3}, 10, EIGHT_BIT, true, NULL, 3, 0},
        {{2, 0x20, 0xAC}, 3, UCS2, false, "€", 2, 0},
        {{8, CONCAT, 0x20, 0xAC}, 9, UCS2, true, "€", 2, 0},
        {{3, 1, 2, 3}, 4, COMPRESSED, false, NULL, 3, 0},
        /* The Hindi tables of TS 23.038 A.3.6: 15h is KA; 3 octets of header want 4 bits of fill */
        {{6, 3, 0x25, 1, 6, 0xA8, 0x00}, 7, GSM7, true, "क", 2, 0},
        {{7, 3, 0x24, 1, 6, 0xD8, 0x70}, 8, GSM7, true, "०", 3, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct cursor c = cursor_on(cases[i].octets, cases[i].n);
        struct sms_decoded decoded = {.dcs = sms_dcs_decode(cases[i].dcs)};
        enum sms_field field;
        enum sms_fault fault = sms_user_data_decode(&c, cases[i].has_header, &decoded, &field);

        if (fault != SMS_FAULT_NONE)
            fail_msg("case %zu: %s", i, sms_fault_to_string(fault));
        assert_true(decoded.has_user_data);
        assert_int_equal(c.left, cases[i].left);
        assert_int_equal(decoded.n_data_octets, cases[i].n_data);
        assert_int_equal(decoded.has_text, cases[i].text != NULL);
        if (cases[i].text) {
            assert_string_equal(decoded.text, cases[i].text);
            assert_int_equal(decoded.text_length, strlen(cases[i].text));
        } else {
            assert_memory_equal(decoded.data, "\1\2\3", 3);
        }
    }
}

static void test_faults(void **state)
{
    static const struct {
        uint8_t octets[16];
        size_t n;
        uint8_t dcs;
        bool has_header;
        enum sms_fault fault;
        enum sms_field field;
        size_t offset;
    } cases[] = {
        {{0}, 0, GSM7, false, SMS_FAULT_CUT_OFF, SMS_FIELD_UDL, 0},
        {{5, HELLO}, 5, GSM7, false, SMS_FAULT_CUT_OFF, SMS_FIELD_USER_DATA, 5},
        {{4, 1, 2, 3}, 4, EIGHT_BIT, false, SMS_FAULT_CUT_OFF, SMS_FIELD_USER_DATA, 4},
        {{161}, 1, GSM7, false, SMS_FAULT_TOO_LONG, SMS_FIELD_UDL, 0},
        {{161}, 1, UCS2, false, SMS_FAULT_TOO_LONG, SMS_FIELD_UDL, 0},
        {{160}, 1, GSM7, false, SMS_FAULT_CUT_OFF, SMS_FIELD_USER_DATA, 1},
        {{140}, 1, EIGHT_BIT, false, SMS_FAULT_CUT_OFF, SMS_FIELD_USER_DATA, 1},
        {{3, 0x20, 0xAC, 0x00}, 4, UCS2, false, SMS_FAULT_ODD, SMS_FIELD_USER_DATA, 1},
        {{7, CONCAT, 0x20}, 8, UCS2, true, SMS_FAULT_ODD, SMS_FIELD_USER_DATA, 7},
        {{2, 5, 0}, 3, EIGHT_BIT, true, SMS_FAULT_HEADER_LENGTH, SMS_FIELD_HEADER, 1},
        {{6, CONCAT}, 7, GSM7, true, SMS_FAULT_HEADER_LENGTH, SMS_FIELD_HEADER, 1},
        {{6, 5, 0x00, 9, 0, 0, 0}, 7, EIGHT_BIT, true, SMS_FAULT_ELEMENT, SMS_FIELD_HEADER, 2},
        {{6, 5, 0x70, 1, 0, 0x24, 1}, 7, EIGHT_BIT, true, SMS_FAULT_ELEMENT, SMS_FIELD_HEADER, 5},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct cursor c = cursor_on(cases[i].octets, cases[i].n);
        struct sms_decoded decoded = {.dcs = sms_dcs_decode(cases[i].dcs)};
        enum sms_field field = SMS_FIELD_SMSC;
        enum sms_fault fault = sms_user_data_decode(&c, cases[i].has_header, &decoded, &field);

        if (fault != cases[i].fault || field != cases[i].field)
            fail_msg("case %zu: %s %s", i, sms_field_to_string(field), sms_fault_to_string(fault));
        assert_int_equal(cases[i].n - c.left, cases[i].offset);
    }
}

/* A length in septets where octets are meant says no more than "to the end"; 140 exist at most. */
static void test_length_in_septets(void **state)
{
    static const struct {
        uint8_t length;
        size_t follow;
        enum sms_fault fault;
    } cases[] = {
        {160, 140, SMS_FAULT_NONE},
        {141, 140, SMS_FAULT_NONE},
        {160, 138, SMS_FAULT_NONE},
        {160, 141, SMS_FAULT_TOO_LONG},
        {140, 141, SMS_FAULT_NONE},
        {140, 139, SMS_FAULT_CUT_OFF},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        uint8_t octets[1 + 141] = {cases[i].length};
        struct cursor c = cursor_on(octets, 1 + cases[i].follow);
        static struct sms_decoded decoded;
        enum sms_field field;

        decoded.dcs = sms_dcs_decode(UCS2);
        assert_int_equal(sms_user_data_decode(&c, false, &decoded, &field), cases[i].fault);
        if (cases[i].fault == SMS_FAULT_NONE)
            assert_int_equal(decoded.n_data_octets, MIN(cases[i].follow, 140));
    }
}

/* The fullest text there is: 160 septets in 140 octets. */
static void test_full(void **state)
{
    uint8_t octets[141] = {160};
    struct cursor c = cursor_on(octets, sizeof(octets));
    struct sms_decoded decoded = {.dcs = sms_dcs_decode(GSM7)};
    enum sms_field field;

    (void)state;
    assert_int_equal(sms_user_data_decode(&c, false, &decoded, &field), SMS_FAULT_NONE);
    assert_int_equal(decoded.text_length, 160);
    assert_int_equal(strspn(decoded.text, "@"), 160);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_length_in_septets),
        cmocka_unit_test(test_full),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
