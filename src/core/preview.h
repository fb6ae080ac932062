/* A text to be looked at before anything is sent. On the loop's thread. */
#pragma once

#include "core/refusal.h"
#include "core/rendering.h"

struct gateway;
struct caller;

/* That of a purpose, or, without one, `text` as it is. */
struct preview_request {
    const char *purpose, *locale, *reference;
    const struct otp_context *context;
    const char *text;
};

/* What came of it. */
struct preview {
    const struct purpose *purpose; /* NULL: a text of its own; borrowed from the policy */
    struct rendering rendering;    /* with a sample code */
};

/*
 * How a text would be sent, answered at once; nothing is stored, sent or counted. False: refused.
 */
bool gateway_preview(struct gateway *gateway, const struct caller *caller,
    const struct preview_request *request, struct preview *ret, struct refusal *ret_refusal);
