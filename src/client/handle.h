/* The inside of a handle, and the call that all functions make. */
#pragma once

#include "smsotp/client.h"
#include "util/macros.h"

#include <jansson.h>

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

/* Says what went wrong without an answer; returns `r`. `error` may be NULL. */
int handle_explain(struct smsotp_error *error, int r, const char *detail);
