#include "core/warnings.h"

#include <stdio.h>

ENUM_DEFINE(gateway_warning, SMSOTP_WARNING_LIST);

bool warnings_raise(struct warnings *warnings, enum gateway_warning warning, const char *detail,
    usec_t now, usec_t until)
{
    bool is_new = warnings->rows[warning].until <= now;

    warnings->rows[warning].until = MAX(warnings->rows[warning].until, until);
    snprintf(warnings->rows[warning].detail, sizeof(warnings->rows[warning].detail), "%s", detail);
    return is_new;
}

void warnings_lower(struct warnings *warnings, enum gateway_warning warning)
{
    warnings->rows[warning].until = 0;
}

const char *warnings_detail(
    const struct warnings *warnings, enum gateway_warning warning, usec_t now)
{
    return warnings->rows[warning].until > now ? warnings->rows[warning].detail : NULL;
}
