/* A decoded message as fields: which are there, and how they look in JSON and for people. */
#include "ctl/pdu_fields.h"
#include "util/hex.h"
#include "util/macros.h"

#include <stdlib.h>
#include <string.h>

#include "capture.h"

static struct sms_decoded decoded_of(const char *hex, enum sms_direction direction)
{
    struct sms_decoded decoded;
    uint8_t octets[SMS_MAX_PDU_OCTETS];
    size_t n;

    assert_int_equal(hex_decode(hex, strlen(hex), octets, sizeof(octets), &n), 0);
    assert_int_equal(sms_pdu_decode(octets, n, direction, &decoded, NULL), 0);
    return decoded;
}

/* Laid out by hand from 3GPP TS 23.040 §9.2.2. */
static const struct {
    const char *hex;
    enum sms_direction direction;
    const char *json, *lines;
} rows[] = {
    {"00040B916407281553F80000993092516195800AE8329BFD4697D9EC37", SMS_FROM_NETWORK,
        "{\"type\":\"deliver\",\"number\":\"+46708251358\","
        "\"timestamp\":\"1999-03-29T15:16:59+02:00\",\"reply_path\":false,"
        "\"report_requested\":false,\"pid\":0,\"dcs\":0,\"encoding\":\"gsm7\","
        "\"text\":\"hellohello\"}\n",
        "type:             deliver\nnumber:           +46708251358\n"
        "timestamp:        1999-03-29T15:16:59+02:00\nreply_path:       no\n"
        "report_requested: no\npid:              0\ndcs:              0\n"
        "encoding:         gsm7\ntext:             hellohello\n\n"},
    {"07917283010010F5352A0B916407281553F800100005E8329BFD06", SMS_FROM_PHONE,
        "{\"type\":\"submit\",\"smsc\":\"+27381000015\",\"number\":\"+46708251358\",\"mr\":42,"
        "\"reply_path\":false,\"report_requested\":true,\"pid\":0,\"validity\":300,\"dcs\":16,"
        "\"encoding\":\"gsm7\",\"class\":0,\"text\":\"hello\"}\n",
        NULL},
    {"00410004812143000409050003CC0201010AFF", SMS_FROM_PHONE,
        "{\"type\":\"submit\",\"number\":\"1234\",\"mr\":0,\"reply_path\":false,"
        "\"report_requested\":false,\"pid\":0,\"dcs\":4,\"encoding\":\"8bit\","
        "\"udh\":{\"ref\":204,\"total\":2,\"seq\":1},\"data\":\"010AFF\"}\n",
        NULL},
    {"0041000481214300000603250106A800", SMS_FROM_PHONE,
        "{\"type\":\"submit\",\"number\":\"1234\",\"mr\":0,\"reply_path\":false,"
        "\"report_requested\":false,\"pid\":0,\"dcs\":0,\"encoding\":\"gsm7\","
        "\"language\":{\"locking\":6,\"single\":0},\"text\":\"\\u0915\"}\n",
        NULL},
    {"0006D60B911326880736F4111011719551401110117195714000", SMS_FROM_NETWORK,
        "{\"type\":\"status-report\",\"number\":\"+31628870634\",\"mr\":214,"
        "\"timestamp\":\"2011-01-11T17:59:15+01:00\",\"discharge\":\"2011-01-11T17:59:17+01:00\","
        "\"status\":0,\"pid\":0}\n",
        NULL},
};

static void check(const struct sms_decoded *decoded, bool json, const char *expected)
{
    static char out[8192];
    int saved = capture_begin(stdout, "");

    pdu_fields_print(decoded, json);
    capture_end(stdout, saved, out, sizeof(out));
    if (strcmp(out, expected) != 0)
        fail_msg("%s", out);
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct sms_decoded decoded;

        decoded = decoded_of(rows[i].hex, rows[i].direction);
        check(&decoded, true, rows[i].json);
        if (rows[i].lines)
            check(&decoded, false, rows[i].lines);
    }
}

/* For people, what comes from outside is escaped. */
static void test_harmless(void **state)
{
    struct sms_decoded decoded = decoded_of("0004048121430008993092516195800600"
                                            "1B202E0041",
        SMS_FROM_NETWORK);
    static char out[1024];
    int saved = capture_begin(stdout, "");

    (void)state;
    pdu_fields_print(&decoded, false);
    capture_end(stdout, saved, out, sizeof(out));
    assert_non_null(strstr(out, "text:             \\u{1B}\\u{202E}A\n"));
}

static void test_errors(void **state)
{
    char out[256], err[256];
    int saved_out, saved_err;

    (void)state;
    for (int json = 0; json <= 1; json++) {
        saved_out = capture_begin(stdout, "");
        saved_err = capture_begin(stderr, "");
        pdu_fields_print_error("a \"reason\"", json, 7);
        capture_end(stderr, saved_err, err, sizeof(err));
        capture_end(stdout, saved_out, out, sizeof(out));
        assert_string_equal(out, json ? "{\"error\":\"a \\\"reason\\\"\"}\n" : "");
        assert_string_equal(err, json ? "" : "smsotpctl: PDU 7: a \"reason\"\n");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_harmless),
        cmocka_unit_test(test_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
