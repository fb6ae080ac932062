/*
 * Why a modem refused: the numbers behind +CMS ERROR and +CME ERROR, each with words for people and
 * a class that decides what is done about it. Data. Sources: +CMS 1…127 TS 24.011 Annex E,
 * 128…255 TS 23.040 §9.2.3.22, 300…500 TS 27.005 §3.2.5; +CME TS 27.007 §9.2; from 512 on numbers
 * are a vendor's own, and what several vendors mean by one is named.
 */
#pragma once

#include "util/enum.h"

#include <stddef.h>

#define AT_ERROR_CLASS_LIST(X)                                                                     \
    X(AT_ERROR_DESTINATION, "destination") /* this number cannot be reached, now or ever */        \
    X(AT_ERROR_REJECTED, "rejected")       /* the network or the other side said no to this one */ \
    X(AT_ERROR_ACCOUNT, "account")         /* this SIM may not send: barred, no credit, unknown */ \
    X(AT_ERROR_NETWORK, "network")         /* no service, congestion, time-out: later may do */    \
    X(AT_ERROR_SIM, "sim")                 /* SIM missing, locked, broken */                       \
    X(AT_ERROR_MEMORY, "memory")           /* a message store is full or broken */                 \
    X(AT_ERROR_BUSY, "busy")               /* the modem does something else: soon */               \
    X(AT_ERROR_PROTOCOL, "protocol")       /* the message or the command is not understood */      \
    X(AT_ERROR_UNKNOWN, "unknown")
ENUM_DECLARE(at_error_class, AT_ERROR_CLASS_LIST);

struct at_error {
    int code;
    enum at_error_class error_class;
    const char *text;
};

/*
 * What a number means. One that is in no table has code -1 and a text that says so: class `network`
 * for a +CMS number up to 127, `unknown` for any other.
 */
const struct at_error *at_cms_error(int code);
const struct at_error *at_cme_error(int code);

/* The number of a reason given in words, upper and lower case alike; -1 when not known. */
int at_cms_error_from_text(const char *text, size_t n);
int at_cme_error_from_text(const char *text, size_t n);
