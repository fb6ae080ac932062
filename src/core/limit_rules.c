#include "core/limit_rules.h"

#include "core/rollback.h"
#include "core/streak_table.h"
#include "core/verification_table.h"
#include "smsotp/limits.h"
#include "util/macros.h"

#include <stdlib.h>
#include <string.h>

/* More of one number are not pending at a time unless `pending` was off until now. */
#define PENDING_LOOKED_AT 64

#define LIMIT_AT(field) offsetof(struct limits, field)
#define ISSUE LIMIT_KIND_ISSUE
#define TEXT LIMIT_KIND_TEXT
#define CHECK LIMIT_KIND_CHECK
#define REVERSE LIMIT_KIND_REVERSE
#define PLAIN LIMIT_KIND_PLAIN
#define TEXTS (ISSUE | TEXT | PLAIN)
const struct limit_rule limit_rules[] = {
    {"number", "number", COUNT_TEXTS_OF_NUMBER, LIMIT_AT(number), TEXTS, false, false},
    {"share", "client", COUNT_TEXTS_OF_NUMBER_BY_CLIENT, LIMIT_AT(number_share), TEXTS, true,
        false},
    {"prefix", "prefix", COUNT_TEXTS_OF_PREFIX, LIMIT_AT(prefix), TEXTS, false, false},
    {"client", "client", COUNT_REQUESTS_OF_CLIENT, LIMIT_AT(client), ISSUE | REVERSE | PLAIN, true,
        false},
    {"purpose", "purpose", COUNT_REQUESTS_OF_PURPOSE, LIMIT_AT(purpose), ISSUE | REVERSE, false,
        false},
    {"gateway", "gateway", COUNT_TEXTS, LIMIT_AT(gateway), TEXTS, false, false},
    {"gateway", "gateway", COUNT_PLAIN_TEXTS, LIMIT_AT(gateway_plain), PLAIN, false, false},
    {"inbound", "number", COUNT_REVERSE_OF_NUMBER, LIMIT_AT(inbound), REVERSE, false, false},
    {"share", "client", COUNT_REVERSE_OF_NUMBER_BY_CLIENT, LIMIT_AT(inbound_share), REVERSE, true,
        false},
    {"guesses", "number", COUNT_GUESSES_OF_NUMBER, LIMIT_AT(guesses), CHECK, false, false},
    {"share", "client", COUNT_GUESSES_OF_NUMBER_BY_CLIENT, LIMIT_AT(guesses_share), CHECK, true,
        false},
    {"failures", "client", COUNT_GUESSES_OF_CLIENT, LIMIT_AT(failures), CHECK, true, true},
};
const size_t limit_n_rules = ARRAY_SIZE(limit_rules);

const struct limit *limit_rule_limit(const struct limit_rule *rule, const struct limits *limits)
{
    return (const struct limit *)(const void *)((const char *)limits + rule->offset);
}

/* Whether the client's right codes in the window outnumber its wrong ones. 1, 0, or an error. */
static int is_mostly_right(struct db *db, const struct limit_rule *rule,
    const struct limit_request *request, const struct limit_window *window)
{
    unsigned wrong = 0, right = 0;
    int r = limit_count(db, rule->count, &request->of, window->span, request->now, &wrong);

    if (r < 0)
        return r;
    r = limit_count_approvals(db, request->of.client, window->span, request->now, &right);
    return r < 0 ? r : right > wrong;
}

int limit_rule_check_window(struct db *db, const struct limit_rule *rule,
    const struct limit_request *request, const struct limit_window *window, struct limit_hit *ret)
{
    struct limit limit = {.windows = {*window}, .n_windows = 1};
    int r = limit_check(db, rule->count, &request->of, &limit, request->now, ret);

    if (r <= 0 || !rule->yields_to_right)
        return r;
    r = is_mostly_right(db, rule, request, window);
    return r < 0 ? r : !r;
}

/* The window that keeps waiting longest decides. */
static int apply_rule(struct db *db, const struct limit_rule *rule,
    const struct limit_request *request, struct refusal *ret)
{
    const struct limit *limit = limit_rule_limit(rule, request->limits);
    struct limit_hit worst = {.wait = 0};
    bool is_hit = false;

    for (unsigned i = 0; i < limit->n_windows; i++) {
        struct limit_hit hit;
        int r = limit_rule_check_window(db, rule, request, &limit->windows[i], &hit);

        if (r < 0)
            return r;
        if (r > 0 && (!is_hit || hit.wait > worst.wait))
            worst = hit;
        is_hit |= r > 0;
    }
    if (is_hit)
        refuse_limit(ret, rule->name, rule->scope, &worst);
    return is_hit;
}

static int compare_waits(const void *a, const void *b)
{
    const usec_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* Whether one is pending and counts. */
static bool is_counted(const struct limit_request *request, const struct verification *v)
{
    return (!request->replaces || strcmp(v->id, request->replaces) != 0) &&
           v->key_id == request->key_id && !moment_passed(&v->expires, request->now);
}

static struct limit_pending sum_up(usec_t *waits, unsigned n, unsigned max)
{
    qsort(waits, n, sizeof(waits[0]), compare_waits);
    return (struct limit_pending){
        .n = n, .max = max, .wait = max > 0 && n >= max ? waits[n - max] : 0};
}

int limit_count_pending(struct db *db, const struct limit_request *request,
    struct limit_pending *ret, struct limit_pending *ret_own)
{
    char ids[PENDING_LOOKED_AT][ID_SIZE];
    usec_t waits[PENDING_LOOKED_AT], own_waits[PENDING_LOOKED_AT];
    unsigned n_ids = 0, n = 0, n_own = 0;
    int r = verification_pending_of(
        db, request->of.number_index, ids, PENDING_LOOKED_AT, &n_ids);

    for (unsigned i = 0; r >= 0 && i < n_ids; i++) {
        struct verification v;

        r = verification_load(db, ids[i], &v);
        if (r < 0 || !is_counted(request, &v))
            continue;
        waits[n++] = moment_until(&v.expires, request->now);
        if (strcmp(v.client, request->of.client) == 0)
            own_waits[n_own++] = waits[n - 1];
    }
    if (r < 0)
        return r;
    *ret = sum_up(waits, n, request->limits->pending);
    *ret_own = sum_up(own_waits, n_own, request->limits->pending_share);
    return 0;
}

static bool pending_is_met(
    const struct limit_pending *pending, const char *name, const char *scope, struct refusal *ret)
{
    if (pending->max == 0 || pending->n < pending->max)
        return false;
    refuse_limit(ret, name, scope,
        &(struct limit_hit){.window = {.max = pending->max}, .wait = pending->wait});
    return true;
}

static int apply_pending(struct db *db, const struct limit_request *request, struct refusal *ret)
{
    struct limit_pending all, own;
    int r;

    if (!(request->kind & (ISSUE | REVERSE)) || request->limits->pending == 0)
        return 0;
    r = limit_count_pending(db, request, &all, &own);
    if (r < 0)
        return r;
    return pending_is_met(&all, "pending", "number", ret) ||
           pending_is_met(&own, "share", "client", ret);
}

static int apply_conversion(struct db *db, enum conversion_scope scope,
    const struct limit_request *request, struct refusal *ret)
{
    const struct conversion_limit *limit = &request->limits->conversion;
    struct conversion conversion = {0};
    int r;

    if (limit->texts == 0 || !(request->kind & TEXTS) ||
        (scope == CONVERSION_OF_CLIENT && !request->is_client))
        return 0;
    r = conversion_load(db, scope, &request->of, limit, request->now, &conversion);
    if (r < 0 || !conversion_is_low(&conversion, limit))
        return r;
    refuse_conversion(
        ret, conversion_scope_name(scope), limit, conversion_wait(&conversion, request->now));
    return 1;
}

/* No part of the configuration: whoever takes a limit away does not take this one. */
static int apply_streak(struct db *db, const struct limit_request *request, struct refusal *ret)
{
    unsigned n = 0;
    int r;

    if (!(request->kind & (ISSUE | CHECK | REVERSE)))
        return 0;
    r = streak_load(db, request->of.number_index, &n);
    if (r < 0 || n < SMSOTP_STREAK_MAX)
        return r;
    refuse_streak(ret);
    return 1;
}

static int apply_rollback(struct db *db, const struct limit_request *request, struct refusal *ret)
{
    struct rollback_budget budget;
    int r;

    if (!(request->kind & CHECK))
        return 0;
    r = rollback_budget_load(
        db, request->of.number_index, &request->limits->guesses, request->now, &budget);
    if (r < 0 || !rollback_budget_is_met(&budget))
        return r;
    refuse_rollback(ret, &(struct limit_hit){.window = {.max = budget.max, .span = budget.span},
                             .wait = budget.wait});
    return 1;
}

int limit_rules_apply(struct db *db, const struct limit_request *request, struct refusal *ret)
{
    int r = apply_streak(db, request, ret);

    if (r == 0)
        r = apply_rollback(db, request, ret);
    for (size_t i = 0; r == 0 && i < limit_n_rules; i++) {
        if (limit_rules[i].kinds & request->kind)
            r = apply_rule(db, &limit_rules[i], request, ret);
    }
    if (r == 0)
        r = apply_pending(db, request, ret);
    if (r == 0)
        r = apply_conversion(db, CONVERSION_OF_PREFIX, request, ret);
    if (r == 0)
        r = apply_conversion(db, CONVERSION_OF_CLIENT, request, ret);
    return r;
}
