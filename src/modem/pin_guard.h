/*
 * Whether the SIM's PIN may be sent. Three wrong PINs lock a SIM, and nobody stands beside this
 * box: so never with fewer than three tries left, never again after a refusal, at most once when
 * the tries left are not known. What was refused is remembered by ICCID, here for the life of the
 * process and by the modem's owner for longer (modem_ops.pin_begin); a SIM whose ICCID is not known
 * counts as the same one. A PIN that a SIM has taken belongs to that SIM: it is sent to no other,
 * nor to one whose ICCID cannot be read. Pure.
 */
#pragma once

#include "at/identity.h"
#include "util/enum.h"

#include <stdbool.h>
#include <stddef.h>

#define PIN_GUARD_MIN_TRIES 3
#define PIN_GUARD_SIMS 8 /* remembered; with more the guard stays shut */

#define PIN_GUARD_VERDICT_LIST(X)                                                                  \
    X(PIN_GUARD_SEND, "may be sent")                                                               \
    X(PIN_GUARD_FEW_TRIES, "fewer than 3 tries are left; the configured PIN is not sent")          \
    X(PIN_GUARD_REFUSED, "the SIM has refused the configured PIN; it is not sent again")           \
    X(PIN_GUARD_OTHER_SIM,                                                                         \
        "another SIM than the one that took the PIN; it is not sent to this one")                  \
    X(PIN_GUARD_UNREADABLE, "which SIM it is cannot be read, and the PIN belongs to a known one")  \
    X(PIN_GUARD_UNSURE, "the PIN was sent without an answer and the tries left are not known")     \
    X(PIN_GUARD_UNANSWERED,                                                                        \
        "an earlier run sent this PIN and heard no answer; it is not sent again by itself")        \
    X(PIN_GUARD_UNNOTED, "that the PIN is sent cannot be written down: see the database")
ENUM_DECLARE(pin_guard_verdict, PIN_GUARD_VERDICT_LIST);

struct pin_guard_sim {
    char iccid[AT_ICCID_SIZE]; /* empty: not known */
    bool refused;
    bool unanswered; /* sent, and no word about it */
};

struct pin_guard {
    struct pin_guard_sim sims[PIN_GUARD_SIMS];
    size_t n_sims;
    char owner[AT_ICCID_SIZE]; /* the SIM that took the PIN; empty: none has, or it is not known */
};

/* May it be sent to this SIM with `tries_left` (-1: not known)? */
enum pin_guard_verdict pin_guard_ask(
    const struct pin_guard *guard, const char *iccid, int tries_left);

/* It is being sent. */
void pin_guard_sending(struct pin_guard *guard, const char *iccid);

/* The SIM took it, or refused it. */
void pin_guard_answered(struct pin_guard *guard, const char *iccid, bool accepted);
