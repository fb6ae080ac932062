/*
 * The balance of each SIM as the network last told it, a row each, so that a restart neither
 * forgets it nor asks again before it is due. By the SIM, whatever modem it is in. On the store's
 * thread.
 */
#pragma once

#include "store/db.h"
#include "util/clock.h"

struct balance_row {
    int64_t hundredths;
    usec_t at_wall; /* when the network said so */
};

/* Takes the place of what was known of this SIM. */
int balance_store(struct db *db, const char *sim, const struct balance_row *row);

/* 1 when something is known, else 0. */
int balance_load(struct db *db, const char *sim, struct balance_row *ret);
