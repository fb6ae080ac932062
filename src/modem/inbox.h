/*
 * Received messages and reports on their way up. Those that the modem pushes come with their PDU;
 * those in its memory are listed (AT+CMGL) after bring-up and when a notice says that several wait,
 * read (AT+CMGR) when it is one. What lies in memory is deleted there only after the layer above
 * has said that it is stored, and the list is read again to see that it is gone: a message that
 * stays after three deletions is remembered and left alone.
 */
#pragma once

#include "modem/notices.h"
#include "util/clock.h"

#include <stdbool.h>

struct modem;

#define INBOX_ENTRIES 16 /* messages of one round; what a list has beyond comes in the next */
#define INBOX_DELETED 32 /* messages deleted whose absence is not seen yet, or that stay */
#define INBOX_DIGEST_SIZE 16

enum inbox_fate {
    INBOX_ASKED,  /* handed up, the answer is awaited */
    INBOX_STORED, /* to be deleted */
    INBOX_KEPT,   /* not stored: it comes again later */
};

struct inbox_entry {
    uint32_t token;
    unsigned index;
    enum inbox_fate fate;
    uint8_t digest[INBOX_DIGEST_SIZE]; /* of the PDU */
};

struct inbox_deleted {
    uint8_t digest[INBOX_DIGEST_SIZE];
    unsigned tries;
    bool seen; /* in the list that is being read */
};

struct inbox {
    char memory[AT_MEMORY_SIZE]; /* selected for reading by +CPMS; `entries` lie there */
    char home[AT_MEMORY_SIZE];   /* the one that bring-up has chosen: what is received lies there */
    bool busy;                   /* a command is under way */
    struct notices notices;
    bool wants_list;
    bool wants_usage;      /* how full the memory is has to be asked */
    bool is_listing;       /* the command is a list, else one message */
    bool has_header;
    bool has_message;      /* the command has shown one, */
    bool has_report;       /* … and one that is a report */
    struct at_message_header header;
    struct inbox_entry entries[INBOX_ENTRIES];
    size_t n_entries;
    struct inbox_deleted deleted[INBOX_DELETED];
    size_t n_deleted;
    uint32_t last_token;
    unsigned n_texts_before; /* texts sent while something waited here */
    usec_t retry_at;         /* no list before; 0: at once */
    unsigned list_timeouts;  /* in a row */
    bool no_list;            /* the modem does not know AT+CMGL */
    bool warned;             /* of a memory that is nearly full */
};

/*
 * Forgets what waits, and lists anew: the conversation has begun anew. `memory` is kept for
 * bring-up to set, what the modem has shown to be like too.
 */
void inbox_reset(struct inbox *inbox);

/* +CMT, +CDS with the PDU that follows. */
void inbox_pushed(struct modem *modem, const char *header, const char *body);

/* +CMTI, +CDSI: to be read when the modem is at leisure. */
void inbox_notice(struct modem *modem, const char *line);

/* Does the next step, if there is one and nothing else goes on. */
void inbox_run(struct modem *modem);

/* Between two texts to send: reads a text that waits, deletes after every fourth. */
void inbox_run_between(struct modem *modem);
