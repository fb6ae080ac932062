#include "api/problem.h"

#include <stdio.h>

json_t *problem_to_json(const struct refusal *refusal)
{
    const char *code = gateway_error_to_string(refusal->error);
    json_t *problem;
    char type[64];

    snprintf(type, sizeof(type), "urn:smsotp:error:%s", code);
    problem = json_pack("{s:s, s:s, s:i, s:s, s:s}", "type", type, "title",
        gateway_error_title(refusal->error), "status",
        (int)gateway_error_http_status(refusal->error), "detail", refusal->detail, "code", code);
    if (!problem)
        return NULL;
    if (refusal->retry_after_sec > 0)
        json_object_set_new(
            problem, "retry_after", json_integer((json_int_t)refusal->retry_after_sec));
    if (refusal->limit_name)
        json_object_set_new(problem, "limit",
            json_pack("{s:s, s:s, s:i, s:I}", "name", refusal->limit_name, "scope",
                refusal->limit_scope, "max", (int)refusal->limit_window.max, "window",
                (json_int_t)(refusal->limit_window.span / USEC_PER_SEC)));
    if (refusal->param[0])
        json_object_set_new(problem, "invalid_params",
            json_pack("[{s:s, s:s}]", "name", refusal->param, "reason", refusal->detail));
    return problem;
}
