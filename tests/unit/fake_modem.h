/*
 * What tests of a whole modem need: time that the test moves (fake_time.h), and a scripted modem
 * behind a socket pair, which unlike a pty delivers at once. This file stands in for
 * modem/port_handle.c as fake_time.h does for loop/timer.c. For one test program; state is static.
 * test_port.c has the true port, and so has who defines FAKE_TRUE_PORT before including this.
 */
#pragma once

#include "fake_time.h"

#include "modem/port_handle.h"
#include "util/strbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- the peer -------------------------------------------------------------------------------- */

struct fake_rule {
    const char *command; /* what comes, without CR; a trailing `*` matches any ending */
    const char *reply;   /* what is written; NULL: silence */
};

#define FAKE_SAY 512

struct fake_peer {
    int master;     /* ours; -1: unplugged */
    int slave;      /* what is handed out when the port is opened */
    unsigned n_open;
    char path[64];  /* empty: there is no such device */
    const struct fake_rule *rules; /* looked at first, ended by a NULL command */
    bool dead;                     /* reads, answers nothing */
    bool echo;
    bool byte_at_a_time;
    bool moves;    /* its path leads elsewhere as soon as it is opened, once */
    bool in_text;  /* after a prompt */
    bool no_text_answer;
    const char *text_reply; /* after Ctrl-Z, NULL: +CMGS: 7 and OK */
    char line[1024];
    size_t n_line;
    char text[1024];        /* the last text, with its Ctrl-Z or ESC */
    unsigned n_texts, n_escapes, n_commands;
    void (*on_text)(struct fake_peer *peer); /* before `text` is answered; NULL: nobody asks */
    size_t (*spoil)(char *bytes, size_t n); /* changes what it says, at most FAKE_SAY; NULL: none */
    char log[32768];        /* all commands, one a line */
    struct strbuf sb;       /* on `log` */
};

static const struct fake_rule fake_defaults[] = {
    {"AT+CPIN?", "\r\n+CPIN: READY\r\n\r\nOK\r\n"},
    {"AT+CGMI", "\r\nACME\r\n\r\nOK\r\n"},
    {"AT+CGMM", "\r\nRoadRunner\r\n\r\nOK\r\n"},
    {"AT+CGMR", "\r\n1.0\r\n\r\nOK\r\n"},
    {"AT+CGSN", "\r\n490154203237518\r\n\r\nOK\r\n"},
    {"AT+CIMI", "\r\n404685505601234\r\n\r\nOK\r\n"},
    {"AT+CCID", "\r\n+CCID: 8991101200003204510\r\n\r\nOK\r\n"},
    {"AT+CREG?", "\r\n+CREG: 1,1\r\n\r\nOK\r\n"},
    {"AT+CGREG?", "\r\n+CGREG: 1,0\r\n\r\nOK\r\n"},
    {"AT+CEREG?", "\r\nERROR\r\n"},
    {"AT+CEREG=1", "\r\nERROR\r\n"},
    {"AT+CSQ", "\r\n+CSQ: 20,99\r\n\r\nOK\r\n"},
    {"AT+COPS?", "\r\n+COPS: 0,0,\"Airtel\"\r\n\r\nOK\r\n"},
    {"AT+CSCA?", "\r\n+CSCA: \"+919810051914\",145\r\n\r\nOK\r\n"},
    {"AT+CNMI=?", "\r\n+CNMI: (0-2),(0-3),(0,2,3),(0-2),(0,1)\r\n\r\nOK\r\n"},
    {"AT+CNMI?", "\r\n+CNMI: 2,1,0,1,0\r\n\r\nOK\r\n"},
    {"AT+CPMS=*", "\r\n+CPMS: 0,10,0,10,0,10\r\n\r\nOK\r\n"},
    {"AT+CMGS=*", "\r\n> "},
    {"AT*", "\r\nOK\r\n"},
    {NULL, NULL},
};

static inline void fake_write(struct fake_peer *peer, const char *bytes, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t written = write(peer->master, bytes + done, n - done);

        if (written <= 0)
            return;
        done += (size_t)written;
    }
}

static inline void fake_say(struct fake_peer *peer, const char *text)
{
    char spoilt[FAKE_SAY];
    size_t n = strlen(text);

    if (!peer->spoil || n > sizeof(spoilt)) {
        fake_write(peer, text, n);
        return;
    }
    memcpy(spoilt, text, n);
    fake_write(peer, spoilt, peer->spoil(spoilt, n));
}

static inline bool fake_matches(const char *pattern, const char *line)
{
    size_t n = strlen(pattern);

    if (n > 0 && pattern[n - 1] == '*')
        return strncmp(pattern, line, n - 1) == 0;
    return strcmp(pattern, line) == 0;
}

static inline void fake_answer(struct fake_peer *peer)
{
    const struct fake_rule *tables[] = {peer->rules, fake_defaults};

    peer->n_commands++;
    strbuf_puts(&peer->sb, peer->line);
    strbuf_putc(&peer->sb, '\n');
    for (size_t t = 0; t < ARRAY_SIZE(tables); t++)
        for (const struct fake_rule *rule = tables[t]; rule && rule->command; rule++)
            if (fake_matches(rule->command, peer->line)) {
                if (rule->reply) {
                    fake_say(peer, rule->reply);
                    peer->in_text = strstr(rule->reply, ">") != NULL;
                }
                return;
            }
}

static inline void fake_take(struct fake_peer *peer, char c)
{
    if (c == 0x1B) {
        peer->n_escapes++;
        if (peer->in_text)
            fake_say(peer, "\r\nOK\r\n");
        peer->in_text = false;
        peer->n_line = 0;
    } else if (peer->in_text && c == 0x1A) {
        peer->in_text = false;
        peer->n_texts++;
        peer->line[peer->n_line] = '\0';
        memcpy(peer->text, peer->line, peer->n_line + 1);
        peer->n_line = 0;
        if (peer->on_text)
            peer->on_text(peer);
        if (!peer->no_text_answer)
            fake_say(peer, peer->text_reply ? peer->text_reply : "\r\n+CMGS: 7\r\n\r\nOK\r\n");
    } else if (!peer->in_text && c == '\r') {
        peer->line[peer->n_line] = '\0';
        peer->n_line = 0;
        if (peer->line[0] && !peer->dead)
            fake_answer(peer);
    } else if (peer->n_line < sizeof(peer->line) - 1) {
        peer->line[peer->n_line++] = c;
    }
}

/* Takes what the daemon wrote. True: there was something. */
static inline bool fake_serve(struct fake_peer *peer)
{
    char bytes[512];
    ssize_t n = peer->master < 0 ? -1 : read(peer->master, bytes, sizeof(bytes));

    for (ssize_t i = 0; i < n; i++) {
        if (peer->echo && !peer->dead)
            fake_write(peer, &bytes[i], 1);
        fake_take(peer, bytes[i]);
    }
    return n > 0;
}

#ifndef FAKE_TRUE_PORT
/* --- the port -------------------------------------------------------------------------------- */

static struct fake_peer *fake_plugged;

int port_resolve(const char *device, char ret_path[static PATH_MAX])
{
    (void)device;
    if (!fake_plugged || !fake_plugged->path[0])
        return -ENOENT;
    snprintf(ret_path, PATH_MAX, "%s", fake_plugged->path);
    return 0;
}

int port_handle_open(struct port_handle *ret, const char *path, unsigned baud, char *reason,
    size_t reason_size)
{
    char old[4096];

    (void)path;
    (void)baud;
    (void)reason;
    (void)reason_size;
    if (!fake_plugged)
        return -ENODEV;
    ret->fd = dup(fake_plugged->slave);
    ret->sp = NULL;
    while (recv(ret->fd, old, sizeof(old), MSG_DONTWAIT) > 0)
        ; /* as tcflush() does */
    fake_plugged->n_open++;
    if (fake_plugged->moves)
        snprintf(fake_plugged->path, sizeof(fake_plugged->path), "/dev/moved");
    fake_plugged->moves = false;
    return 0;
}

void port_handle_close(struct port_handle *handle)
{
    cleanup_closep(&handle->fd);
    handle->fd = -1;
}

/* A new device at the path the modem is told to use. */
static inline void fake_plug(struct fake_peer *peer)
{
    static unsigned n_plugged;
    int fds[2];

    (void)!socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds);
    peer->master = fds[0];
    peer->slave = fds[1];
    peer->in_text = false;
    peer->n_line = 0;
    snprintf(peer->path, sizeof(peer->path), "/dev/fake%u", n_plugged++);
    strbuf_init(&peer->sb, peer->log, sizeof(peer->log));
    fake_plugged = peer;
}

static inline void fake_unplug(struct fake_peer *peer)
{
    close(peer->master);
    close(peer->slave);
    peer->master = peer->slave = -1;
    peer->path[0] = '\0';
}
#endif
