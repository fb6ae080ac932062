/*
 * The AT channel of a modem: bytes become lines or a message text, lines are run command by
 * command, answers go out after the delay that was set. One thing at a time: what arrives while an
 * answer is due waits in a bounded queue. Embedded in struct modem. On the loop's thread.
 */
#pragma once

#include "loop/timer.h"
#include "sim/at_parser.h"
#include "util/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

#define CHANNEL_LINE_SIZE 2048
#define CHANNEL_QUEUE_SIZE 8192
#define CHANNEL_RESPONSE_SIZE 32768
#define CHANNEL_URC_SIZE 4096

struct modem;

enum result_kind {
    RESULT_OK,
    RESULT_ERROR,
    RESULT_CME, /* `code` of TS 27.007 §9.2 */
    RESULT_CMS, /* `code` of TS 27.005 §3.2.5 */
    RESULT_NO_CARRIER,
    RESULT_PROMPT,    /* `> `, and what comes then goes to the channel's `entry` */
    RESULT_SUBMITTED, /* final result follows after cmgs_ms, by `complete` */
    RESULT_TOLD,      /* the information text was the result */
    RESULT_SILENT,    /* no result at all */
};

struct result {
    enum result_kind kind;
    unsigned code;
};

#define OK ((struct result){.kind = RESULT_OK})
#define ERROR ((struct result){.kind = RESULT_ERROR})
#define CME(n) ((struct result){.kind = RESULT_CME, .code = (n)})
#define CMS(n) ((struct result){.kind = RESULT_CMS, .code = (n)})

enum channel_state {
    CHANNEL_COMMAND,    /* collects a command line */
    CHANNEL_ANSWERING,  /* an answer is due */
    CHANNEL_PROMPTING,  /* a prompt is due */
    CHANNEL_ENTRY,      /* collects a message up to Ctrl-Z */
    CHANNEL_SUBMITTING, /* the network has the message */
};

/* Takes a message that was entered at a prompt. */
typedef struct result (*channel_entry)(struct modem *modem, const char *text, size_t n);

/* Ends a submission, when the network's time is over. */
typedef struct result (*channel_complete)(struct modem *modem);

struct channel {
    struct modem *modem;
    enum channel_state state;
    struct timer timer;
    struct result result; /* due */
    channel_entry entry;
    channel_complete complete;

    char line[CHANNEL_LINE_SIZE];
    size_t n_line;
    bool line_overflow;
    char queue[CHANNEL_QUEUE_SIZE];
    size_t n_queue;
    char response_data[CHANNEL_RESPONSE_SIZE];
    struct strbuf response; /* information text of the line that runs */
    char urc_data[CHANNEL_URC_SIZE];
    struct strbuf urcs; /* held back */
};

/* Waits for a command; channel_fini() before the memory goes away. */
void channel_init(struct channel *channel, struct modem *modem, struct loop *loop);

void channel_fini(struct channel *channel);

/* Forgets everything under way, as at power-up. */
void channel_reset(struct channel *channel);

/* Bytes from the port. */
void channel_input(struct channel *channel, const char *bytes, size_t n);

/* Adds one line of information text to the answer of the command that runs. */
void channel_info(struct channel *channel, const char *format, ...) _printf_(2, 3);

/* Sends an unsolicited line, after the message that is being entered. */
void channel_urc(struct channel *channel, const char *line, size_t n);
