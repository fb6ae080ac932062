/* The inside of a handle, and the call that all functions make. */
#pragma once

#include "smsotp/client.h"
#include "util/macros.h"

#include <jansson.h>
#include <stdbool.h>

struct smsotp {
    char *socket_path;
    char *authorization; /* a whole header, or NULL; wiped when freed */
};

/*
 * Calls a route, `body` being taken over (NULL: none), and reads the answer of a 2xx into *ret. The
 * results of client.h; a body that could not be built is -EINVAL.
 */
int handle_ask(struct smsotp *smsotp, const char *method, const char *route, json_t *body,
    const char *header, unsigned timeout_ms, json_t **ret, struct smsotp_error *ret_error);

/* The same for an answer that `decode` reads into `ret`. -EPROTO: it has no id. */
int handle_ask_for(struct smsotp *smsotp, const char *method, const char *route, json_t *body,
    const char *header, unsigned timeout_ms, bool (*decode)(const json_t *json, void *ret),
    void *ret, struct smsotp_error *ret_error);

#define HANDLE_ROUTE_SIZE 256
#define HANDLE_KEY_SIZE (SMSOTP_IDEMPOTENCY_KEY_MAX + 32)

/* Adds a text to a body, NULL: none. False: it is not UTF-8. */
bool handle_add_text(json_t *object, const char *member, const char *text);

/*
 * The route of an id, which begins with `prefix` (vf_), below `base`. The id is looked at so that
 * it cannot become another route. -EINVAL, explained.
 */
int handle_make_route(const char *base, const char *prefix, const char *id, const char *action,
    char ret_route[static HANDLE_ROUTE_SIZE], struct smsotp_error *ret_error);

/* The header of an idempotency key; of NULL *ret_header is NULL too. -EINVAL, explained. */
int handle_make_key(const char *key, char buffer[static HANDLE_KEY_SIZE], const char **ret_header,
    struct smsotp_error *ret_error);

/* Says what went wrong without an answer; returns `r`. `error` may be NULL. */
int handle_explain(struct smsotp_error *error, int r, const char *detail);
