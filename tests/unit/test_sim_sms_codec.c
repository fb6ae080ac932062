#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sim/sms_codec.h"
#include "vectors.h"
#include "util/hex.h"

#include <errno.h>
#include <string.h>

static int decode(
    const char *hex, size_t *ret_tpdu, struct sms_submit *ret, char *text, size_t size)
{
    uint8_t pdu[512];
    struct strbuf sb;
    size_t n;
    int r;

    assert_int_equal(hex_decode(hex, strlen(hex), pdu, sizeof(pdu), &n), 0);
    r = sms_submit_decode(pdu, n, ret_tpdu, ret);
    strbuf_init(&sb, text, size);
    if (r == 0)
        sms_put_text(&sb, &ret->body, ret->body.payload, ret->body.n_payload);
    return r;
}

/*
 * "hellohello" is the example of the best known page on the PDU format (dreamfabric.com/sms); the
 * others are laid out by hand from TS 23.040 §9.2.2.2, field by field.
 */
static const struct {
    const char *pdu;
    const char *to;
    const char *text;
    int64_t validity;
    int message_class;
    bool report;
    enum sms_alphabet alphabet;
    size_t tpdu;
} submits[] = {
    {"0011000B916407281553F80000AA0AE8329BFD4697D9EC37", "+46708251358", "hellohello", 345600, -1,
        false, SMS_GSM7, 23},
    {"0021000B916407281553F8000005C8329BFD06", "+46708251358", "Hello", -1, -1, true, SMS_GSM7,
        18},
    {"0001000B916407281553F8001005C8329BFD06", "+46708251358", "Hello", -1, 0, false, SMS_GSM7,
        18},
    {"00010004812143000804094D0928", "1234", "\xe0\xa5\x8d\xe0\xa4\xa8", -1, -1, false, SMS_UCS2,
        13},
    {"000100048121430008" "04D83DDE01", "1234", "\xf0\x9f\x98\x81", -1, -1, false, SMS_UCS2, 13},
    {"000100048121430004" "03010AFF", "1234", "010AFF", -1, -1, false, SMS_8BIT, 12},
    {"00110004812143000000" "00", "1234", "", 300, -1, false, SMS_GSM7, 10},
    {"001100048121430000A7" "00", "1234", "", 86400, -1, false, SMS_GSM7, 10},
    {"001100048121430000AD" "00", "1234", "", 7 * 86400, -1, false, SMS_GSM7, 10},
    {"000900048121430000" "03300000000000" "00", "1234", "", 10800, -1, false, SMS_GSM7, 16},
};

static void test_submits(void **state _unused_)
{
    for (size_t i = 0; i < ARRAY_SIZE(submits); i++) {
        struct sms_submit submit;
        char text[256];
        size_t tpdu;
        int r = decode(submits[i].pdu, &tpdu, &submit, text, sizeof(text));

        if (r != 0)
            fail_msg("%s: refused", submits[i].pdu);
        assert_string_equal(submit.to, submits[i].to);
        assert_string_equal(text, submits[i].text);
        assert_int_equal(submit.validity_sec, submits[i].validity);
        assert_int_equal(submit.body.message_class, submits[i].message_class);
        assert_int_equal(submit.report_requested, submits[i].report);
        assert_int_equal(submit.body.alphabet, submits[i].alphabet);
        assert_int_equal(tpdu, submits[i].tpdu);
    }
}

/* Every shortening of a good PDU, and some lies about lengths, are refused. */
static void test_malformed(void **state _unused_)
{
    static const char *const bad[] = {
        "", "00", "0000", "0011000B91", /* ends early */
        "0011000B916407281553F80000AA0BE8329BFD4697D9EC37",   /* one septet more than there is */
        "0011000B916407281553F80000AA0AE8329BFD4697D9EC3700", /* an octet too many */
        "0011000B116407281553F80000AA0AE8329BFD4697D9EC37",   /* type of address without bit 8 */
        "0011001F916407281553F80000AA0AE8329BFD4697D9EC37",   /* too many digits */
        "0010000B916407281553F80000AA0AE8329BFD4697D9EC37",   /* a DELIVER */
        "00110000810000AA0AE8329BFD4697D9EC37",               /* no number */
        "0041000B916407281553F8000405FF00030101",             /* header longer than the data */
    };
    const char *good = submits[0].pdu;
    struct sms_submit submit;
    char text[256], cut[64];
    size_t tpdu;

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        if (decode(bad[i], &tpdu, &submit, text, sizeof(text)) != -EBADMSG)
            fail_msg("%s: accepted", bad[i]);
    }
    for (size_t n = 0; n < strlen(good); n += 2) {
        memcpy(cut, good, n);
        cut[n] = '\0';
        assert_int_equal(decode(cut, &tpdu, &submit, text, sizeof(text)), -EBADMSG);
    }
}

/* Concatenation with both reference widths (TS 23.040 §9.2.3.24.1, §9.2.3.24.8). */
static void test_concatenation(void **state _unused_)
{
    struct sms_submit submit;
    char text[64];
    size_t tpdu;

    /* UDL 8: seven septets of header and fill, one of text: 'A' behind one fill bit is 0x82 */
    assert_int_equal(
        decode("00410004812143000008050003CC020182", &tpdu, &submit, text, sizeof(text)), 0);
    assert_true(submit.body.has_concat);
    assert_int_equal(submit.body.ref, 0xcc);
    assert_int_equal(submit.body.total, 2);
    assert_int_equal(submit.body.seq, 1);
    assert_string_equal(text, "A");
    /* 16-bit reference: header of seven octets is eight septets without fill bits */
    assert_int_equal(
        decode("004100048121430000090608041234030241", &tpdu, &submit, text, sizeof(text)), 0);
    assert_int_equal(submit.body.ref, 0x1234);
    assert_int_equal(submit.body.seq, 2);
    assert_string_equal(text, "A");
    /* part 3 of 2 is no concatenation */
    assert_int_equal(
        decode("00410004812143000008050003CC020382", &tpdu, &submit, text, sizeof(text)), 0);
    assert_false(submit.body.has_concat);
}

static void test_vectors(void **state _unused_)
{
    FILE *file = vectors_open("pdu_submit.jsonl");
    unsigned n = 0;
    json_t *vector;

    if (!file)
        skip();
    while ((vector = vectors_next(file)) != NULL) {
        const char *source = vectors_string(vector, "source");
        struct sms_submit submit;
        char text[SMS_PART_TEXT_SIZE];
        size_t tpdu;

        if (decode(vectors_string(vector, "expect_pdu"), &tpdu, &submit, text, sizeof(text)) < 0)
            fail_msg("%s: refused", source);
        if (strcmp(submit.to, vectors_string(vector, "to")) != 0)
            fail_msg("%s: to %s", source, submit.to);
        if (strcmp(text, vectors_string(vector, "text")) != 0)
            fail_msg("%s: text %s", source, text);
        assert_int_equal(tpdu, vectors_int(vector, "expect_len", 0));
        json_decref(vector);
        n++;
    }
    (void)fclose(file);
    assert_int_not_equal(n, 0);
}

static void test_dcs_vectors(void **state _unused_)
{
    FILE *file = vectors_open("gsm7.jsonl");
    unsigned n = 0;
    json_t *vector;

    if (!file)
        skip();
    while ((vector = vectors_next(file)) != NULL) {
        if (strcmp(vectors_string(vector, "kind"), "dcs") == 0 &&
            json_object_get(vector, "alphabet")) {
            uint8_t dcs = (uint8_t)vectors_int(vector, "dcs", 0);
            enum sms_alphabet alphabet;
            int message_class;

            sms_dcs_decode(dcs, &alphabet, &message_class);
            /* reserved groups, and compressed text that is shown as it came, are our own choice */
            if ((dcs < 0x80 || dcs >= 0xc0) && (dcs & 0xa0) != 0x20 &&
                strcmp(sms_alphabet_name(alphabet), vectors_string(vector, "alphabet")) != 0)
                fail_msg("dcs %02x: %s", dcs, sms_alphabet_name(alphabet));
            if (json_is_integer(json_object_get(vector, "class")))
                assert_int_equal(message_class, vectors_int(vector, "class", 0));
            n++;
        }
        json_decref(vector);
    }
    (void)fclose(file);
    assert_int_not_equal(n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_submits),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_concatenation),
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_dcs_vectors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
