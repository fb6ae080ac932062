/* The master keys, as far as anybody may see them. Callbacks on the loop's thread. */
#pragma once

#include "core/environment.h"
#include "core/gateway.h"
#include "core/key_table.h"

struct keys_answer {
    const struct refusal *refusal; /* NULL: carried out */
    const struct key_row *keys;    /* newest first; borrowed for the time of the callback */
    unsigned n_keys;
    uint32_t current; /* id of the one that new codes are made with */
};
typedef void (*keys_callback)(void *userdata, const struct keys_answer *answer);

/* Lists the keys that are and were. */
void gateway_list_keys(struct gateway *gateway, keys_callback callback, void *userdata);

/* Store's thread, at start: notes the key of this run. */
int keys_begin(struct db *db, const struct environment *env);
