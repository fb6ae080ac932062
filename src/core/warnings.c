#include "core/warnings.h"

#include "core/journal.h"

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

void warnings_tell(const struct environment *env, enum gateway_warning warning, const char *detail,
    usec_t wait)
{
    const char *name = gateway_warning_to_string(warning);
    const struct journal_entry raised = {
        .kind = EVENT_WARNING_RAISED, .facts = {FACT_TEXT("warning", name)}};
    usec_t now = moment_now(&env->timebase).boot;

    if (!env->warnings ||
        !warnings_raise(env->warnings, warning, detail, now, usec_add(now, wait)))
        return;
    log_warning(env->log, "event=warning warning=%s: %s", name, detail);
    journal_post(env, &raised);
}

void warnings_end(const struct environment *env, enum gateway_warning warning)
{
    if (env->warnings)
        warnings_lower(env->warnings, warning);
}

const char *warnings_detail(
    const struct warnings *warnings, enum gateway_warning warning, usec_t now)
{
    return warnings->rows[warning].until > now ? warnings->rows[warning].detail : NULL;
}
