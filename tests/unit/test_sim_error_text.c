/* Words for the codes that the simulator gives: TS 27.007 §9.2.1, TS 27.005 §3.2.5. */
#include "sim/error_text.h"
#include "util/macros.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void test_texts(void **state)
{
    static const struct {
        unsigned code;
        const char *cme, *cms;
    } rows[] = {
        {0, "phone failure", "unknown error"},
        {3, "operation not allowed", "unknown error"},
        {8, "unknown", "Operator determined barring"},
        {10, "SIM not inserted", "Call barred"},
        {11, "SIM PIN required", "unknown error"},
        {14, "SIM busy", "unknown error"},
        {21, "invalid index", "Short message transfer rejected"},
        {30, "no network service", "Unknown subscriber"},
        {38, "unknown", "Network out of order"},
        {50, "incorrect parameters", "Requested facility not subscribed"},
        {100, "unknown", "unknown error"},
        {304, "unknown", "invalid PDU mode parameter"},
        {311, "unknown", "SIM PIN required"},
        {340, "unknown", "no +CNMA acknowledgement expected"},
        {500, "unknown", "unknown error"},
        {65535, "unknown", "unknown error"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        if (strcmp(cme_error_text(rows[i].code), rows[i].cme) != 0 ||
            strcmp(cms_error_text(rows[i].code), rows[i].cms) != 0)
            fail_msg("%u: %s, %s", rows[i].code, cme_error_text(rows[i].code),
                cms_error_text(rows[i].code));
    }
}

/* Every code that sim/ gives has words. */
static void test_codes_in_use(void **state)
{
    static const unsigned cme[] = {3, 10, 11, 12, 13, 14, 16, 30, 50};
    static const unsigned cms[] = {
        302, 303, 304, 305, 310, 311, 314, 316, 320, 321, 322, 330, 331, 340};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cme); i++)
        assert_string_not_equal(cme_error_text(cme[i]), "unknown");
    for (size_t i = 0; i < ARRAY_SIZE(cms); i++)
        assert_string_not_equal(cms_error_text(cms[i]), "unknown error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_codes_in_use),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
