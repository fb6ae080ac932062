/* When the network's time is asked for, and what of it goes up. */
#include "modem_fixture.h"

#include <stdlib.h>

#define NOON_UTC (UINT64_C(1795435200) * USEC_PER_SEC) /* 2026-11-23T12:00:00Z */
#define CLOCK(text) {"AT+CCLK?", "\r\n+CCLK: \"" text "\"\r\n\r\nOK\r\n"}

static unsigned n_asked(const struct fixture *f, const char *command)
{
    unsigned n = 0;

    for (const char *p = f->peer.log; (p = strstr(p, command)); p++)
        n++;
    return n;
}

static void test_asks_when_ready(void **unused)
{
    static const struct fake_rule rules[] = {CLOCK("26/11/23,17:30:00+22"), {NULL, NULL}};
    struct fixture *f = begin(rules);

    (void)unused;
    pass(f, USEC_PER_SEC);
    assert_int_equal(f->n_times, 1);
    assert_int_equal(f->network_time, NOON_UTC);
    assert_int_equal(modem_status(f->modem)->network_time, NOON_UTC);
    assert_int_not_equal(modem_status(f->modem)->network_time_at, 0);
    assert_non_null(strstr(f->peer.log, "AT+CTZU=1\n"));
    /* once told, each hour is enough */
    pass(f, 59 * USEC_PER_MINUTE);
    assert_int_equal(n_asked(f, "AT+CCLK?"), 1);
    pass(f, 3 * USEC_PER_MINUTE);
    assert_int_equal(n_asked(f, "AT+CCLK?"), 2);
    assert_int_equal(f->n_times, 2);
    end(f);
}

static void test_clock_that_nobody_has_set(void **unused)
{
    static const struct fake_rule unset[] = {CLOCK("04/01/01,00:01:12+00"), {NULL, NULL}};
    static const struct fake_rule set[] = {CLOCK("26/11/23,17:30:00+22"), {NULL, NULL}};
    struct fixture *f = begin(unset);

    (void)unused;
    pass(f, 5 * USEC_PER_SEC);
    assert_int_equal(n_asked(f, "AT+CCLK?"), 1);
    assert_int_equal(f->n_times, 0);
    assert_int_equal(modem_status(f->modem)->network_time, 0);
    f->peer.rules = set; /* the network has told it meanwhile */
    pass(f, 45 * USEC_PER_SEC);
    assert_int_equal(f->n_times, 1);
    end(f);
}

/* Asked less and less often where the network never tells. */
static void test_questions_grow_rare(void **unused)
{
    static const struct fake_rule rules[] = {CLOCK("80/01/06,00:00:00+00"), {NULL, NULL}};
    struct fixture *f = begin(rules);

    (void)unused;
    pass(f, 3 * USEC_PER_HOUR);
    assert_in_range(n_asked(f, "AT+CCLK?"), 8, 10);
    assert_int_equal(f->n_times, 0);
    end(f);
}

static void test_told_unasked(void **unused)
{
    struct fixture *f = begin(NULL);

    (void)unused;
    pass(f, 5 * USEC_PER_SEC);
    assert_int_equal(f->n_times, 0);
    fake_say(&f->peer, "\r\n*PSUTTZ: 2026,11,23,12,0,0,\"+22\",0\r\n");
    settle(f);
    assert_int_equal(f->n_times, 1);
    assert_int_equal(f->network_time, NOON_UTC);
    /* a modem that babbles is not heard more than once a second */
    for (unsigned i = 0; i < 50; i++)
        fake_say(&f->peer, "\r\n#NITZ: 26/11/23,12:00:00+00\r\n");
    settle(f);
    assert_int_equal(f->n_times, 1);
    pass(f, 2 * USEC_PER_SEC);
    fake_say(&f->peer, "\r\n#NITZ: 26/11/23,12:00:02+00\r\n");
    settle(f);
    assert_int_equal(f->n_times, 2);
    assert_int_equal(f->network_time, NOON_UTC + 2 * USEC_PER_SEC);
    end(f);
}

/* A line that names no moment makes the clock be asked, and not at each of many. */
static void test_zone_alone_asks_the_clock(void **unused)
{
    static const struct fake_rule rules[] = {CLOCK("26/11/23,17:30:00+22"), {NULL, NULL}};
    struct fixture *f = begin(rules);

    (void)unused;
    pass(f, 5 * USEC_PER_SEC);
    for (unsigned i = 0; i < 600; i++) {
        fake_say(&f->peer, "\r\n+CTZV: +22\r\n");
        pass(f, 200 * USEC_PER_MSEC);
    }
    assert_in_range(n_asked(f, "AT+CCLK?"), 3, 6);
    assert_int_equal(f->n_times, n_asked(f, "AT+CCLK?"));
    end(f);
}

/* Its own question first, the clock when that is refused. */
static void test_vendor_question(void **unused)
{
    static const struct fake_rule knows[] = {{"AT+CGMI", "\r\nhuawei\r\n\r\nOK\r\n"},
        {"AT^NWTIME?", "\r\n^NWTIME: 26/11/23,17:30:00+22,00\r\n\r\nOK\r\n"},
        CLOCK("80/01/06,00:00:00+00"), {NULL, NULL}};
    static const struct fake_rule refuses[] = {{"AT+CGMI", "\r\nhuawei\r\n\r\nOK\r\n"},
        {"AT^NWTIME?", "\r\nERROR\r\n"}, CLOCK("26/11/23,17:30:00+22"), {NULL, NULL}};
    struct fixture *f = begin(knows);

    (void)unused;
    pass(f, 5 * USEC_PER_SEC);
    assert_int_equal(f->network_time, NOON_UTC);
    assert_null(strstr(f->peer.log, "AT+CCLK?"));
    end(f);
    f = begin(refuses);
    pass(f, 5 * USEC_PER_SEC);
    assert_int_equal(f->network_time, NOON_UTC);
    end(f);
}

/* A modem that falls silent over the question is brought back, and not asked again. */
static void test_silence_over_the_question(void **unused)
{
    static const struct fake_rule rules[] = {{"AT+CCLK?", NULL}, {NULL, NULL}};
    struct fixture *f = begin(rules);

    (void)unused;
    pass(f, 3 * USEC_PER_HOUR);
    assert_string_equal(modem_state_to_string(state(f)), "ready");
    assert_int_equal(n_asked(f, "AT+CCLK?"), 1);
    assert_int_equal(modem_status(f->modem)->timeouts, 1);
    end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_asks_when_ready),
        cmocka_unit_test(test_clock_that_nobody_has_set),
        cmocka_unit_test(test_questions_grow_rare),
        cmocka_unit_test(test_told_unasked),
        cmocka_unit_test(test_zone_alone_asks_the_clock),
        cmocka_unit_test(test_vendor_question),
        cmocka_unit_test(test_silence_over_the_question),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
