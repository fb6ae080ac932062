/*
 * One simulated modem: a port, a channel that runs command lines on it, a SIM card, a view of the
 * network, message memories, and switches for faults. The struct is visible inside the simulator,
 * because the commands are spread over several files. On the loop's thread. Times in usec_t, or in
 * milliseconds where a name ends in _ms. Errors: negative errno; what an AT user gets is a
 * struct result.
 */
#pragma once

#include "loop/timer.h"
#include "sim/card.h"
#include "sim/channel.h"
#include "sim/handset.h"
#include "sim/modem_config.h"
#include "sim/pty.h"
#include "sim/report.h"
#include "sim/scenario.h"
#include "sim/settings.h"
#include "sim/sms_store.h"
#include "sim/ussd.h"

#define MODEM_NAME_SIZE 16
#define MODEM_MAX_REPORTS 32 /* delivery reports under way */

struct modem_stats {
    uint64_t commands, sms_sent, sms_failed, sms_received, reports_sent;
};

struct modem {
    struct loop *loop;
    struct handset *handset;
    char name[MODEM_NAME_SIZE];
    struct modem_config config;
    struct settings settings;
    struct card card;
    struct pty pty;
    struct channel channel;
    unsigned cfun;
    unsigned stat; /* registration now */
    bool has_domains;    /* each domain has its own, below: CREG, CGREG, CEREG */
    unsigned domains[3];
    struct timer search, restart;
    struct ussd ussd;
    uint8_t mr;
    unsigned n_boot;       /* lines of the persona that are out */
    struct timer boot;
    usec_t sim_busy_until; /* CLOCK_BOOTTIME */
    bool sms_ready;
    struct timer sms_starting;

    struct sms_store stores[3]; /* SM, ME, SR */
    unsigned memory[3];         /* +CPMS: index into stores */
    bool awaits_acknowledge;    /* a +CMT or +CDS waits for +CNMA */
    struct sms_submit outgoing; /* being submitted */
    usec_t outgoing_at;         /* wall clock: whole at the modem */
    unsigned entry_octets;      /* N of AT+CMGS=N */
    char entry_to[SMS_NUMBER_SIZE];
    const char *entry_command; /* "+CMGS", "+CMGW", "+CMSS" */
    struct report reports[MODEM_MAX_REPORTS];
    struct timer report_timer;

    struct scenario *scenario; /* borrowed; NULL: none */
    bool muted, drop_result;
    char noise[64];
    unsigned noise_ms, noise_turn; /* 0: silent; which of the persona's lines is next */
    struct timer noise_timer;
    struct modem_stats stats;
};

/* Prepares a modem without power. `config` is copied, the rest borrowed. `link` may be NULL. */
int modem_init(struct modem *modem, struct loop *loop, struct pty_monitor *monitor,
    struct handset *handset, const char *name, const char *link, const struct modem_config *config);

/* Unplugs and releases. Harmless on zeroed memory. */
void modem_fini(struct modem *modem);

/* Plugs the port in and starts the firmware. */
int modem_plug(struct modem *modem);

/* Pulls it out: what was under way is lost. */
void modem_unplug(struct modem *modem);

/* Starts the firmware afresh, after the answer that is due, as AT+CFUN=1,1 does. */
void modem_restart(struct modem *modem);

/* Settings as after AT&F. */
void modem_reset_settings(struct modem *modem);

/* Sends an unsolicited line, held back while the channel takes a text. */
void modem_urc(struct modem *modem, const char *line);

/* As modem_urc(), but at once, whatever the channel does: noise. */
void modem_urc_now(struct modem *modem, const char *line);

/* The PIN was entered: the card and the message service start. */
void modem_unlocked(struct modem *modem);

/* <stat> of a domain: 0 CREG, 1 CGREG, 2 CEREG. */
unsigned modem_domain_stat(const struct modem *modem, unsigned domain);

/* Tells the <stat> of each domain to those who asked. */
void modem_tell_registration(struct modem *modem);

/* Puts the card in or takes it out; `quiet`: without a line about it. */
void modem_set_card(struct modem *modem, bool present, bool quiet);

/* Sets <stat> and tells those who asked with +CREG=1. */
void modem_set_registration(struct modem *modem, unsigned stat);

/* Looks for the network again, if card and +CFUN let it. */
void modem_search(struct modem *modem);

/* Sends a line every so often, of "" the persona's in turn; 0 ms ends it. */
void modem_set_noise(struct modem *modem, const char *line, unsigned interval_ms);

/* "yy/MM/dd,hh:mm:ss+00" and NUL: TS 27.007 §8.15, in UTC. */
#define MODEM_TIME_SIZE 24

/* Writes a moment as AT commands do. */
void modem_format_time(time_t when, char ret_text[static MODEM_TIME_SIZE]);
