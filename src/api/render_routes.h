/* The dry run of a text. */
#pragma once

#include "api/call.h"

/* POST /v1/render: {purpose, locale?, reference?, context?}, or {text}. Takes over the call. */
void render_text(struct call *call);
