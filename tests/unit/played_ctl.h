/*
 * A command of smsotpctl against a daemon that is played: rows of arguments, what the daemon answers,
 * what it was asked, what was printed, and how the command left.
 */
#pragma once

#include "ctl/command.h"

#include <stdlib.h>
#include <string.h>

#include "capture.h"

struct ctl_row {
    const char *words[10]; /* the command and its arguments */
    const char *input;     /* on standard input; NULL: nothing */
    unsigned status;       /* of the daemon's answer; 0: nobody listens */
    const char *body;
    bool json;
    int exit;
    const char *asked; /* "METHOD ROUTE BODY", "" when nothing is */
    const char *out, *err; /* pieces of what is printed */
};

static struct {
    const struct ctl_row *row;
    char asked[1024];
    char header[256];
} ctl_played;

int smsotp_call(struct smsotp *smsotp, const char *method, const char *route, const char *body,
    const char *const *headers, unsigned timeout_ms, struct smsotp_reply *ret,
    struct smsotp_error *ret_error)
{
    const struct ctl_row *row = ctl_played.row;

    (void)smsotp;
    assert_true(timeout_ms > 0);
    snprintf(ctl_played.asked, sizeof(ctl_played.asked), "%s %s %s", method, route,
        body ? body : "-");
    snprintf(ctl_played.header, sizeof(ctl_played.header), "%s", headers[0] ? headers[0] : "");
    if (row->status == 0) {
        snprintf(ret_error->detail, sizeof(ret_error->detail), "nobody listens");
        return -1;
    }
    *ret = (struct smsotp_reply){row->status, strdup(row->body), strlen(row->body)};
    return 0;
}

void smsotp_reply_fini(struct smsotp_reply *reply)
{
    free(reply->body);
}

static inline void ctl_run_row(
    int (*command)(struct ctl *ctl, int argc, char **argv), const struct ctl_row *row)
{
    struct ctl ctl = {.json = row->json};
    char *argv[11] = {NULL}, out[8192], err[4096], ignored[64];
    int argc = 0, saved_in, saved_out, saved_err, left;

    ctl_played.row = row;
    ctl_played.asked[0] = ctl_played.header[0] = '\0';
    for (; argc < 10 && row->words[argc]; argc++)
        argv[argc] = strdup(row->words[argc]);
    saved_in = capture_begin(stdin, row->input ? row->input : "");
    saved_out = capture_begin(stdout, "");
    saved_err = capture_begin(stderr, "");
    left = command(&ctl, argc, argv);
    capture_end(stderr, saved_err, err, sizeof(err));
    capture_end(stdout, saved_out, out, sizeof(out));
    capture_end(stdin, saved_in, ignored, sizeof(ignored));
    while (argc > 0)
        free(argv[--argc]);
    if (left != row->exit || strcmp(ctl_played.asked, row->asked) != 0 || !strstr(out, row->out) ||
        !strstr(err, row->err))
        fail_msg("%s %s\nleft with %d, asked %s, printed\n%s\n%s", row->words[0],
            row->words[1] ? row->words[1] : "", left, ctl_played.asked, out, err);
}

static inline void ctl_run_rows(int (*command)(struct ctl *ctl, int argc, char **argv),
    const struct ctl_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ctl_run_row(command, &rows[i]);
}
