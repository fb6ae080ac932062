#include "modem/ussd_session.h"

#include "at/error.h"
#include "at/response.h"
#include "modem/modem_internal.h"
#include "sms/ussd.h"

#include <string.h>

static void send_cancel(struct modem *modem);

static void on_idle(void *userdata)
{
    send_cancel(userdata);
}

void ussd_session_init(struct ussd_session *ussd, struct modem *modem)
{
    *ussd = (struct ussd_session){.phase = USSD_IDLE};
    timer_init(&ussd->timer, modem->loop, on_idle, modem);
}

void ussd_session_fini(struct ussd_session *ussd)
{
    timer_fini(&ussd->timer);
}

void ussd_session_reset(struct ussd_session *ussd)
{
    ussd->phase = USSD_IDLE;
    timer_disarm(&ussd->timer);
}

/* --- out ------------------------------------------------------------------------------------- */

static void on_canceled(void *userdata, const struct at_result *result)
{
    struct modem *modem = userdata;

    (void)result; /* there may have been nothing to cancel any more */
    if (modem->ussd.phase == USSD_CANCELING)
        modem->ussd.phase = USSD_IDLE;
    if (modem->task.active && modem->task.started && modem->task.kind == MODEM_TASK_USSD_CANCEL)
        task_finish(modem, MODEM_TASK_DONE, NULL);
    inbox_run(modem);
}

static void send_cancel(struct modem *modem)
{
    timer_disarm(&modem->ussd.timer);
    modem->ussd.phase = USSD_CANCELING;
    if (modem_command(modem, "+CUSD=2", NULL, MODEM_TIMER_COMMAND, NULL, on_canceled) < 0)
        modem->ussd.phase = USSD_IDLE;
}

static void on_sent(void *userdata, const struct at_result *result);

static int submit(struct modem *modem)
{
    struct at_request request = {
        .timeout_usec = modem_timer_usec(MODEM_TIMER_USSD),
        .done = on_sent,
    };
    enum ussd_coding coding = modem->profile.ussd[modem->ussd.choice];
    char encoded[USSD_ENCODED_SIZE];
    int r;

    r = ussd_encode(modem->task.text, coding, encoded);
    if (r < 0)
        return r;
    at_encode_begin(&request.command, "+CUSD=");
    at_encode_number(&request.command, 1);
    at_encode_string(&request.command, encoded);
    at_encode_number(&request.command, USSD_DCS_GSM7);
    r = at_encode_end(&request.command);
    if (r == 0)
        r = at_chat_submit(&modem->chat, &request, loop_now(modem->loop));
    explicit_bzero(&request.command, sizeof(request.command));
    return r;
}

/* A modem that does not know the coding says so at once, and nothing has gone out. */
static bool is_about_coding(const struct at_result *result)
{
    return result->outcome == AT_ERROR ||
           (result->outcome == AT_CME_ERROR &&
               (result->code == 3 || result->code == 4 || result->code == 25 ||
                   result->code == 50 || result->code == 53));
}

static void on_sent(void *userdata, const struct at_result *result)
{
    struct modem *modem = userdata;
    struct ussd_session *ussd = &modem->ussd;
    const char *why = "the modem refuses USSD";

    if (ussd->phase != USSD_COMMANDED)
        return; /* the network was faster than OK, or nobody waits any more */
    if (result->outcome == AT_OK) {
        ussd->phase = USSD_AWAITING;
        inbox_run(modem);
        return;
    }
    if (is_about_coding(result) && modem->profile.ussd[ussd->choice + 1] != USSD_END) {
        ussd->choice++;
        if (submit(modem) == 0)
            return;
    }
    ussd->phase = USSD_IDLE;
    ussd->choice = 0;
    if (result->outcome == AT_CME_ERROR)
        why = at_cme_error(result->code)->text;
    task_finish(modem,
        result->outcome == AT_TIMEOUT ? MODEM_TASK_UNANSWERED : MODEM_TASK_REFUSED,
        result->outcome == AT_TIMEOUT ? "the modem did not answer" : why);
    inbox_run(modem);
}

/* TS 22.030 §6.5 and §6.6: these change or unblock a PIN, past every guard. */
static bool is_about_pin(const char *code)
{
    return strncmp(code, "**04", 4) == 0 || strncmp(code, "**05", 4) == 0;
}

void ussd_session_start(struct modem *modem)
{
    struct ussd_session *ussd = &modem->ussd;
    bool is_reply = modem->task.kind == MODEM_TASK_USSD_REPLY;
    char encoded[USSD_ENCODED_SIZE];

    if (ussd_encode(modem->task.text, USSD_PLAIN, encoded) < 0) {
        task_finish(modem, MODEM_TASK_INVALID,
            "expected 1 to 64 printable ASCII characters without quotes and backslashes");
    } else if (is_about_pin(modem->task.text)) {
        task_finish(modem, MODEM_TASK_INVALID, "codes that change or unblock a PIN are not sent");
    } else if (modem->status.state != MODEM_READY) {
        task_cannot(modem);
    } else if (is_reply && ussd->phase != USSD_OPEN) {
        task_finish(modem, MODEM_TASK_NOT_READY, "the network waits for no reply; send a code");
    } else if (ussd->phase == USSD_COMMANDED || ussd->phase == USSD_CANCELING) {
        task_finish(modem, MODEM_TASK_BUSY, "an earlier USSD session is being ended; try again");
    } else {
        if (!is_reply && ussd->phase != USSD_IDLE)
            send_cancel(modem);
        timer_disarm(&ussd->timer);
        ussd->phase = USSD_COMMANDED;
        if (submit(modem) < 0) {
            ussd->phase = USSD_IDLE;
            task_finish(modem, MODEM_TASK_BUSY, "the modem is busy; try again");
        }
        task_release(modem);
    }
}

void ussd_session_cancel(struct modem *modem)
{
    if (modem->ussd.phase == USSD_OPEN)
        send_cancel(modem);
    else
        task_finish(modem, MODEM_TASK_DONE, "no session was open");
    task_release(modem);
}

void ussd_session_expire(struct modem *modem)
{
    if (modem->ussd.phase == USSD_AWAITING)
        send_cancel(modem); /* what comes late must not answer the next code */
    else
        modem->ussd.phase = USSD_IDLE;
    task_finish(modem, MODEM_TASK_UNANSWERED, "the network did not answer within a minute");
}

void ussd_session_state(struct modem *modem)
{
    if (modem->status.state == MODEM_READY || modem->status.state == MODEM_SENDING)
        return;
    ussd_session_reset(&modem->ussd);
    task_cannot_any_more(modem);
}

/* --- in -------------------------------------------------------------------------------------- */

static void answer(struct modem *modem, const struct at_cusd *cusd)
{
    char octets[AT_LINE_SIZE], text[USSD_TEXT_SIZE];
    struct strbuf sb = STRBUF_ON(text);

    at_cusd_octets(cusd, octets);
    ussd_decode(octets, cusd->n, cusd->dcs, modem->ussd.is_gsm, modem->profile.ussd, &sb);
    task_finish_with(modem,
        &(struct modem_task_result){.outcome = MODEM_TASK_DONE, .text = text,
            .awaits_reply = modem->ussd.phase == USSD_OPEN});
    explicit_bzero(octets, sizeof(octets));
    explicit_bzero(text, sizeof(text));
}

void ussd_session_told(struct modem *modem, const char *line)
{
    static const char *const refusals[] = {[2] = "the network ended the session without a word",
        [3] = "something else in the modem has answered", [4] = "the network does not support it"};
    struct ussd_session *ussd = &modem->ussd;
    bool was_awaited = ussd->phase == USSD_COMMANDED || ussd->phase == USSD_AWAITING;
    struct at_cusd cusd;

    if (at_parse_cusd(line, &cusd) < 0)
        return;
    if (!was_awaited) { /* advertising, or the end of a session that nobody goes on with */
        if (ussd->phase == USSD_OPEN && cusd.type != 1)
            ussd_session_reset(ussd);
        return;
    }
    ussd_session_reset(ussd);
    if (cusd.type == 1) {
        ussd->phase = USSD_OPEN;
        timer_arm_in(&ussd->timer, modem_timer_usec(MODEM_TIMER_USSD));
    }
    if (cusd.type < 2 || (cusd.type == 2 && cusd.n > 0))
        answer(modem, &cusd);
    else if (cusd.type < 5)
        task_finish(modem, MODEM_TASK_REFUSED, refusals[cusd.type]);
    else
        task_finish(modem, MODEM_TASK_UNANSWERED, "the network did not answer in its own time");
}
