#include "modem/bringup_sim.h"

#include "at/error.h"
#include "at/identity.h"
#include "modem/modem_internal.h"
#include "modem/modem_pin.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum bringup_verdict bringup_stop_locked(struct modem *modem, const char *reason)
{
    modem_handle(modem, MODEM_EVENT_LOCKED, reason);
    return STEP_ENDED;
}

bool bringup_may_wait(struct modem *modem)
{
    struct bringup *bringup = &modem->bringup;
    usec_t now = loop_now(modem->loop);

    if (bringup->wait_until == 0)
        bringup->wait_until = usec_add(now, modem_timer_usec(MODEM_TIMER_SIM_WAIT));
    return now < bringup->wait_until;
}

/* --- the SIM's number ------------------------------------------------------------------------ */

static const struct {
    const char *name;
    const char *prefix;
} iccid_forms[] = {
    {"+CCID", "+CCID:"}, {"+ICCID", "+ICCID:"}, {"^ICCID?", "^ICCID:"}, {"+QCCID", "+QCCID:"},
    {"+CICCID", "+ICCID:"}};

int bringup_make_iccid(struct modem *modem, struct at_command *command)
{
    if (modem->status.iccid[0] || modem->bringup.choice >= ARRAY_SIZE(iccid_forms))
        return -ENOENT;
    return at_encode_plain(command, iccid_forms[modem->bringup.choice].name);
}

const char *bringup_iccid_prefix(const struct modem *modem)
{
    return iccid_forms[modem->bringup.choice].prefix;
}

void bringup_on_iccid(void *userdata, const char *line)
{
    struct modem *modem = userdata;

    (void)at_parse_iccid(line, modem->status.iccid);
}

/*
 * A digit spoilt on the line would be another SIM, and lock the modem: twice the same is believed.
 */
enum bringup_verdict bringup_iccid_done(struct modem *modem, const struct at_result *result)
{
    char *iccid = modem->status.iccid, *before = modem->bringup.iccid_read;

    (void)result;
    if (!iccid[0])
        return STEP_AGAIN;
    if (strcmp(iccid, modem->sim_seen) == 0 || strcmp(iccid, before) == 0)
        return STEP_NEXT;
    memcpy(before, iccid, sizeof(modem->bringup.iccid_read));
    iccid[0] = '\0';
    return STEP_REPEAT;
}

/* --- PIN ------------------------------------------------------------------------------------- */

void bringup_on_cpin(void *userdata, const char *line)
{
    struct modem *modem = userdata;

    modem->bringup.has_lock = at_parse_cpin(line, &modem->bringup.lock) == 0;
}

/* TS 27.005 §3.2.5 and TS 27.007 §9.2.1: "SIM busy". Others of its class do not end by waiting. */
#define CMS_SIM_BUSY 314
#define CME_SIM_BUSY 14

enum bringup_verdict bringup_next_or_wait(struct modem *modem, const struct at_result *result)
{
    bool busy = (result->outcome == AT_CMS_ERROR && result->code == CMS_SIM_BUSY) ||
                (result->outcome == AT_CME_ERROR && result->code == CME_SIM_BUSY);

    return busy && bringup_may_wait(modem) ? STEP_WAIT : STEP_NEXT;
}

static enum bringup_verdict sim_refused(struct modem *modem, const struct at_result *result)
{
    bool starting = at_cme_error(result->code)->error_class == AT_ERROR_BUSY ||
                    result->code == 13 || result->code == -1;
    char reason[96];

    if (result->outcome == AT_CME_ERROR && !starting) {
        snprintf(reason, sizeof(reason), "%s", at_cme_error(result->code)->text);
        return bringup_stop_locked(modem, reason);
    }
    if (bringup_may_wait(modem))
        return STEP_WAIT;
    return bringup_stop_locked(modem, "the SIM does not become ready");
}

static void pin_answered(struct modem *modem, bool accepted)
{
    pin_guard_answered(&modem->pin_guard, modem->status.iccid, accepted);
    if (modem->bringup.pin_noted && modem->ops->pin_end)
        modem->ops->pin_end(modem->userdata, modem, accepted);
    modem->bringup.pin_noted = false;
}

enum bringup_verdict bringup_cpin_done(struct modem *modem, const struct at_result *result)
{
    if (result->outcome != AT_OK || !modem->bringup.has_lock)
        return sim_refused(modem, result);
    switch (modem->bringup.lock) {
    case AT_SIM_READY:
    case AT_SIM_PIN2:
    case AT_SIM_PUK2:
        if (modem->bringup.pin_sent)
            pin_answered(modem, true);
        modem->bringup.wait_until = 0;
        return STEP_TO_IMSI;
    case AT_SIM_PIN:
        if (modem->bringup.pin_sent)
            return bringup_may_wait(modem) ? STEP_WAIT
                                           : bringup_stop_locked(modem, "still asks for its PIN");
        if (!modem->pin && !modem->given_pin)
            return bringup_stop_locked(modem, "the SIM wants its PIN and none is configured");
        return STEP_NEXT;
    case AT_SIM_PUK:
        return bringup_stop_locked(modem, "the SIM wants its PUK, which is never sent");
    case AT_SIM_NOT_READY:
        return bringup_may_wait(modem)
                   ? STEP_WAIT
                   : bringup_stop_locked(modem, "the SIM does not become ready");
    case AT_SIM_NOT_INSERTED:
        return bringup_stop_locked(modem, "no SIM");
    case AT_SIM_PERSONALIZED:
        return bringup_stop_locked(modem, "the modem is locked to another SIM or network");
    }
    return STEP_ENDED;
}

int bringup_make_tries(struct modem *modem, struct at_command *command)
{
    const char *first = modem->profile.pin_tries;
    unsigned choice = modem->bringup.choice;
    const char *name =
        first && choice == 0 ? first : at_pin_tries_commands[choice - (first != NULL)];

    if (!name || modem->status.pin_tries_left >= 0)
        return -ENOENT;
    at_encode_begin(command, name);
    return at_encode_end(command);
}

void bringup_on_tries(void *userdata, const char *line)
{
    struct modem *modem = userdata;
    int puk;

    (void)at_parse_pin_tries(line, &modem->status.pin_tries_left, &puk);
}

enum bringup_verdict bringup_tries_done(struct modem *modem, const struct at_result *result)
{
    (void)result;
    return modem->status.pin_tries_left >= 0 ? STEP_NEXT : STEP_AGAIN;
}

/* The guard needs the SIM's number: asks for it again a little later. */
static int ask_iccid_again(struct modem *modem)
{
    modem->bringup.step = BRINGUP_STEP_ICCID;
    modem->bringup.choice = 0;
    timer_arm_in(&modem->step_timer, modem_timer_usec(MODEM_TIMER_SIM_POLL));
    return -ECANCELED;
}

/* A crash must not make a PIN be forgotten that was sent: its owner writes it down first. */
static int ask_owner(struct modem *modem, const char *pin)
{
    struct modem_pin_try attempt = {.token = ++modem->pin_token,
        .pin = pin,
        .by_hand = modem->task.gave_pin,
        .tries_known = modem->status.pin_tries_left >= PIN_GUARD_MIN_TRIES};

    modem->bringup.pin_asked = true;
    modem->ops->pin_begin(modem->userdata, modem, &attempt);
    return -ECANCELED;
}

bool modem_pin_decide(struct modem *modem, uint32_t token, enum pin_guard_verdict verdict)
{
    struct bringup *bringup = &modem->bringup;

    if (!bringup->running || !bringup->pin_asked || token != modem->pin_token)
        return false;
    bringup->pin_asked = false;
    if (verdict != PIN_GUARD_SEND) {
        bringup->pin_unnoted = verdict == PIN_GUARD_UNNOTED;
        bringup_stop_locked(modem, pin_guard_verdict_to_string(verdict));
        return false;
    }
    bringup->pin_noted = true;
    bringup_tick(modem);
    return bringup->pin_sent;
}

int bringup_make_pin(struct modem *modem, struct at_command *command)
{
    const char *pin = modem->given_pin ? modem->given_pin : modem->pin;
    enum pin_guard_verdict verdict =
        pin_guard_ask(&modem->pin_guard, modem->status.iccid, modem->status.pin_tries_left);

    if (verdict == PIN_GUARD_UNREADABLE && bringup_may_wait(modem))
        return ask_iccid_again(modem);
    if (verdict != PIN_GUARD_SEND) {
        bringup_stop_locked(modem, pin_guard_verdict_to_string(verdict));
        return -ECANCELED;
    }
    if (modem->ops->pin_begin && !modem->bringup.pin_noted)
        return ask_owner(modem, pin);
    pin_guard_sending(&modem->pin_guard, modem->status.iccid);
    modem->bringup.pin_sent = true;
    modem->bringup.booting = true; /* the SIM is read from here on */
    modem->bringup.sms_ready = false;
    modem->bringup.wait_until = 0;
    at_encode_begin(command, "+CPIN=");
    at_encode_string(command, pin);
    return at_encode_end(command);
}

enum bringup_verdict bringup_pin_done(struct modem *modem, const struct at_result *result)
{
    bool busy = result->outcome == AT_CME_ERROR &&
                at_cme_error(result->code)->error_class == AT_ERROR_BUSY;

    modem->status.pin_tries_left = -1;
    if (result->outcome == AT_OK || busy)
        return STEP_SIM;
    pin_answered(modem, false);
    return bringup_stop_locked(modem, pin_guard_verdict_to_string(PIN_GUARD_REFUSED));
}

/* --- the SIM of before ----------------------------------------------------------------------- */

int bringup_make_same_sim(struct modem *modem, struct at_command *command)
{
    const char *iccid = modem->status.iccid;
    char reason[128];

    (void)command;
    if (!iccid[0])
        return -ENOENT;
    if (modem->sim_seen[0] && strcmp(modem->sim_seen, iccid) != 0) {
        modem->bringup.other_sim = true;
        snprintf(reason, sizeof(reason), "another SIM (ICCID …%s) than before: confirm by restart",
            iccid + strlen(iccid) - MIN(strlen(iccid), 4));
        bringup_stop_locked(modem, reason);
        return -ECANCELED;
    }
    memcpy(modem->sim_seen, iccid, sizeof(modem->sim_seen));
    return -ENOENT;
}

/* --- the message service --------------------------------------------------------------------- */

int bringup_make_sms_ready(struct modem *modem, struct at_command *command)
{
    const struct modem_profile *profile = &modem->profile;
    struct bringup *bringup = &modem->bringup;
    usec_t now = loop_now(modem->loop);

    if (bringup->sms_ready || profile->sms_ready_usec == 0 || bringup->choice > 0)
        return -ENOENT;
    if (bringup->ready_until == 0)
        bringup->ready_until = usec_add(now, profile->sms_ready_usec);
    if (now >= bringup->ready_until)
        return -ENOENT; /* the commands behind tell whether it works */
    if (profile->sms_ready_query)
        return at_encode_plain(command, profile->sms_ready_query);
    if (!bringup->booting)
        return -ENOENT; /* its line has passed before the port was opened */
    timer_arm_in(&modem->step_timer, modem_timer_usec(MODEM_TIMER_SIM_POLL));
    return -ECANCELED;
}

const char *bringup_sms_ready_prefix(const struct modem *modem)
{
    return modem->profile.sms_ready_reply;
}

void bringup_on_sms_ready(void *userdata, const char *line)
{
    struct modem *modem = userdata;
    const char *value = modem->profile.sms_ready_value;
    size_t n = strlen(line), n_value = strlen(value);

    modem->bringup.sms_ready = n >= n_value && strcmp(line + n - n_value, value) == 0;
    modem->bringup.has_sms_ready = true;
}

enum bringup_verdict bringup_sms_ready_done(struct modem *modem, const struct at_result *result)
{
    bool told = modem->bringup.has_sms_ready;

    modem->bringup.has_sms_ready = false;
    if (modem->bringup.sms_ready)
        return STEP_NEXT;
    return result->outcome == AT_OK && told ? STEP_WAIT : bringup_next_or_wait(modem, result);
}
