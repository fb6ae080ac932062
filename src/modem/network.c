#include "modem/network.h"

#include "at/error.h"
#include "at/response.h"
#include "modem/modem_internal.h"

#include <stdio.h>
#include <string.h>

#define CHANGES_A_MINUTE 20 /* of its registration, by its own word */
#define CHANGES_ASK_USEC (5 * USEC_PER_SEC)

void network_reset(struct network *network)
{
    *network = (struct network){.no_roaming = network->no_roaming};
    for (size_t i = 0; i < AT_DOMAIN_COUNT; i++)
        network->stat[i] = -1;
}

/* TS 27.007 §7.2: 5 registered, 7 for texts alone. */
static bool is_roaming(int stat)
{
    return stat == 5 || stat == 7;
}

static bool is_usable(const struct network *network, int stat)
{
    return at_registration_is_registered(stat) && !(network->no_roaming && is_roaming(stat));
}

bool network_is_registered(const struct network *network)
{
    for (size_t i = 0; i < AT_DOMAIN_COUNT; i++)
        if (is_usable(network, network->stat[i]))
            return true;
    return false;
}

void network_begin_search(struct modem *modem)
{
    modem->search_usec = modem_timer_usec(MODEM_TIMER_SEARCH);
    modem->search_until =
        usec_add(loop_now(modem->loop), modem_timer_usec(MODEM_TIMER_SEARCH_LONG));
}

bool network_search_is_vain(const struct modem *modem)
{
    return loop_now(modem->loop) >= modem->search_until && !modem->status.roaming_refused &&
           modem->status.registration != 3; /* TS 27.007 §7.2: denied */
}

static bool is_refused_roaming(const struct network *network)
{
    for (size_t i = 0; i < AT_DOMAIN_COUNT; i++)
        if (at_registration_is_registered(network->stat[i]))
            return !network_is_registered(network);
    return false;
}

/* What is shown: the domain that can carry texts, else what the first one told says. */
static int shown_stat(const struct network *network)
{
    for (size_t i = 0; i < AT_DOMAIN_COUNT; i++)
        if (at_registration_is_registered(network->stat[i]))
            return network->stat[i];
    for (size_t i = 0; i < AT_DOMAIN_COUNT; i++)
        if (network->stat[i] >= 0)
            return network->stat[i];
    return -1;
}

void network_note(struct modem *modem, const char *line)
{
    struct at_registration registration;
    unsigned rssi;

    if (at_parse_csq(line, &rssi, &modem->status.signal_dbm) == 0)
        signal_history_note(
            &modem->status.signal, loop_realtime(modem->loop), modem->status.signal_dbm);
    if (at_registration_parse(line, &registration) < 0)
        return;
    modem->network.stat[registration.domain] = registration.stat;
    modem->status.registration = shown_stat(&modem->network);
    modem->status.roaming_refused = is_refused_roaming(&modem->network);
}

/* What is worth saying of a registration that can carry texts. */
static const char *remark(const struct network *network)
{
    bool roaming = false;

    if (network->stat[AT_DOMAIN_CREG] == 3)
        return "registered for data, denied for calls: SMS may be unavailable";
    for (size_t i = 0; i < AT_DOMAIN_COUNT; i++)
        roaming |= is_roaming(network->stat[i]);
    return roaming ? "roaming" : "";
}

void network_show(struct modem *modem)
{
    snprintf(modem->status.reason, sizeof(modem->status.reason), "%s", remark(&modem->network));
}

static void decide(struct modem *modem)
{
    static const char *const reasons[] = {"not registered, not searching", "registered",
        "searching for a network", "registration denied", "registration unknown"};
    int stat = modem->status.registration;
    const char *reason;

    if (network_is_registered(&modem->network)) {
        if (modem->status.state == MODEM_READY)
            network_show(modem);
        modem_handle(modem, MODEM_EVENT_REGISTERED, remark(&modem->network));
        return;
    }
    reason = modem->status.roaming_refused
        ? "roaming_refused: only another operator's network is there, and `roaming = refuse`"
        : stat >= 0 && stat <= 4 ? reasons[stat] : "no network";
    if (modem->status.state == MODEM_SEARCHING) /* nothing changes but why */
        snprintf(modem->status.reason, sizeof(modem->status.reason), "%s", reason);
    modem_handle(modem, MODEM_EVENT_UNREGISTERED, reason);
}

/* More changes than a network makes are not acted on: it is asked, each few seconds. */
static bool is_flood(struct modem *modem)
{
    usec_t now = loop_now(modem->loop);
    usec_t soon = usec_add(now, CHANGES_ASK_USEC);
    enum flood_verdict verdict = flood_take(&modem->changes, CHANGES_A_MINUTE, now);

    if (verdict == FLOOD_PASS)
        return false;
    if (verdict == FLOOD_BEGINS)
        log_warning(modem->log, "modem=%s event=flood: its registration changes all the time",
            modem->name);
    modem->n_idle = 2; /* the next heartbeat asks */
    if (modem->state_timer.deadline > soon)
        timer_arm_at(&modem->state_timer, soon);
    return true;
}

void network_told(struct modem *modem, const char *line)
{
    bool before = network_is_registered(&modem->network);
    struct at_registration told;
    enum modem_state state = modem->status.state;
    bool is_change, is_loss;

    network_note(modem, line);
    if (state != MODEM_SEARCHING && state != MODEM_READY)
        return;
    is_change = network_is_registered(&modem->network) != before;
    is_loss = before && at_registration_parse(line, &told) == 0 &&
              !at_registration_is_registered(told.stat);
    if ((is_change || is_loss) && is_flood(modem))
        return;
    if (is_change)
        decide(modem);
    else if (is_loss)
        network_ask(modem); /* one domain is lost: what others said may be old */
    else if (state == MODEM_READY)
        network_show(modem); /* roaming now, or at home again */
}

static void on_line(void *userdata, const char *line)
{
    network_note(userdata, line);
}

static void ask_next(struct modem *modem);

/* Without a network: perhaps because the SIM has gone. Handled by the bring-up, which says why. */
static void on_sim_done(void *userdata, const struct at_result *result)
{
    struct modem *modem = userdata;
    struct network *network = &modem->network;
    bool lost = (result->outcome == AT_CME_ERROR &&
                    at_cme_error(result->code)->error_class == AT_ERROR_SIM) ||
                (network->has_lock && network->lock != AT_SIM_READY &&
                    network->lock != AT_SIM_PIN2 && network->lock != AT_SIM_PUK2);

    if (!network->asking)
        return;
    network->asking = false;
    if (result->outcome == AT_TIMEOUT)
        return;
    if (lost)
        modem_handle(modem, MODEM_EVENT_SIM, "the SIM does not answer");
    else
        decide(modem);
}

static void on_sim_line(void *userdata, const char *line)
{
    struct modem *modem = userdata;

    modem->network.has_lock = at_parse_cpin(line, &modem->network.lock) == 0;
}

static void ask_sim(struct modem *modem)
{
    struct at_request request = {
        .prefix = "+CPIN:",
        .timeout_usec = modem_timer_usec(MODEM_TIMER_SIM_COMMAND),
        .grace_usec = USEC_PER_SEC,
        .line = on_sim_line,
        .done = on_sim_done,
    };

    modem->network.has_lock = false;
    if (at_encode_plain(&request.command, "+CPIN?") < 0 ||
        at_chat_submit(&modem->chat, &request, loop_now(modem->loop)) < 0)
        modem->network.asking = false;
}

static void on_done(void *userdata, const struct at_result *result)
{
    struct modem *modem = userdata;
    struct network *network = &modem->network;

    if (!network->asking)
        return;
    if (result->outcome == AT_TIMEOUT || modem->status.state == MODEM_SENDING) {
        network->asking = false; /* the text goes first */
        return;
    }
    /* One that has answered before is known: the ERROR was meant for something else. */
    if (network->domain < AT_DOMAIN_COUNT && result->outcome == AT_ERROR &&
        network->stat[network->domain] < 0)
        network->unsupported[network->domain] = true;
    network->domain++;
    ask_next(modem);
}

static void ask_next(struct modem *modem)
{
    static const struct {
        const char *name;
        const char *prefix;
    } questions[AT_DOMAIN_COUNT + 1] = {
        {"+CREG?", "+CREG:"}, {"+CGREG?", "+CGREG:"}, {"+CEREG?", "+CEREG:"}, {"+CSQ", "+CSQ:"}};
    struct network *network = &modem->network;
    enum modem_state state = modem->status.state;

    while (network->domain < AT_DOMAIN_COUNT && network->unsupported[network->domain])
        network->domain++;
    if (network->domain > AT_DOMAIN_COUNT) {
        if (!network_is_registered(network) && (state == MODEM_SEARCHING || state == MODEM_READY)) {
            ask_sim(modem);
            return;
        }
        network->asking = false;
        decide(modem);
        inbox_run(modem); /* a notice may have come meanwhile */
        return;
    }
    if (modem_command(modem, questions[network->domain].name, questions[network->domain].prefix,
            MODEM_TIMER_COMMAND, on_line, on_done) < 0)
        network->asking = false;
}

void network_ask(struct modem *modem)
{
    if (modem->network.asking)
        return;
    modem->network.asking = true;
    modem->network.domain = 0;
    if (!network_is_registered(&modem->network)) /* a refusal that was not one keeps none away */
        memset(modem->network.unsupported, 0, sizeof(modem->network.unsupported));
    ask_next(modem);
}
