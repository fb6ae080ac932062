#include "core/outlook.h"

#include "core/modem_choice.h"
#include "util/macros.h"

/* Until times have been measured: a send takes 2 to 6 seconds on most modems. */
#define SEND_GUESS_USEC (3 * USEC_PER_SEC)

/* What is left to do of the text that a modem has. */
static usec_t busy_for(const struct slot *slot, usec_t takes, usec_t now_boot)
{
    const struct modem_status *status = modem_status(slot->modem);
    usec_t work = (slot->n_parts - slot->part) * takes;

    if (!slot->text)
        return 0;
    return status->state == MODEM_SENDING ? usec_sub(work, usec_sub(now_boot, status->state_since))
                                          : work;
}

static void begin(const struct dispatcher *dispatcher, usec_t unmeasured, struct forecast *ret)
{
    struct moment now = moment_now(&dispatcher->env->timebase);

    ret->n_modems = 0;
    for (unsigned i = 0; i < dispatcher->n_slots; i++) {
        struct slot *slot = dispatcher->slots[i];
        usec_t mean = modem_status(slot->modem)->send_mean_usec;
        usec_t takes = mean ? mean : unmeasured;

        forecast_add_modem(ret,
            modem_choice_is_up(slot)
                ? MAX(busy_for(slot, takes, now.boot),
                      quota_wait(sim_account_quota(&slot->account, &now), true, 1, NULL, now.wall))
                : USEC_INFINITY,
            takes);
    }
}

/* Gives the next text to the modem that will have it. */
static usec_t pass(struct forecast *forecast, const struct dispatcher *dispatcher,
    const struct outgoing_text *text, const unsigned *affinities, usec_t latest)
{
    struct moment now = moment_now(&dispatcher->env->timebase);
    usec_t waits[SMSOTP_MODEMS_MAX];

    for (unsigned i = 0; i < forecast->n_modems; i++)
        waits[i] = forecast->modems[i].free_in == USEC_INFINITY
                       ? USEC_INFINITY
                       : modem_choice_wait(dispatcher->slots[i], text, &now);
    return forecast_next(forecast,
        &(struct forecast_text){.n_parts = outgoing_text_parts_left(text),
            .latest = latest,
            .waits = waits,
            .affinities = affinities});
}

void lateness_begin(const struct dispatcher *dispatcher, struct lateness *ret)
{
    begin(dispatcher, 0, &ret->forecast);
    ret->dispatcher = dispatcher;
    ret->now = moment_now(&dispatcher->env->timebase);
}

bool lateness_judge(struct lateness *lateness, const struct outgoing_text *text)
{
    usec_t left = moment_until(&text->deadline, &lateness->now), gone;

    if (left == 0)
        return true;
    gone = pass(&lateness->forecast, lateness->dispatcher, text, NULL, left);
    /* Without a modem that may have it nothing is known: one may come. */
    return gone > left && gone < USEC_INFINITY;
}

/* Passes the texts that go before this one; how many. */
static unsigned pass_those_before(const struct dispatcher *dispatcher,
    const struct outgoing_text *text, struct forecast *forecast, struct lateness *lateness)
{
    unsigned n = 0;

    LIST_FOREACH(link, &dispatcher->outbox->texts) {
        const struct outgoing_text *other = CONTAINER_OF(link, struct outgoing_text, link);

        if (other == text || outbox_goes_before(text, other))
            break;
        (void)pass(forecast, dispatcher, other, NULL, USEC_INFINITY);
        (void)lateness_judge(lateness, other);
        n++;
    }
    return n;
}

static struct outlook look(
    const struct dispatcher *dispatcher, const struct outgoing_text *text, unsigned n_reserved)
{
    static const struct forecast_text reserved = {.n_parts = 1, .latest = USEC_INFINITY};
    struct outlook outlook = {.eta_sec = -1};
    unsigned affinities[SMSOTP_MODEMS_MAX];
    struct lateness lateness;
    struct forecast forecast;
    usec_t eta;

    begin(dispatcher, SEND_GUESS_USEC, &forecast);
    lateness_begin(dispatcher, &lateness);
    outlook.position =
        (int)(pass_those_before(dispatcher, text, &forecast, &lateness) + n_reserved);
    for (unsigned i = 0; i < n_reserved; i++) {
        (void)forecast_next(&forecast, &reserved);
        (void)forecast_next(&lateness.forecast, &reserved);
    }
    modem_choice_affinities(
        dispatcher->env, dispatcher->slots, dispatcher->n_slots, text, affinities);
    eta =
        pass(&forecast, dispatcher, text, affinities, moment_until(&text->deadline, &lateness.now));
    if (eta != USEC_INFINITY)
        outlook.eta_sec = (int)((eta + USEC_PER_SEC - 1) / USEC_PER_SEC);
    outlook.is_late = lateness_judge(&lateness, text);
    return outlook;
}

struct outlook dispatcher_outlook_of_new(
    const struct dispatcher *dispatcher, const struct outgoing_text *text)
{
    /* One of the places is its own; the others are for texts that are being committed. */
    unsigned n_reserved = dispatcher->outbox->n_reserved;

    return look(dispatcher, text, n_reserved > 0 ? n_reserved - 1 : 0);
}

struct outlook dispatcher_outlook_of(const struct dispatcher *dispatcher, const char *message_id)
{
    const struct outgoing_text *text = outbox_find(dispatcher->outbox, message_id);

    return text ? look(dispatcher, text, 0) : (struct outlook){.position = -1, .eta_sec = -1};
}
