#include "modem/bringup.h"

#include "modem/bringup_steps.h"
#include "modem/modem_internal.h"

#include <errno.h>
#include <string.h>

static void run(struct modem *modem);

static void go_to(struct modem *modem, unsigned step)
{
    modem->bringup.step = step;
    modem->bringup.choice = 0;
    run(modem);
}

/* The modem gets its time before that step. */
static void rest_before(struct modem *modem, unsigned step, usec_t usec)
{
    modem->bringup.step = step;
    modem->bringup.choice = 0;
    timer_arm_in(&modem->step_timer, usec);
}

static void follow(struct modem *modem, enum bringup_verdict verdict)
{
    struct bringup *bringup = &modem->bringup;

    switch (verdict) {
    case STEP_NEXT:
        if (!bringup_steps[bringup->step].keep_choice)
            bringup->choice = 0;
        bringup->step++;
        run(modem);
        break;
    case STEP_AGAIN:
        bringup->choice++;
        run(modem);
        break;
    case STEP_REPEAT:
        run(modem);
        break;
    case STEP_WAIT:
        timer_arm_in(&modem->step_timer, modem_timer_usec(MODEM_TIMER_SIM_POLL));
        break;
    case STEP_BACK:
        bringup->step--;
        bringup->choice++;
        run(modem);
        break;
    case STEP_SIM:
        rest_before(modem, BRINGUP_STEP_CPIN, modem->profile.after_pin_usec);
        break;
    case STEP_RADIO:
        rest_before(modem, bringup->step + 1, modem->profile.after_cfun_usec);
        break;
    case STEP_TO_IMSI:
        go_to(modem, BRINGUP_STEP_CIMI);
        break;
    case STEP_ENDED:
        break;
    }
}

static void on_done(void *userdata, const struct at_result *result)
{
    struct modem *modem = userdata;
    struct bringup *bringup = &modem->bringup;
    const struct bringup_step *step = &bringup_steps[bringup->step];

    if (!bringup->running)
        return;
    if (result->outcome == AT_TIMEOUT) {
        if (!step->essential)
            bringup->resume[bringup->step] =
                step->make ? (uint8_t)(bringup->choice + 1) : BRINGUP_PASS_OVER;
        return; /* the silence is told next */
    }
    follow(modem, step->done ? step->done(modem, result) : STEP_NEXT);
}

static void finish(struct modem *modem)
{
    modem->bringup.running = false;
    recovery_succeeded(&modem->recovery);
    network_ask(modem);
}

/* Prepares and submits the current step's command; passes over those with nothing to do. */
static void run(struct modem *modem)
{
    struct bringup *bringup = &modem->bringup;

    for (; bringup->step < bringup_n_steps; bringup->step++, bringup->choice = 0) {
        const struct bringup_step *step = &bringup_steps[bringup->step];
        struct at_request request = {
            .prefix = step->prefix,
            .plain = step->plain,
            .timeout_usec = modem_timer_usec(step->timeout),
            .grace_usec = step->grace_usec,
            .line = step->line,
            .done = on_done,
        };
        int r;

        if (bringup->step >= BRINGUP_STEP_CPIN && !finding_identify(modem))
            return;
        if (bringup->resume[bringup->step] == BRINGUP_PASS_OVER)
            continue;
        bringup->choice = MAX(bringup->choice, bringup->resume[bringup->step]);
        bringup->has_lock = false;
        r = step->make ? step->make(modem, &request.command)
                       : at_encode_plain(&request.command, step->name);
        if (r == 0 && step->prefix_of)
            request.prefix = step->prefix_of(modem);
        if (r == 0)
            r = at_chat_submit(&modem->chat, &request, loop_now(modem->loop));
        explicit_bzero(&request.command, sizeof(request.command));
        if (r != -ENOENT)
            return; /* submitted, ended, or a conversation that is closed */
    }
    finish(modem);
}

void bringup_start(struct modem *modem)
{
    const struct bringup old = modem->bringup;
    struct bringup *bringup = &modem->bringup;

    *bringup =
        (struct bringup){.running = true, .booting = old.booting, .sms_ready = old.sms_ready};
    memcpy(bringup->resume, old.resume, sizeof(bringup->resume));
    modem->status.iccid[0] = modem->status.imsi[0] = modem->status.operator_name[0] = '\0';
    modem->status.pin_tries_left = -1;
    if (!modem->has_number)
        modem->status.number[0] = '\0';
    modem->recheck.smsc_restored = false;
    modem->sim_told = false;
    modem->sending.link_until = 0;
    modem->ussd.is_gsm = false;
    network_reset(&modem->network);
    inbox_reset(&modem->inbox);
    time_source_reset(&modem->time_source);
    task_reset(modem);
    run(modem);
}

void bringup_reset(struct bringup *bringup)
{
    memset(bringup->resume, 0, sizeof(bringup->resume));
    bringup->booting = bringup->sms_ready = false;
}

void bringup_restarted(struct modem *modem)
{
    modem->bringup.booting = true;
    modem->bringup.sms_ready = false;
}

void bringup_told_sms_ready(struct modem *modem)
{
    modem->bringup.sms_ready = true;
    if (!modem->bringup.running || !timer_is_armed(&modem->step_timer))
        return;
    timer_disarm(&modem->step_timer); /* it need not be asked again */
    run(modem);
}

void bringup_stop(struct modem *modem)
{
    modem->bringup.running = false;
    timer_disarm(&modem->step_timer);
}

void bringup_tick(struct modem *modem)
{
    if (modem->bringup.running)
        run(modem);
}
