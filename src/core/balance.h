/*
 * The balance of the SIM in a modem: asked for by USSD when it is due and nothing else is to be
 * done, kept for whoever looks, over restarts too, and warned of when it is little. What the
 * network says is in no log. On the loop's thread; the database is read and written on the store's.
 */
#pragma once

#include "core/balance_rule.h"
#include "core/balance_table.h"
#include "core/environment.h"
#include "core/id.h"
#include "loop/timer.h"
#include "modem/modem.h"

/* What callers see of it. Plain data. */
struct balance_view {
    bool is_asked_for; /* by the configuration */
    bool is_known, is_low;
    int64_t hundredths;
    usec_t at_wall;    /* when the network said so, */
    usec_t age;        /* … and how long ago that was as of the look */
    int64_t low;       /* less than that is little; 0: nothing is */
    const char *error; /* why the last question came to nothing; NULL: it did not. Borrowed */
};

struct balance {
    const struct environment *env;
    struct modem *modem;
    bool (*is_idle)(void *userdata);
    void (*enough)(void *userdata);  /* the SIM has credit */
    void (*changed)(void *userdata); /* what is seen of it */
    void *userdata;
    struct timer timer;
    usec_t due_boot;
    bool is_asking;
    struct balance_view view;
    char error[96];
    char sim[SIM_NAME_SIZE]; /* empty: there was none yet */
    struct store_job load, save;
    bool is_loading, is_stale, is_saving;
    char load_sim[SIM_NAME_SIZE], save_sim[SIM_NAME_SIZE]; /* these are the jobs' */
    struct balance_row loaded, saved;
    bool is_found;
};

/* Everything is borrowed. `is_idle` says whether no text waits; codes go first. */
void balance_init(struct balance *balance, const struct environment *env, struct modem *modem,
    bool (*is_idle)(void *userdata), void (*enough)(void *userdata),
    void (*changed)(void *userdata), void *userdata);

/* The store has been closed before. */
void balance_fini(struct balance *balance);

/* The modem has become ready, or the policy has changed: asks when it is due. */
void balance_heed(struct balance *balance);

/* It has another SIM, of which the database may know. */
void balance_open(struct balance *balance, const char *sim);

/* As of now, borrowed. */
const struct balance_view *balance_look(struct balance *balance);
