/*
 * Which limits a request has to meet, in which order, and what it is told when one refuses. On the
 * store's thread, in the transaction that would add what is counted.
 */
#pragma once

#include "core/conversion_table.h"
#include "core/limit_table.h"
#include "core/limits.h"
#include "core/moment.h"
#include "core/refusal.h"

/* What is asked for; bits, for a rule may hold for several. */
enum limit_kind {
    LIMIT_KIND_ISSUE = 1, /* a verification, with its first text */
    LIMIT_KIND_TEXT = 2,  /* any further text of one */
    LIMIT_KIND_CHECK = 4, /* comparing a code */
    LIMIT_KIND_REVERSE = 8, /* a verification by reverse code, which sends nothing */
    LIMIT_KIND_PLAIN = 16 /* a text without a code */
};

struct limit_rule {
    const char *name;  /* of [limits] */
    const char *scope; /* whose: "number", "client", … */
    enum limit_count count;
    size_t offset;        /* of its limit in struct limits */
    unsigned kinds;       /* of requests */
    bool is_own;          /* counts nobody's doings but the client's */
    bool yields_to_right; /* does not hold while approvals outnumber what it counts */
};

/* The rules with windows, in their order. */
extern const struct limit_rule limit_rules[];
extern const size_t limit_n_rules;

/* What a request is measured by. Borrowed. */
struct limit_request {
    enum limit_kind kind;
    const struct limits *limits; /* of limits_for() */
    struct limit_subject of;
    const struct moment *now;
    uint32_t key_id; /* what was made with another key is pending no more */
    bool is_client;  /* not a technician */
    const char *replaces; /* id of a pending one that this would end; NULL: none */
};

/* 1: refused, and *ret says why; 0: no limit is met; or an error. */
int limit_rules_apply(struct db *db, const struct limit_request *request, struct refusal *ret);

/* The limit of a rule. */
const struct limit *limit_rule_limit(const struct limit_rule *rule, const struct limits *limits);

/* Whether one window of a rule is full for this request. 1, 0, or an error. */
int limit_rule_check_window(struct db *db, const struct limit_rule *rule,
    const struct limit_request *request, const struct limit_window *window, struct limit_hit *ret);

/* Verifications of a number that are pending. */
struct limit_pending {
    unsigned n, max; /* 0: no limit */
    usec_t wait;     /* until one more fits; 0: it does */
};

/* Counts everybody's, and the client's own. */
int limit_count_pending(struct db *db, const struct limit_request *request,
    struct limit_pending *ret, struct limit_pending *ret_own);
