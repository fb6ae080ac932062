/*
 * One GSM modem, kept alive: opened, brought up, watched, recovered, sending one PDU at a time.
 * Never blocks, never gives up: an absent device is a state. On the loop's thread. What happens is
 * told through `struct modem_ops`; a callback may call all here but modem_free() on its modem.
 */
#pragma once

#include "loop/loop.h"
#include "modem/modem_status.h"
#include "util/enum.h"
#include "util/log.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
    const char *fault; /* with MODEM_SEND_NOT_SENT: what was found to be missing, or NULL */
    usec_t took_usec;   /* from AT+CMGS to the result */
};

struct modem_config {
    const char *name;     /* of the [modem NAME] section; copied */
    const char *device;   /* as modem/device_spec.h; a path is followed at each open; copied */
    struct device_finder *finder; /* needed unless `device` is a path; borrowed */
    const char *pin;      /* 4 to 8 digits, NULL: none; copied into locked memory */
    const char *number; /* the SIM's, E.164, wins over what it says itself; NULL: none; copied */
    unsigned baud;        /* 0: 115200 */
    bool no_roaming;        /* registered abroad is not good enough */
    bool no_usb_reset;      /* not even when nothing else has helped */
    const char *power_hook; /* program that cuts its power, NULL: none; copied */
};

struct modem;
struct modem_pin_try;
struct modem_ops {
    /* The state changed; modem_status() tells the rest. */
    void (*state)(void *userdata, struct modem *modem);
    /* AT+CMGS has its prompt: nothing is written until modem_send_proceed() or _abort(). */
    void (*send_prompt)(void *userdata, struct modem *modem);
    /* Exactly once for each accepted modem_send(). The modem may be given the next PDU at once. */
    void (*send_done)(void *userdata, struct modem *modem, const struct modem_send_result *result);
    /*
     * A received text, and a status report: TPDU with SMSC field, pushed or read from memory. Each
     * is answered by modem_inbound_stored(token), at once or later. May be NULL: they stay.
     */
    void (*inbound)(
        void *userdata, struct modem *modem, uint32_t token, const uint8_t *pdu, size_t n_octets);
    void (*report)(
        void *userdata, struct modem *modem, uint32_t token, const uint8_t *pdu, size_t n_octets);
    /*
     * What the network says the time is, wall time to the second: after registration, and then each
     * hour. Clocks that nobody has set are left out; a modem that misstates its zone may be off by
     * that. May be NULL.
     */
    void (*network_time)(void *userdata, struct modem *modem, usec_t wall_usec);
    /*
     * A PIN would be sent now: answered by modem_pin_decide(), at once or later, when it is written
     * down that it is; then, unless it falls silent, whether the SIM took it (modem/modem_pin.h).
     * May be NULL, both.
     */
    void (*pin_begin)(void *userdata, struct modem *modem, const struct modem_pin_try *attempt);
    void (*pin_end)(void *userdata, struct modem *modem, bool accepted);
};

/* A modem in state `absent`, not started. `ops`, `log` are borrowed. -ENOMEM, -EINVAL (config). */
int modem_new(struct modem **ret, struct loop *loop, const struct log *log,
    const struct modem_config *config, const struct modem_ops *ops, void *userdata);

/* Closes the port. No callback comes any more, not even send_done. Takes NULL; returns NULL. */
struct modem *modem_free(struct modem *modem);
DEFINE_CLEANUP(struct modem *, modem_free);

/* Begins to look for the device. */
void modem_start(struct modem *modem);

/*
 * Sends one SMS-SUBMIT. `pdu_hex` is the PDU with its SMSC octets, upper-case; `tpdu_octets` the N
 * of AT+CMGS=N, without those (TS 27.005 §3.5.1). The hex is copied, and wiped at the end. -EBUSY
 * unless `ready`; -EINVAL: no hex, longer than 352 digits, or the two lengths disagree.
 */
int modem_send(struct modem *modem, const char *pdu_hex, unsigned tpdu_octets);

/*
 * Whether more follows what modem_send() is given next, so that the link should be kept (TS 27.005
 * §3.5.6); done where the make is known for it. Until it is said otherwise.
 */
void modem_keep_link(struct modem *modem, bool keep);

/* After send_prompt: writes PDU and Ctrl-Z, or ESC. Harmless when the send has ended meanwhile. */
void modem_send_proceed(struct modem *modem);
void modem_send_abort(struct modem *modem);

/*
 * It answers, but what it is given fails: from `ready`, a rung of the recovery ladder, from the
 * reset on, each time a higher one until a text has gone.
 */
void modem_distrust(struct modem *modem, const char *reason);

/* What became of an inbound PDU: one stored is deleted from the modem, else it comes again. */
void modem_inbound_stored(struct modem *modem, uint32_t token, bool stored);

/* Borrowed; valid until the next call into the loop. */
const struct modem_status *modem_status(const struct modem *modem);
const char *modem_name(const struct modem *modem);

/* Signs of a weak supply, with what to do; NULL: none. Static. */
const char *modem_supply_advice(const struct modem *modem);
