/*
 * How a modem has fared of late: to how many different numbers it has failed since it last sent a
 * text, and whether its SIM is barred from sending. A number counts once, however often it fails,
 * so that no bad number takes a modem out; it is told by its keyed index. Pure; times are
 * CLOCK_BOOTTIME.
 */
#pragma once

#include "otp/keyring.h"
#include "util/clock.h"

#include <stdbool.h>

#define STANDING_NUMBERS 8 /* that are remembered, the latest */

/* So many different numbers in a row: it is not the numbers. The SIM's own case is told sooner. */
#define STANDING_FAULTY 3
#define STANDING_BARRED 2

/* After so long a text may try whether a barred SIM may send again. */
#define STANDING_TRIAL_USEC USEC_PER_HOUR

/* What a text that was refused says about its modem. */
enum standing_blame {
    STANDING_BLAMES_NOBODY,
    STANDING_BLAMES_MODEM, /* or its network */
    STANDING_BLAMES_SIM,   /* no credit, or its operator does not let it send */
};

struct standing {
    struct standing_failure {
        uint8_t number_index[OTP_NUMBER_INDEX_SIZE];
        bool counts;   /* towards the next look for a remedy */
        bool is_sims;
    } failures[STANDING_NUMBERS]; /* oldest first */
    unsigned n_failures;
    bool is_barred;
    usec_t barred_boot;
    const char *barred_text; /* static storage: the operator's word */
};

enum standing_change {
    STANDING_AS_BEFORE,
    STANDING_IS_FAULTY, /* told once for each STANDING_FAULTY numbers */
    STANDING_IS_BARRED, /* likewise once */
};

/* It was refused. `text` has static storage, and says what the modem gave as the reason. */
enum standing_change standing_refused(struct standing *standing,
    const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE], enum standing_blame blame,
    const char *text, usec_t now_boot);

/*
 * It has sent a text, its SIM has credit, or a person says that all is well. True: it was barred.
 */
bool standing_redeem(struct standing *standing);

/* How long until it may be given a text: 0 is now. */
usec_t standing_wait(const struct standing *standing, usec_t now_boot);
