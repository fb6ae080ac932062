/*
 * A command of smsotpctl, run with words and an input, against a daemon that is played: what it
 * answers, and what it was asked. For one test program; state is static.
 */
#pragma once

#include "ctl/command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"

static struct {
    int r; /* negative: nobody answers */
    unsigned status;
    const char *body;
    char asked[512]; /* "GET /v1/health -", and a header behind it; empty: nothing was asked */
} played;

int smsotp_call(struct smsotp *smsotp, const char *method, const char *route, const char *body,
    const char *const *headers, unsigned timeout_ms, struct smsotp_reply *ret,
    struct smsotp_error *ret_error)
{
    (void)smsotp;
    assert_true(timeout_ms > 0 && timeout_ms < 3600 * 1000);
    snprintf(played.asked, sizeof(played.asked), "%s %s %s%s%s", method, route, body ? body : "-",
        headers[0] ? " " : "", headers[0] ? headers[0] : "");
    if (played.r < 0) {
        snprintf(ret_error->detail, sizeof(ret_error->detail), "nobody listens");
        return played.r;
    }
    *ret = (struct smsotp_reply){played.status, strdup(played.body), strlen(played.body)};
    return 0;
}

void smsotp_reply_fini(struct smsotp_reply *reply)
{
    free(reply->body);
}

#define CTL_BENCH_WORDS 12

struct ctl_row {
    const char *words[CTL_BENCH_WORDS]; /* the command's name first, up to NULL */
    const char *input;                  /* NULL: empty */
    unsigned status;                    /* of the played answer; 0: nobody answers */
    const char *answer;
    bool json;
    int exit;
    const char *asked; /* empty: nothing may be asked */
    const char *out;   /* all of it */
    const char *err;   /* a piece of it; empty: nothing */
};

/* Runs `command` as each row says. */
static inline void ctl_bench_check(int (*command)(struct ctl *ctl, int argc, char **argv),
    const struct ctl_row *rows, size_t n_rows)
{
    for (size_t i = 0; i < n_rows; i++) {
        const struct ctl_row *row = &rows[i];
        int argc = 0, status, saved_in, saved_out, saved_err;
        struct ctl ctl = {.json = row->json};
        char *argv[CTL_BENCH_WORDS + 1] = {NULL};
        static char out[8192], err[2048], ignored[64];

        while (argc < CTL_BENCH_WORDS && row->words[argc]) {
            argv[argc] = strdup(row->words[argc]);
            argc++;
        }
        played.r = row->status == 0 ? -ENOTCONN : 0;
        played.status = row->status;
        played.body = row->answer;
        played.asked[0] = '\0';
        saved_in = capture_begin(stdin, row->input ? row->input : "");
        saved_out = capture_begin(stdout, "");
        saved_err = capture_begin(stderr, "");
        status = command(&ctl, argc, argv);
        capture_end(stderr, saved_err, err, sizeof(err));
        capture_end(stdout, saved_out, out, sizeof(out));
        capture_end(stdin, saved_in, ignored, sizeof(ignored));
        (void)fflush(stdin);
        while (argc > 0)
            free(argv[--argc]);
        if (status != row->exit || strcmp(out, row->out) != 0 || !strstr(err, row->err) ||
            (row->err[0] == '\0' && err[0] != '\0'))
            fail_msg("row %zu: exit %d\n%s%s", i, status, out, err);
        if (strcmp(played.asked, row->asked) != 0)
            fail_msg("row %zu: asked %s", i, played.asked);
    }
}
