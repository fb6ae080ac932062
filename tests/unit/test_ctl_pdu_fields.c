/* Fields of a decoded message: for programs on one line, for people with everything escaped. */
#include "ctl/pdu_fields.h"

#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "util/macros.h"

static void print(const struct sms_decoded *decoded, bool json, char *ret, size_t size)
{
    int saved = capture_begin(stdout, "");

    pdu_fields_print(decoded, json);
    capture_end(stdout, saved, ret, size);
}

static void test_deliver(void **state)
{
    /* TS 23.040 §9.2.2.1: from +46708251358, "hellohello". */
    static const uint8_t octets[] = {0x00, 0x04, 0x0B, 0x91, 0x64, 0x07, 0x28, 0x15, 0x53, 0xF8, 0x00,
        0x00, 0x99, 0x30, 0x92, 0x51, 0x61, 0x95, 0x80, 0x0A, 0xE8, 0x32, 0x9B, 0xFD, 0x46, 0x97, 0xD9,
        0xEC, 0x37};
    struct sms_decoded decoded;
    char out[2048];
    json_t *json;

    (void)state;
    assert_int_equal(
        sms_pdu_decode(octets, sizeof(octets), SMS_FROM_NETWORK, &decoded, NULL), 0);
    json = pdu_fields_to_json(&decoded);
    assert_string_equal(json_string_value(json_object_get(json, "type")), "deliver");
    assert_string_equal(json_string_value(json_object_get(json, "number")), "+46708251358");
    assert_string_equal(json_string_value(json_object_get(json, "text")), "hellohello");
    assert_null(json_object_get(json, "status"));
    json_decref(json);
    print(&decoded, false, out, sizeof(out));
    assert_non_null(strstr(out, "number:           +46708251358\n"));
    print(&decoded, true, out, sizeof(out));
    assert_ptr_equal(strstr(out, "{\"type\":\"deliver\""), out);
    snprintf(decoded.text, sizeof(decoded.text), "a\x1b[2J");
    print(&decoded, false, out, sizeof(out));
    assert_non_null(strstr(out, "a\\u{1B}[2J"));
}

static void test_errors(void **state)
{
    char out[256], err[256];
    int saved_out = capture_begin(stdout, ""), saved_err = capture_begin(stderr, "");

    (void)state;
    pdu_fields_print_error("cut off", true, 1);
    pdu_fields_print_error("cut off", false, 2);
    capture_end(stderr, saved_err, err, sizeof(err));
    capture_end(stdout, saved_out, out, sizeof(out));
    assert_string_equal(out, "{\"error\":\"cut off\"}\n");
    assert_non_null(strstr(err, "2"));
    assert_non_null(strstr(err, "cut off"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deliver),
        cmocka_unit_test(test_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
