#include "modem/bringup_steps.h"

#include "at/error.h"
#include "at/identity.h"
#include "modem/modem_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static enum bringup_verdict stop_locked(struct modem *modem, const char *reason)
{
    modem_handle(modem, MODEM_EVENT_LOCKED, reason);
    return STEP_ENDED;
}

/* Again while a SIM may still be starting; then `give_up`. */
static bool may_wait(struct modem *modem)
{
    struct bringup *bringup = &modem->bringup;
    usec_t now = loop_now(modem->loop);

    if (bringup->wait_until == 0)
        bringup->wait_until = usec_add(now, modem_timer_usec(MODEM_TIMER_SIM_WAIT));
    return now < bringup->wait_until;
}

#define TEXT_LINE(field, prefix)                                                                   \
    static void on_##field(void *userdata, const char *line)                                       \
    {                                                                                              \
        struct modem *modem = userdata;                                                            \
                                                                                                   \
        (void)at_parse_text(                                                                       \
            line, prefix, modem->status.field, sizeof(modem->status.field));                       \
    }

TEXT_LINE(manufacturer, "+CGMI:")
TEXT_LINE(model, "+CGMM:")
TEXT_LINE(revision, "+CGMR:")

static void on_imei(void *userdata, const char *line)
{
    struct modem *modem = userdata;

    (void)at_parse_imei(line, modem->status.imei);
}

static void on_imsi(void *userdata, const char *line)
{
    struct modem *modem = userdata;

    (void)at_parse_imsi(line, modem->status.imsi);
}

/* --- the SIM's number ------------------------------------------------------------------------ */

static const struct {
    const char *name;
    const char *prefix;
} iccid_forms[] = {
    {"+CCID", "+CCID:"}, {"+ICCID", "+ICCID:"}, {"^ICCID?", "^ICCID:"}, {"+QCCID", "+QCCID:"},
    {"+CICCID", "+ICCID:"}};

static int make_iccid(struct modem *modem, struct at_command *command)
{
    if (modem->status.iccid[0] || modem->bringup.choice >= ARRAY_SIZE(iccid_forms))
        return -ENOENT;
    return at_encode_plain(command, iccid_forms[modem->bringup.choice].name);
}

static const char *iccid_prefix(const struct modem *modem)
{
    return iccid_forms[modem->bringup.choice].prefix;
}

static void on_iccid(void *userdata, const char *line)
{
    struct modem *modem = userdata;

    (void)at_parse_iccid(line, modem->status.iccid);
}

static enum bringup_verdict iccid_done(struct modem *modem, const struct at_result *result)
{
    (void)result;
    return modem->status.iccid[0] ? STEP_NEXT : STEP_AGAIN;
}

/* --- PIN ------------------------------------------------------------------------------------- */

static void on_cpin(void *userdata, const char *line)
{
    struct modem *modem = userdata;

    modem->bringup.has_lock = at_parse_cpin(line, &modem->bringup.lock) == 0;
}

static enum bringup_verdict sim_refused(struct modem *modem, const struct at_result *result)
{
    bool starting = at_cme_error(result->code)->error_class == AT_ERROR_BUSY ||
                    result->code == 13 || result->code == -1;
    char reason[96];

    if (result->outcome == AT_CME_ERROR && !starting) {
        snprintf(reason, sizeof(reason), "%s", at_cme_error(result->code)->text);
        return stop_locked(modem, reason);
    }
    if (may_wait(modem))
        return STEP_WAIT;
    return stop_locked(modem, "the SIM does not become ready");
}

static enum bringup_verdict cpin_done(struct modem *modem, const struct at_result *result)
{
    if (result->outcome != AT_OK || !modem->bringup.has_lock)
        return sim_refused(modem, result);
    switch (modem->bringup.lock) {
    case AT_SIM_READY:
    case AT_SIM_PIN2:
    case AT_SIM_PUK2:
        if (modem->bringup.pin_sent)
            pin_guard_answered(&modem->pin_guard, modem->status.iccid, true);
        modem->bringup.wait_until = 0;
        return STEP_TO_IMSI;
    case AT_SIM_PIN:
        if (modem->bringup.pin_sent)
            return may_wait(modem) ? STEP_WAIT : stop_locked(modem, "still asks for its PIN");
        if (!modem->pin)
            return stop_locked(modem, "the SIM wants its PIN and none is configured");
        return STEP_NEXT;
    case AT_SIM_PUK:
        return stop_locked(modem, "the SIM wants its PUK, which is never sent");
    case AT_SIM_NOT_READY:
        return may_wait(modem) ? STEP_WAIT : stop_locked(modem, "the SIM does not become ready");
    case AT_SIM_NOT_INSERTED:
        return stop_locked(modem, "no SIM");
    case AT_SIM_PERSONALIZED:
        return stop_locked(modem, "the modem is locked to another SIM or network");
    }
    return STEP_ENDED;
}

static int make_tries(struct modem *modem, struct at_command *command)
{
    const char *name = at_pin_tries_commands[modem->bringup.choice];

    if (!name || modem->status.pin_tries_left >= 0)
        return -ENOENT;
    at_encode_begin(command, name);
    return at_encode_end(command);
}

static void on_tries(void *userdata, const char *line)
{
    struct modem *modem = userdata;
    int puk;

    (void)at_parse_pin_tries(line, &modem->status.pin_tries_left, &puk);
}

static enum bringup_verdict tries_done(struct modem *modem, const struct at_result *result)
{
    (void)result;
    return modem->status.pin_tries_left >= 0 ? STEP_NEXT : STEP_AGAIN;
}

static int make_pin(struct modem *modem, struct at_command *command)
{
    enum pin_guard_verdict verdict =
        pin_guard_ask(&modem->pin_guard, modem->status.iccid, modem->status.pin_tries_left);

    if (verdict != PIN_GUARD_SEND) {
        stop_locked(modem, pin_guard_verdict_to_string(verdict));
        return -ECANCELED;
    }
    pin_guard_sending(&modem->pin_guard, modem->status.iccid);
    modem->bringup.pin_sent = true;
    modem->bringup.wait_until = 0;
    at_encode_begin(command, "+CPIN=");
    at_encode_string(command, modem->pin);
    return at_encode_end(command);
}

static enum bringup_verdict pin_done(struct modem *modem, const struct at_result *result)
{
    bool busy = result->outcome == AT_CME_ERROR &&
                at_cme_error(result->code)->error_class == AT_ERROR_BUSY;

    modem->status.pin_tries_left = -1;
    if (result->outcome == AT_OK || busy)
        return STEP_SIM;
    pin_guard_answered(&modem->pin_guard, modem->status.iccid, false);
    return stop_locked(modem, pin_guard_verdict_to_string(PIN_GUARD_REFUSED));
}

/* --- vendor, formats, stores, routing -------------------------------------------------------- */

static int make_init(struct modem *modem, struct at_command *command)
{
    const char *name;

    modem->profile = modem_profile_find(modem->status.manufacturer);
    name = modem->profile->init[modem->bringup.choice];
    return name ? at_encode_plain(command, name) : -ENOENT;
}

static enum bringup_verdict init_done(struct modem *modem, const struct at_result *result)
{
    (void)modem;
    (void)result;
    return STEP_AGAIN;
}

/* A7670E and others refuse PDU mode until their message service is up. */
static enum bringup_verdict cmgf_done(struct modem *modem, const struct at_result *result)
{
    if (result->outcome == AT_OK)
        return STEP_NEXT;
    if (may_wait(modem))
        return STEP_WAIT;
    modem_handle(modem, MODEM_EVENT_FAILED, "PDU mode (AT+CMGF=0) is refused");
    return STEP_ENDED;
}

static const char *const memories[] = {"SM", "ME", "MT"};

static int make_cpms(struct modem *modem, struct at_command *command)
{
    /* Three arguments, then, for modems that know only one, the first alone. */
    unsigned choice = modem->bringup.choice;
    const char *memory;

    if (choice >= 2 * ARRAY_SIZE(memories))
        return -ENOENT;
    memory = memories[choice / 2];
    at_encode_begin(command, "+CPMS=");
    for (int i = 0; i < (choice % 2 == 0 ? 3 : 1); i++)
        at_encode_string(command, memory);
    memcpy(modem->inbox.memory, memory, strlen(memory) + 1);
    return at_encode_end(command);
}

static enum bringup_verdict cpms_done(struct modem *modem, const struct at_result *result)
{
    if (result->outcome == AT_OK)
        return STEP_NEXT;
    modem->inbox.memory[0] = '\0';
    return STEP_AGAIN;
}

static void on_cnmi_range(void *userdata, const char *line)
{
    struct modem *modem = userdata;

    modem->bringup.has_cnmi_range = at_parse_cnmi_range(line, &modem->bringup.cnmi_range) == 0;
}

/* The five digits of a routing such as "2,1,0,1,0". */
static bool routing_fits(const struct bringup *bringup, const char *routing)
{
    const struct at_cnmi_range *range = &bringup->cnmi_range;
    const uint32_t sets[] = {range->mode, range->mt, range->bm, range->ds, range->bfr};

    for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
        if (bringup->has_cnmi_range && sets[i] && !(sets[i] >> (routing[2 * i] - '0') & 1))
            return false;
    return true;
}

static int make_cnmi(struct modem *modem, struct at_command *command)
{
    const char *const *ladder = modem->profile->cnmi;
    struct bringup *bringup = &modem->bringup;

    while (ladder[bringup->choice] && !routing_fits(bringup, ladder[bringup->choice]))
        bringup->choice++;
    if (!ladder[bringup->choice])
        return -ENOENT;
    bringup->has_cnmi = false;
    at_encode_begin(command, "+CNMI=");
    for (size_t i = 0; i < 5; i++)
        at_encode_number(command, (unsigned)(ladder[bringup->choice][2 * i] - '0'));
    return at_encode_end(command);
}

static enum bringup_verdict cnmi_done(struct modem *modem, const struct at_result *result)
{
    (void)modem;
    return result->outcome == AT_OK ? STEP_NEXT : STEP_AGAIN;
}

static void on_cnmi(void *userdata, const char *line)
{
    struct modem *modem = userdata;

    modem->bringup.has_cnmi = at_parse_cnmi(line, modem->bringup.cnmi) == 0;
}

/* Some answer OK and keep what they had: the first three besides buffering must be as asked. */
static enum bringup_verdict cnmi_read_done(struct modem *modem, const struct at_result *result)
{
    const char *routing = modem->profile->cnmi[modem->bringup.choice];

    (void)result;
    if (!routing || !modem->bringup.has_cnmi)
        return STEP_NEXT;
    for (size_t i = 0; i < 4; i++)
        if (modem->bringup.cnmi[i] != (unsigned)(routing[2 * i] - '0'))
            return STEP_BACK;
    return STEP_NEXT;
}

static void on_csca(void *userdata, const char *line)
{
    struct modem *modem = userdata;
    char number[AT_NUMBER_SIZE];
    bool international;

    if (at_parse_csca(line, number, &international) == 0)
        snprintf(modem->status.smsc, sizeof(modem->status.smsc), "%s%s",
            international && number[0] && number[0] != '+' ? "+" : "", number);
}

static void on_cops(void *userdata, const char *line)
{
    struct modem *modem = userdata;

    (void)at_parse_cops(
        line, modem->status.operator_name, sizeof(modem->status.operator_name));
}

#define GRACE .grace_usec = USEC_PER_SEC

/* clang-format off */
const struct bringup_step bringup_steps[] = {
    {"E0", .timeout = MODEM_TIMER_COMMAND},
    {"+CMEE=1", .timeout = MODEM_TIMER_COMMAND},
    {"+CGMI", .prefix = "+CGMI:", .plain = true,
        .timeout = MODEM_TIMER_COMMAND, .line = on_manufacturer},
    {"+CGMM", .prefix = "+CGMM:", .plain = true, .timeout = MODEM_TIMER_COMMAND, .line = on_model},
    {"+CGMR", .prefix = "+CGMR:", .plain = true,
        .timeout = MODEM_TIMER_COMMAND, .line = on_revision},
    {"+CGSN", .prefix = "+CGSN:", .plain = true, .timeout = MODEM_TIMER_COMMAND, .line = on_imei},
    {.make = make_iccid, .prefix_of = iccid_prefix, .plain = true,
        .timeout = MODEM_TIMER_SIM_COMMAND, .line = on_iccid, .done = iccid_done},
    [BRINGUP_STEP_CPIN] =
    {"+CPIN?", .prefix = "+CPIN:",
        .timeout = MODEM_TIMER_SIM_COMMAND, GRACE, .essential = true,
        .line = on_cpin, .done = cpin_done},
    {.make = make_tries, .prefix = "",
        .timeout = MODEM_TIMER_COMMAND, .line = on_tries, .done = tries_done},
    {.make = make_pin, .timeout = MODEM_TIMER_PIN, .essential = true, .done = pin_done},
    [BRINGUP_STEP_CIMI] =
    {"+CIMI", .prefix = "+CIMI:", .plain = true,
        .timeout = MODEM_TIMER_SIM_COMMAND, .line = on_imsi},
    {.make = make_iccid, .prefix_of = iccid_prefix, .plain = true,
        .timeout = MODEM_TIMER_SIM_COMMAND, .line = on_iccid, .done = iccid_done},
    {.make = make_init, .timeout = MODEM_TIMER_COMMAND, .done = init_done},
    {"+CMGF=0", .timeout = MODEM_TIMER_COMMAND, .essential = true, .done = cmgf_done},
    {.make = make_cpms, .prefix = "+CPMS:", .timeout = MODEM_TIMER_SIM_COMMAND, .done = cpms_done},
    {"+CNMI=?", .prefix = "+CNMI:", .timeout = MODEM_TIMER_SIM_COMMAND, .line = on_cnmi_range},
    {.make = make_cnmi, .keep_choice = true, .timeout = MODEM_TIMER_SIM_COMMAND, .done = cnmi_done},
    {"+CNMI?", .prefix = "+CNMI:",
        .timeout = MODEM_TIMER_SIM_COMMAND, .line = on_cnmi, .done = cnmi_read_done},
    {"+CREG=1", .timeout = MODEM_TIMER_COMMAND},
    {"+CGREG=1", .timeout = MODEM_TIMER_COMMAND},
    {"+CEREG=1", .timeout = MODEM_TIMER_COMMAND},
    {"+CSCA?", .prefix = "+CSCA:", .timeout = MODEM_TIMER_PIN, .line = on_csca},
    {"+COPS=3,0", .timeout = MODEM_TIMER_NETWORK_COMMAND},
    {"+COPS?", .prefix = "+COPS:", .timeout = MODEM_TIMER_NETWORK_COMMAND, .line = on_cops},
};
/* clang-format on */

const unsigned bringup_n_steps = ARRAY_SIZE(bringup_steps);
_Static_assert(ARRAY_SIZE(bringup_steps) <= BRINGUP_MAX_STEPS, "a place to resume for each step");
