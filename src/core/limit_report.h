/*
 * What a request for a number would meet now, without making it: nothing is stored, sent or
 * counted. A client learns of others' doings no more than a refusal would tell: whether a limit is
 * met, and until when; how much of it is used up, only of what is its own.
 */
#pragma once

#include "core/destination.h"
#include "core/gateway.h"

#define LIMIT_REPORT_ROWS 96
#define LIMIT_REPORT_HIDDEN (-1)

/* One window of one limit. */
struct limit_report_row {
    const char *name, *scope; /* as a refusal would name them */
    bool is_of_checks;        /* refuses checks, not requests */
    struct limit_window window; /* without a span: counts what is now, or in a row */
    int used;                 /* LIMIT_REPORT_HIDDEN: not this caller's to know */
    int verified;             /* of `used` texts, where that is what counts; else hidden */
    unsigned min_percent;     /* that must be verified, likewise; else 0 */
    bool is_met;              /* refuses now */
    unsigned retry_after_sec; /* until it will not; 0: it does not, or for good */
};

struct limit_report {
    char number_masked[E164_SIZE];
    bool is_open; /* texts may go to the number */
    enum destination_block block;
    struct refusal blocked; /* if not: why */
    struct refusal unready; /* is_refused: why no request would be carried out, whoever asks */
    bool is_allowed;        /* a request would pass */
    unsigned retry_after_sec; /* until no limit is in the way; 0: none is, or for good */
    struct limit_report_row rows[LIMIT_REPORT_ROWS];
    unsigned n_rows;
};

struct limit_question {
    const char *to;
    const char *purpose; /* NULL: not asked */
    bool is_reverse;     /* a request by which the customer texts */
    const char *client;  /* technicians only: as if that one asked; NULL: the caller */
};

/* `refusal` is NULL, or says why there is no report. Both are borrowed for the time of the call. */
typedef void (*limit_report_callback)(
    void *userdata, const struct refusal *refusal, const struct limit_report *report);

/* Answers through `callback`, once, perhaps before it returns; `question` is borrowed for the
 * call. */
void gateway_report_limits(struct gateway *gateway, const struct caller *caller,
    const struct limit_question *question, limit_report_callback callback, void *userdata);
