/* TP-Status: the groups and values of 3GPP TS 23.040 §9.2.3.15. */
#include "sms/tp_status.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_groups(void **state)
{
    static const struct {
        uint8_t first, last;
        enum tp_status_kind kind;
    } table[] = {
        {0x00, 0x1F, TP_STATUS_DELIVERED}, /* transaction completed */
        {0x20, 0x3F, TP_STATUS_TRYING},    /* temporary error, SC still trying */
        {0x40, 0x45, TP_STATUS_FAILED},    /* permanent error */
        {0x46, 0x46, TP_STATUS_EXPIRED},   /* SM validity period expired */
        {0x47, 0x7F, TP_STATUS_FAILED},    /* permanent; temporary, SC not trying any more */
        {0x80, 0xFF, TP_STATUS_FAILED},    /* reserved */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        for (unsigned status = table[i].first; status <= table[i].last; status++)
            assert_int_equal(tp_status_kind((uint8_t)status), table[i].kind);
}

static void test_texts(void **state)
{
    (void)state;
    assert_string_equal(tp_status_text(0x00), "Received by the phone");
    assert_string_equal(tp_status_text(0x22), "No answer from the phone; still trying");
    assert_string_equal(tp_status_text(0x1F), "The service centre is done with it");
    assert_string_equal(tp_status_text(0x2A), "Not delivered yet; still trying");
    assert_string_equal(tp_status_text(0x7F), "Not delivered; given up");
    assert_string_equal(tp_status_text(0xFF), "Not delivered; given up");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
