/*
 * The master keys, as far as anybody may see them, and the change of the current one. Callbacks on
 * the loop's thread, once each.
 */
#pragma once

#include "core/gateway.h"
#include "core/key_rotation.h"
#include "core/key_table.h"

struct keys_answer {
    const struct refusal *refusal; /* NULL: carried out */
    const struct key_row *keys;    /* newest first; borrowed for the time of the callback */
    unsigned n_keys;
    uint32_t current;  /* the one that new codes are made with */
    uint32_t previous; /* the one that older codes still need; 0: none */
};
typedef void (*keys_callback)(void *userdata, const struct keys_answer *answer);

/* Lists the keys that are and were. */
void gateway_list_keys(struct gateway *gateway, keys_callback callback, void *userdata);

/* Makes a new key the current one, and lists them all. */
void gateway_rotate_key(
    struct gateway *gateway, const struct caller *caller, keys_callback callback, void *userdata);

/* What a gateway finds of its keys in the database when it starts. */
struct keys_start {
    uint8_t lasting_sealed[OTP_SEALED_LASTING_SIZE];
    bool adopts;        /* the lasting secret in the database is another one than the key's own */
    bool is_lost;       /* it is sealed with a key that is not there */
    unsigned n_orphans; /* pending verifications of keys that are not there */
};

/* Store's thread: notes the current key and looks for the lasting secret. */
int keys_begin(struct db *db, const struct environment *env, struct keys_start *ret);

/* Loop's thread, when that is committed and before a key is used: takes the secret over. */
void keys_adopt(struct gateway *gateway, const struct keys_start *start);

/* Loop's thread, when entries can be added to the journal: says what was lost. */
void keys_report(const struct gateway *gateway, const struct keys_start *start);
