#include "api/openapi_routes.h"

#include "smsotp/api.h"

void openapi_read(struct call *call)
{
    call_answer_text(call, 200, SMSOTP_TYPE_YAML, openapi_document);
}
