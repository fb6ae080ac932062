/*
 * What a modem asks its owner before it sends a PIN, so that what came of it outlives the process:
 * it is written down first. On the loop's thread; the PIN is secret and in no log.
 */
#pragma once

#include "modem/modem.h"
#include "modem/pin_guard.h"

/* A PIN about to be sent; which SIM gets it, modem_status() tells as far as that is known. */
struct modem_pin_try {
    uint32_t token;   /* goes back by modem_pin_decide() */
    const char *pin;  /* borrowed for the call, secret */
    bool by_hand;     /* a person has just given it, and is told what comes of it */
    bool tries_known; /* three or more are left */
};

/*
 * Whether the PIN of this token is sent: PIN_GUARD_SEND, or why not. False: the modem has gone on
 * to something else, and it is not sent.
 */
bool modem_pin_decide(struct modem *modem, uint32_t token, enum pin_guard_verdict verdict);
