/*
 * Signs of an attack, and of trouble to come, that the owner should see: each is logged and put
 * into the journal when it begins (warnings_tell()), and shown by /v1/health until it has passed.
 * On the loop's thread; times are CLOCK_BOOTTIME.
 */
#pragma once

#include "core/environment.h"
#include "core/refusal.h"

ENUM_DECLARE(gateway_warning, SMSOTP_WARNING_LIST);

#define WARNING_COUNTED_(constant, name) +1
#define GATEWAY_WARNINGS (0 SMSOTP_WARNING_LIST(WARNING_COUNTED_))

#define WARNING_DETAIL_SIZE (REFUSAL_DETAIL_SIZE + 128)

struct warnings {
    struct {
        usec_t until; /* in the past: there is none */
        char detail[WARNING_DETAIL_SIZE];
    } rows[GATEWAY_WARNINGS];
};

/* Raises one until then, or lets it last. True: it was not up before. */
bool warnings_raise(struct warnings *warnings, enum gateway_warning warning, const char *detail,
    usec_t now, usec_t until);

/* Ends one before its time. */
void warnings_lower(struct warnings *warnings, enum gateway_warning warning);

/* Raises one for so long; log and journal have it when it begins. Ends it. On those of `env`. */
void warnings_tell(const struct environment *env, enum gateway_warning warning, const char *detail,
    usec_t wait);
void warnings_end(const struct environment *env, enum gateway_warning warning);

/* What it says to people; NULL when it is not up. */
const char *warnings_detail(
    const struct warnings *warnings, enum gateway_warning warning, usec_t now);

/* The same of a gateway's. */
struct gateway;
const char *gateway_warning_detail(const struct gateway *gateway, enum gateway_warning warning);
