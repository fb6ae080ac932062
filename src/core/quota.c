#include "core/quota.h"

#include "util/macros.h"

#include <errno.h>
#include <string.h>

ENUM_DEFINE(quota_window, QUOTA_WINDOW_LIST);

static const usec_t spans[QUOTA_N_WINDOWS] = {
    [QUOTA_MINUTE] = USEC_PER_MINUTE,
    [QUOTA_DAY] = USEC_PER_DAY,
    [QUOTA_MONTH] = QUOTA_MONTH_USEC,
    [QUOTA_RECIPIENTS] = QUOTA_MONTH_USEC,
};

bool quota_limits_any(const struct quota_limits *limits)
{
    for (unsigned i = 0; i < QUOTA_N_WINDOWS; i++)
        if (limits->max[i] > 0)
            return true;
    return false;
}

void quota_init(struct quota *quota, const struct quota_limits *limits)
{
    *quota = (struct quota){.limits = *limits};
}

void quota_fini(struct quota *quota)
{
    free(quota->sent);
    free(quota->recipients);
    *quota = (struct quota){.n_sent = 0};
}

/* Room for one more in an array that grows. NULL: no memory, and the array is as it was. */
static void *make_room(void *array, unsigned n, unsigned *room, size_t size)
{
    unsigned wanted = *room ? 2 * *room : 32;
    void *grown;

    if (n < *room)
        return array;
    grown = reallocarray(array, wanted, size);
    if (grown)
        *room = wanted;
    return grown;
}

/* Which of the times, counted from the oldest, is the first in the window. */
static unsigned first_within(const struct quota *quota, enum quota_window window, usec_t now_wall)
{
    usec_t begin = usec_sub(now_wall, spans[window]);
    unsigned low = 0, high = quota->n_sent;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;

        if (quota->sent[middle] > begin)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* No window reaches back to these. */
static void forget_old(struct quota *quota, usec_t now_wall)
{
    unsigned n_old = first_within(quota, QUOTA_MONTH, now_wall);

    if (n_old == 0)
        return;
    quota->n_sent -= n_old;
    memmove(quota->sent, quota->sent + n_old, quota->n_sent * sizeof(quota->sent[0]));
}

static void heed_clock_for_parts(struct quota *quota, usec_t now_wall)
{
    for (unsigned i = quota->n_sent; i > 0 && quota->sent[i - 1] > now_wall; i--)
        quota->sent[i - 1] = now_wall;
}

int quota_note_part(struct quota *quota, usec_t at_wall)
{
    usec_t *sent;

    heed_clock_for_parts(quota, at_wall); /* they stay in order */
    if (quota->n_sent > 0 && quota->n_sent == quota->sent_room)
        forget_old(quota, at_wall);
    sent = make_room(quota->sent, quota->n_sent, &quota->sent_room, sizeof(quota->sent[0]));
    if (!sent)
        return -ENOMEM;
    quota->sent = sent;
    quota->sent[quota->n_sent++] = at_wall;
    return 0;
}

void quota_shift(struct quota *quota, usec_t by_usec)
{
    for (unsigned i = 0; i < quota->n_sent; i++)
        quota->sent[i] = usec_add(quota->sent[i], by_usec);
    for (unsigned i = 0; i < quota->n_recipients; i++)
        quota->recipients[i].last_wall = usec_add(quota->recipients[i].last_wall, by_usec);
    for (unsigned i = 0; i < QUOTA_N_WINDOWS; i++)
        if (quota->warned_wall[i] > 0)
            quota->warned_wall[i] = usec_add(quota->warned_wall[i], by_usec);
}

static struct quota_recipient *find_recipient(
    struct quota *quota, const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE])
{
    for (unsigned i = 0; i < quota->n_recipients; i++)
        if (memcmp(quota->recipients[i].number_index, number_index, OTP_NUMBER_INDEX_SIZE) == 0)
            return &quota->recipients[i];
    return NULL;
}

int quota_note_recipient(struct quota *quota,
    const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE], usec_t at_wall)
{
    struct quota_recipient *recipient = find_recipient(quota, number_index);

    if (!recipient) {
        recipient = make_room(quota->recipients, quota->n_recipients, &quota->recipients_room,
            sizeof(quota->recipients[0]));
        if (!recipient)
            return -ENOMEM;
        quota->recipients = recipient;
        recipient += quota->n_recipients++;
        memcpy(recipient->number_index, number_index, OTP_NUMBER_INDEX_SIZE);
    }
    recipient->last_wall = at_wall;
    return 0;
}

/* A clock that was set back must not make what has gone count for ever. */
static void heed_clock(struct quota *quota, usec_t now_wall)
{
    heed_clock_for_parts(quota, now_wall);
    for (unsigned i = 0; i < quota->n_recipients; i++)
        quota->recipients[i].last_wall = MIN(quota->recipients[i].last_wall, now_wall);
}

static unsigned max_of(const struct quota *quota, enum quota_window window, bool is_code)
{
    unsigned max = quota->limits.max[window];

    /* The configuration leaves at least one of a day to all. */
    return window == QUOTA_DAY && !is_code && quota->limits.reserve < max
               ? max - quota->limits.reserve
               : max;
}

/*
 * Until the last of `n_parts` more fits into a window; each full turn of it takes its whole span.
 */
static usec_t wait_for_parts(const struct quota *quota, enum quota_window window, bool is_code,
    unsigned n_parts, usec_t now_wall)
{
    unsigned first = first_within(quota, window, now_wall);
    unsigned used = quota->n_sent - first;
    unsigned max = max_of(quota, window, is_code);
    usec_t wait;

    if (quota->limits.max[window] == 0 || n_parts == 0)
        return 0;
    wait = (n_parts - 1) / max * spans[window];
    n_parts = (n_parts - 1) % max + 1;
    if (used > max - n_parts) {
        usec_t leaving = quota->sent[first + used + n_parts - max - 1];

        wait += usec_sub(usec_add(leaving, spans[window]), now_wall);
    }
    return wait;
}

/* Until there is room for one number more; one that is there already has its room. */
static usec_t wait_for_recipient(struct quota *quota, const uint8_t *number_index, usec_t now_wall)
{
    usec_t begin = usec_sub(now_wall, QUOTA_MONTH_USEC), oldest = USEC_INFINITY;
    const struct quota_recipient *recipient;
    unsigned n_within = 0;

    if (quota->limits.max[QUOTA_RECIPIENTS] == 0 || !number_index)
        return 0;
    recipient = find_recipient(quota, number_index);
    if (recipient && recipient->last_wall > begin)
        return 0;
    for (unsigned i = 0; i < quota->n_recipients; i++)
        if (quota->recipients[i].last_wall > begin) {
            oldest = MIN(oldest, quota->recipients[i].last_wall);
            n_within++;
        }
    return n_within < quota->limits.max[QUOTA_RECIPIENTS] ? 0 : usec_sub(oldest, begin);
}

usec_t quota_wait(struct quota *quota, bool is_code, unsigned n_parts,
    const uint8_t *number_index, usec_t now_wall)
{
    for (enum quota_window window = QUOTA_MINUTE; window <= QUOTA_MONTH; window++)
        if (quota->limits.max[window] > 0 && n_parts > max_of(quota, window, is_code))
            return USEC_INFINITY;
    return quota_wait_in_turn(quota, is_code, n_parts, number_index, now_wall);
}

usec_t quota_wait_in_turn(struct quota *quota, bool is_code, unsigned n_parts,
    const uint8_t *number_index, usec_t now_wall)
{
    usec_t wait;

    heed_clock(quota, now_wall);
    wait = wait_for_recipient(quota, number_index, now_wall);
    for (enum quota_window window = QUOTA_MINUTE; window <= QUOTA_MONTH; window++)
        wait = MAX(wait, wait_for_parts(quota, window, is_code, n_parts, now_wall));
    return wait;
}

unsigned quota_room(struct quota *quota, bool is_code, usec_t now_wall)
{
    unsigned room = UINT32_MAX;

    heed_clock(quota, now_wall);
    for (enum quota_window window = QUOTA_MINUTE; window <= QUOTA_MONTH; window++) {
        unsigned used = quota->n_sent - first_within(quota, window, now_wall);
        unsigned max = max_of(quota, window, is_code);

        if (quota->limits.max[window] > 0)
            room = MIN(room, max - MIN(used, max));
    }
    return room;
}

unsigned quota_used(struct quota *quota, enum quota_window window, usec_t now_wall)
{
    usec_t begin = usec_sub(now_wall, spans[window]);
    unsigned n = 0;

    heed_clock(quota, now_wall);
    if (window != QUOTA_RECIPIENTS)
        return quota->n_sent - first_within(quota, window, now_wall);
    for (unsigned i = 0; i < quota->n_recipients; i++)
        n += quota->recipients[i].last_wall > begin;
    return n;
}

bool quota_warn(struct quota *quota, usec_t now_wall, enum quota_window *ret_window)
{
    for (enum quota_window window = QUOTA_MINUTE; window <= QUOTA_RECIPIENTS; window++) {
        uint64_t used = quota_used(quota, window, now_wall), max = quota->limits.max[window];
        usec_t warned = MIN(quota->warned_wall[window], now_wall);

        if (max == 0 || 5 * used < 4 * max || (warned > 0 && now_wall - warned < spans[window]))
            continue;
        quota->warned_wall[window] = now_wall;
        *ret_window = window;
        return true;
    }
    return false;
}
