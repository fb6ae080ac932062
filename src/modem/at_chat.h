/*
 * The conversation with a modem: one command at a time, each with an absolute deadline that no
 * noise extends; unsolicited lines told apart from answers; the prompt of AT+CMGS; and, when a
 * command has run out of time, a quarantine (drain, ESC, AT until a clean OK) so that a late answer
 * never reaches the next command. Owns neither port nor clock: bytes and times are handed in, bytes
 * and the next deadline handed out, so that a test can play three minutes in a microsecond.
 *
 * Embedded in its owner, loop thread. Callbacks may submit, cancel, resync and close; not free.
 * What a modem says is never logged here, and commands are wiped once they are done.
 */
#pragma once

#include "at/command.h"
#include "at/line.h"
#include "at/result.h"
#include "modem/urc.h"
#include "util/clock.h"

#include <stdint.h>

struct at_request {
    struct at_command command;
    const char *prefix;   /* of the lines that answer it, static; NULL: none do */
    bool plain;           /* lines without any prefix answer it too (+CGMI) */
    bool pdu_follows;     /* so do lines of hex (+CMGR) */
    bool prompt;          /* it answers with a prompt first; OK without a line is no answer then */
    usec_t timeout_usec;  /* to the final result, with `prompt` to the prompt */
    usec_t grace_usec;    /* 0, or: the line is the answer, OK is waited for this long only */
    void (*line)(void *userdata, const char *line);
    void (*prompted)(void *userdata); /* at_chat_data() or at_chat_cancel() is awaited */
    void (*done)(void *userdata, const struct at_result *result);
};

struct at_chat_ops {
    void (*write)(void *userdata, const char *bytes, size_t n);
    /* at_chat_tick() is to be called then; USEC_INFINITY: not at all. */
    void (*arm)(void *userdata, usec_t deadline);
    /* `body` is the hex line behind a header, else NULL. */
    void (*unsolicited)(
        void *userdata, const struct urc *urc, const char *line, const char *body);
    void (*silent)(void *userdata); /* a command ran out of time; those queued are dropped */
    void (*synced)(void *userdata); /* a clean OK ended at_chat_resync() or a quarantine */
    void (*lost)(void *userdata);   /* no OK within the tries; nothing more is attempted */
};

#define AT_CHAT_QUEUE 8
#define AT_CHAT_RESYNC_TRIES 3

enum at_chat_phase {
    AT_CHAT_CLOSED, /* nothing is written, input is dropped */
    AT_CHAT_IDLE,
    AT_CHAT_RESULT, /* command or data written, final result awaited */
    AT_CHAT_PROMPT, /* prompt awaited */
    AT_CHAT_HELD,   /* prompt is there, owner decides */
    AT_CHAT_DRAIN,  /* quarantine: what comes late answers nobody */
    AT_CHAT_GUARD,  /* ESC written */
    AT_CHAT_PROBE,  /* AT written */
    AT_CHAT_SETTLE, /* OK seen, but more finals may be owed */
};

struct at_chat {
    const struct at_chat_ops *ops;
    void *userdata;
    enum at_chat_phase phase;
    usec_t deadline;
    unsigned epoch; /* grows when the conversation is closed: what came before is dropped */
    struct at_splitter splitter;
    struct at_request queue[AT_CHAT_QUEUE]; /* [0] is current outside of quarantine and idle */
    size_t n_queue;
    bool answered;            /* the current request has had a line */
    bool graced;              /* … and waits for its OK for the grace time only */
    bool is_opening;          /* nothing is known of what was on the line before */
    unsigned tries_left;      /* of AT while out of sync */
    unsigned owed;            /* final results that the modem may still send for earlier lines */
    usec_t stray_until;       /* until when those are feared */
    bool has_eaten;           /* a final was taken for a stray one */
    struct at_result eaten;
    /* an unsolicited line waits for its body, or for the end of its text */
    const struct urc *header;
    char header_line[AT_LINE_SIZE];
    usec_t header_until; /* a text that goes on does so at once */
};

/* Prepares a closed conversation. `ops` is borrowed. */
void at_chat_init(struct at_chat *chat, const struct at_chat_ops *ops, void *userdata);

/* Ends everything without a call to anybody, and wipes. */
void at_chat_close(struct at_chat *chat);

/*
 * ESC, a pause, AT, up to `tries` times; opens a closed conversation. Ends in synced() or lost().
 */
void at_chat_resync(struct at_chat *chat, unsigned tries, usec_t now);

/* Queues a command, or writes it at once. -ENOBUFS, -ENOTCONN (closed), or the command's error. */
int at_chat_submit(struct at_chat *chat, const struct at_request *request, usec_t now);

/* After prompted(): writes the data in one piece and awaits the result. -EPROTO when not asked. */
int at_chat_data(
    struct at_chat *chat, const char *data, size_t n, usec_t timeout_usec, usec_t now);

/*
 * Drops a request with a prompt, queued or at its prompt, without a call to done(); ESC and AT if
 * needed. Nothing happens once its data have been written.
 */
void at_chat_cancel_prompt(struct at_chat *chat, usec_t now);

/* Bytes from the modem. */
void at_chat_input(struct at_chat *chat, const void *bytes, size_t n, usec_t now);

/* Acts on a deadline that has passed. */
void at_chat_tick(struct at_chat *chat, usec_t now);

/* Whether a command would be written at once. */
bool at_chat_is_idle(const struct at_chat *chat);
