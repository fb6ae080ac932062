/*
 * The body of a request: JSON (RFC 8259), bounded in size, depth and members before it is parsed,
 * read strictly: no duplicate names, no bytes after the end, no member that is not known. Errors
 * are refusals that name the member.
 */
#pragma once

#include "api/call.h"

/* Reads the body into call->body, an object. False: refused. */
bool body_read(struct call *call, struct refusal *ret);

/* The SHA-256 of a body that has been read, by which it is known again. */
void body_digest(const struct call *call, uint8_t ret_digest[static BODY_DIGEST_SIZE]);

/* For requests without arguments: no body, or an empty object. False: refused. */
bool body_is_empty(struct call *call, struct refusal *ret);

/* Refuses members that are not in `known`. */
bool body_has_only(
    const struct call *call, const char *const *known, size_t n_known, struct refusal *ret);

/*
 * A text member of 1 to `max` bytes, printable. An absent or null one is NULL, or a refusal when it
 * is required. Borrowed from the body.
 */
bool body_text(const struct call *call, const char *name, size_t max, bool is_required,
    const char **ret_text, struct refusal *ret);

/* A member that is true or false; an absent or null one is false. */
bool body_flag(const struct call *call, const char *name, bool *ret, struct refusal *ret_refusal);

/*
 * The member `context`: an object of texts and whole numbers. *ret_present: whether there is one.
 */
bool body_context(const struct call *call, struct otp_context *ret_context, bool *ret_present,
    struct refusal *ret);

/* The header Idempotency-Key: 1 to 128 visible ASCII characters, or NULL without it. */
bool body_idempotency_key(const struct call *call, const char **ret_key, struct refusal *ret);
