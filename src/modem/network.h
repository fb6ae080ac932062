/*
 * Registration and signal: three domains asked one after the other, or told unasked. A modem is
 * registered when any of the three can carry texts, as many networks carry them over LTE alone.
 */
#pragma once

#include "at/registration.h"
#include "at/sim_lock.h"

#include <stdbool.h>

struct modem;

struct network {
    int stat[AT_DOMAIN_COUNT];         /* -1: not told */
    bool unsupported[AT_DOMAIN_COUNT]; /* refused, and never answered */
    bool no_roaming; /* as configured; outlives a reset */
    bool asking;
    bool has_lock;
    enum at_sim_lock lock; /* asked for while there is no network */
    unsigned domain; /* being asked; AT_DOMAIN_COUNT: the signal is */
};

/* Knows nothing. */
void network_reset(struct network *network);

/* Asks all domains and the signal, then tells by an event: registered or unregistered. */
void network_ask(struct modem *modem);

/* A +CREG, +CGREG, +CEREG or +CSQ line, asked for or not: goes into the status. */
void network_note(struct modem *modem, const char *line);

/* The same unasked: acts on it in the states that care. */
void network_told(struct modem *modem, const char *line);

/* Writes into the status what is worth knowing of the present registration: roaming, no SMS … */
void network_show(struct modem *modem);

/* Whether any domain can carry texts, and may. */
bool network_is_registered(const struct network *network);

/* The modem begins to search. */
void network_begin_search(struct modem *modem);

/* Whether it has searched for so long that its radio may hang; not where a network refuses it. */
bool network_search_is_vain(const struct modem *modem);
