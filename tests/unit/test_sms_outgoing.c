#include "sms/outgoing.h"

#include "sms/join.h"
#include "sms/pdu.h"
#include "util/hex.h"
#include "util/utf8.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define TEXT_SIZE 8192

static void repeat(char *ret, const char *what, size_t times)
{
    struct strbuf text;

    strbuf_init(&text, ret, TEXT_SIZE);
    for (size_t i = 0; i < times; i++)
        strbuf_puts(&text, what);
    assert_false(text.overflow);
}

static struct sms_outgoing outgoing_of(const char *text)
{
    return (struct sms_outgoing){.number = "+46708251358", .text = text, SMS_OUTGOING_DEFAULT};
}

/* Room: TS 23.040 §9.2.3.24.1 (160, 153, 152 and 70, 67, 66), TS 23.038 annex C (155, 152). */
static const struct {
    const char *what;
    size_t times;
    int national, force;
    unsigned bits;
    int r;
    struct sms_sizing expect;
} sizes[] = {
    {"", 0, 0, -1, 8, 0, {SMS_ENCODING_GSM7, 1, 0, 160, 0, 0, 0}},
    {"a", 160, 0, -1, 8, 0, {SMS_ENCODING_GSM7, 1, 160, 160, 0, 0, 0}},
    {"a", 161, 0, -1, 8, 0, {SMS_ENCODING_GSM7, 2, 161, 153, 0, 0, 0}},
    {"a", 306, 0, -1, 8, 0, {SMS_ENCODING_GSM7, 2, 306, 153, 0, 0, 0}},
    {"a", 306, 0, -1, 16, 0, {SMS_ENCODING_GSM7, 3, 306, 152, 0, 0, 0}},
    {"a", 1530, 0, -1, 8, 0, {SMS_ENCODING_GSM7, 10, 1530, 153, 0, 0, 0}},
    {"a", 1531, 0, -1, 8, -EMSGSIZE, {0}},
    {"a", 1530, 0, -1, 16, -EMSGSIZE, {0}},
    {"€", 80, 0, -1, 8, 0, {SMS_ENCODING_GSM7, 1, 160, 160, 0, 0, 0}},
    {"€", 81, 0, -1, 8, 0, {SMS_ENCODING_GSM7, 2, 162, 153, 0, 0, 0}},
    {"€", 153, 0, -1, 8, 0, {SMS_ENCODING_GSM7, 3, 306, 153, 0, 0, 0}}, /* 76 pairs a part */
    {"`", 70, 0, -1, 8, 0, {SMS_ENCODING_UCS2, 1, 70, 70, 0, 0, '`'}},
    {"`", 71, 0, -1, 8, 0, {SMS_ENCODING_UCS2, 2, 71, 67, 0, 0, '`'}},
    {"`", 134, 0, -1, 16, 0, {SMS_ENCODING_UCS2, 3, 134, 66, 0, 0, '`'}},
    {"`", 670, 0, -1, 8, 0, {SMS_ENCODING_UCS2, 10, 670, 67, 0, 0, '`'}},
    {"`", 671, 0, -1, 8, -EMSGSIZE, {0}},
    {"😁", 35, 0, -1, 8, 0, {SMS_ENCODING_UCS2, 1, 70, 70, 0, 0, 0x1F601}},
    {"😁", 67, 0, -1, 8, 0, {SMS_ENCODING_UCS2, 3, 134, 67, 0, 0, 0x1F601}}, /* 33 a part */
    {"a", 10, 0, SMS_ENCODING_UCS2, 8, 0, {SMS_ENCODING_UCS2, 1, 10, 70, 0, 0, 0}},
    {"a€`", 1, 0, SMS_ENCODING_GSM7, 8, -ENOTSUP, {.forced_by = '`'}},
    {"क", 155, 6, -1, 8, 0, {SMS_ENCODING_GSM7, 1, 155, 155, 6, 0, 0}},
    {"क", 156, 6, -1, 8, 0, {SMS_ENCODING_GSM7, 2, 156, 149, 6, 0, 0}},
    {"क", 155, SMS_NATIONAL_AUTO, -1, 8, 0, {SMS_ENCODING_GSM7, 1, 155, 155, 6, 0, 0}},
    {"क", 2, SMS_NATIONAL_OFF, -1, 8, 0, {SMS_ENCODING_UCS2, 1, 2, 70, 0, 0, 0x0915}},
    {"क", 2, 4, -1, 8, 0, {SMS_ENCODING_UCS2, 1, 2, 70, 0, 0, 0x0915}},
    {"ç", 2, 2, -1, 8, 0, {SMS_ENCODING_GSM7, 1, 4, 155, 0, 2, 0}},
    {"ç", 2, SMS_NATIONAL_AUTO, -1, 8, 0, {SMS_ENCODING_GSM7, 1, 2, 155, 1, 0, 0}},
    {"क०", 1, 6, -1, 8, 0, {SMS_ENCODING_GSM7, 1, 3, 152, 6, 6, 0}},
    {"a", 3, SMS_NATIONAL_AUTO, -1, 8, 0, {SMS_ENCODING_GSM7, 1, 3, 160, 0, 0, 0}},
    {"\xFF", 1, 0, -1, 8, -EILSEQ, {0}},
};

static void test_size(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        static char text[TEXT_SIZE];
        struct sms_outgoing o = outgoing_of(text);
        struct sms_sizing sizing = {0};
        int r;

        repeat(text, sizes[i].what, sizes[i].times);
        o.national = sizes[i].national;
        o.force_encoding = sizes[i].force;
        o.reference_bits = sizes[i].bits;
        r = sms_outgoing_size(&o, &sizing);
        if (r != sizes[i].r || sizing.encoding != sizes[i].expect.encoding ||
            sizing.parts != sizes[i].expect.parts || sizing.units != sizes[i].expect.units ||
            sizing.units_per_part != sizes[i].expect.units_per_part ||
            sizing.locking != sizes[i].expect.locking || sizing.single != sizes[i].expect.single ||
            sizing.forced_by != sizes[i].expect.forced_by)
            fail_msg("case %zu: %d: %s, %u parts, %u of %u units, %u, %u, U+%04X", i, r,
                sms_encoding_to_string(sizing.encoding), sizing.parts, sizing.units,
                sizing.units_per_part, sizing.locking, sizing.single, sizing.forced_by);
    }
}

static int decode_part(const struct sms_outgoing *o, unsigned index, struct sms_decoded *ret)
{
    struct sms_pdu pdu;
    uint8_t octets[SMS_MAX_PDU_OCTETS];
    size_t n;
    int r = sms_outgoing_encode(o, index, &pdu);

    if (r < 0)
        return r;
    assert_int_equal(hex_decode(pdu.hex, strlen(pdu.hex), octets, sizeof(octets), &n), 0);
    assert_int_equal(n, pdu.tpdu_octets + 1U + octets[0]);
    assert_int_equal(sms_pdu_decode(octets, n, SMS_FROM_PHONE, ret, NULL), 0);
    return 0;
}

/* Where parts are cut: never in an escape sequence or a pair, and before a letter, not its mark. */
static void test_cuts(void **state)
{
    static const struct {
        const char *filler;
        size_t times;
        const char *rest, *second_part;
    } cases[] = {
        {"a", 152, "€bcdefghij", "€bcdefghij"},
        {"a", 151, "€bcdefghij", "bcdefghij"},
        {"`", 66, "😁bcdef", "😁bcdef"},
        {"`", 65, "😁bcdef", "bcdef"},
        {"`", 66, "किabcdef", "किabcdef"},
        {"`", 63, "👨\xE2\x80\x8D👩abcdef", "👨\xE2\x80\x8D👩abcdef"},
        {"`", 66,
            "e\xCC\x81"
            "abcdef",
            "e\xCC\x81"
            "abcdef"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        static char text[TEXT_SIZE];
        struct sms_outgoing o = outgoing_of(text);
        struct sms_decoded decoded;

        repeat(text, cases[i].filler, cases[i].times);
        memcpy(text + strlen(text), cases[i].rest, strlen(cases[i].rest) + 1);
        assert_int_equal(decode_part(&o, 1, &decoded), 0);
        if (strcmp(decoded.text, cases[i].second_part) != 0)
            fail_msg("case %zu: second part is \"%s\"", i, decoded.text);
        assert_int_equal(decode_part(&o, 2, &decoded), -EINVAL);
    }
}

/* Bit by bit from TS 23.040 §9.2.2.2 and TS 23.038 §4; "hello" packed as in §6.1.2.1.1. */
static void test_flags(void **state)
{
    struct sms_outgoing o = outgoing_of("hello");
    struct sms_pdu pdu;

    (void)state;
    assert_int_equal(sms_outgoing_encode(&o, 0, &pdu), 0);
    assert_string_equal(pdu.hex, "0001000B916407281553F8000005E8329BFD06");
    assert_int_equal(pdu.tpdu_octets, 18);
    o.report_requested = true;
    o.reject_duplicates = true;
    o.message_class = 0;
    o.validity_sec = 300;
    o.message_reference = 0x2A;
    o.smsc = "+27381000015";
    assert_int_equal(sms_outgoing_encode(&o, 0, &pdu), 0);
    assert_string_equal(pdu.hex, "07917283010010F5352A0B916407281553F800100005E8329BFD06");
    assert_int_equal(pdu.tpdu_octets, 19);
    o.force_encoding = SMS_ENCODING_UCS2;
    o.message_class = 2;
    o.text = "€";
    assert_int_equal(sms_outgoing_encode(&o, 0, &pdu), 0);
    assert_string_equal(pdu.hex, "07917283010010F5352A0B916407281553F8001A000220AC");
}

static void test_refused(void **state)
{
    struct sms_outgoing o;
    struct sms_pdu pdu;
    struct sms_sizing sizing;

    (void)state;
#define REFUSED(field, value)                                                                      \
    do {                                                                                           \
        o = outgoing_of("hello");                                                                  \
        o.field = value;                                                                           \
        assert_int_equal(sms_outgoing_encode(&o, 0, &pdu), -EINVAL);                               \
    } while (0)
    REFUSED(number, "+");
    REFUSED(number, "123456789012345678901");
    REFUSED(number, "12a");
    REFUSED(smsc, "");
    REFUSED(message_class, 4);
    REFUSED(message_class, -2);
    REFUSED(reference, 256);
    REFUSED(reference_bits, 12);
    REFUSED(national, 14);
    REFUSED(national, -2);
    REFUSED(force_encoding, SMS_ENCODING_8BIT);
    REFUSED(validity_sec, 38102401);
#undef REFUSED
    o = outgoing_of("hello");
    assert_int_equal(sms_outgoing_encode(&o, 1, &pdu), -EINVAL);
    o.national = 99;
    assert_int_equal(sms_outgoing_size(&o, &sizing), -EINVAL);
}

static const char *const alphabets[] = {
    "abcXYZ019 @£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà",
    "ab12€[]{}~|\\^",
    "कखगघङ०१२३ािीु् abc",
    "ابپتٹ١٢؎abc ",
    "ğĞıİşŞçab",
    "日本語はいabc",
    "a😁👨‍👩‍👧ü",
};

static unsigned next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(*seed >> 33);
}

static void make_random_text(uint64_t *seed, char *ret)
{
    const char *alphabet = alphabets[next_random(seed) % (sizeof(alphabets) / sizeof(char *))];
    size_t n_chars = next_random(seed) % 330, length = strlen(alphabet);
    struct strbuf text;

    strbuf_init(&text, ret, TEXT_SIZE);
    while (n_chars-- > 0) {
        size_t at = next_random(seed) % length;
        uint32_t code_point;
        int n;

        while (((uint8_t)alphabet[at] & 0xC0) == 0x80)
            at--;
        n = utf8_decode(alphabet + at, length - at, &code_point);
        assert_true(n > 0);
        strbuf_put(&text, alphabet + at, (size_t)n);
    }
}

/* What a reader joins is what was written; parts are full, but for the last and for kept pairs. */
static void check_round_trip(const struct sms_outgoing *o)
{
    static struct sms_decoded decoded[SMS_MAX_PARTS];
    const struct sms_decoded *parts[SMS_MAX_PARTS];
    static char data[TEXT_SIZE];
    struct strbuf joined = STRBUF_ON(data);
    struct sms_sizing sizing;

    assert_int_equal(sms_outgoing_size(o, &sizing), 0);
    for (unsigned i = 0; i < sizing.parts; i++) {
        assert_int_equal(decode_part(o, i, &decoded[i]), 0);
        assert_string_equal(decoded[i].number.text, o->number);
        assert_int_equal(decoded[i].message_reference, i);
        assert_int_equal(decoded[i].dcs.encoding, sizing.encoding);
        parts[sizing.parts - 1 - i] = &decoded[i];
    }
    assert_int_equal(sms_join(parts, sizing.parts, &joined), sizing.parts);
    assert_string_equal(data, o->text);
}

static void test_round_trips(void **state)
{
    const char *given = getenv("SMSOTP_TEST_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);

    (void)state;
    printf("SMSOTP_TEST_SEED=%llu\n", (unsigned long long)seed);
    for (unsigned i = 0; i < 2000; i++) {
        static char text[TEXT_SIZE];
        struct sms_outgoing o = outgoing_of(text);

        make_random_text(&seed, text);
        o.national = (int)(next_random(&seed) % 15) - 1;
        o.reference_bits = next_random(&seed) % 2 ? 8 : 16;
        o.reference = next_random(&seed) % 256;
        check_round_trip(&o);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_size),
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_flags),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_round_trips),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
