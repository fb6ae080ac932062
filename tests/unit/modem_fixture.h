/*
 * A whole modem on the scripted peer of fake_modem.h: what its owner gets is written down, time
 * passes from timer to timer. For one test program.
 */
#pragma once

#include "modem/modem.h"

#include "fake_modem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>

#define PDU "0011000B911989214365F70000AA05E8329BFD06"
#define PDU_TPDU_OCTETS 19

struct fixture {
    struct loop *loop;
    struct modem *modem;
    struct fake_peer peer;
    bool hold; /* do not proceed at the prompt */
    bool abort; /* … but abort */
    bool later, no_room; /* what is answered to an inbound PDU; later: not yet */
    uint32_t token;      /* of the last */
    unsigned n_prompts, n_done, n_inbound, n_reports, n_times;
    usec_t network_time;
    struct modem_send_result result;
    unsigned send_again; /* from within send_done */
    int send_again_r;
    enum modem_state states[256];
    size_t n_states;
};

static inline void on_state(void *userdata, struct modem *modem)
{
    struct fixture *f = userdata;

    if (f->n_states < ARRAY_SIZE(f->states))
        f->states[f->n_states++] = modem_status(modem)->state;
}

static inline void on_prompt(void *userdata, struct modem *modem)
{
    struct fixture *f = userdata;

    f->n_prompts++;
    if (f->abort)
        modem_send_abort(modem);
    else if (!f->hold)
        modem_send_proceed(modem);
}

static inline void on_done(
    void *userdata, struct modem *modem, const struct modem_send_result *result)
{
    struct fixture *f = userdata;

    f->n_done++;
    f->result = *result;
    if (f->send_again > 0) {
        f->send_again--;
        f->send_again_r = modem_send(modem, PDU, PDU_TPDU_OCTETS);
    }
}

static inline void on_inbound(
    void *userdata, struct modem *modem, uint32_t token, const uint8_t *pdu, size_t n)
{
    struct fixture *f = userdata;

    assert_true(n > 1 && pdu);
    f->n_inbound++;
    f->token = token;
    if (!f->later)
        modem_inbound_stored(modem, token, !f->no_room);
}

static inline void on_report(
    void *userdata, struct modem *modem, uint32_t token, const uint8_t *pdu, size_t n)
{
    struct fixture *f = userdata;

    assert_true(n > 1 && pdu);
    f->n_reports++;
    modem_inbound_stored(modem, token, true);
}

static inline void on_network_time(void *userdata, struct modem *modem, usec_t wall_usec)
{
    struct fixture *f = userdata;

    (void)modem;
    f->n_times++;
    f->network_time = wall_usec;
}

static const struct modem_ops ops = {.state = on_state,
    .send_prompt = on_prompt,
    .send_done = on_done,
    .inbound = on_inbound,
    .report = on_report,
    .network_time = on_network_time};

static const struct log no_log = {.fd = -1, .level = LOG_LEVEL_DEBUG};

/* Lets everything happen that takes no time. */
static inline void settle(struct fixture *f)
{
    unsigned quiet = 0;

    for (unsigned i = 0; i < 20000 && quiet < 2; i++) {
        bool busy = fake_serve(&f->peer);

        loop_run_once(f->loop);
        busy |= fake_fire_due();
        quiet = busy ? 0 : quiet + 1;
    }
}

/* Lets time pass, from timer to timer. */
static inline void pass(struct fixture *f, usec_t usec)
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

/* A modem that nobody has started; `config` without name and device. */
static inline struct fixture *make_as(
    const struct fake_rule *rules, struct modem_config config, bool echo)
{
    struct fixture *f = calloc(1, sizeof(*f));

    config.name = "counter";
    config.device = "/dev/modem";
    (void)signal(SIGPIPE, SIG_IGN); /* a socket is no terminal: writing to a closed one */
    memset(fake_timers, 0, sizeof(fake_timers));
    f->peer.rules = rules;
    f->peer.echo = echo;
    fake_plug(&f->peer);
    assert_int_equal(loop_new(&f->loop, &fake_clock), 0);
    assert_int_equal(modem_new(&f->modem, f->loop, &no_log, &config, &ops, f), 0);
    return f;
}

static inline void start(struct fixture *f)
{
    modem_start(f->modem);
    pass(f, 300 * USEC_PER_MSEC);
}

static inline struct fixture *begin_as(
    const struct fake_rule *rules, struct modem_config config, bool echo)
{
    struct fixture *f = make_as(rules, config, echo);

    start(f);
    return f;
}

static inline struct fixture *begin_with(const struct fake_rule *rules, const char *pin, bool echo)
{
    return begin_as(rules, (struct modem_config){.pin = pin}, echo);
}

static inline struct fixture *begin(const struct fake_rule *rules)
{
    return begin_with(rules, NULL, false);
}

static inline void end(struct fixture *f)
{
    modem_free(f->modem);
    loop_free(f->loop);
    if (f->peer.master >= 0)
        fake_unplug(&f->peer);
    assert_null(fake_earliest());
    free(f);
}

static inline enum modem_state state(const struct fixture *f)
{
    return modem_status(f->modem)->state;
}

/* How often `word` stands in `text`. */
static inline unsigned count_in(const char *text, const char *word)
{
    unsigned n = 0;

    for (; (text = strstr(text, word)); text++)
        n++;
    return n;
}
