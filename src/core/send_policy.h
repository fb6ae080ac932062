/*
 * What the end of a send means for the text: done, failed now, or once more later. Pure.
 * The class of the modem's error number decides, not the number alone; one bad destination never
 * holds up the next text.
 */
#pragma once

#include "core/standing.h"
#include "core/status.h"
#include "modem/modem.h"

struct send_verdict {
    enum message_status status; /* MESSAGE_QUEUED: try again after `pause` */
    usec_t pause;
    bool undeliverable;         /* the destination itself is at fault */
    enum standing_blame blame;  /* … or who else may be: then another modem may do better */
    const char *error_class;    /* static storage, NULL: none */
    const char *error_text;
    bool is_unlisted;           /* … which does not tell the number: it is in no table */
};

/* Judges one result; `tries` counts those before it. */
struct send_verdict send_policy_judge(const struct modem_send_result *result, unsigned tries);
