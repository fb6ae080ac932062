/* DELIVER and STATUS-REPORT as a modem hands them to its user, laid out from TS 23.040 §9.2.2. */
#include "sim/gsm7.h"
#include "sim/sms_encode.h"
#include "util/hex.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static size_t encode(const struct sms_deliver *deliver, char *ret_hex)
{
    uint8_t pdu[SMS_PDU_MAX_OCTETS];
    size_t n, smsc_octets;

    n = sms_deliver_encode(deliver, pdu, &smsc_octets);
    hex_encode(pdu, n, ret_hex);
    return smsc_octets;
}

/*
 * The first is the beginning of gammu/gammu tests/at-sms/06.dump: SMSC +85290260314, sender "36713"
 * of unknown type, 2007-07-09 10:54:00 +00:00, with a text of ours. "hellohello" is packed in
 * test_sim_gsm7.c, "AB" and "ABCDEFGHIJK" by hand.
 */
static void test_deliver(void **state)
{
    static const struct {
        const char *smsc, *from, *text;
        enum sms_alphabet alphabet;
        uint8_t dcs;
        const char *hex;
        size_t smsc_octets;
    } rows[] = {
        {"+85290260314", "36713", "hellohello", SMS_GSM7, 0,
            "07915892200613f4"
            "0405816317f30000"
            "70709001450000"
            "0ae8329bfd4697d9ec37",
            8},
        {"", "+46708251358", "", SMS_GSM7, 0,
            "00"
            "040b916407281553f80000"
            "70709001450000"
            "00",
            1},
        {"36713", "+1", "AB", SMS_GSM7, 0x10,
            "04816317f3"
            "040191f10010"
            "70709001450000"
            "024121",
            5},
        {"", "AB", "", SMS_GSM7, 0, /* 14 bits are four semi-octets */
            "00"
            "0404d041210000"
            "70709001450000"
            "00",
            1},
        {"", "ABCDEFGHIJK", "", SMS_GSM7, 0,
            "00"
            "0414d041e19058341e9149e5120000"
            "70709001450000"
            "00",
            1},
        {"", "1234", "\x09\x15\xD8\x3D\xDE\x01", SMS_UCS2, 8,
            "00"
            "04048121430008"
            "70709001450000"
            "060915d83dde01",
            1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct sms_deliver deliver = {.sent_at = 1183978440, /* 2007-07-09T10:54:00Z */
            .body = {.alphabet = rows[i].alphabet, .dcs = rows[i].dcs}};
        char hex[SMS_PDU_MAX_OCTETS * 2 + 1];
        size_t n = strlen(rows[i].text);

        strbuf_puts(&STRBUF_ON(deliver.smsc), rows[i].smsc);
        strbuf_puts(&STRBUF_ON(deliver.from), rows[i].from);
        memcpy(deliver.body.payload, rows[i].text, n); /* A to Z and a to z are their septets */
        deliver.body.n_payload = n;
        assert_int_equal(encode(&deliver, hex), rows[i].smsc_octets);
        if (strcmp(hex, rows[i].hex) != 0)
            fail_msg("case %zu: %s", i, hex);
    }
}

/* A part of a long text: six octets of header, and a bit of fill before septets (§9.2.3.24). */
static void test_parts(void **state)
{
    struct sms_deliver deliver = {.from = "1234",
        .sent_at = 1183978440,
        .body = {.alphabet = SMS_GSM7,
            .has_concat = true,
            .ref = 0xCC,
            .total = 2,
            .seq = 1,
            .payload = "hello",
            .n_payload = 5}};
    char hex[SMS_PDU_MAX_OCTETS * 2 + 1];

    (void)state;
    encode(&deliver, hex);
    assert_string_equal(hex, "00"
                             "44048121430000"
                             "70709001450000"
                             "0c050003cc0201d06536fb0d");
    deliver.body.alphabet = SMS_UCS2;
    deliver.body.dcs = 8;
    memcpy(deliver.body.payload, "\x20\xAC", 2);
    deliver.body.n_payload = 2;
    encode(&deliver, hex);
    assert_string_equal(hex, "00"
                             "44048121430008"
                             "70709001450000"
                             "08050003cc020120ac");
}

/* As faucamp/python-gsmmodem test_pdu.py has it: 0006D60B911326880736F4… */
static void test_report(void **state)
{
    struct sms_report report = {.to = "+31628870634", .mr = 214, .sent_at = 0, .discharged_at = 60};
    uint8_t pdu[SMS_PDU_MAX_OCTETS];
    char hex[SMS_PDU_MAX_OCTETS * 2 + 1];
    size_t n, smsc_octets;

    (void)state;
    n = sms_report_encode(&report, pdu, &smsc_octets);
    hex_encode(pdu, n, hex);
    assert_string_equal(hex, "0006d60b911326880736f4"
                             "07101000000000"
                             "07101000100000"
                             "00");
    assert_int_equal(smsc_octets, 1);
    report.status = 0x46;
    strbuf_puts(&STRBUF_ON(report.smsc), "+85290260314");
    n = sms_report_encode(&report, pdu, &smsc_octets);
    assert_int_equal(smsc_octets, 8);
    assert_int_equal(pdu[n - 1], 0x46);
}

/* The longest there is: 20 digits on both sides, 140 octets of user data. */
static void test_longest(void **state)
{
    struct sms_deliver deliver = {.smsc = "+12345678901234567890",
        .from = "+12345678901234567890",
        .body = {.alphabet = SMS_8BIT, .dcs = 4, .n_payload = 140}};
    uint8_t pdu[SMS_PDU_MAX_OCTETS];
    size_t smsc_octets;

    (void)state;
    assert_int_equal(
        sms_deliver_encode(&deliver, pdu, &smsc_octets), 12 + 1 + 12 + 2 + 7 + 1 + 140);
    assert_int_equal(smsc_octets, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deliver),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_report),
        cmocka_unit_test(test_longest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
