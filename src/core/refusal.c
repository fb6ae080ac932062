#include "core/refusal.h"

#include "smsotp/limits.h"
#include "util/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define UNAVAILABLE_RETRY_SEC 5 /* where nothing tells when it will be better */

/* A text that was cut to fit may end within a letter, and JSON takes whole ones only. */
static void drop_half_letter(char *text)
{
    size_t n = strlen(text), first = n;
    uint32_t code_point;

    while (first > 0 && n - first < UTF8_MAX_OCTETS - 1 && (text[first - 1] & 0xC0) == 0x80)
        first--;
    if (first > 0 && (text[first - 1] & 0x80) &&
        utf8_decode(text + first - 1, n - first + 1, &code_point) < 0)
        text[first - 1] = '\0';
}

void refuse(
    struct refusal *ret, enum gateway_error error, const char *param, const char *format, ...)
{
    va_list args;

    *ret = (struct refusal){.is_refused = true, .error = error};
    if (gateway_error_http_status(error) == 503)
        ret->retry_after_sec = UNAVAILABLE_RETRY_SEC;
    if (param)
        snprintf(ret->param, sizeof(ret->param), "%s", param);
    va_start(args, format);
    vsnprintf(ret->detail, sizeof(ret->detail), format, args);
    va_end(args);
    drop_half_letter(ret->param);
    drop_half_letter(ret->detail);
}

void refuse_limit(
    struct refusal *ret, const char *name, const char *scope, const struct limit_hit *hit)
{
    if (hit->window.span > 0)
        refuse(ret, ERROR_LIMITED, NULL,
            "The limit `%s` allows %u in %" PRIu64 " s for this %s; nothing was sent or counted",
            name, hit->window.max, hit->window.span / USEC_PER_SEC, scope);
    else
        refuse(ret, ERROR_LIMITED, NULL,
            "The limit `%s` allows %u at a time for this %s: check or cancel one; nothing was sent "
            "or counted", name, hit->window.max, scope);
    ret->limit_name = name;
    ret->limit_scope = scope;
    ret->limit_window = hit->window;
    ret->retry_after_sec = refusal_seconds(hit->wait);
}

void refuse_conversion(
    struct refusal *ret, const char *scope, const struct conversion_limit *limit, usec_t wait)
{
    refuse(ret, ERROR_LIMITED, NULL,
        "Of the last %u texts for this %s fewer than %u %% were ever verified, as in fraud: "
        "nothing was sent. `smsotpctl limits reset conversion` lets them go again",
        limit->texts, scope, limit->percent);
    ret->limit_name = "conversion";
    ret->limit_scope = scope;
    ret->limit_window =
        (struct limit_window){.max = limit->texts, .span = CONVERSION_SPAN};
    ret->retry_after_sec = refusal_seconds(wait);
}

void refuse_storage(struct refusal *ret, int error)
{
    refuse(ret, ERROR_STORAGE_UNAVAILABLE, NULL,
        "The database could not be used (%s); nothing was changed. Try again in a moment",
        strerror(-error));
}

void refuse_no_memory(struct refusal *ret)
{
    refuse(ret, ERROR_INTERNAL, NULL, "The gateway is out of memory; nothing was changed");
}

void refuse_streak(struct refusal *ret)
{
    refuse(ret, ERROR_LIMITED, NULL,
        "%u wrong codes in a row were given for this number, and no right one: nothing was sent or "
        "compared. It waits for an operator, who looks into it first: `smsotpctl limits reset "
        "streak`",
        SMSOTP_STREAK_MAX);
    ret->limit_name = "streak";
    ret->limit_scope = "number";
    ret->limit_window = (struct limit_window){.max = SMSOTP_STREAK_MAX};
}

void refuse_rollback(struct refusal *ret, const struct limit_hit *hit)
{
    refuse(ret, ERROR_LIMITED, NULL,
        "The database was put back from an older copy, which has forgotten wrong codes: this "
        "number may give %u now; nothing was compared. It passes, or an operator's `smsotpctl "
        "limits reset rollback` ends it",
        hit->window.max);
    ret->limit_name = "rollback";
    ret->limit_scope = "number";
    ret->limit_window = hit->window;
    ret->retry_after_sec = refusal_seconds(hit->wait);
}

unsigned refusal_seconds(usec_t wait)
{
    usec_t seconds = wait / USEC_PER_SEC + (wait % USEC_PER_SEC != 0);

    return (unsigned)MAX(seconds, (usec_t)1);
}
