/*
 * The states of a modem and what is known of it: plain data, written by the modem alone, read by
 * whoever has it. Text in it is printable ASCII, empty until read.
 */
#pragma once

#include "modem/signal_history.h"
#include "modem/supply.h"
#include "util/clock.h"
#include "util/enum.h"

#include <stdbool.h>
#include <stdint.h>

struct recovery;

#define MODEM_STATE_LIST(X)                                                                        \
    X(MODEM_ABSENT, "absent")           /* no device there */                                      \
    X(MODEM_OPENING, "opening")         /* port being opened and locked */                         \
    X(MODEM_PROBING, "probing")         /* ESC, AT, ATE0: is somebody there? */                    \
    X(MODEM_CONFIGURING, "configuring") /* identity, PIN, formats, CNMI */                         \
    X(MODEM_LOCKED, "locked")           /* SIM wants a PIN or PUK that will not be sent */         \
    X(MODEM_SEARCHING, "searching")     /* not registered */                                       \
    X(MODEM_READY, "ready")             /* idle, can send */                                       \
    X(MODEM_SENDING, "sending")         /* a PDU is on its way */                                  \
    X(MODEM_RECOVERING, "recovering")   /* silent or confused; a rung of the recovery ladder */    \
    X(MODEM_DISABLED, "disabled")       /* told to stay away */
ENUM_DECLARE(modem_state, MODEM_STATE_LIST);

#define MODEM_TEXT_SIZE 64
#define MODEM_REASON_SIZE 256
struct modem_status {
    enum modem_state state;
    /* something waits for the text under way: no other now */
    bool is_held;
    char reason[MODEM_REASON_SIZE];        /* why it is in this state, for people; may be empty */
    usec_t state_since;                    /* CLOCK_BOOTTIME */
    char device[128];                      /* as configured */
    char port[128], usb[10];               /* while open: resolved path, "2c7c:0125" or empty */
    char manufacturer[MODEM_TEXT_SIZE], model[MODEM_TEXT_SIZE]; /* +CGMI, +CGMM */
    char revision[MODEM_TEXT_SIZE];        /* +CGMR */
    char imei[MODEM_TEXT_SIZE], imsi[MODEM_TEXT_SIZE]; /* +CGSN, +CIMI */
    char iccid[MODEM_TEXT_SIZE];           /* +CCID and its vendor forms */
    char operator_name[MODEM_TEXT_SIZE], smsc[MODEM_TEXT_SIZE]; /* +COPS?, +CSCA? */
    char number[MODEM_TEXT_SIZE];          /* its own: as configured, else +CNUM; in no log */
    int registration;                      /* <stat> of TS 27.007 §7.2, -1: not read */
    bool roaming_refused;                  /* it could send, abroad, and is told not to */
    int signal_dbm;                        /* from +CSQ (TS 27.007 §8.5); 0: not known */
    struct signal_history signal;          /* the same of late */
    struct supply supply;                  /* whether its supply holds */
    int pin_tries_left;                    /* -1: not known */
    int storage_used, storage_total;       /* messages in its memory; -1: not known */
    usec_t network_time;                   /* what the network last told, wall time; 0: nothing */
    usec_t network_time_at;                /* our own wall clock then */
    usec_t network_time_boot;              /* and CLOCK_BOOTTIME */
    uint64_t sent, refused, unknown;       /* PDUs by outcome, since start */
    uint64_t opens, timeouts, recoveries;  /* since start */
    uint64_t resets, usb_resets, power_cycles; /* … of those, by rung of the ladder */
    usec_t send_mean_usec;                 /* moving mean of took_usec of SENT; 0: none yet */
    const struct recovery *recovery;       /* modem/recovery.h: what was tried, how often */
};
