/* What a modem does while nothing is asked of it: looks, searches, beats. */
#include "modem/modem_internal.h"

static void look_for_device(struct modem *modem)
{
    usec_t wait_usec = modem->reopen_usec;
    char path[PATH_MAX], reason[sizeof(modem->status.reason)] = "";

    modem->reopen_usec = MIN(2 * modem->reopen_usec, modem_timer_usec(MODEM_TIMER_REOPEN_MAX));
    if (finding_find(modem, path, reason, sizeof(reason)) == 0) {
        modem_handle(modem, MODEM_EVENT_SEEN, NULL);
        return;
    }
    modem_absent_because(modem, reason);
    timer_arm_in(&modem->state_timer, wait_usec);
}

static void on_heartbeat(void *userdata, const struct at_result *result)
{
    (void)result;
    inbox_run(userdata);
}

static void on_lock_line(void *userdata, const char *line)
{
    struct modem *modem = userdata;
    enum at_sim_lock lock;

    if (at_parse_cpin(line, &lock) == 0 && !(modem->bringup.other_sim && lock == AT_SIM_READY) &&
        (lock == AT_SIM_READY || lock != modem->bringup.lock || modem->bringup.pin_unnoted))
        modem_handle(modem, MODEM_EVENT_SIM, NULL);
}

/* Each third heartbeat asks for registration and signal, the others only whether it lives. */
static void beat(struct modem *modem)
{
    timer_arm_in(&modem->state_timer, modem_timer_usec(MODEM_TIMER_IDLE));
    if (!at_chat_is_idle(&modem->chat))
        return;
    if (++modem->n_idle % 3 == 0)
        network_ask(modem);
    else
        (void)modem_command(modem, "", NULL, MODEM_TIMER_COMMAND, NULL, on_heartbeat);
    time_source_poll(modem);
}

void modem_poll(struct modem *modem)
{
    switch (modem->status.state) {
    case MODEM_ABSENT:
        look_for_device(modem);
        return;
    case MODEM_LOCKED:
        timer_arm_in(&modem->state_timer, modem_timer_usec(MODEM_TIMER_LOCKED_POLL));
        if (finding_has_moved(modem))
            modem_handle(modem, MODEM_EVENT_GONE, "the device path leads elsewhere");
        else
            (void)modem_command(
                modem, "+CPIN?", "+CPIN:", MODEM_TIMER_SIM_COMMAND, on_lock_line, NULL);
        return;
    case MODEM_SEARCHING:
        modem->search_usec =
            MIN(2 * modem->search_usec, modem_timer_usec(MODEM_TIMER_SEARCH_MAX));
        timer_arm_in(&modem->state_timer, modem->search_usec);
        if (finding_has_moved(modem))
            modem_handle(modem, MODEM_EVENT_GONE, "the device path leads elsewhere");
        else if (network_search_is_vain(modem))
            modem_handle(modem, MODEM_EVENT_DISTRUSTED, "no network for long: the radio may hang");
        else
            network_ask(modem);
        return;
    case MODEM_READY:
        if (finding_has_moved(modem))
            modem_handle(modem, MODEM_EVENT_GONE, "the device path leads elsewhere");
        else
            beat(modem);
        return;
    case MODEM_OPENING:
    case MODEM_PROBING:
    case MODEM_CONFIGURING:
    case MODEM_SENDING:
    case MODEM_RECOVERING:
    case MODEM_DISABLED:
        modem_handle(modem, MODEM_EVENT_TIMER, NULL);
        return;
    }
}
