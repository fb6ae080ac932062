/*
 * What the SIM asks for (+CPIN?, TS 27.007 §8.3) and how many tries are left, which every vendor
 * tells in its own way. Pure.
 */
#pragma once

#include "util/enum.h"

#define AT_SIM_LOCK_LIST(X)                                                                        \
    X(AT_SIM_READY, "READY")                                                                       \
    X(AT_SIM_PIN, "SIM PIN")                                                                       \
    X(AT_SIM_PUK, "SIM PUK")                                                                       \
    X(AT_SIM_PIN2, "SIM PIN2") /* asked for after a PIN2 operation; sending works */               \
    X(AT_SIM_PUK2, "SIM PUK2")                                                                     \
    X(AT_SIM_NOT_READY, "NOT READY")       /* still starting */                                    \
    X(AT_SIM_NOT_INSERTED, "NOT INSERTED")                                                         \
    X(AT_SIM_PERSONALIZED, "personalized") /* PH-SIM PIN, PH-NET PIN …: locked to another phone */
ENUM_DECLARE(at_sim_lock, AT_SIM_LOCK_LIST);

/* Reads +CPIN: and ^CPIN:. -EINVAL for another line. */
int at_parse_cpin(const char *line, enum at_sim_lock *ret);

/* The commands that tell tries left, without AT, in the order to ask; NULL ends the list. */
extern const char *const at_pin_tries_commands[];

/*
 * Tries left for PIN1 from an answer to one of these: +CPINR, ^CPIN, +QPINC, +ZPINPUK, *SPIC,
 * +SPIC, #PCT, ^SPIC, +UPINCNT, +CSIM (status word 63 Cx of VERIFY, ETSI TS 102 221 §11.1.9.2).
 * `ret_puk_tries` is -1 where the form does not tell. -EINVAL for any other line.
 */
int at_parse_pin_tries(const char *line, int *ret_tries, int *ret_puk_tries);
