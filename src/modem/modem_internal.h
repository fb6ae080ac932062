/*
 * The parts of a modem, and how they reach each other; for this folder only. modem.c owns the
 * parts, writes the state and carries out what a state asks for; bringup, sending and inbox each
 * hold one conversation with the modem.
 */
#pragma once

#include "loop/timer.h"
#include "modem/at_chat.h"
#include "modem/bringup.h"
#include "modem/finding.h"
#include "modem/flood.h"
#include "modem/inbox.h"
#include "modem/lifecycle.h"
#include "modem/modem.h"
#include "modem/network.h"
#include "modem/pin_guard.h"
#include "modem/port.h"
#include "modem/power_hook.h"
#include "modem/profile.h"
#include "modem/recheck.h"
#include "modem/recovery.h"
#include "modem/sending.h"
#include "modem/task.h"
#include "modem/task_kinds.h"
#include "modem/time_source.h"
#include "modem/ussd_session.h"

struct modem {
    struct loop *loop;
    const struct log *log;
    const struct modem_ops *ops;
    void *userdata;
    char *name;
    char *device;
    char *pin;       /* the configured one, sodium_malloc(), NULL: none */
    char *given_pin; /* by hand, wins; the same */
    bool has_number; /* status.number is the configured one */
    unsigned baud;
    struct modem_profile profile; /* by the identity, as soon as that is known */
    char sim_seen[MODEM_TEXT_SIZE]; /* ICCID since it was plugged in; empty: none */

    struct modem_status status;
    char absent_reason[MODEM_REASON_SIZE]; /* why it was absent when that was last said */
    enum modem_state told;    /* the last state that went up */
    unsigned tell_held;       /* while > 0 state changes wait for modem_tell() */
    usec_t reopen_usec;       /* delay until the device is looked for again */
    usec_t search_usec;
    usec_t search_until; /* CLOCK_BOOTTIME; then the radio is not trusted any more */
    unsigned n_idle;          /* heartbeats since ready */

    struct finding finding;
    struct port *port;        /* NULL: closed */
    bool write_failed;        /* the last write was refused: not a byte of it went out */
    struct at_chat chat;
    struct timer chat_timer;
    struct timer state_timer;

    struct timer step_timer; /* bring-up's pauses */

    struct network network;
    struct flood changes; /* of its registration */
    struct flood pushed;  /* PDUs unasked */
    struct bringup bringup;
    struct sending sending;
    struct recheck recheck;
    struct inbox inbox;
    struct time_source time_source;
    struct task task;
    struct ussd_session ussd;
    struct recovery recovery;
    char usb_node[64];        /* where it hangs on USB; empty: not known */
    char hook_imei[MODEM_TEXT_SIZE]; /* for its hook: read before it hung; empty: not known */
    bool no_usb_reset;
    char *hook_program;       /* cuts its power; NULL: none */
    struct power_hook *hook;  /* while it runs */
    bool is_away;             /* recovering: enumerates anew, or its power is cut */
    bool is_plugged;          /* … and something has come meanwhile */
    bool sim_told;            /* while a text was being sent: its SIM is not as it was */
    struct pin_guard pin_guard;
    uint32_t pin_token;       /* of the last PIN that its owner was asked about */
};

/*
 * The one way to change the state: applies the event, arms the state's timer, logs, does the
 * state's entry action and tells upwards. `reason` for people, NULL: none. Events that mean nothing
 * in the state are dropped.
 */
void modem_handle(struct modem *modem, enum modem_event event, const char *reason);

/* Says why an absent modem is not found, in the log if it was not the last reason. */
void modem_absent_because(struct modem *modem, const char *reason);

/* Tells upwards if the state differs from the last told. */
void modem_tell(struct modem *modem);

/* The same although nothing has changed: it takes texts again. */
void modem_tell_again(struct modem *modem);

/* Whether a text is a PIN: 4 to 8 digits (TS 31.101 §9.5.1). */
bool modem_pin_is_valid(const char *pin);

/* Takes a PIN given by hand, for this bring-up and later ones, until it is forgotten. -ENOMEM. */
int modem_give_pin(struct modem *modem, const char *pin);
void modem_forget_pin(struct modem *modem);

/* Ends the conversation and closes the port; the state stays. */
void modem_close_port(struct modem *modem);

/*
 * Submits a command made of `name`, with these callbacks; failures other than a full queue cannot
 * be.
 */
int modem_command(struct modem *modem, const char *name, const char *prefix,
    enum modem_timer timeout, void (*line)(void *modem, const char *line),
    void (*done)(void *modem, const struct at_result *result));

/* Heartbeat and polls of the states that have them: the state's timer has ended. */
void modem_poll(struct modem *modem);
