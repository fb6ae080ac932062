/*
 * The audit log for technicians and the owner: its entries, its head, and whether it is what was
 * written. On the loop's thread; answers come through callbacks, and are borrowed for the time of
 * these.
 */
#pragma once

#include "core/gateway.h"
#include "core/journal_verify.h"

struct audit_question {
    uint64_t from;    /* entries from this one on */
    usec_t since_wall; /* and from this time on; 0: whenever */
    unsigned max;     /* SMSOTP_AUDIT_MAX in any case */
};

struct audit_page {
    const struct journal_row *rows;
    unsigned n_rows;
    uint64_t next; /* where to go on; 0: there is no more for now */
};
typedef void (*audit_page_callback)(
    void *userdata, const struct refusal *refusal, const struct audit_page *page);

/* Reads entries in order; a damaged one comes as far as it can be read. */
void gateway_read_audit(struct gateway *gateway, const struct audit_question *question,
    audit_page_callback callback, void *userdata);

struct audit_head {
    struct journal_end head, anchor; /* the last entry, and the last that was purged (0: none) */
    usec_t at_wall;                  /* of the last entry */
};
typedef void (*audit_head_callback)(
    void *userdata, const struct refusal *refusal, const struct audit_head *head);

/* On the store's thread: the head as it stands. */
int audit_head_load(struct db *db, const struct environment *env, struct audit_head *ret);

/* Reads the head. */
void gateway_read_audit_head(struct gateway *gateway, audit_head_callback callback, void *userdata);

struct audit_verdict {
    const struct journal_verify *verify;
    struct audit_head head; /* as of the end of it */
};
typedef void (*audit_verdict_callback)(
    void *userdata, const struct refusal *refusal, const struct audit_verdict *verdict);

/*
 * Looks at the whole log, in pieces between which others are served. `noted` may be NULL, and so
 * may `caller`, when nobody has asked; what somebody has asked for is in the log itself. A log that
 * is broken raises WARNING_AUDIT, one that holds ends it.
 */
void gateway_verify_audit(struct gateway *gateway, const struct caller *caller,
    const struct head_line *noted, audit_verdict_callback callback, void *userdata);

/* The log is broken: raises the warning for a day, or until it is found to hold. */
void gateway_warn_of_audit(struct gateway *gateway, const char *detail);
