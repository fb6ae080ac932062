/*
 * What a code is for, as key and value texts (amount, payee, …), in one canonical form: the JSON
 * object with keys in byte order, no white space, strings only, escaped as RFC 8785 (JCS) says. Two
 * contexts that say the same have the same digest, in whatever order they came; anybody can compute
 * it (Python: json.dumps(c, sort_keys=True, separators=(",", ":"), ensure_ascii=False)).
 */
#pragma once

#include "otp/code.h"

#define OTP_CONTEXT_MAX_ENTRIES 16
#define OTP_CONTEXT_MAX_KEY 32    /* bytes; [a-z][a-z0-9_]* */
#define OTP_CONTEXT_MAX_VALUE 128 /* bytes of UTF-8 without what otp_context_add() refuses */
#define OTP_CONTEXT_MAX_JSON 2600 /* most entries of that size fit; more is refused */

struct otp_context_entry {
    char key[OTP_CONTEXT_MAX_KEY + 1];
    char value[OTP_CONTEXT_MAX_VALUE + 1];
};

struct otp_context {
    struct otp_context_entry entries[OTP_CONTEXT_MAX_ENTRIES]; /* in key order */
    unsigned n_entries;
};

/* Whether `n` characters have the form of a key. */
bool otp_context_key_is_well_formed(const char *key, size_t n);

/*
 * Adds an entry in its place. -EINVAL: malformed key; -EILSEQ: value not UTF-8, or with a control
 * character or another that utf8_is_hazardous() (the joiners U+200C and U+200D apart: a payee shown
 * must be the payee meant); -EMSGSIZE: key or value too long; -EEXIST: key is there; -ENOSPC: too
 * many entries.
 */
int otp_context_add(struct otp_context *context, const char *key, const char *value);

/* The value of a key, or NULL. */
const char *otp_context_get(const struct otp_context *context, const char *key);

/* For _cleanup_(): a number that is to be changed to stands in the clear in it. */
void otp_context_wipep(struct otp_context *context);

/*
 * The canonical JSON with its NUL. -ENOBUFS when `size` is too small; ret_json is cut short then.
 */
int otp_context_to_json(const struct otp_context *context, char *ret_json, size_t size);

/* The context from its canonical JSON, as otp_context_to_json() wrote it; -EINVAL for any other
 * text. */
int otp_context_from_json(struct otp_context *ret, const char *json);

/* SHA-256 of the canonical JSON. -ENOBUFS when it is longer than OTP_CONTEXT_MAX_JSON. */
int otp_context_digest(
    const struct otp_context *context, uint8_t ret_digest[static OTP_CONTEXT_DIGEST_SIZE]);
