/*
 * Signs of a weak supply: what the modem says of its voltage, and how often it has gone by itself,
 * off the bus or into a restart, which is how a brown-out looks from outside. Plain data and pure;
 * times are CLOCK_BOOTTIME.
 */
#pragma once

#include "util/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SUPPLY_MEMORY_USEC USEC_PER_HOUR /* how long a sign counts */
#define SUPPLY_LOSSES_MANY 3             /* so often within that time is no accident */

struct supply {
    uint64_t complaints, losses;        /* since start */
    usec_t complained_at;               /* last; 0: never */
    bool is_too_much;                   /* … of too high a voltage */
    usec_t lost_at[SUPPLY_LOSSES_MANY]; /* the last ones, in turn; 0: none */
    usec_t told_at;                     /* when supply_is_news() last said so; 0: never */
};

/* The modem has said something about its voltage. */
void supply_complain(struct supply *supply, const char *line, usec_t now);

/* It has gone, or restarted, and nobody had asked for that. */
void supply_lose(struct supply *supply, usec_t now);

/* What is wrong and what to do, in words; NULL: there are no signs. Static. */
const char *supply_advice(const struct supply *supply, usec_t now);

/* Whether there is advice that the log has not had for a while; then it counts as told. */
bool supply_is_news(struct supply *supply, usec_t now);
