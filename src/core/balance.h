/*
 * The balance of the SIM in a modem: asked for by USSD when it is due and nothing else is to be done,
 * kept for whoever looks, and warned of when it is little. What the network says is in no log. On the
 * loop's thread.
 */
#pragma once

#include "core/balance_rule.h"
#include "core/environment.h"
#include "loop/timer.h"
#include "modem/modem.h"

/* What callers see of it. Plain data. */
struct balance_view {
    bool is_asked_for; /* by the configuration */
    bool is_known, is_low;
    int64_t hundredths;
    usec_t at_wall;    /* when the network said so */
    const char *error; /* why the last question came to nothing; NULL: it did not. Borrowed */
};

struct balance {
    const struct environment *env;
    struct modem *modem;
    bool (*is_idle)(void *userdata);
    void (*enough)(void *userdata); /* the SIM has credit */
    void *userdata;
    struct timer timer;
    usec_t due_boot;
    bool is_asking;
    struct balance_view view;
    char error[96];
};

/* Everything is borrowed. `is_idle` says whether no text waits; codes go first. */
void balance_init(struct balance *balance, const struct environment *env, struct modem *modem,
    bool (*is_idle)(void *userdata), void (*enough)(void *userdata), void *userdata);
void balance_fini(struct balance *balance);

/* The modem has become ready, or the policy has changed: asks when it is due. */
void balance_heed(struct balance *balance);

/* It has another SIM. */
void balance_forget(struct balance *balance);
