#include "core/status.h"

ENUM_DEFINE(verification_status, SMSOTP_VERIFICATION_STATUS_LIST);
ENUM_DEFINE(message_status, SMSOTP_MESSAGE_STATUS_LIST);
ENUM_DEFINE(check_result, SMSOTP_CHECK_RESULT_LIST);

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
