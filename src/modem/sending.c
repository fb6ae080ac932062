#include "modem/sending.h"

#include "modem/modem_internal.h"
#include "util/hex.h"

#include <errno.h>
#include <string.h>

#define CTRL_Z '\x1A'

/*
 * After a text the link is kept for 1 to 5 s, and mode 1 then ends by itself (Cinterion EHS6
 * §+CMMS), so that nothing has to be turned off.
 */
#define LINK_USEC USEC_PER_SEC

static void on_slow(void *userdata)
{
    struct modem *modem = userdata;

    log_notice(modem->log, "modem=%s state=sending event=slow seconds=%llu", modem->name,
        (unsigned long long)((loop_now(modem->loop) - modem->sending.started) / USEC_PER_SEC));
}

static void write_text(struct modem *modem);

static void on_guard(void *userdata)
{
    write_text(userdata);
}

void sending_init(struct sending *sending, struct modem *modem)
{
    *sending = (struct sending){.active = false};
    timer_init(&sending->guard_timer, modem->loop, on_guard, modem);
    timer_init(&sending->slow_timer, modem->loop, on_slow, modem);
}

void sending_fini(struct sending *sending)
{
    timer_fini(&sending->guard_timer);
    timer_fini(&sending->slow_timer);
    explicit_bzero(sending->data, sizeof(sending->data));
}

static void wipe(struct sending *sending)
{
    explicit_bzero(sending->data, sizeof(sending->data));
    sending->n_data = 0;
}

static void count(struct modem *modem, const struct modem_send_result *result)
{
    struct modem_status *status = &modem->status;

    switch (result->outcome) {
    case MODEM_SEND_SENT:
        if (modem->sending.link_until > 0)
            modem->sending.link_until = usec_add(loop_now(modem->loop), LINK_USEC);
        status->sent++;
        recovery_trust(&modem->recovery);
        /* An eighth of the new one: some ten texts make the mean. */
        status->send_mean_usec = status->send_mean_usec
            ? (7 * status->send_mean_usec + result->took_usec) / 8
            : result->took_usec;
        break;
    case MODEM_SEND_REFUSED:
        status->refused++;
        break;
    case MODEM_SEND_UNKNOWN:
        status->unknown++;
        break;
    case MODEM_SEND_NOT_SENT:
        break;
    }
}

static void end(struct modem *modem, struct modem_send_result *result, enum modem_event event)
{
    struct sending *sending = &modem->sending;

    sending->active = false;
    timer_disarm(&sending->guard_timer);
    timer_disarm(&sending->slow_timer);
    wipe(sending);
    result->took_usec = loop_now(modem->loop) - sending->started;
    count(modem, result);
    log_info(modem->log, "modem=%s event=send outcome=%s cms=%d cme=%d ms=%llu", modem->name,
        modem_send_outcome_to_string(result->outcome), result->cms_error, result->cme_error,
        (unsigned long long)(result->took_usec / USEC_PER_MSEC));
    /* Ready first, so that send_done() can give the next PDU; told after it. */
    modem->tell_held++;
    modem_handle(modem, event, NULL);
    if ((result->fault && modem->recheck.sim_lost) || modem->sim_told)
        modem_handle(modem, MODEM_EVENT_SIM, result->fault);
    modem->sim_told = false;
    inbox_run_between(modem);
    modem->ops->send_done(modem->userdata, modem, result);
    modem->tell_held--;
    task_advance(modem);
    inbox_run(modem);
    modem_tell(modem);
}

static struct modem_send_result result_of(enum modem_send_outcome outcome)
{
    return (struct modem_send_result){.outcome = outcome, .cms_error = -1, .cme_error = -1};
}

void sending_break(struct modem *modem)
{
    struct modem_send_result result;

    if (!modem->sending.active)
        return;
    if (modem->sending.has_reference) {
        result = result_of(MODEM_SEND_SENT); /* +CMGS had come, only OK was missing */
        result.reference = modem->sending.reference;
    } else if (modem->recheck.running) {
        result = result_of(MODEM_SEND_NOT_SENT); /* it had been refused */
        result.fault = "The modem went away after it had refused without a reason";
    } else {
        result = result_of(
            modem->sending.handed_over ? MODEM_SEND_UNKNOWN : MODEM_SEND_NOT_SENT);
    }
    modem->sending.active = modem->recheck.running = false;
    timer_disarm(&modem->sending.guard_timer);
    timer_disarm(&modem->sending.slow_timer);
    wipe(&modem->sending);
    result.took_usec = loop_now(modem->loop) - modem->sending.started;
    count(modem, &result);
    log_notice(modem->log, "modem=%s event=send-broken outcome=%s", modem->name,
        modem_send_outcome_to_string(result.outcome));
    modem->ops->send_done(modem->userdata, modem, &result);
}

static void on_line(void *userdata, const char *line)
{
    struct modem *modem = userdata;

    if (at_parse_cmgs(line, &modem->sending.reference) == 0)
        modem->sending.has_reference = true;
}

/* What is missing is gone into once the send has ended, and before another one can begin. */
void sending_rechecked(struct modem *modem)
{
    struct modem_send_result result = result_of(MODEM_SEND_REFUSED);

    if (!modem->sending.active)
        return;
    result.cms_error = modem->sending.cms_error;
    result.cme_error = modem->sending.cme_error;
    result.fault = recheck_fault(modem);
    if (result.fault) {
        result.outcome = MODEM_SEND_NOT_SENT;
        log_notice(modem->log, "modem=%s event=send-rechecked cms=%d cme=%d: %s", modem->name,
            result.cms_error, result.cme_error, result.fault);
    }
    end(modem, &result, MODEM_EVENT_SEND_DONE);
}

static void on_done(void *userdata, const struct at_result *at)
{
    struct modem *modem = userdata;
    struct modem_send_result result = result_of(MODEM_SEND_REFUSED);

    if (!modem->sending.active)
        return;
    switch (at->outcome) {
    case AT_OK:
        result.outcome =
            modem->sending.has_reference ? MODEM_SEND_SENT : MODEM_SEND_UNKNOWN;
        result.reference = modem->sending.reference;
        break;
    case AT_CMS_ERROR:
        result.cms_error = at->code;
        break;
    case AT_CME_ERROR:
        result.cme_error = at->code;
        break;
    case AT_ERROR:
    case AT_CALL_ENDED:
        break;
    case AT_TIMEOUT:
        return; /* the silence is told next, and ends it */
    }
    if (result.outcome == MODEM_SEND_REFUSED && recheck_is_due(at)) {
        modem->sending.cms_error = result.cms_error;
        modem->sending.cme_error = result.cme_error;
        if (recheck_start(modem))
            return;
    }
    end(modem, &result, MODEM_EVENT_SEND_DONE);
}

static void on_prompt(void *userdata)
{
    struct modem *modem = userdata;

    modem->sending.prompted = true;
    modem->ops->send_prompt(modem->userdata, modem);
}

/* The TPDU is what follows the SMSC field: a length octet and that many octets. */
static int check_pdu(const char *pdu_hex, unsigned tpdu_octets, size_t *ret_n_digits)
{
    uint8_t pdu[176];
    size_t n_digits = strnlen(pdu_hex, SENDING_HEX_SIZE);
    size_t n;
    int r;

    if (n_digits >= SENDING_HEX_SIZE)
        return -EINVAL;
    r = hex_decode(pdu_hex, n_digits, pdu, sizeof(pdu), &n);
    if (r == 0 && (n < 2 || n != 1 + (size_t)pdu[0] + tpdu_octets))
        r = -EINVAL;
    explicit_bzero(pdu, sizeof(pdu));
    if (r == 0)
        *ret_n_digits = n_digits;
    return r;
}

void modem_keep_link(struct modem *modem, bool keep)
{
    modem->sending.keep_link = keep;
}

static void on_link_done(void *userdata, const struct at_result *result)
{
    struct modem *modem = userdata;

    modem->sending.link_refused = result->outcome != AT_OK;
    modem->sending.link_until =
        result->outcome == AT_OK ? usec_add(loop_now(modem->loop), LINK_USEC) : 0;
}

/* In front of a text behind which others wait. */
static void ask_for_link(struct modem *modem)
{
    struct sending *sending = &modem->sending;

    if (sending->keep_link && modem->profile.keep_link && !sending->link_refused &&
        loop_now(modem->loop) >= sending->link_until)
        (void)modem_command(
            modem, modem->profile.keep_link, NULL, MODEM_TIMER_COMMAND, NULL, on_link_done);
}

int modem_send(struct modem *modem, const char *pdu_hex, unsigned tpdu_octets)
{
    struct at_request request = {
        .prefix = "+CMGS:",
        .prompt = true,
        .timeout_usec = modem_timer_usec(MODEM_TIMER_PROMPT),
        .grace_usec = modem_timer_usec(MODEM_TIMER_SEND_OK),
        .line = on_line,
        .prompted = on_prompt,
        .done = on_done,
    };
    struct sending *sending = &modem->sending;
    usec_t now = loop_now(modem->loop);
    size_t n_digits;
    int r;

    if (modem->status.state != MODEM_READY || sending->active)
        return -EBUSY;
    r = check_pdu(pdu_hex, tpdu_octets, &n_digits);
    if (r < 0)
        return -EINVAL;
    at_encode_begin(&request.command, "+CMGS=");
    at_encode_number(&request.command, tpdu_octets);
    r = at_encode_end(&request.command);
    if (r < 0)
        return r;
    memcpy(sending->data, pdu_hex, n_digits);
    sending->data[n_digits] = CTRL_Z;
    sending->n_data = n_digits + 1;
    sending->active = true;
    sending->prompted = sending->decided = false;
    sending->handed_over = sending->has_reference = false;
    sending->started = now;
    modem->tell_held++;
    modem_handle(modem, MODEM_EVENT_SEND, NULL);
    ask_for_link(modem);
    r = at_chat_submit(&modem->chat, &request, now);
    modem->tell_held--;
    if (r < 0) { /* a full queue: the state goes back, the send was never accepted */
        sending->active = false;
        wipe(sending);
        modem_handle(modem, MODEM_EVENT_SEND_DONE, NULL);
        return -EBUSY;
    }
    modem_tell(modem);
    return 0;
}

void modem_send_proceed(struct modem *modem)
{
    struct sending *sending = &modem->sending;

    if (!sending->active || !sending->prompted || sending->decided)
        return;
    sending->decided = true;
    if (modem->profile.prompt_guard_usec > 0)
        timer_arm_in(&sending->guard_timer, modem->profile.prompt_guard_usec);
    else
        write_text(modem);
}

static void write_text(struct modem *modem)
{
    usec_t margin = modem_timer_usec(MODEM_TIMER_SEND_OK);
    struct sending *sending = &modem->sending;

    sending->handed_over = true;
    if (at_chat_data(&modem->chat, sending->data, sending->n_data,
            MIN(modem_timer_usec(MODEM_TIMER_SEND), usec_add(modem->profile.send_usec, margin)),
            loop_now(modem->loop)) < 0 ||
        modem->write_failed)
        sending->handed_over = false;
    wipe(sending);
    timer_arm_in(&sending->slow_timer, modem_timer_usec(MODEM_TIMER_SEND_SLOW));
}

void modem_send_abort(struct modem *modem)
{
    struct modem_send_result result = result_of(MODEM_SEND_NOT_SENT);

    if (!modem->sending.active || modem->sending.decided)
        return;
    at_chat_cancel_prompt(&modem->chat, loop_now(modem->loop));
    end(modem, &result, MODEM_EVENT_SEND_DONE);
}
