/*
 * Who wants no texts: numbers get onto the list by a reply of STOP, or by an operator, and off it
 * by START, or by an operator. While on it they get none, codes included: a gateway cannot tell a
 * customer's own request from that of somebody who floods him.
 */
#pragma once

#include "core/environment.h"
#include "core/gateway.h"
#include "core/optout_table.h"

#define OPTOUTS_LISTED_MAX 1000

/*
 * On the store's thread: puts a number on the list or takes it off, with its entry in the journal.
 */
struct optout_change {
    const uint8_t *number_index;
    const char *number_masked;
    bool is_out;
    const uid_t *actor; /* who does it; NULL: a reply */
};
int optout_apply(struct db *db, const struct environment *env, const struct optout_change *change);

struct optout_list {
    const struct optout *rows; /* newest first */
    unsigned n_rows, total;
};

/* `refusal` is NULL, or says why it was not carried out. Borrowed for the time of the call. */
typedef void (*optout_list_callback)(
    void *userdata, const struct refusal *refusal, const struct optout_list *list);
typedef void (*optout_set_callback)(
    void *userdata, const struct refusal *refusal, const char *number_masked, bool is_changed);

/* The newest, `max` at most, OPTOUTS_LISTED_MAX in any case. */
void gateway_list_optouts(
    struct gateway *gateway, unsigned max, optout_list_callback callback, void *userdata);

/* Puts a number on the list, or takes it off. */
void gateway_set_optout(struct gateway *gateway, const struct caller *caller, const char *to,
    bool is_out, optout_set_callback callback, void *userdata);
