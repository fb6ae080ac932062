/*
 * From a modem that answers AT to one that can send: the list of commands in bringup_steps.c, one
 * after the other, with the SIM's PIN, the waits for a SIM that starts slowly, and the choices
 * (ICCID form, message store, message routing) that take several tries. Ends with one event:
 * registered, unregistered, locked or failed. A command that is refused is passed over unless it
 * is essential; one that was never answered is passed over in the next round.
 */
#pragma once

#include "at/response.h"
#include "at/sim_lock.h"
#include "modem/modem_status.h"
#include "util/clock.h"

#include <stdbool.h>
#include <stdint.h>

struct modem;

#define BRINGUP_MAX_STEPS 48 /* more than there are: bringup_steps.c does not build else */
#define BRINGUP_PASS_OVER UINT8_MAX /* a step without choices was never answered */

struct bringup {
    bool running;
    unsigned step;
    unsigned choice;       /* which of several tries within the step */
    uint8_t resume[BRINGUP_MAX_STEPS]; /* first choice to try: those before were never answered */
    usec_t wait_until;     /* for a SIM that is not ready yet; 0: has not been waited for */
    bool radio_off;        /* says +CFUN? */
    bool has_lock;
    enum at_sim_lock lock; /* of the last +CPIN? */
    bool pin_asked;        /* the modem's owner is to say whether the PIN may be sent */
    bool pin_noted;        /* … and has written down that it is */
    bool pin_unnoted;      /* locked because that could not be done: tried again */
    bool pin_sent;
    char iccid_read[MODEM_TEXT_SIZE]; /* once; counts when it is read again */
    bool other_sim;        /* locked because the SIM was changed */
    bool booting;          /* restarted, or the PIN sent, since the port was opened */
    bool sms_ready;        /* … and has said since that texts can be sent */
    bool has_sms_ready;    /* the question for that was answered */
    usec_t ready_until;    /* how long that is waited for; 0: not yet */
    bool has_cnmi_range;
    struct at_cnmi_range cnmi_range;
    const char *cnmi_chosen; /* of the profile's routings; NULL: none fits, or none is left */
    bool has_cnmi;         /* AT+CNMI? was answered */
    unsigned cnmi[5];
    char memory[4];        /* the message store chosen */
};

/* Begins at the first step, with the modem in step and idle. */
void bringup_start(struct modem *modem);

/* The port is a new one: what was never answered may be now. */
void bringup_reset(struct bringup *bringup);

/* Stops without an event: the state has changed. */
void bringup_stop(struct modem *modem);

/* The modem has booted: what it knew is gone. The state machine begins anew by itself. */
void bringup_restarted(struct modem *modem);

/* The modem says that texts can be sent. */
void bringup_told_sms_ready(struct modem *modem);

/* The pause before a repeated command is over. */
void bringup_tick(struct modem *modem);
