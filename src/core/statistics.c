#include "core/statistics.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* Counted and not yet committed: a batch of 512 jobs writes a few entries each. */
#define PENDING_MAX 4096

struct pending {
    enum event_kind kind;
    unsigned purpose; /* place in the figures */
    usec_t at_wall;
};

struct statistics {
    pthread_mutex_t lock;
    struct statistics_figures figures; /* under the lock */
    /* the store's thread's: */
    struct pending pending[PENDING_MAX];
    unsigned n_pending;
    usec_t approvals[PENDING_MAX];
    unsigned n_approvals;
};

const struct histogram_scale statistics_send_scale = {
    .bounds = {USEC_PER_SEC / 2, USEC_PER_SEC, 2 * USEC_PER_SEC, 3 * USEC_PER_SEC, 5 * USEC_PER_SEC,
        10 * USEC_PER_SEC, 15 * USEC_PER_SEC, 30 * USEC_PER_SEC, USEC_PER_MINUTE,
        2 * USEC_PER_MINUTE, 5 * USEC_PER_MINUTE, 10 * USEC_PER_MINUTE},
    .n = 12,
};
const struct histogram_scale statistics_verify_scale = {
    .bounds = {5 * USEC_PER_SEC, 10 * USEC_PER_SEC, 15 * USEC_PER_SEC, 20 * USEC_PER_SEC,
        30 * USEC_PER_SEC, 45 * USEC_PER_SEC, USEC_PER_MINUTE, 2 * USEC_PER_MINUTE,
        3 * USEC_PER_MINUTE, 5 * USEC_PER_MINUTE, 10 * USEC_PER_MINUTE},
    .n = 11,
};

int statistics_new(struct statistics **ret)
{
    struct statistics *statistics = calloc(1, sizeof(*statistics));

    if (!statistics)
        return -ENOMEM;
    pthread_mutex_init(&statistics->lock, NULL);
    statistics->figures.n_purposes = 1; /* "" */
    *ret = statistics;
    return 0;
}

struct statistics *statistics_free(struct statistics *statistics)
{
    if (!statistics)
        return NULL;
    pthread_mutex_destroy(&statistics->lock);
    free(statistics);
    return NULL;
}

/* The place of a purpose, made when it is new; beyond the last, the one that is about none. */
static unsigned place_of(struct statistics *statistics, const char *purpose)
{
    struct statistics_figures *figures = &statistics->figures;
    unsigned place = 0;

    if (!purpose || !purpose[0])
        return 0;
    pthread_mutex_lock(&statistics->lock);
    for (unsigned i = 1; i < figures->n_purposes; i++)
        if (strcmp(figures->purposes[i].name, purpose) == 0)
            place = i;
    if (place == 0 && figures->n_purposes < ARRAY_SIZE(figures->purposes)) {
        place = figures->n_purposes++;
        snprintf(
            figures->purposes[place].name, sizeof(figures->purposes[place].name), "%s", purpose);
    }
    pthread_mutex_unlock(&statistics->lock);
    return place;
}

void statistics_count(
    struct statistics *statistics, enum event_kind kind, const char *purpose, usec_t now_wall)
{
    if (statistics && statistics->n_pending < PENDING_MAX)
        statistics->pending[statistics->n_pending++] =
            (struct pending){kind, place_of(statistics, purpose), now_wall};
}

void statistics_observe_approval(struct statistics *statistics, usec_t age)
{
    if (statistics && statistics->n_approvals < PENDING_MAX)
        statistics->approvals[statistics->n_approvals++] = age;
}

/* Makes the hour of a time the first. One that lies before the first belongs to it: the clock was
 * set. */
static struct statistics_hour *hour_of(struct statistics_figures *figures, usec_t at_wall)
{
    usec_t begin = at_wall - at_wall % USEC_PER_HOUR;
    usec_t first = figures->hours[0].begin_wall;
    usec_t n_passed = begin > first ? (begin - first) / USEC_PER_HOUR : 0;
    unsigned n = first == 0 ? 1 : (unsigned)MIN(n_passed, STATISTICS_HOURS);

    if (begin <= first)
        return &figures->hours[0];
    memmove(figures->hours + n, figures->hours, (STATISTICS_HOURS - n) * sizeof(figures->hours[0]));
    for (unsigned i = 0; i < n; i++)
        figures->hours[i] = (struct statistics_hour){.begin_wall = begin - i * USEC_PER_HOUR};
    return &figures->hours[0];
}

void statistics_restore(struct statistics *statistics, enum event_kind kind, usec_t hour_wall,
    unsigned n, usec_t now_wall)
{
    struct statistics_hour *hours = statistics->figures.hours;
    usec_t place;

    pthread_mutex_lock(&statistics->lock);
    (void)hour_of(&statistics->figures, now_wall);
    place = (hours[0].begin_wall - hour_wall) / USEC_PER_HOUR; /* of a later one: a large number */
    if (place < STATISTICS_HOURS) {
        for (unsigned i = 1; i <= place; i++)
            hours[i].begin_wall = hours[0].begin_wall - i * USEC_PER_HOUR;
        hours[place].events[kind] = n;
    }
    pthread_mutex_unlock(&statistics->lock);
}

static void add_to_hour(struct statistics_figures *figures, const struct pending *one)
{
    hour_of(figures, one->at_wall)->events[one->kind]++;
}

/* Of the hour under way, which the event that goes with it has begun. */
static void add_to_mean(struct statistics_mean *mean, usec_t took)
{
    mean->n++;
    mean->sum += took;
}

void statistics_settle(struct statistics *statistics, bool is_committed)
{
    struct statistics_figures *figures = &statistics->figures;

    pthread_mutex_lock(&statistics->lock);
    for (unsigned i = 0; is_committed && i < statistics->n_pending; i++) {
        const struct pending *one = &statistics->pending[i];

        figures->purposes[one->purpose].events[one->kind]++;
        add_to_hour(figures, one);
    }
    for (unsigned i = 0; is_committed && i < statistics->n_approvals; i++) {
        histogram_observe(
            &figures->verify_time, &statistics_verify_scale, statistics->approvals[i]);
        add_to_mean(&figures->hours[0].verify, statistics->approvals[i]);
    }
    pthread_mutex_unlock(&statistics->lock);
    statistics->n_pending = statistics->n_approvals = 0;
}

void statistics_observe_send(struct statistics *statistics, usec_t took)
{
    if (!statistics)
        return;
    pthread_mutex_lock(&statistics->lock);
    histogram_observe(&statistics->figures.send_time, &statistics_send_scale, took);
    add_to_mean(&statistics->figures.hours[0].send, took);
    pthread_mutex_unlock(&statistics->lock);
}

void statistics_read(
    struct statistics *statistics, usec_t now_wall, struct statistics_figures *ret)
{
    pthread_mutex_lock(&statistics->lock);
    (void)hour_of(&statistics->figures, now_wall);
    *ret = statistics->figures;
    pthread_mutex_unlock(&statistics->lock);
}

uint64_t statistics_total(const struct statistics_figures *figures, enum event_kind kind)
{
    uint64_t total = 0;

    for (unsigned i = 0; i < figures->n_purposes; i++)
        total += figures->purposes[i].events[kind];
    return total;
}
