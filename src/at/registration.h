/*
 * Network registration: +CREG (TS 27.007 §7.2), +CGREG (§10.1.20), +CEREG (§10.1.22), in the answer
 * to a query (`n,stat[,lac,ci[,AcT]]`) and unsolicited (`stat[,lac,ci[,AcT]]`). Pure.
 */
#pragma once

#include "util/enum.h"

#include <stdbool.h>
#include <stdint.h>

#define AT_DOMAIN_LIST(X)                                                                          \
    X(AT_DOMAIN_CREG, "creg")   /* circuit switched */                                             \
    X(AT_DOMAIN_CGREG, "cgreg") /* packet switched, 2G and 3G */                                   \
    X(AT_DOMAIN_CEREG, "cereg") /* EPS: LTE */
ENUM_DECLARE(at_domain, AT_DOMAIN_LIST);
#define AT_DOMAIN_COUNT 3

struct at_registration {
    enum at_domain domain;
    int stat;          /* §7.2: 0 not, 1 home, 2 searching, 3 denied, 4 unknown, 5 roaming, 6 … */
    char lac_text[9];  /* as sent, empty when not */
    char ci_text[17];
    int64_t lac;       /* -1: not sent, or no hexadecimal number */
    int64_t ci;
    int act;           /* access technology, -1: not sent */
};

/* Reads any of the three lines; -EINVAL for another line or one without a <stat>. */
int at_registration_parse(const char *line, struct at_registration *ret);

/* Whether texts can be sent in this state: home, roaming, and both "SMS only" (1, 5, 6, 7). */
bool at_registration_is_registered(int stat);
