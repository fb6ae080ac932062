#include "modem/recovering.h"

#include "modem/modem_internal.h"
#include "modem/usb_reset.h"

#include <errno.h>
#include <string.h>

static void write_reset(struct modem *modem)
{
    struct at_command reset;

    if (!modem->port || at_encode_plain(&reset, modem->profile.reset) < 0)
        return;
    (void)port_write(modem->port, "\x1B\r", 2);
    (void)port_write(modem->port, reset.text, reset.n);
}

static void reset_usb(struct modem *modem)
{
    int r = usb_reset_start(&usb_reset_system, modem->usb_node);

    if (r < 0)
        log_warning(modem->log, "modem=%s event=usb_reset node=%s: %s", modem->name,
            modem->usb_node, strerror(-r));
}

static bool is_expected(const struct modem *modem)
{
    return modem->status.state == MODEM_RECOVERING && modem->is_away && !modem->hook;
}

/* A stick's ports come one after the other: a moment is left for all of them to be there. */
static void hurry(struct modem *modem)
{
    usec_t at = usec_add(loop_now(modem->loop), modem_timer_usec(MODEM_TIMER_PLUG));

    if (is_expected(modem) && modem->is_plugged && modem->state_timer.deadline > at)
        timer_arm_at(&modem->state_timer, at);
}

void recovering_plugged(struct modem *modem)
{
    modem->is_plugged = true;
    hurry(modem);
}

static void on_hook_done(void *userdata, int status)
{
    struct modem *modem = userdata;

    modem->hook = power_hook_free(modem->hook);
    hurry(modem);
    log_notice(modem->log, "modem=%s event=power_hook status=%d%s%s", modem->name, status,
        status < 0 ? ": " : "", status < 0 ? strerror(-status) : "");
}

static void run_hook(struct modem *modem)
{
    struct power_hook_job job = {
        .program = modem->hook_program,
        .modem = modem->name,
        .device = modem->device,
        .imei = modem->hook_imei,
        .timeout_usec = modem_timer_usec(MODEM_TIMER_POWER_RUN),
    };
    int r;

    modem->hook = power_hook_free(modem->hook);
    r = power_hook_new(&modem->hook, modem->loop, &job, on_hook_done, modem);
    if (r < 0)
        log_warning(modem->log, "modem=%s event=power_hook program=%s: %s", modem->name,
            modem->hook_program, strerror(-r));
}

/*
 * Where the device hangs is only known while it is there, and who it is until it is opened again.
 */
static void look_at_means(struct modem *modem)
{
    struct recovery *recovery = &modem->recovery;

    if (modem->status.imei[0])
        memcpy(modem->hook_imei, modem->status.imei, sizeof(modem->hook_imei));
    if (modem->port && usb_reset_find(&usb_reset_system, modem->status.port, modem->usb_node,
                           sizeof(modem->usb_node)) < 0)
        modem->usb_node[0] = '\0';
    recovery->after_reset_usec = modem->profile.after_reset_usec;
    recovery->available = 1U << RECOVERY_RESET;
    if (modem->usb_node[0] && !modem->no_usb_reset)
        recovery->available |= 1U << RECOVERY_USB_RESET;
    if (modem->hook_program)
        recovery->available |= 1U << RECOVERY_POWER;
}

void recovering_start(struct modem *modem, enum modem_event event)
{
    struct recovery *recovery = &modem->recovery;
    bool exhausted = recovery->exhausted;
    enum recovery_rung rung = RECOVERY_RESET;
    usec_t wait_usec;

    modem->status.recoveries++;
    modem->is_away = modem->is_plugged = false;
    if (event == MODEM_EVENT_SILENT)
        return; /* the conversation is in quarantine and tells how that ends */
    look_at_means(modem);
    if (event == MODEM_EVENT_RESET)
        wait_usec = recovery_force(recovery, rung, loop_now(modem->loop));
    else if (event == MODEM_EVENT_DISTRUSTED)
        rung = recovery_distrust(recovery, loop_now(modem->loop), &wait_usec);
    else
        rung = recovery_next(recovery, loop_now(modem->loop), &wait_usec);
    log_notice(modem->log, "modem=%s event=recovery rung=%s wait_ms=%llu", modem->name,
        recovery_rung_to_string(rung), (unsigned long long)(wait_usec / USEC_PER_MSEC));
    if (recovery->exhausted && !exhausted)
        log_warning(modem->log,
            "modem=%s event=alarm: nothing has helped; unplug it, or cut its power", modem->name);
    at_chat_close(&modem->chat);
    if (rung == RECOVERY_RESET)
        write_reset(modem);
    else
        modem_close_port(modem);
    modem->is_away = rung == RECOVERY_USB_RESET || rung == RECOVERY_POWER;
    if (rung == RECOVERY_USB_RESET)
        reset_usb(modem);
    if (rung == RECOVERY_POWER)
        run_hook(modem);
    modem->status.resets = recovery->rungs[RECOVERY_RESET].count;
    modem->status.usb_resets = recovery->rungs[RECOVERY_USB_RESET].count;
    modem->status.power_cycles = recovery->rungs[RECOVERY_POWER].count;
    timer_arm_in(&modem->state_timer, wait_usec);
}

void modem_distrust(struct modem *modem, const char *reason)
{
    modem_handle(modem, MODEM_EVENT_DISTRUSTED, reason);
}

void recovering_fini(struct modem *modem)
{
    modem->hook = power_hook_free(modem->hook);
}
