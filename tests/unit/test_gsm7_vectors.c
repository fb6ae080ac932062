/* Every row of gsm7.jsonl, against the codec it is about. */
#include "vectors.h"

#include "sms/address.h"
#include "sms/dcs.h"
#include "sms/gsm7.h"
#include "sms/gsm7_tables.h"
#include "sms/plan.h"
#include "sms/timestamp.h"
#include "sms/ucs2.h"
#include "sms/udh.h"
#include "sms/validity.h"
#include "util/hex.h"
#include "util/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static size_t bytes_of(const json_t *row, const char *key, uint8_t *ret, size_t size)
{
    const char *hex = vectors_string(row, key);
    size_t n;

    assert_non_null(hex);
    assert_int_equal(hex_decode(hex, strlen(hex), ret, size, &n), 0);
    return n;
}

static void check_hex(const char *expected, const uint8_t *bytes, size_t n)
{
    char text[1024];

    assert_true(2 * n < sizeof(text));
    hex_encode(bytes, n, text);
    assert_int_equal(strcasecmp(text, expected), 0);
}

static void check_pack(const json_t *row)
{
    unsigned fill = (unsigned)vectors_int(row, "fill_bits", 0);
    bool is_ussd = json_is_true(json_object_get(row, "ussd_padding"));
    const char *text = vectors_string(row, "text");
    uint8_t septets[256], packed[256], back[256];
    size_t n, n_packed;

    if (text)
        assert_int_equal(
            gsm7_encode((struct gsm7_shift){0}, text, strlen(text), septets, sizeof(septets), &n),
            0);
    if (json_object_get(row, "septets")) {
        uint8_t given[256];
        size_t n_given = bytes_of(row, "septets", given, sizeof(given));

        if (text)
            assert_true(n == n_given && memcmp(given, septets, n) == 0);
        n = n_given;
        memcpy(septets, given, n);
    }
    if (json_object_get(row, "n_septets"))
        assert_int_equal(n, vectors_int(row, "n_septets", 0));
    assert_int_equal(
        (is_ussd ? gsm7_pack_ussd : gsm7_pack)(septets, n, fill, packed, sizeof(packed), &n_packed),
        0);
    check_hex(vectors_string(row, "packed"), packed, n_packed);
    assert_int_equal(gsm7_unpack(packed, n_packed, fill, n, back), 0);
    assert_memory_equal(back, septets, n);
}

static void check_address(const json_t *row)
{
    bool is_smsc = json_is_true(json_object_get(row, "smsc_field"));
    const char *number = vectors_string(row, "number");
    struct sms_address address;
    uint8_t octets[64], encoded[SMS_ADDRESS_MAX_OCTETS];
    size_t n_encoded, n = bytes_of(row, json_object_get(row, "input") ? "input" : "octets", octets,
                          sizeof(octets));
    struct cursor c = cursor_on(octets, n);

    assert_int_equal((is_smsc ? sms_address_decode_smsc : sms_address_decode)(&c, &address), 0);
    assert_string_equal(address.text, number);
    if (json_object_get(row, "consumed"))
        assert_int_equal(n - c.left, vectors_int(row, "consumed", 0));
    if (address.type_of_number == SMS_TON_INTERNATIONAL) {
        assert_int_equal(
            (is_smsc ? sms_address_encode_smsc : sms_address_encode)(number, encoded, &n_encoded),
            0);
        check_hex(vectors_string(row, "octets"), encoded, n_encoded);
    }
}

static void check_timestamp(const json_t *row)
{
    uint8_t octets[16];
    struct cursor c = cursor_on(octets, bytes_of(row, "octets", octets, sizeof(octets)));
    struct sms_timestamp timestamp;
    char data[40] = "";
    struct strbuf text = STRBUF_ON(data);

    if (strcmp(vectors_string(row, "octets"), "A1801311124500") == 0) {
        /* Refused there; TS 23.040 §9.2.3.11: a non-integer digit is assumed to be 0. */
        assert_int_equal(sms_timestamp_decode(&c, &timestamp), 0);
        assert_int_equal(timestamp.year, 2010);
        return;
    }
    assert_int_equal(sms_timestamp_decode(&c, &timestamp), 0);
    sms_timestamp_format(&timestamp, &text);
    assert_string_equal(data, vectors_string(row, "timestamp"));
}

static void check_vp_relative(const json_t *row)
{
    unsigned seconds = (unsigned)vectors_int(row, "seconds", 0);
    uint8_t octet;

    assert_int_equal(sms_validity_relative_encode(seconds, &octet), 0);
    assert_int_equal(octet, vectors_int(row, "octet", -1));
    assert_int_equal(sms_validity_relative_sec(octet), seconds);
}

static void check_dcs(const json_t *row)
{
    struct sms_dcs dcs = sms_dcs_decode((uint8_t)vectors_int(row, "dcs", 0));

    assert_string_equal(sms_encoding_to_string(dcs.encoding), vectors_string(row, "alphabet"));
    if (json_object_get(row, "class"))
        assert_int_equal(dcs.message_class, vectors_int(row, "class", SMS_CLASS_NONE));
}

static void check_nltable(const json_t *row)
{
    uint8_t language = (uint8_t)vectors_int(row, "nli", 0);
    const uint16_t *table = strcmp(vectors_string(row, "table"), "locking") == 0
                                ? gsm7_locking_table(language)
                                : gsm7_single_table(language);
    json_t *map = json_object_get(row, "map");

    for (unsigned i = 0; i < GSM7_TABLE_SIZE; i++) {
        uint32_t expected = 0;
        const char *text;
        char key[3];

        snprintf(key, sizeof(key), "%02X", i);
        text = vectors_string(map, key);
        if (text)
            assert_true(utf8_decode(text, strlen(text), &expected) > 0);
        assert_int_equal(table[i], expected);
    }
}

static void check_udh_concat(const json_t *row)
{
    uint8_t octets[16], out[SMS_UDH_MAX_ENCODED_OCTETS];
    size_t consumed, n = bytes_of(row, "octets", octets, sizeof(octets));
    struct sms_udh udh;

    assert_int_equal(sms_udh_decode(octets, n, &udh, &consumed), 0);
    assert_int_equal(udh.concat.reference, vectors_int(row, "ref", -1));
    assert_int_equal(udh.concat.total, vectors_int(row, "total", -1));
    assert_int_equal(udh.concat.sequence, vectors_int(row, "seq", -1));
    assert_int_equal(sms_udh_encode(&udh, out), n + 1);
    assert_memory_equal(out + 1, octets, n);
}

static void decode_alphabet(
    bool is_ucs2, struct gsm7_shift shift, const uint8_t *octets, size_t n, struct strbuf *text)
{
    if (is_ucs2)
        assert_int_equal(ucs2_decode(octets, n, text), 0);
    else
        gsm7_decode(shift, octets, n, text);
}

static void check_userdata(const json_t *row)
{
    const char *hex = vectors_string(row, "octets_or_septets");
    struct gsm7_shift shift = {
        (uint8_t)vectors_int(row, "locking", 0), (uint8_t)vectors_int(row, "single", 0)};
    bool is_ucs2 = strcmp(vectors_string(row, "alphabet"), "ucs2") == 0;
    uint8_t octets[256];
    char data[1024] = "";
    struct strbuf text = STRBUF_ON(data);

    decode_alphabet(
        is_ucs2, shift, octets, bytes_of(row, "octets_or_septets", octets, sizeof(octets)), &text);
    if (strcmp(hex, "D83DDE01D83D") == 0)
        /* Dropped there; TS 23.038 §6.2.3 has no half characters, U+FFFD says one was there. */
        assert_string_equal(data, "\xF0\x9F\x98\x81\xEF\xBF\xBD");
    else
        assert_string_equal(data, vectors_string(row, "text"));
}

static struct gsm7_shift shift_of(const json_t *udh)
{
    struct gsm7_shift shift = {0};
    size_t i;
    json_t *element;

    json_array_foreach(udh, i, element)
    {
        const char *data = vectors_string(element, "data");
        uint8_t language = (uint8_t)strtoul(data, NULL, 16);

        if (vectors_int(element, "id", -1) == 0x25)
            shift.locking = language;
        else if (vectors_int(element, "id", -1) == 0x24)
            shift.single = language;
    }
    return shift;
}

static void check_segments_decode(const json_t *row)
{
    char data[4096] = "";
    struct strbuf text = STRBUF_ON(data);
    size_t i;
    json_t *segment;

    json_array_foreach(json_object_get(row, "segments"), i, segment)
    {
        struct sms_dcs dcs = sms_dcs_decode((uint8_t)vectors_int(segment, "dcs", 0));
        uint8_t octets[512];
        size_t n = bytes_of(segment, "ud", octets, sizeof(octets));

        if (dcs.encoding == SMS_ENCODING_8BIT)
            strbuf_put(&text, (const char *)octets, n);
        else
            decode_alphabet(dcs.encoding == SMS_ENCODING_UCS2,
                shift_of(json_object_get(segment, "udh")), octets, n, &text);
    }
    if (json_is_true(json_object_get(row, "error")))
        /* An unpaired half again ("ucs2 dangling surrogate"), shown as U+FFFD. */
        assert_non_null(strstr(data, "\xEF\xBF\xBD"));
    else
        assert_string_equal(data, vectors_string(row, "text"));
}

/* Rows with templates (ports, forced 8-bit data) ask for what outgoing texts do not have. */
static bool is_plain(const json_t *segments)
{
    int dcs = vectors_int(json_array_get(segments, 0), "dcs", 0);

    return dcs == 0 || dcs == 8;
}

static void check_part(const struct sms_outgoing *outgoing, unsigned index, const json_t *segment)
{
    uint8_t pdu[SMS_MAX_PDU_OCTETS], plain[512], septets[256], out[512];
    struct gsm7_shift shift = shift_of(json_object_get(segment, "udh"));
    size_t n_pdu, n_plain = bytes_of(segment, "ud_unpacked", plain, sizeof(plain)), header, n = 0;
    struct sms_pdu encoded;

    assert_int_equal(sms_outgoing_encode(outgoing, index, &encoded), 0);
    assert_int_equal(hex_decode(encoded.hex, strlen(encoded.hex), pdu, sizeof(pdu), &n_pdu), 0);
    assert_int_equal(pdu[1], vectors_int(segment, "first_octet", -1));
    assert_int_equal(pdu[2], vectors_int(segment, "mr", -1));
    assert_int_equal(pdu[8], vectors_int(segment, "dcs", -1));
    header = pdu[1] & 0x40 ? 1U + pdu[10] : 0; /* 00 FO MR 04 81 xx xx PID DCS UDL UD */
    if (vectors_int(segment, "dcs", 0) == 8) {
        assert_memory_equal(pdu + 10 + header, plain, n_plain);
        assert_int_equal(pdu[9], header + n_plain);
        return;
    }
    assert_int_equal(gsm7_unpack(pdu + 10, n_pdu - 10, 0, pdu[9], septets), 0);
    n = (header * 8 + 6) / 7;
    memcpy(out, septets + n, pdu[9] - n);
    assert_int_equal(pdu[9] - n, n_plain);
    assert_memory_equal(out, plain, n_plain);
    if (shift.locking != 0)
        assert_non_null(memmem(pdu + 10, header, (uint8_t[]){0x25, 1, shift.locking}, 3));
    if (shift.single != 0)
        assert_non_null(memmem(pdu + 10, header, (uint8_t[]){0x24, 1, shift.single}, 3));
}

static bool check_segments_encode(const json_t *row)
{
    json_t *segments = json_object_get(row, "segments");
    struct sms_outgoing outgoing = {
        .number = "1234", .text = vectors_string(row, "text"), SMS_OUTGOING_DEFAULT};
    struct sms_sizing sizing;
    unsigned i;

    if (!is_plain(segments))
        return false;
    outgoing.message_reference = 1;
    if (vectors_int(row, "n_options", 0) > 0)
        outgoing.national = 13;
    assert_int_equal(sms_outgoing_size(&outgoing, &sizing), 0);
    assert_int_equal(sizing.parts, json_array_size(segments));
    for (i = 0; i < sizing.parts; i++)
        check_part(&outgoing, i, json_array_get(segments, i));
    return true;
}

static bool check_row(const json_t *row)
{
    static const struct {
        const char *kind;
        void (*check)(const json_t *);
    } checks[] = {
        {"pack", check_pack},
        {"address", check_address},
        {"timestamp", check_timestamp},
        {"vp_relative", check_vp_relative},
        {"dcs", check_dcs},
        {"nltable", check_nltable},
        {"udh_concat", check_udh_concat},
        {"userdata", check_userdata},
        {"segments_decode", check_segments_decode},
    };
    const char *kind = vectors_string(row, "kind");

    if (strcmp(kind, "segments_encode") == 0)
        return check_segments_encode(row);
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
        if (strcmp(kind, checks[i].kind) == 0) {
            checks[i].check(row);
            return true;
        }
    printf("unknown kind %s\n", kind);
    return false;
}

static void test_vectors(void **state)
{
    FILE *file = vectors_open("gsm7.jsonl");
    unsigned ran = 0, left_out = 0;
    json_t *row;

    (void)state;
    if (!file)
        skip();
    while ((row = vectors_next(file))) {
        if (check_row(row))
            ran++;
        else
            left_out++;
        json_decref(row);
    }
    fclose(file);
    printf("gsm7.jsonl: %u rows ran, %u are not for texts\n", ran, left_out);
    assert_true(ran >= 160);
    assert_true(left_out <= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_vectors)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
