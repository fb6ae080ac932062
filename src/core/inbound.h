/*
 * What callers see of texts that came in. Borrowed for the time of the callback.
 */
#pragma once

#include "core/gateway.h"
#include "core/inbound_table.h"

struct inbound_text {
    struct inbound inbound;
    char *body; /* UTF-8, may hold U+0000; hex with `8bit`; NULL: sealed with another key */
    size_t n_body;
};

struct inbound_answer {
    const struct refusal *refusal; /* NULL: carried out */
    const struct inbound_text *texts;
    unsigned n_texts;
    bool is_more; /* newer ones are there, but not in this answer */
};
typedef void (*inbound_callback)(void *userdata, const struct inbound_answer *answer);

/*
 * Reads texts newer than `since` (an identifier), oldest first, or with NULL the newest ones; `max`
 * at most, SMSOTP_INBOUND_MAX in any case.
 */
void gateway_list_inbound(struct gateway *gateway, const char *since, unsigned max,
    inbound_callback callback, void *userdata);
