#include "core/standing.h"

#include <string.h>

static struct standing_failure *find(struct standing *standing, const uint8_t *number_index)
{
    for (unsigned i = 0; i < standing->n_failures; i++)
        if (memcmp(standing->failures[i].number_index, number_index, OTP_NUMBER_INDEX_SIZE) == 0)
            return &standing->failures[i];
    return NULL;
}

/* The oldest makes room. */
static struct standing_failure *add(struct standing *standing, const uint8_t *number_index)
{
    struct standing_failure *failure;

    if (standing->n_failures == STANDING_NUMBERS) {
        memmove(&standing->failures[0], &standing->failures[1],
            (STANDING_NUMBERS - 1) * sizeof(standing->failures[0]));
        standing->n_failures--;
    }
    failure = &standing->failures[standing->n_failures++];
    *failure = (struct standing_failure){.counts = false};
    memcpy(failure->number_index, number_index, OTP_NUMBER_INDEX_SIZE);
    return failure;
}

static enum standing_change bar(struct standing *standing, const char *text, usec_t now_boot)
{
    bool was_barred = standing->is_barred;

    standing->is_barred = true;
    standing->barred_boot = now_boot;
    standing->barred_text = text;
    return was_barred ? STANDING_AS_BEFORE : STANDING_IS_BARRED;
}

enum standing_change standing_refused(struct standing *standing,
    const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE], enum standing_blame blame,
    const char *text, usec_t now_boot)
{
    unsigned n_counting = 0, n_sims = 0;
    struct standing_failure *failure;

    if (blame == STANDING_BLAMES_NOBODY)
        return STANDING_AS_BEFORE;
    failure = find(standing, number_index);
    if (!failure)
        failure = add(standing, number_index);
    failure->is_sims |= blame == STANDING_BLAMES_SIM;
    failure->counts |= blame == STANDING_BLAMES_MODEM;
    for (unsigned i = 0; i < standing->n_failures; i++) {
        n_sims += standing->failures[i].is_sims;
        n_counting += standing->failures[i].counts;
    }
    if (blame == STANDING_BLAMES_SIM)
        return standing->is_barred || n_sims >= STANDING_BARRED ? bar(standing, text, now_boot)
                                                                : STANDING_AS_BEFORE;
    if (n_counting < STANDING_FAULTY)
        return STANDING_AS_BEFORE;
    for (unsigned i = 0; i < standing->n_failures; i++)
        standing->failures[i].counts = false;
    return STANDING_IS_FAULTY;
}

bool standing_redeem(struct standing *standing)
{
    bool was_barred = standing->is_barred;

    *standing = (struct standing){.is_barred = false};
    return was_barred;
}

usec_t standing_wait(const struct standing *standing, usec_t now_boot)
{
    return standing->is_barred
        ? usec_sub(usec_add(standing->barred_boot, STANDING_TRIAL_USEC), now_boot)
        : 0;
}
