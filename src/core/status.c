#include "core/status.h"

#include "util/macros.h"

ENUM_DEFINE(verification_status, SMSOTP_VERIFICATION_STATUS_LIST);
ENUM_DEFINE(message_status, SMSOTP_MESSAGE_STATUS_LIST);
ENUM_DEFINE(check_result, SMSOTP_CHECK_RESULT_LIST);
ENUM_DEFINE(audit_fault, SMSOTP_AUDIT_FAULT_LIST);
ENUM_DEFINE(audit_noted, SMSOTP_AUDIT_NOTED_LIST);
ENUM_DEFINE(limit_resettable, SMSOTP_LIMIT_RESETTABLE_LIST);

struct error_row {
    const char *code;
    unsigned http_status;
    const char *title;
};

#define ERROR_ROW(constant, code, http_status, title) [constant] = {code, http_status, title},
static const struct error_row error_rows[] = {SMSOTP_ERROR_LIST(ERROR_ROW)};

const char *gateway_error_to_string(enum gateway_error error)
{
    return error_rows[error].code;
}

unsigned gateway_error_http_status(enum gateway_error error)
{
    return error_rows[error].http_status;
}

const char *gateway_error_title(enum gateway_error error)
{
    return error_rows[error].title;
}

struct event_row {
    const char *kind;
    enum event_audience audience;
};

#define EVENT_ROW(constant, text, audience) [constant] = {text, EVENT_FOR_##audience},
static const struct event_row event_rows[] = {SMSOTP_EVENT_LIST(EVENT_ROW)};

const char *event_kind_to_string(enum event_kind kind)
{
    return event_rows[kind].kind;
}

int event_kind_from_string(enum event_kind *ret, const char *string)
{
    for (size_t i = 0; i < ARRAY_SIZE(event_rows); i++)
        if (strcmp(event_rows[i].kind, string) == 0) {
            *ret = (enum event_kind)i;
            return 0;
        }
    return -EINVAL;
}

enum event_audience event_kind_audience(enum event_kind kind)
{
    return event_rows[kind].audience;
}

enum event_kind event_kind_of_verification(enum verification_status status)
{
    switch (status) {
    case VERIFICATION_PENDING:
        return EVENT_VERIFICATION_CREATED;
    case VERIFICATION_APPROVED:
        return EVENT_VERIFICATION_APPROVED;
    case VERIFICATION_EXPIRED:
        return EVENT_VERIFICATION_EXPIRED;
    case VERIFICATION_EXHAUSTED:
        return EVENT_VERIFICATION_EXHAUSTED;
    case VERIFICATION_CANCELED:
        return EVENT_VERIFICATION_CANCELED;
    case VERIFICATION_DENIED:
        return EVENT_VERIFICATION_DENIED;
    case VERIFICATION_UNDELIVERABLE:
        return EVENT_VERIFICATION_UNDELIVERABLE;
    }
    return EVENT_VERIFICATION_CREATED;
}

enum event_kind event_kind_of_message(enum message_status status)
{
    switch (status) {
    case MESSAGE_QUEUED:
        return EVENT_MESSAGE_QUEUED;
    case MESSAGE_SENDING:
        return EVENT_MESSAGE_SENDING;
    case MESSAGE_SENT:
        return EVENT_MESSAGE_SENT;
    case MESSAGE_DELIVERED:
        return EVENT_MESSAGE_DELIVERED;
    case MESSAGE_FAILED:
        return EVENT_MESSAGE_FAILED;
    case MESSAGE_EXPIRED:
        return EVENT_MESSAGE_EXPIRED;
    case MESSAGE_UNKNOWN:
        return EVENT_MESSAGE_UNKNOWN;
    }
    return EVENT_MESSAGE_UNKNOWN;
}
