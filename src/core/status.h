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

#define GATEWAY_ERROR_CONSTANT_(constant, code, http_status, title) constant,
enum gateway_error { SMSOTP_ERROR_LIST(GATEWAY_ERROR_CONSTANT_) };

/* The code of an error, as `code` of its problem document. */
const char *gateway_error_to_string(enum gateway_error error);

/* The HTTP status and the short title that go with it. */
unsigned gateway_error_http_status(enum gateway_error error);
const char *gateway_error_title(enum gateway_error error);
