/*
 * The SIM in a modem: which one it is, what it may send, and what it has sent, read from the
 * database when it comes up and kept in step from then on. On the loop's thread; the database is
 * read on the store's.
 */
#pragma once

#include "core/environment.h"
#include "core/quota_table.h"
#include "loop/timer.h"
#include "modem/modem.h"

struct sim_account {
    const struct environment *env;
    const struct modem *modem;
    void (*known)(void *userdata); /* it may be used now */
    void *userdata;
    char sim[SIM_NAME_SIZE]; /* empty: there was none yet */
    struct quota quota;
    usec_t set_forward; /* so far the clock was set, and `quota` knows */
    bool is_known; /* `quota` has what the database has */
    struct store_job load;
    char load_sim[SIM_NAME_SIZE]; /* these two are the job's */
    struct quota loaded;
    usec_t loaded_forward;
    bool is_loading, is_stale;
    struct timer retry;
};

/* Of no SIM yet. Everything is borrowed. */
void sim_account_init(struct sim_account *account, const struct environment *env,
    const struct modem *modem, void (*known)(void *userdata), void *userdata);

/* The store has been closed before. */
void sim_account_fini(struct sim_account *account);

/* The modem has come up. True: with another SIM than before. */
bool sim_account_open(struct sim_account *account);

/* The limits, or what has been sent, may have changed in the database or the configuration. */
void sim_account_reload(struct sim_account *account);

/* What it may send as of now, whatever the clock has been set to meanwhile. */
struct quota *sim_account_quota(struct sim_account *account, const struct moment *now);

/* Parts were given to it, and that has been committed. Warns when a window is nearly full. */
void sim_account_note(struct sim_account *account, unsigned n_parts,
    const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE]);
