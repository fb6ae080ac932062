#include "modem/modem.h"

#include "fake_modem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#define PDU "0011000B911989214365F70000AA05E8329BFD06"
#define PDU_TPDU_OCTETS 19

struct fixture {
    struct loop *loop;
    struct modem *modem;
    struct fake_peer peer;
    char link[64];
    bool hold; /* do not proceed at the prompt */
    unsigned n_prompts, n_done, n_inbound, n_reports;
    struct modem_send_result result;
    unsigned send_again; /* from within send_done */
    int send_again_r;
    enum modem_state states[256];
    size_t n_states;
};

static void on_state(void *userdata, struct modem *modem)
{
    struct fixture *f = userdata;

    if (f->n_states < ARRAY_SIZE(f->states))
        f->states[f->n_states++] = modem_status(modem)->state;
}

static void on_prompt(void *userdata, struct modem *modem)
{
    struct fixture *f = userdata;

    f->n_prompts++;
    if (!f->hold)
        modem_send_proceed(modem);
}

static void on_done(void *userdata, struct modem *modem, const struct modem_send_result *result)
{
    struct fixture *f = userdata;

    f->n_done++;
    f->result = *result;
    if (f->send_again > 0) {
        f->send_again--;
        f->send_again_r = modem_send(modem, PDU, PDU_TPDU_OCTETS);
    }
}

static void on_inbound(void *userdata, struct modem *modem, const uint8_t *pdu, size_t n)
{
    struct fixture *f = userdata;

    (void)modem;
    assert_true(n > 1 && pdu);
    f->n_inbound++;
}

static void on_report(void *userdata, struct modem *modem, const uint8_t *pdu, size_t n)
{
    struct fixture *f = userdata;

    (void)modem;
    assert_true(n > 1 && pdu);
    f->n_reports++;
}

static const struct modem_ops ops = {.state = on_state,
    .send_prompt = on_prompt,
    .send_done = on_done,
    .inbound = on_inbound,
    .report = on_report};

static const struct log no_log = {.fd = -1, .level = LOG_LEVEL_DEBUG};

/* Lets everything happen that takes no time. */
static void settle(struct fixture *f)
{
    unsigned quiet = 0;

    /* The kernel moves a pty's bytes from a work queue: a moment must really pass. */
    for (unsigned i = 0; i < 20000 && quiet < 5; i++) {
        bool busy = fake_serve(&f->peer);

        loop_run_once(f->loop);
        busy |= fake_fire_due();
        quiet = busy ? 0 : quiet + 1;
        if (!busy)
            usleep(200);
    }
}

/* Lets time pass, from timer to timer. */
static void pass(struct fixture *f, usec_t usec)
{
    usec_t until = fake_now + usec;

    settle(f);
    for (;;) {
        struct timer *timer = fake_earliest();

        if (!timer || timer->deadline > until)
            break;
        fake_now = MAX(fake_now, timer->deadline);
        settle(f);
    }
    fake_now = until;
    settle(f);
}

static struct fixture *begin_with(const struct fake_rule *rules, const char *pin, bool echo)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct modem_config config = {.name = "counter", .device = f->link, .pin = pin};

    memset(fake_timers, 0, sizeof(fake_timers));
    snprintf(f->link, sizeof(f->link), "/tmp/test_modem.%d", (int)getpid());
    f->peer.rules = rules;
    f->peer.echo = echo;
    fake_plug(&f->peer, f->link);
    assert_int_equal(loop_new(&f->loop, &fake_clock), 0);
    assert_int_equal(modem_new(&f->modem, f->loop, &no_log, &config, &ops, f), 0);
    modem_start(f->modem);
    pass(f, 300 * USEC_PER_MSEC);
    return f;
}

static struct fixture *begin(const struct fake_rule *rules)
{
    return begin_with(rules, NULL, false);
}

static void end(struct fixture *f)
{
    modem_free(f->modem);
    loop_free(f->loop);
    if (f->peer.master >= 0)
        close(f->peer.master);
    unlink(f->link);
    assert_null(fake_earliest());
    free(f);
}

static enum modem_state state(const struct fixture *f)
{
    return modem_status(f->modem)->state;
}

static void test_reaches_ready(void **unused)
{
    struct fixture *f = begin(NULL);
    const struct modem_status *status = modem_status(f->modem);

    (void)unused;
    assert_string_equal(modem_state_to_string(state(f)), "ready");
    assert_string_equal(status->manufacturer, "ACME");
    assert_string_equal(status->imei, "490154203237518");
    assert_string_equal(status->iccid, "8991101200003204510");
    assert_string_equal(status->operator_name, "Airtel");
    assert_string_equal(status->smsc, "+919810051914");
    assert_int_equal(status->registration, 1);
    assert_int_equal(status->signal_dbm, -73);
    end(f);
}

static void test_sends(void **unused)
{
    struct fixture *f = begin(NULL);

    (void)unused;
    assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), 0);
    assert_int_equal(modem_send(f->modem, PDU, PDU_TPDU_OCTETS), -EBUSY);
    settle(f);
    assert_int_equal(f->n_done, 1);
    assert_int_equal(f->result.outcome, MODEM_SEND_SENT);
    assert_int_equal(f->result.reference, 7);
    assert_string_equal(f->peer.text, PDU);
    assert_int_equal(state(f), MODEM_READY);
    end(f);
}

static void test_unplug_and_return(void **unused)
{
    struct fixture *f = begin(NULL);

    (void)unused;
    fake_unplug(&f->peer);
    settle(f);
    assert_int_equal(state(f), MODEM_ABSENT);
    assert_string_equal(modem_status(f->modem)->reason, "unplugged");
    unlink(f->link);
    pass(f, 20 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_ABSENT);
    fake_plug(&f->peer, f->link);
    pass(f, 3 * USEC_PER_SEC);
    assert_int_equal(state(f), MODEM_READY);
    end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reaches_ready),
        cmocka_unit_test(test_sends),
        cmocka_unit_test(test_unplug_and_return),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
