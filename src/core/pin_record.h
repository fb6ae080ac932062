/*
 * Decides whether a modem sends a PIN, from what is written down of it, and writes down that it
 * does before it does: so neither a crash nor a restart spends a SIM's tries on the same wrong PIN.
 * A PIN whose answer was never heard is sent once more where the SIM says that three tries are
 * left; one that a person has just given is sent whatever is known. On the loop's thread.
 */
#pragma once

#include "core/environment.h"
#include "core/pin_table.h"
#include "modem/modem_pin.h"

/* Of one modem; all zero at first. */
struct pin_record {
    struct pin_key key; /* of the PIN that was sent last */
};

/* As modem_ops.pin_begin: answers by modem_pin_decide() when the database has it. */
void pin_record_begin(struct pin_record *record, const struct environment *env,
    struct modem *modem, const struct modem_pin_try *attempt);

/* As modem_ops.pin_end. */
void pin_record_end(struct pin_record *record, const struct environment *env,
    struct modem *modem, bool accepted);
