#include "api/verification_routes.h"

#include "api/body.h"
#include "api/verification_json.h"
#include "core/reverse.h"
#include "smsotp/api.h"

#include <stdio.h>
#include <string.h>

static void answer_view(
    struct call *call, unsigned status, const struct verification_answer *answer)
{
    if (answer->refusal)
        call_refuse(call, answer->refusal);
    else
        call_answer(call, status, verification_to_json(answer->view));
}

static void on_created(void *userdata, const struct verification_answer *answer)
{
    struct call *call = userdata;
    char location[sizeof(SMSOTP_ROUTE_VERIFICATIONS) + ID_SIZE];

    if (!answer->refusal && !answer->is_resumed) {
        snprintf(location, sizeof(location), "%s/%s", SMSOTP_ROUTE_VERIFICATIONS,
            answer->view->verification->id);
        call_add_header(call, "Location", location);
        if (answer->is_replay)
            call_add_header(call, "Idempotent-Replayed", "true");
    }
    answer_view(call, answer->is_resumed ? 200 : 201, answer);
}

static void on_answer(void *userdata, const struct verification_answer *answer)
{
    answer_view(userdata, 200, answer);
}

static void on_checked(void *userdata, const struct verification_answer *answer)
{
    struct call *call = userdata;
    const struct verification *v;
    json_t *json;

    if (answer->refusal) {
        call_refuse(call, answer->refusal);
        return;
    }
    v = answer->view->verification;
    json = json_pack("{s:s, s:s, s:s, s:i}", "id", v->id, "result",
        check_result_to_string(answer->result), "status", verification_status_to_string(v->status),
        "attempts_left", (int)answer->attempts_left);
    if (answer->result == CHECK_APPROVED)
        verification_put_receipt(json, v);
    call_answer(call, 200, json);
}

/* To go on, one has to know with what. */
static bool read_resume(const struct call *call, struct issue_request *request, struct refusal *ret)
{
    if (!body_flag(call, "resume", &request->resumes, ret))
        return false;
    if (request->resumes && !request->reference)
        refuse(ret, ERROR_INVALID, "resume",
            "`resume` needs a `reference`, whose verification goes on");
    return !ret->is_refused;
}

void verification_create(struct call *call)
{
    static const char *const known[] = {
        "to", "purpose", "method", "locale", "reference", "context", "resume"};
    struct issue_request request = {0};
    _cleanup_(otp_context_wipep) struct otp_context context = {0};
    struct refusal refusal = {0};
    const char *method;
    bool has_context;

    if (!body_read(call, &refusal) || !body_has_only(call, known, ARRAY_SIZE(known), &refusal) ||
        !body_text(call, "method", SMSOTP_METHOD_MAX, false, &method, &refusal) ||
        !reverse_is_method(method, &request.is_reverse, &refusal) ||
        !body_text(call, "to", 64, true, &request.to, &refusal) ||
        !body_text(call, "purpose", SMSOTP_PURPOSE_MAX, true, &request.purpose, &refusal) ||
        !body_text(call, "locale", SMSOTP_LOCALE_MAX, false, &request.locale, &refusal) ||
        !body_text(call, "reference", SMSOTP_REFERENCE_MAX, false, &request.reference, &refusal) ||
        !body_context(call, &context, &has_context, &refusal) ||
        !read_resume(call, &request, &refusal) ||
        !body_idempotency_key(call, &request.idempotency_key, &refusal)) {
        call_refuse(call, &refusal);
        return;
    }
    request.context = &context;
    if (request.idempotency_key)
        body_digest(call, request.body_digest);
    gateway_issue(call->gateway, &call->caller, &request, on_created, call);
}

void verification_find(struct call *call)
{
    struct refusal refusal;
    _cleanup_free_ char *reference = call_reference(call, &refusal);

    if (reference)
        gateway_get_by_reference(call->gateway, &call->caller, reference, on_answer, call);
    else
        call_refuse(call, &refusal);
}

/* The identifier in the path; a text of another form names nothing that exists. */
static const char *path_id(struct call *call)
{
    const char *id = call->segments[2];
    struct refusal refusal;

    if (id_is_valid(ID_PREFIX_VERIFICATION, id))
        return id;
    refuse(&refusal, ERROR_NOT_FOUND, NULL,
        "There is no such verification; an id looks like vf_ and 26 letters and digits");
    call_refuse(call, &refusal);
    return NULL;
}

void verification_read(struct call *call)
{
    const char *id = path_id(call);

    if (id)
        gateway_get(call->gateway, &call->caller, id, on_answer, call);
}

void verification_check(struct call *call)
{
    static const char *const known[] = {"code", "context", "attempt_id"};
    struct check_request request = {0};
    _cleanup_(otp_context_wipep) struct otp_context context = {0};
    struct refusal refusal = {0};
    bool has_context;
    const char *id = path_id(call);

    if (!id)
        return;
    if (!body_read(call, &refusal) || !body_has_only(call, known, ARRAY_SIZE(known), &refusal) ||
        !body_text(call, "code", 64, true, &request.code, &refusal) ||
        !body_text(call, "attempt_id", SMSOTP_ATTEMPT_ID_MAX, false, &request.attempt_id,
            &refusal) ||
        !body_context(call, &context, &has_context, &refusal)) {
        call_refuse(call, &refusal);
        return;
    }
    if (has_context)
        request.context = &context;
    gateway_check(call->gateway, &call->caller, id, &request, on_checked, call);
}

static bool has_no_arguments(struct call *call)
{
    struct refusal refusal = {0};

    if (body_is_empty(call, &refusal))
        return true;
    call_refuse(call, &refusal);
    return false;
}

void verification_resend(struct call *call)
{
    const char *id = path_id(call);

    if (id && has_no_arguments(call))
        gateway_resend(call->gateway, &call->caller, id, on_answer, call);
}

void verification_cancel(struct call *call)
{
    const char *id = path_id(call);

    if (id && has_no_arguments(call))
        gateway_cancel(call->gateway, &call->caller, id, on_answer, call);
}
