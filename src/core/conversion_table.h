/*
 * What became of recent texts: of how many the code was typed back. Texts that nobody ever answers
 * are what fraud with paid numbers looks like. Counted are texts that left, or may have, within the
 * last day, whatever the network reports of them, and whose code was approved or has run out; and
 * only those since an operator has last said that it is well. On the store's thread.
 */
#pragma once

#include "core/limit_table.h"
#include "core/limits.h"

/* Whose texts. */
enum conversion_scope { CONVERSION_OF_PREFIX, CONVERSION_OF_CLIENT };

/* "prefix" or "client". */
const char *conversion_scope_name(enum conversion_scope scope);

struct conversion {
    unsigned texts;    /* the newest, `limit.texts` at most */
    unsigned verified; /* of these */
    usec_t oldest_wall;
};

/* Counts the newest texts, `limit->texts` at most. */
int conversion_load(struct db *db, enum conversion_scope scope, const struct limit_subject *of,
    const struct conversion_limit *limit, const struct moment *now, struct conversion *ret);

/* Whether that is too few: as many texts as the limit looks at, fewer verified than it wants. */
bool conversion_is_low(const struct conversion *conversion, const struct conversion_limit *limit);

/* How long until the oldest of them counts no more. */
usec_t conversion_wait(const struct conversion *conversion, const struct moment *now);

/* From now on only newer texts count. */
int conversion_reset(
    struct db *db, enum conversion_scope scope, const struct limit_subject *of, usec_t now_wall);

/* Drops resets that have lost their meaning. */
int conversion_purge(struct db *db, const struct moment *now);
