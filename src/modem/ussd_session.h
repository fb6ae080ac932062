/*
 * USSD (TS 27.007 §7.15): a code goes out with AT+CUSD, the network's answer comes unasked within a
 * minute, and may wait for a reply. One session at a time; one that nobody goes on with is
 * cancelled.
 */
#pragma once

#include "loop/timer.h"

struct modem;

enum ussd_phase {
    USSD_IDLE,
    USSD_COMMANDED, /* AT+CUSD is queued or written */
    USSD_AWAITING,  /* … and has been taken; the network's word is awaited */
    USSD_OPEN,      /* the network waits for a reply */
    USSD_CANCELING,
};

struct ussd_session {
    enum ussd_phase phase;
    unsigned choice;    /* of the profile's codings, for what is sent */
    bool is_gsm;        /* by +CSCS: texts have the GSM 7-bit alphabet */
    struct timer timer; /* how long an open session is left so */
};

/* No session; ussd_session_fini() before the memory goes away. */
void ussd_session_init(struct ussd_session *ussd, struct modem *modem);
void ussd_session_fini(struct ussd_session *ussd);

/* The conversation has begun anew: no session is open. */
void ussd_session_reset(struct ussd_session *ussd);

/* A +CUSD line. */
void ussd_session_told(struct modem *modem, const char *line);

/* The time for the answer is over. */
void ussd_session_expire(struct modem *modem);

/* The work of tasks: sends task.text as a code or as a reply; cancels; the state has changed. */
void ussd_session_start(struct modem *modem);
void ussd_session_cancel(struct modem *modem);
void ussd_session_state(struct modem *modem);
