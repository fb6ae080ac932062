/* User data headers: what is read, what is ignored, what is written. */
#include "sms/udh.h"
#include "util/macros.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* TS 23.040 §9.2.3.24: what is ignored, and that the last of two counts. */
static void test_concatenation(void **state)
{
    static const struct {
        uint8_t octets[16];
        size_t n;
        int r;
        unsigned bits, reference;
        uint8_t total, sequence;
    } cases[] = {
        {{0x00, 3, 0xCC, 2, 1}, 5, 0, 8, 0xCC, 2, 1},
        {{0x08, 4, 0x12, 0x34, 9, 9}, 6, 0, 16, 0x1234, 9, 9},
        {{0x00, 3, 0xCC, 0, 1}, 5, 0, 0, 0, 0, 0},
        {{0x00, 3, 0xCC, 2, 0}, 5, 0, 0, 0, 0, 0},
        {{0x00, 3, 0xCC, 2, 3}, 5, 0, 0, 0, 0, 0},
        {{0x00, 4, 0xCC, 2, 1, 0}, 6, 0, 0, 0, 0, 0},
        {{0x00, 3, 0xCC, 2, 1, 0x00, 3, 0xDD, 2, 2}, 10, 0, 8, 0xDD, 2, 2},
        {{0x70, 2, 0xAA, 0xBB, 0x00, 3, 0xCC, 2, 1}, 9, 0, 8, 0xCC, 2, 1},
        {{0x00, 3, 0xCC, 2, 1, 0x70}, 6, -EBADMSG, 0, 0, 0, 0},
        {{0x00, 3, 0xCC, 2}, 4, -EBADMSG, 0, 0, 0, 0},
        {{0}, 0, 0, 0, 0, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct sms_udh udh = {0};
        size_t consumed;

        assert_int_equal(sms_udh_decode(cases[i].octets, cases[i].n, &udh, &consumed), cases[i].r);
        assert_int_equal(udh.concat.reference_bits, cases[i].bits);
        assert_int_equal(udh.concat.reference, cases[i].reference);
        assert_int_equal(udh.concat.total, cases[i].total);
        assert_int_equal(udh.concat.sequence, cases[i].sequence);
    }
}

/* Ports of §9.2.3.24.3 and .4, languages of .15 and .16; another length makes them unknown. */
static void test_elements(void **state)
{
    static const struct {
        uint8_t octets[8];
        size_t n;
        int destination, source; /* -1: none */
        int locking, single;
    } cases[] = {
        {{0x04, 2, 0x17, 0x2A}, 4, 0x17, 0x2A, -1, -1},
        {{0x05, 4, 0x0B, 0x84, 0x23, 0xF0}, 6, 0x0B84, 0x23F0, -1, -1},
        {{0x05, 2, 0x0B, 0x84}, 4, -1, -1, -1, -1},
        {{0x04, 4, 0, 0, 0, 0}, 6, -1, -1, -1, -1},
        {{0x24, 1, 6}, 3, -1, -1, 0, 6},
        {{0x25, 1, 13}, 3, -1, -1, 13, 0},
        {{0x25, 1, 6, 0x24, 1, 5}, 6, -1, -1, 6, 5},
        {{0x25, 2, 6, 0}, 4, -1, -1, -1, -1},
        {{0x24, 0}, 2, -1, -1, -1, -1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct sms_udh udh;
        size_t consumed;

        assert_int_equal(sms_udh_decode(cases[i].octets, cases[i].n, &udh, &consumed), 0);
        assert_int_equal(consumed, cases[i].n);
        assert_int_equal(udh.has_ports, cases[i].destination >= 0);
        assert_int_equal(udh.has_language, cases[i].locking >= 0);
        if (udh.has_ports) {
            assert_int_equal(udh.destination_port, cases[i].destination);
            assert_int_equal(udh.source_port, cases[i].source);
        }
        if (udh.has_language) {
            assert_int_equal(udh.locking, cases[i].locking);
            assert_int_equal(udh.single, cases[i].single);
        }
    }
}

/* How far it is well-formed: up to the element that is cut off. */
static void test_consumed(void **state)
{
    static const uint8_t octets[] = {0x70, 1, 0xAA, 0x00, 3, 0xCC, 2, 1, 0x24};
    static const size_t consumed[] = {0, 0, 0, 3, 3, 3, 3, 3, 8, 8};

    (void)state;
    for (size_t n = 0; n <= sizeof(octets); n++) {
        struct sms_udh udh;
        size_t got = 99;
        int r = sms_udh_decode(octets, n, &udh, &got);

        assert_int_equal(r, n == consumed[n] ? 0 : -EBADMSG);
        assert_int_equal(got, consumed[n]);
    }
}

static void test_encode(void **state)
{
    static const struct {
        struct sms_udh udh;
        size_t n;
        uint8_t octets[SMS_UDH_MAX_ENCODED_OCTETS];
    } cases[] = {
        {{.concat = {0}}, 0, {0}},
        {{.concat = {0xCC, 8, 2, 1}}, 6, {5, 0x00, 3, 0xCC, 2, 1}},
        {{.concat = {0x1234, 16, 9, 8}}, 7, {6, 0x08, 4, 0x12, 0x34, 9, 8}},
        {{.locking = 6}, 4, {3, 0x25, 1, 6}},
        {{.single = 5}, 4, {3, 0x24, 1, 5}},
        {{.concat = {0x1234, 16, 9, 8}, .locking = 6, .single = 5}, 13,
            {12, 0x08, 4, 0x12, 0x34, 9, 8, 0x25, 1, 6, 0x24, 1, 5}},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        uint8_t octets[SMS_UDH_MAX_ENCODED_OCTETS] = {0};

        assert_int_equal(sms_udh_encode(&cases[i].udh, octets), cases[i].n);
        assert_memory_equal(octets, cases[i].octets, cases[i].n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_concatenation),
        cmocka_unit_test(test_elements),
        cmocka_unit_test(test_consumed),
        cmocka_unit_test(test_encode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
