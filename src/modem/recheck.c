#include "modem/recheck.h"

#include "at/error.h"
#include "at/response.h"
#include "modem/modem_internal.h"

#include <string.h>

#define CMS_SMSC_UNKNOWN 330

static void on_registration(void *userdata, const char *line)
{
    network_note(userdata, line);
}

static void on_lock(void *userdata, const char *line)
{
    struct modem *modem = userdata;
    enum at_sim_lock lock;

    if (at_parse_cpin(line, &lock) == 0)
        modem->recheck.sim_lost =
            lock != AT_SIM_READY && lock != AT_SIM_PIN2 && lock != AT_SIM_PUK2;
}

static void on_smsc(void *userdata, const char *line)
{
    char number[AT_NUMBER_SIZE];
    struct modem *modem = userdata;
    bool international;

    if (at_parse_csca(line, number, &international) == 0)
        modem->recheck.smsc_lost = number[0] == '\0' && modem->status.smsc[0] != '\0';
}

static const struct {
    const char *name; /* NULL: the service centre is written again */
    const char *prefix;
    enum modem_timer timeout;
    void (*line)(void *modem, const char *line);
} steps[] = {
    {"+CREG?", "+CREG:", MODEM_TIMER_COMMAND, on_registration},
    {"+CGREG?", "+CGREG:", MODEM_TIMER_COMMAND, on_registration},
    {"+CEREG?", "+CEREG:", MODEM_TIMER_COMMAND, on_registration},
    {"+CPIN?", "+CPIN:", MODEM_TIMER_SIM_COMMAND, on_lock},
    {"+CSCA?", "+CSCA:", MODEM_TIMER_PIN, on_smsc},
    {NULL, NULL, MODEM_TIMER_PIN, NULL},
};

#define FIRST_AFTER_REGISTRATION AT_DOMAIN_COUNT

/* A SIM that is blamed may be gone while the registration is still told as it was. */
static bool needs_a_look(const struct at_error *error)
{
    return error->error_class == AT_ERROR_UNKNOWN || error->error_class == AT_ERROR_SIM;
}

bool recheck_is_due(const struct at_result *result)
{
    switch (result->outcome) {
    case AT_ERROR:
        return true;
    case AT_CMS_ERROR:
        return result->code == CMS_SMSC_UNKNOWN || needs_a_look(at_cms_error(result->code));
    case AT_CME_ERROR:
        return needs_a_look(at_cme_error(result->code));
    case AT_OK:
    case AT_CALL_ENDED:
    case AT_TIMEOUT:
        break;
    }
    return false;
}

static bool go_on(struct modem *modem);

static void on_done(void *userdata, const struct at_result *result)
{
    struct modem *modem = userdata;
    struct recheck *recheck = &modem->recheck;

    if (!recheck->running || result->outcome == AT_TIMEOUT)
        return; /* the silence is told next, and ends the send */
    if (result->outcome == AT_CME_ERROR && steps[recheck->step].line == on_lock)
        recheck->sim_lost = at_cme_error(result->code)->error_class == AT_ERROR_SIM;
    if (!steps[recheck->step].name)
        recheck->smsc_restored = true;
    recheck->step++;
    if (go_on(modem))
        return;
    recheck->running = false;
    sending_rechecked(modem);
}

static int encode_smsc(const struct modem *modem, struct at_command *command)
{
    const char *smsc = modem->status.smsc;

    at_encode_begin(command, "+CSCA=");
    at_encode_string(command, smsc);
    at_encode_number(command, smsc[0] == '+' ? 145 : 129); /* TS 24.008 §10.5.4.7 */
    return at_encode_end(command);
}

static bool is_passed_over(const struct modem *modem, unsigned step)
{
    const struct recheck *recheck = &modem->recheck;

    if (step < FIRST_AFTER_REGISTRATION)
        return modem->network.unsupported[step];
    return !steps[step].name && (!recheck->smsc_lost || recheck->smsc_restored);
}

/* The next question; false: there is none. */
static bool go_on(struct modem *modem)
{
    struct recheck *recheck = &modem->recheck;
    struct at_request request = {.done = on_done};
    int r;

    while (recheck->step < ARRAY_SIZE(steps) && is_passed_over(modem, recheck->step))
        recheck->step++;
    if (recheck->step == ARRAY_SIZE(steps))
        return false;
    request.prefix = steps[recheck->step].prefix;
    request.timeout_usec = modem_timer_usec(steps[recheck->step].timeout);
    request.line = steps[recheck->step].line;
    r = steps[recheck->step].name
        ? at_encode_plain(&request.command, steps[recheck->step].name)
        : encode_smsc(modem, &request.command);
    return r == 0 && at_chat_submit(&modem->chat, &request, loop_now(modem->loop)) == 0;
}

bool recheck_start(struct modem *modem)
{
    modem->recheck = (struct recheck){
        .running = true, .smsc_restored = modem->recheck.smsc_restored};
    modem->recheck.running = go_on(modem);
    return modem->recheck.running;
}

const char *recheck_fault(const struct modem *modem)
{
    const struct recheck *recheck = &modem->recheck;

    if (recheck->sim_lost)
        return "The SIM does not answer";
    if (!network_is_registered(&modem->network))
        return "Registration was lost";
    if (recheck->smsc_lost)
        return "The number of the service centre was lost";
    return NULL;
}
