#include "modem/bringup_steps.h"

#include "at/identity.h"
#include "modem/bringup_sim.h"
#include "modem/modem_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

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

/* --- vendor ---------------------------------------------------------------------------------- */

static int make_of(struct modem *modem, const char *const *list, struct at_command *command)
{
    const char *name = list[modem->bringup.choice];

    return name ? at_encode_plain(command, name) : -ENOENT;
}

static int make_quiet(struct modem *modem, struct at_command *command)
{
    const struct modem_status *status = &modem->status;
    const char *before = modem->profile.name;

    modem_profile_find(status->manufacturer, status->model, status->revision, &modem->profile);
    if (modem->profile.name != before)
        log_info(modem->log, "modem=%s event=profile profile=%s", modem->name,
            modem->profile.name);
    return make_of(modem, modem->profile.quiet, command);
}

/* --- the radio ------------------------------------------------------------------------------- */

/* Some sticks start with it off, or keep what another program has set: gammu issue 395. */
static void on_cfun(void *userdata, const char *line)
{
    struct modem *modem = userdata;
    unsigned functionality;

    if (at_parse_cfun(line, &functionality) == 0)
        modem->bringup.radio_off = functionality == 0 || functionality == 4;
}

static int make_radio_on(struct modem *modem, struct at_command *command)
{
    if (!modem->bringup.radio_off || modem->bringup.choice > 0) /* never answered: passed over */
        return -ENOENT;
    log_info(modem->log, "modem=%s event=radio-on: it was off", modem->name);
    return at_encode_plain(command, "+CFUN=1");
}

static enum bringup_verdict radio_on_done(struct modem *modem, const struct at_result *result)
{
    (void)modem;
    return result->outcome == AT_OK ? STEP_RADIO : STEP_NEXT;
}

/* --- formats, stores, routing ---------------------------------------------------------------- */

static int make_init(struct modem *modem, struct at_command *command)
{
    return make_of(modem, modem->profile.init, command);
}

static int make_clock(struct modem *modem, struct at_command *command)
{
    return make_of(modem, modem->profile.clock, command);
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
    if (bringup_may_wait(modem))
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
    if (result->outcome == AT_OK) {
        memcpy(modem->inbox.home, modem->inbox.memory, sizeof(modem->inbox.home));
        return STEP_NEXT;
    }
    modem->inbox.memory[0] = '\0';
    return bringup_next_or_wait(modem, result) == STEP_WAIT ? STEP_WAIT : STEP_AGAIN;
}

static void on_cnmi_range(void *userdata, const char *line)
{
    struct modem *modem = userdata;

    modem->bringup.has_cnmi_range = at_parse_cnmi_range(line, &modem->bringup.cnmi_range) == 0;
}

/* Of the five digits of a routing such as "2,1,0,1,0" all but the last. */
static bool routing_fits(const struct bringup *bringup, const char *routing)
{
    const struct at_cnmi_range *range = &bringup->cnmi_range;
    const uint32_t sets[] = {range->mode, range->mt, range->bm, range->ds};

    for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
        if (bringup->has_cnmi_range && sets[i] && !(sets[i] >> (routing[2 * i] - '0') & 1))
            return false;
    return true;
}

/* Whether what was buffered is dropped: nothing here depends on it, and Cinterion knows 1 only. */
static unsigned choose_bfr(const struct bringup *bringup, const char *routing)
{
    unsigned wanted = (unsigned)(routing[8] - '0');

    if (!bringup->has_cnmi_range || !bringup->cnmi_range.bfr ||
        bringup->cnmi_range.bfr >> wanted & 1)
        return wanted;
    return 1 - wanted;
}

static int make_cnmi(struct modem *modem, struct at_command *command)
{
    const char *const *ladder = modem->profile.cnmi;
    struct bringup *bringup = &modem->bringup;

    while (ladder[bringup->choice] && !routing_fits(bringup, ladder[bringup->choice]))
        bringup->choice++;
    if (!ladder[bringup->choice]) {
        bringup->cnmi_chosen = NULL;
        return -ENOENT;
    }
    bringup->has_cnmi = false;
    bringup->cnmi_chosen = ladder[bringup->choice];
    at_encode_begin(command, "+CNMI=");
    for (size_t i = 0; i < 4; i++)
        at_encode_number(command, (unsigned)(bringup->cnmi_chosen[2 * i] - '0'));
    at_encode_number(command, choose_bfr(bringup, bringup->cnmi_chosen));
    return at_encode_end(command);
}

static enum bringup_verdict cnmi_done(struct modem *modem, const struct at_result *result)
{
    if (result->outcome == AT_OK)
        return STEP_NEXT;
    return bringup_next_or_wait(modem, result) == STEP_WAIT ? STEP_WAIT : STEP_AGAIN;
}

static void on_cnmi(void *userdata, const char *line)
{
    struct modem *modem = userdata;

    modem->bringup.has_cnmi = at_parse_cnmi(line, modem->bringup.cnmi) == 0;
}

/* Some answer OK and keep what they had: the first three besides buffering must be as asked. */
static enum bringup_verdict cnmi_read_done(struct modem *modem, const struct at_result *result)
{
    const char *routing = modem->bringup.cnmi_chosen;

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

/* Most SIMs answer nothing; of several numbers the first is that of line 1. */
static int make_number(struct modem *modem, struct at_command *command)
{
    if (modem->has_number || modem->bringup.choice > 0) /* never answered: passed over */
        return -ENOENT;
    return at_encode_plain(command, "+CNUM");
}

static void on_number(void *userdata, const char *line)
{
    char number[AT_NUMBER_SIZE];
    struct modem *modem = userdata;

    if (!modem->status.number[0] && at_parse_cnum(line, number) == 0)
        memcpy(modem->status.number, number, sizeof(number));
}

/* Asked and not set: who wrote the modem's set down may need it, and a code is the same in each. */
static void on_cscs(void *userdata, const char *line)
{
    struct modem *modem = userdata;
    char set[16];

    modem->ussd.is_gsm =
        at_parse_text(line, "+CSCS:", set, sizeof(set)) == 0 && strcmp(set, "GSM") == 0;
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
    {.make = make_quiet, .timeout = MODEM_TIMER_COMMAND, .done = init_done},
    {"+CGSN", .prefix = "+CGSN:", .plain = true, .timeout = MODEM_TIMER_COMMAND, .line = on_imei},
    {"+CFUN?", .prefix = "+CFUN:", .timeout = MODEM_TIMER_COMMAND, .line = on_cfun},
    {.make = make_radio_on, .timeout = MODEM_TIMER_RADIO, .done = radio_on_done},
    [BRINGUP_STEP_ICCID] =
    {.make = bringup_make_iccid, .prefix_of = bringup_iccid_prefix, .plain = true,
        .timeout = MODEM_TIMER_SIM_COMMAND, .line = bringup_on_iccid, .done = bringup_iccid_done},
    [BRINGUP_STEP_CPIN] =
    {"+CPIN?", .prefix = "+CPIN:",
        .timeout = MODEM_TIMER_SIM_COMMAND, GRACE, .essential = true,
        .line = bringup_on_cpin, .done = bringup_cpin_done},
    {.make = bringup_make_tries, .prefix = "",
        .timeout = MODEM_TIMER_COMMAND, .line = bringup_on_tries, .done = bringup_tries_done},
    {.make = bringup_make_pin, .timeout = MODEM_TIMER_PIN, .essential = true,
        .done = bringup_pin_done},
    [BRINGUP_STEP_CIMI] =
    {"+CIMI", .prefix = "+CIMI:", .plain = true,
        .timeout = MODEM_TIMER_SIM_COMMAND, .line = on_imsi,
        .done = bringup_next_or_wait},
    {.make = bringup_make_iccid, .prefix_of = bringup_iccid_prefix, .plain = true,
        .timeout = MODEM_TIMER_SIM_COMMAND, .line = bringup_on_iccid, .done = bringup_iccid_done},
    {.make = bringup_make_same_sim},
    {.make = make_init, .timeout = MODEM_TIMER_COMMAND, .done = init_done},
    {.make = make_clock, .timeout = MODEM_TIMER_COMMAND, .done = init_done},
    {.make = bringup_make_sms_ready, .prefix_of = bringup_sms_ready_prefix,
        .timeout = MODEM_TIMER_COMMAND, .line = bringup_on_sms_ready,
        .done = bringup_sms_ready_done},
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
    {.make = make_number, .prefix = "+CNUM:", .timeout = MODEM_TIMER_COMMAND, .line = on_number},
    {"+CSCS?", .prefix = "+CSCS:", .timeout = MODEM_TIMER_COMMAND, .line = on_cscs},
    {"+COPS=3,0", .timeout = MODEM_TIMER_NETWORK_COMMAND},
    {"+COPS?", .prefix = "+COPS:", .timeout = MODEM_TIMER_NETWORK_COMMAND, .line = on_cops},
};
/* clang-format on */

const unsigned bringup_n_steps = ARRAY_SIZE(bringup_steps);
_Static_assert(ARRAY_SIZE(bringup_steps) <= BRINGUP_MAX_STEPS, "a place to resume for each step");
