/*
 * A second look at a modem that has refused a text and given no reason, as +CMS ERROR: 500 does, or
 * blames its SIM: is it registered, is its SIM there, does it know its service centre? What is
 * missing there was the reason, and then the text has not failed, it only has not been sent.
 * Between Ctrl-Z's result and the end of a send; in state `sending`.
 */
#pragma once

#include "at/result.h"
#include "at/sim_lock.h"

#include <stdbool.h>

struct modem;

struct recheck {
    bool running;
    unsigned step;
    bool sim_lost, smsc_lost;
    bool smsc_restored; /* once a bring-up: a SIM that keeps nothing is believed then */
};

/* Whether a refusal is one that has to be looked into. */
bool recheck_is_due(const struct at_result *result);

/* Begins; ends in sending_rechecked(). False: the modem takes no command now. */
bool recheck_start(struct modem *modem);

/* What was found to be missing, static storage; NULL: nothing. */
const char *recheck_fault(const struct modem *modem);
