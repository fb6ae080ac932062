/*
 * The commands of the bring-up, in their order, with what is made of their answers. bringup.c goes
 * through them; handlers act on the modem and tell by a verdict how to go on.
 */
#pragma once

#include "at/command.h"
#include "at/result.h"
#include "modem/timers.h"

#include <stdbool.h>

struct modem;

enum bringup_verdict {
    STEP_NEXT,
    STEP_AGAIN,  /* at once, with the next choice */
    STEP_REPEAT, /* at once, the same */
    STEP_WAIT,   /* after a pause, for a SIM that is starting */
    STEP_BACK,   /* the step before, with its next choice */
    STEP_SIM,    /* ask for the SIM's state again, when the PIN has had its time */
    STEP_RADIO,  /* the next step, when the radio has had its time */
    STEP_TO_IMSI,
    STEP_ENDED,  /* an event has been raised */
};

struct bringup_step {
    const char *name; /* the command without AT; NULL: `make` makes it */
    /* -ENOENT: nothing to do; -ECANCELED: an event has been raised. */
    int (*make)(struct modem *modem, struct at_command *command);
    const char *prefix;    /* as in struct at_request */
    const char *(*prefix_of)(const struct modem *modem); /* where it depends on the choice */
    bool plain;
    bool keep_choice;      /* the step behind reads back what was chosen */
    enum modem_timer timeout;
    usec_t grace_usec;
    bool essential;        /* never passed over */
    void (*line)(void *modem, const char *line);
    /* NULL: next */
    enum bringup_verdict (*done)(struct modem *modem, const struct at_result *result);
};

/* Where steps are led back to. */
#define BRINGUP_STEP_ICCID 9
#define BRINGUP_STEP_CPIN 10
#define BRINGUP_STEP_CIMI 13

extern const struct bringup_step bringup_steps[];
extern const unsigned bringup_n_steps;
