/*
 * One GSM modem, kept alive: opened, brought up, watched, recovered, and sending one PDU at a time.
 * An absent device is a state. Loop thread; never blocks. What happens is told through `struct
 * modem_ops`; a callback may call any function here but modem_free() on the modem that calls.
 */
#pragma once

#include "loop/loop.h"
#include "util/enum.h"
#include "util/log.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* How the attempt to send one PDU ended. */
#define MODEM_SEND_OUTCOME_LIST(X)                                                                 \
    X(MODEM_SEND_SENT, "sent")       /* +CMGS: the network took it */                              \
    X(MODEM_SEND_REFUSED, "refused") /* +CMS/+CME ERROR or ERROR: it was not sent */               \
    X(MODEM_SEND_NOT_SENT, "not_sent") /* no prompt, unplugged or aborted before the hand-over */  \
    X(MODEM_SEND_UNKNOWN, "unknown")   /* handed over, then silence: it may have been sent */
ENUM_DECLARE(modem_send_outcome, MODEM_SEND_OUTCOME_LIST);

struct modem_send_result {
    enum modem_send_outcome outcome;
    uint8_t reference;  /* TP-MR that +CMGS named (3GPP TS 27.005 §3.5.1); with MODEM_SEND_SENT */
    int cms_error;      /* +CMS ERROR number, -1: none given */
    int cme_error;      /* +CME ERROR number, -1: none given */
    usec_t took_usec;   /* from AT+CMGS to the result */
};

/* What is known of a modem; strings are empty until read. Text from the modem is printable ASCII. */
#define MODEM_TEXT_SIZE 64
struct modem_status {
    enum modem_state state;
    char reason[128];                      /* why it is in this state, for people; may be empty */
    usec_t state_since;                    /* CLOCK_BOOTTIME */
    char device[128];                      /* as configured */
    char port[128];                        /* the resolved path while open */
    char manufacturer[MODEM_TEXT_SIZE];    /* +CGMI */
    char model[MODEM_TEXT_SIZE];           /* +CGMM */
    char revision[MODEM_TEXT_SIZE];        /* +CGMR */
    char imei[MODEM_TEXT_SIZE];            /* +CGSN */
    char imsi[MODEM_TEXT_SIZE];            /* +CIMI */
    char iccid[MODEM_TEXT_SIZE];           /* +CCID and its vendor forms */
    char operator_name[MODEM_TEXT_SIZE];   /* +COPS? */
    char smsc[MODEM_TEXT_SIZE];            /* +CSCA? */
    int registration;                      /* <stat> of TS 27.007 §7.2, -1: not read */
    int signal_dbm;                        /* from +CSQ (TS 27.007 §8.5); 0: not known */
    int pin_tries_left;                    /* -1: not known */
    uint64_t sent, refused, unknown;       /* PDUs by outcome, since start */
    uint64_t opens, timeouts, recoveries;  /* since start */
    usec_t send_mean_usec;                 /* moving mean of took_usec of SENT; 0: none yet */
    const struct recovery *recovery;       /* modem/recovery.h: what was tried, how often */
};

struct modem_config {
    const char *name;     /* of the [modem NAME] section; copied */
    const char *device;   /* path of a tty or pty; links are followed at each open; copied */
    const char *pin;      /* 4 to 8 digits, NULL: none; copied into locked memory */
    unsigned baud;        /* 0: 115200 */
    const char *power_hook; /* program that cuts its power, NULL: none; copied */
};

struct modem;
struct modem_ops {
    /* The state changed; modem_status() tells the rest. */
    void (*state)(void *userdata, struct modem *modem);
    /*
     * The modem has answered AT+CMGS with its prompt: from here the text may go out. Nothing is
     * written until modem_send_proceed() or modem_send_abort() is called, at once or later.
     */
    void (*send_prompt)(void *userdata, struct modem *modem);
    /* Exactly once for each accepted modem_send(). The modem may be given the next PDU at once. */
    void (*send_done)(void *userdata, struct modem *modem, const struct modem_send_result *result);
    /* A received TPDU with its SMSC field (+CMT, +CMGL, +CMGR): DELIVER. May be NULL. */
    void (*inbound)(void *userdata, struct modem *modem, const uint8_t *pdu, size_t n_octets);
    /* A status report with its SMSC field (+CDS, or read after +CDSI). May be NULL. */
    void (*report)(void *userdata, struct modem *modem, const uint8_t *pdu, size_t n_octets);
};

/* A modem in state `absent`, not started. `ops` is borrowed, `log` too. -ENOMEM, -EINVAL (config). */
int modem_new(struct modem **ret, struct loop *loop, const struct log *log,
    const struct modem_config *config, const struct modem_ops *ops, void *userdata);

/* Closes the port. No callback comes any more, not even send_done. Takes NULL; returns NULL. */
struct modem *modem_free(struct modem *modem);
DEFINE_CLEANUP(struct modem *, modem_free);

/* Begins to look for the device. */
void modem_start(struct modem *modem);

/*
 * Sends one SMS-SUBMIT. `pdu_hex` is the whole PDU with its SMSC octets, upper-case hex;
 * `tpdu_octets` the N of AT+CMGS=N, which does not count the SMSC octets (TS 27.005 §3.5.1). The hex
 * is copied and wiped when the send ends. -EBUSY unless the state is `ready`; -EINVAL for what is no
 * hex, longer than 352 digits, or whose length and `tpdu_octets` disagree.
 */
int modem_send(struct modem *modem, const char *pdu_hex, unsigned tpdu_octets);

/* After send_prompt: writes PDU and Ctrl-Z, or ESC. Harmless when the send has ended meanwhile. */
void modem_send_proceed(struct modem *modem);
void modem_send_abort(struct modem *modem);

/* Borrowed; valid until the next call into the loop. */
const struct modem_status *modem_status(const struct modem *modem);
const char *modem_name(const struct modem *modem);
