/*
 * What makes a chain of the journal's rows. The hash of a row is a keyed BLAKE2b over all that the
 * row says and over the hash of the row before, so that no row can be changed, left out, put in or
 * moved by somebody without the key. An end of the chain has a MAC of its own: rows cannot be cut
 * off either end unnoticed. Pure.
 */
#pragma once

#include "core/journal_table.h"

/* Gives a row its key and its hash, as the one behind `previous` (the hash of the row before). */
void journal_chain_seal(const struct otp_keyring *keyring,
    const uint8_t previous[static JOURNAL_HASH_SIZE], struct journal_row *row);

/* Whether the keyring has the key that a row or an end was made with. */
bool journal_chain_has_key(const struct otp_keyring *keyring, uint32_t key_id);

/* Whether a row is what was sealed behind `previous`. Its key must be there. */
bool journal_chain_holds(const struct otp_keyring *keyring,
    const uint8_t previous[static JOURNAL_HASH_SIZE], const struct journal_row *row);

/* The end that `row` is, not sealed yet. */
struct journal_end journal_end_of(const struct journal_row *row);

/* Gives an end its key and its MAC, under this name. */
void journal_end_seal(
    const struct otp_keyring *keyring, const char *name, struct journal_end *end);

/* Whether an end is one that was sealed under this name. Its key must be there. */
bool journal_end_holds(
    const struct otp_keyring *keyring, const char *name, const struct journal_end *end);
