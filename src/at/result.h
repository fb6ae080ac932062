/*
 * Final result codes: the line that ends the answer to a command (V.250 §5.7, TS 27.005 §3.2.5,
 * TS 27.007 §9). Pure.
 */
#pragma once

#include "util/enum.h"

#include <stdbool.h>

#define AT_OUTCOME_LIST(X)                                                                         \
    X(AT_OK, "ok")                                                                                 \
    X(AT_ERROR, "error")             /* ERROR and its vendor forms, without a number */            \
    X(AT_CME_ERROR, "cme_error")     /* the equipment or SIM refused; `code` says why */           \
    X(AT_CMS_ERROR, "cms_error")     /* the message service refused; `code` says why */            \
    X(AT_CALL_ENDED, "call_ended")   /* NO CARRIER, BUSY …: of a call, never of another command */ \
    X(AT_TIMEOUT, "timeout")         /* no final result within the deadline */
ENUM_DECLARE(at_outcome, AT_OUTCOME_LIST);

struct at_result {
    enum at_outcome outcome;
    int code; /* of +CME ERROR and +CMS ERROR; -1: none, or a text that is not known */
};

/* Whether the line is a final result. Verbose errors (+CMEE=2) are looked up in at/error.h. */
bool at_result_parse(const char *line, struct at_result *ret);
