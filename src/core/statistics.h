/*
 * What the gateway has done since it started, as figures: what the journal recorded, by kind and
 * purpose, and how long texts and customers took; and by the hour in its last day, whenever it
 * started. The store's thread counts inside a transaction, and what it counted stands only when
 * that is committed; any thread reads.
 */
#pragma once

#include "core/policy.h"
#include "core/status.h"
#include "util/histogram.h"

#define STATISTICS_HOURS 24

/* Kinds that stand in SMSOTP_EVENT_LIST, one after the other. */
#define STATISTICS_KIND_(constant, name, audience) +1
enum { STATISTICS_KINDS = 0 SMSOTP_EVENT_LIST(STATISTICS_KIND_) };

/* One purpose; what is about none stands under "". */
struct statistics_purpose {
    char name[SMSOTP_PURPOSE_MAX + 1];
    uint64_t events[STATISTICS_KINDS];
};

struct statistics_mean {
    unsigned n;
    usec_t sum;
};

/* An hour of wall time. */
struct statistics_hour {
    usec_t begin_wall; /* 0: not yet */
    unsigned events[STATISTICS_KINDS];
    struct statistics_mean send, verify; /* of what ended in it */
};

struct statistics_figures {
    struct statistics_purpose purposes[POLICY_PURPOSES_MAX + 1];
    unsigned n_purposes;
    struct histogram send_time;   /* from the request, or the resend, to the network's +CMGS */
    struct histogram verify_time; /* from the request to the approval */
    struct statistics_hour hours[STATISTICS_HOURS]; /* the newest first */
};

/* Ranges: a text takes 2 s to 15 s on most modems, a customer half a minute. */
extern const struct histogram_scale statistics_send_scale;
extern const struct histogram_scale statistics_verify_scale;

struct statistics;

/* -ENOMEM. */
int statistics_new(struct statistics **ret);

/* Takes NULL; returns NULL. */
struct statistics *statistics_free(struct statistics *statistics);
DEFINE_CLEANUP(struct statistics *, statistics_free);

/*
 * On the store's thread, inside a transaction. All take NULL. `purpose` may be NULL; `age`: since
 * the request, of an approval.
 */
void statistics_count(struct statistics *statistics, enum event_kind kind, const char *purpose,
    usec_t now_wall);
void statistics_observe_approval(struct statistics *statistics, usec_t age);

/*
 * On the store's thread, before anything is counted: what an earlier run has counted in an hour. Of
 * the last 24 hours; whatever else is left out. May be told again.
 */
void statistics_restore(struct statistics *statistics, enum event_kind kind, usec_t hour_wall,
    unsigned n, usec_t now_wall);

/* On the store's thread: the transaction has ended. For store_config.ended. */
void statistics_settle(struct statistics *statistics, bool is_committed);

/* A text has left, so long after it was asked for. Any thread. */
void statistics_observe_send(struct statistics *statistics, usec_t took);

/* All figures as of now. */
void statistics_read(
    struct statistics *statistics, usec_t now_wall, struct statistics_figures *ret);

/* Of a kind, over all purposes. */
uint64_t statistics_total(const struct statistics_figures *figures, enum event_kind kind);

/* Of a gateway: its own figures, all zero where nobody counts, and those of its store. */
struct gateway;
struct store_stats;
void gateway_read_statistics(const struct gateway *gateway, struct statistics_figures *ret);
void gateway_read_store_stats(const struct gateway *gateway, struct store_stats *ret);
