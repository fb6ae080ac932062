/* TP-Status: the groups and values of 3GPP TS 23.040 §9.2.3.15. */
#include "sms/tp_status.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* What each value says: R reserved, S the service centre's own, else its words in the standard. */
static const struct row {
    uint8_t first, last;
    enum tp_status_kind kind;
    const char *text;
} table[] = {
    /* Short message transaction completed */
    {0x00, 0x00, TP_STATUS_DELIVERED, "Received by the phone"},
    {0x01, 0x01, TP_STATUS_UNSURE, "Forwarded; the service centre cannot tell whether it arrived"},
    {0x02, 0x02, TP_STATUS_UNSURE, "Replaced by the service centre"},
    {0x03, 0x0F, TP_STATUS_FAILED, "Service rejected; given up"}, /* R */
    {0x10, 0x1F, TP_STATUS_DELIVERED, "The service centre is done with it"}, /* S */
    /* Temporary error, SC still trying to transfer SM */
    {0x20, 0x20, TP_STATUS_TRYING, "Congestion; still trying"},
    {0x21, 0x21, TP_STATUS_TRYING, "The phone is busy; still trying"},
    {0x22, 0x22, TP_STATUS_TRYING, "No answer from the phone; still trying"},
    {0x23, 0x23, TP_STATUS_TRYING, "Service rejected; still trying"},
    {0x24, 0x24, TP_STATUS_TRYING, "Quality of service not available; still trying"},
    {0x25, 0x25, TP_STATUS_TRYING, "Error in the phone; still trying"},
    {0x26, 0x2F, TP_STATUS_FAILED, "Service rejected; given up"}, /* R */
    {0x30, 0x3F, TP_STATUS_TRYING, "Not delivered yet; still trying"}, /* S */
    /* Permanent error, SC is not making any more transfer attempts */
    {0x40, 0x40, TP_STATUS_FAILED, "Remote procedure error"},
    {0x41, 0x41, TP_STATUS_FAILED, "Incompatible destination"},
    {0x42, 0x42, TP_STATUS_FAILED, "Connection rejected by the phone"},
    {0x43, 0x43, TP_STATUS_FAILED, "Not obtainable"},
    {0x44, 0x44, TP_STATUS_FAILED, "Quality of service not available"},
    {0x45, 0x45, TP_STATUS_FAILED, "No interworking available"},
    {0x46, 0x46, TP_STATUS_EXPIRED,
        "The validity period expired before the phone could be reached"},
    {0x47, 0x47, TP_STATUS_FAILED, "Deleted by the sender"},
    {0x48, 0x48, TP_STATUS_FAILED, "Deleted by the service centre"},
    {0x49, 0x49, TP_STATUS_FAILED, "The message does not exist"},
    {0x4A, 0x4F, TP_STATUS_FAILED, "Service rejected; given up"}, /* R */
    {0x50, 0x5F, TP_STATUS_FAILED, "Not delivered; given up"}, /* S */
    /* Temporary error, SC is not making any more transfer attempts */
    {0x60, 0x60, TP_STATUS_FAILED, "Congestion; given up"},
    {0x61, 0x61, TP_STATUS_FAILED, "The phone is busy; given up"},
    {0x62, 0x62, TP_STATUS_FAILED, "No answer from the phone; given up"},
    {0x63, 0x63, TP_STATUS_FAILED, "Service rejected; given up"},
    {0x64, 0x64, TP_STATUS_FAILED, "Quality of service not available; given up"},
    {0x65, 0x65, TP_STATUS_FAILED, "Error in the phone; given up"},
    {0x66, 0x6F, TP_STATUS_FAILED, "Service rejected; given up"}, /* R */
    {0x70, 0x7F, TP_STATUS_FAILED, "Not delivered; given up"}, /* S */
    {0x80, 0xFF, TP_STATUS_FAILED, "Service rejected; given up"}, /* R */
};

/* All 256, each once: reserved ones are to be taken as 63h, service rejected. */
static void test_values(void **state)
{
    unsigned next = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        assert_int_equal(table[i].first, next);
        for (; next <= table[i].last; next++) {
            assert_int_equal(tp_status_kind((uint8_t)next), table[i].kind);
            assert_string_equal(tp_status_text((uint8_t)next), table[i].text);
        }
    }
    assert_int_equal(next, 256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
