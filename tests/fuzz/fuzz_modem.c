/*
 * A modem whose port says anything at any moment of its life. Input is a list of steps: time
 * passes, octets come unasked, answers are replaced or spoilt, a text is to be sent, the device
 * goes and comes. At the end the device answers as it should, and the modem has to be ready again;
 * each text that was accepted has ended once, and one that has ended as "not sent" has not been
 * handed over.
 */
#include "modem/modem.h"
#include "util/cursor.h"

#include "../unit/fake_modem.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PDU "0011000B911989214365F70000AA05E8329BFD06"
#define PDU_TPDU_OCTETS 19
#define PIN "4711"

enum step { PASS, SAY, ANSWER, ANSWER_WELL, SEND, PLUG, SPOIL, SWITCH, N_STEPS };

struct run {
    struct loop *loop;
    struct modem *modem;
    struct fake_peer peer;
    unsigned n_texts_before; /* that the peer had when the send began */
    bool is_sending;
    unsigned n_sent;
    uint8_t manner; /* at the prompt: go on, stop, or neither */
    char answer[128];
    struct fake_rule rules[2];
};

static uint32_t spoil_state;

static const struct log no_log = {.fd = -1, .level = LOG_LEVEL_DEBUG};

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* --- the layer above ------------------------------------------------------------------------- */

static void on_prompt(void *userdata, struct modem *modem)
{
    struct run *run = userdata;

    if (run->manner % 4 == 1)
        modem_send_abort(modem);
    else if (run->manner % 4 != 2)
        modem_send_proceed(modem);
}

static void on_done(void *userdata, struct modem *modem, const struct modem_send_result *result)
{
    struct run *run = userdata;

    (void)modem;
    require(run->is_sending);
    run->is_sending = false;
    if (result->outcome == MODEM_SEND_NOT_SENT)
        require(run->peer.n_texts == run->n_texts_before);
    run->n_sent += result->outcome == MODEM_SEND_SENT;
}

static void on_pdu(
    void *userdata, struct modem *modem, uint32_t token, const uint8_t *pdu, size_t n)
{
    struct run *run = userdata;

    require(n > 1 && pdu);
    if (token)
        modem_inbound_stored(modem, token, run->manner & 1);
}

static const struct modem_ops ops = {
    .send_prompt = on_prompt, .send_done = on_done, .inbound = on_pdu, .report = on_pdu};

/* --- time ------------------------------------------------------------------------------------ */

static void settle(struct run *run)
{
    unsigned quiet = 0;

    for (unsigned i = 0; i < 400 && quiet < 2; i++) {
        bool busy = fake_serve(&run->peer);

        loop_run_once(run->loop);
        busy |= fake_fire_due();
        quiet = busy ? 0 : quiet + 1;
    }
}

static void pass(struct run *run, usec_t usec)
{
    usec_t until = fake_now + usec;

    settle(run);
    for (struct timer *timer; (timer = fake_earliest()) && timer->deadline <= until;) {
        fake_now = MAX(fake_now, timer->deadline);
        settle(run);
    }
    fake_now = until;
    settle(run);
}

/* --- the steps ------------------------------------------------------------------------------- */

/* Changes, loses or doubles about one octet in eight. */
static size_t spoil(char *bytes, size_t n)
{
    size_t length = 0;
    char spoilt[FAKE_SAY];

    for (size_t i = 0; i < n && length < sizeof(spoilt); i++) {
        spoil_state = spoil_state * 1664525U + 1013904223U;
        switch (spoil_state >> 27) {
        case 0:
        case 1:
            break;
        case 2:
            spoilt[length++] = (char)(spoil_state >> 8);
            break;
        case 3:
            spoilt[length++] = bytes[i];
            i -= i > 0 && spoil_state & 256;
            break;
        default:
            spoilt[length++] = bytes[i];
        }
    }
    memcpy(bytes, spoilt, length);
    return length;
}

static void send_text(struct run *run, uint8_t manner)
{
    if (run->is_sending)
        return;
    run->manner = manner;
    run->n_texts_before = run->peer.n_texts;
    run->is_sending = true; /* it may end from within */
    if (modem_send(run->modem, PDU, PDU_TPDU_OCTETS) < 0)
        run->is_sending = false;
}

static void turn_switch(struct fake_peer *peer, uint8_t which)
{
    switch (which % 4) {
    case 0:
        peer->dead = !peer->dead;
        break;
    case 1:
        peer->echo = !peer->echo;
        break;
    case 2:
        peer->no_text_answer = !peer->no_text_answer;
        break;
    default:
        peer->in_text = !peer->in_text;
    }
}

static void replug(struct fake_peer *peer)
{
    if (peer->master >= 0)
        fake_unplug(peer);
    else
        fake_plug(peer);
}

/* Takes what the argument of a step says, or what is left. */
static size_t take(struct cursor *input, uint8_t argument, const char **ret)
{
    const uint8_t *octets = NULL;
    size_t n = MIN(1 + 4 * (size_t)argument, input->left);

    (void)cursor_take(input, n, &octets);
    *ret = (const char *)octets;
    return n;
}

static void do_step(struct run *run, enum step step, uint8_t argument, struct cursor *input)
{
    struct fake_peer *peer = &run->peer;
    const char *octets;
    size_t n;

    switch (step) {
    case PASS:
        pass(run, USEC_PER_MSEC << MIN(argument, 18));
        break;
    case SAY:
        n = take(input, argument, &octets);
        if (peer->master >= 0)
            fake_write(peer, octets, n);
        settle(run);
        break;
    case ANSWER:
        n = take(input, argument, &octets);
        strbuf_put(&STRBUF_ON(run->answer), octets, n);
        run->rules[0] = (struct fake_rule){"*", run->answer};
        break;
    case ANSWER_WELL:
        run->rules[0] = (struct fake_rule){NULL, NULL};
        peer->spoil = NULL;
        break;
    case SEND:
        send_text(run, argument);
        settle(run);
        break;
    case PLUG:
        replug(peer);
        settle(run);
        break;
    case SPOIL:
        spoil_state = argument;
        peer->spoil = spoil;
        break;
    case SWITCH:
        turn_switch(peer, argument);
        break;
    case N_STEPS:
        break;
    }
}

/* Told twice that the SIM is another one, the modem is right to stop; a pull is how that ends. */
static void confirm_sim(struct run *run)
{
    const struct modem_status *status = modem_status(run->modem);

    if (status->state != MODEM_LOCKED || !strstr(status->reason, "another SIM"))
        return;
    replug(&run->peer);
    settle(run);
    replug(&run->peer);
}

static void pass_until_ready(struct run *run)
{
    for (unsigned i = 0; i < 180; i++) {
        pass(run, 10 * USEC_PER_SEC);
        if (modem_status(run->modem)->state == MODEM_READY)
            break;
        confirm_sim(run);
    }
    require(modem_status(run->modem)->state == MODEM_READY && !run->is_sending);
}

/* The device is as it should be from now on; so has the modem to be, within half an hour. */
static void require_recovery(struct run *run)
{
    struct fake_peer *peer = &run->peer;

    peer->dead = peer->no_text_answer = false;
    peer->spoil = NULL;
    run->rules[0] = (struct fake_rule){NULL, NULL};
    if (peer->master < 0)
        fake_plug(peer);
    pass_until_ready(run);
    for (unsigned tries = 0; tries < 2; tries++) {
        unsigned n_sent = run->n_sent;

        send_text(run, 0);
        pass_until_ready(run);
        if (run->n_sent > n_sent)
            return;
    }
    abort(); /* once it may have been left at a prompt, and lose the command; not twice */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct run run;
    struct modem_config config = {.name = "counter", .device = "/dev/modem", .pin = PIN};
    struct cursor input = cursor_on(data, size);

    run = (struct run){.peer.master = -1};
    run.peer.rules = run.rules;
    memset(fake_timers, 0, sizeof(fake_timers));
    fake_plug(&run.peer);
    require(loop_new(&run.loop, &fake_clock) == 0);
    require(modem_new(&run.modem, run.loop, &no_log, &config, &ops, &run) == 0);
    modem_start(run.modem);
    for (uint8_t octet; cursor_u8(&input, &octet) == 0;)
        do_step(&run, octet % N_STEPS, octet / N_STEPS, &input);
    require_recovery(&run);
    modem_free(run.modem);
    fake_unplug(&run.peer);
    loop_free(run.loop);
    return 0;
}
