/*
 * States, results and errors of the service as enums, made from the lists of smsotp/api.h. Names on
 * the wire, in the database and in the log are the same.
 */
#pragma once

#include "smsotp/api.h"
#include "util/enum.h"

ENUM_DECLARE(verification_status, SMSOTP_VERIFICATION_STATUS_LIST);
ENUM_DECLARE(message_status, SMSOTP_MESSAGE_STATUS_LIST);
ENUM_DECLARE(check_result, SMSOTP_CHECK_RESULT_LIST);
ENUM_DECLARE(audit_fault, SMSOTP_AUDIT_FAULT_LIST);
ENUM_DECLARE(audit_noted, SMSOTP_AUDIT_NOTED_LIST);
ENUM_DECLARE(limit_resettable, SMSOTP_LIMIT_RESETTABLE_LIST);

#define GATEWAY_ERROR_CONSTANT_(constant, code, http_status, title) constant,
enum gateway_error { SMSOTP_ERROR_LIST(GATEWAY_ERROR_CONSTANT_) };

/* The code of an error, as `code` of its problem document. */
const char *gateway_error_to_string(enum gateway_error error);

/* The HTTP status and the short title that go with it. */
unsigned gateway_error_http_status(enum gateway_error error);
const char *gateway_error_title(enum gateway_error error);

#define EVENT_KIND_CONSTANT_(constant, text, audience) constant,
enum event_kind { SMSOTP_EVENT_LIST(EVENT_KIND_CONSTANT_) };

/* Who hears of an event. */
enum event_audience {
    EVENT_FOR_AUDIT, /* nobody: the audit log has it */
    EVENT_FOR_READER,  /* of received texts */
    EVENT_FOR_WATCHER, /* of the gateway as a whole */
    EVENT_FOR_OWNER,   /* and watchers */
};

/* The name of a kind and the way back; -EINVAL for an unknown name. */
const char *event_kind_to_string(enum event_kind kind);
int event_kind_from_string(enum event_kind *ret, const char *string);

/* Who is told of events of a kind. */
enum event_audience event_kind_audience(enum event_kind kind);

/* The event of a verification that has ended with this status, and of a text that came to it. */
enum event_kind event_kind_of_verification(enum verification_status status);
enum event_kind event_kind_of_message(enum message_status status);
