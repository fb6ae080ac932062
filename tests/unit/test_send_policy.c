#include "core/send_policy.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define S USEC_PER_SEC

static struct modem_send_result refused(int cms, int cme)
{
    return (struct modem_send_result){
        .outcome = MODEM_SEND_REFUSED, .cms_error = cms, .cme_error = cme};
}

/* Numbers of 3GPP TS 24.011 Annex E-2, TS 27.005 §3.2.5 and TS 27.007 §9.2, one of each class. */
static void test_refused(void **state)
{
    static const struct {
        int cms, cme;
        const char *error_class;
        unsigned tries_max; /* in all */
        bool undeliverable;
        bool is_unlisted;
    } rows[] = {
        {1, -1, "destination", 1, true},    /* unassigned number */
        {21, -1, "rejected", 2, false},     /* short message transfer rejected */
        {8, -1, "account", 1, false},       /* operator determined barring */
        {38, -1, "network", 4, false},      /* network out of order */
        {331, -1, "network", 4, false},     /* no network service */
        {310, -1, "sim", 4, false},         /* SIM not inserted */
        {322, -1, "memory", 2, false},      /* memory full */
        {314, -1, "busy", 4, false},        /* SIM busy */
        {304, -1, "protocol", 1, false},    /* invalid PDU mode parameter */
        {500, -1, "unknown", 2, false},     /* unknown error */
        {9999, -1, "unknown", 2, false, true},
        {-1, 30, "network", 4, false},      /* +CME: no network service */
        {-1, 10, "sim", 4, false},          /* +CME: SIM not inserted */
        {-1, -1, "unknown", 2, false},      /* ERROR and no more */
        {0, -1, "network", 4, false, true},       /* §8.2.5.4: what is not listed counts as 41 */
        {3, -1, "network", 4, false, true},
        {126, -1, "network", 4, false, true},
        {131, -1, "unknown", 2, false, true},     /* of TS 23.040 §9.2.3.22, and reserved there */
        {-1, 64, "unknown", 2, false, true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct modem_send_result result = refused(rows[i].cms, rows[i].cme);

        for (unsigned tries = 0; tries < 6; tries++) {
            struct send_verdict verdict = send_policy_judge(&result, tries);
            bool is_last = tries + 1 >= rows[i].tries_max;

            assert_string_equal(verdict.error_class, rows[i].error_class);
            assert_true(verdict.error_text && verdict.error_text[0]);
            assert_int_equal(verdict.is_unlisted, rows[i].is_unlisted);
            assert_int_equal(verdict.status, is_last ? MESSAGE_FAILED : MESSAGE_QUEUED);
            assert_int_equal(verdict.undeliverable, is_last && rows[i].undeliverable);
        }
    }
}

static void test_pauses_grow(void **state)
{
    static const usec_t pauses[] = {2 * S, 5 * S, 10 * S};
    struct modem_send_result result = refused(38, -1);

    (void)state;
    for (unsigned tries = 0; tries < ARRAY_SIZE(pauses); tries++)
        assert_int_equal(send_policy_judge(&result, tries).pause, pauses[tries]);
}

static void test_other_outcomes(void **state)
{
    static const struct {
        enum modem_send_outcome outcome;
        enum message_status status;
        usec_t pause;
        const char *error_class;
    } rows[] = {
        {MODEM_SEND_SENT, MESSAGE_SENT, 0, NULL},
        {MODEM_SEND_NOT_SENT, MESSAGE_QUEUED, S, "modem"},
        {MODEM_SEND_UNKNOWN, MESSAGE_UNKNOWN, 0, "modem"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        for (unsigned tries = 0; tries < 100; tries += 33) {
            struct modem_send_result result = {
                .outcome = rows[i].outcome, .cms_error = -1, .cme_error = -1};
            struct send_verdict verdict = send_policy_judge(&result, tries);

            assert_int_equal(verdict.status, rows[i].status);
            assert_int_equal(verdict.pause, rows[i].pause);
            assert_false(verdict.undeliverable);
            if (rows[i].error_class)
                assert_string_equal(verdict.error_class, rows[i].error_class);
            else
                assert_null(verdict.error_class);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_pauses_grow),
        cmocka_unit_test(test_other_outcomes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
