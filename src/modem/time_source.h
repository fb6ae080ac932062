/*
 * The network's time: heard unasked when the network tells it, and asked of the modem's clock,
 * which bring-up has told to follow the network. What is plausible goes into the status and up
 * through modem_ops. A modem that once did not answer the question is not asked again on this port.
 */
#pragma once

#include "util/clock.h"

#include <stdbool.h>

struct modem;

struct time_source {
    usec_t ask_at;   /* CLOCK_BOOTTIME; not earlier */
    usec_t pause;    /* to the question after that */
    usec_t told_at;  /* CLOCK_BOOTTIME of the last that went up; 0: none has */
    unsigned choice; /* of the questions the profile has */
    bool asking;
    bool unanswered; /* it fell silent over the question: not once more on this port */
};

/* The conversation has begun anew: asks as soon as the modem is ready. */
void time_source_reset(struct time_source *source);

/* A line about the time, unasked. One that names no moment makes the clock be asked. */
void time_source_told(struct modem *modem, const char *line);

/* Asks the modem's clock if it is time to, behind what is under way. */
void time_source_poll(struct modem *modem);
