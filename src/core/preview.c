#include "core/preview.h"

#include "core/gateway_state.h"
#include "core/purpose_choice.h"
#include "core/rendering.h"

#include <errno.h>
#include <stdio.h>

/* Looks like a code and can be told from one: 123456, of 10 digits 1234567890. */
static void make_sample(unsigned length, char ret_code[static OTP_CODE_SIZE])
{
    snprintf(ret_code, OTP_CODE_SIZE, "%.*s", (int)length, "1234567890");
}

static void refuse_rendering(struct refusal *ret, const char *member, int error)
{
    refuse(ret, ERROR_INVALID, member, "The text cannot be sent: %s",
        error == -EMSGSIZE || error == -ENOBUFS ? "it is longer than 10 segments"
                                                : "it is not UTF-8");
}

static bool preview_template(const struct policy *policy, const struct caller *caller,
    const struct preview_request *request, struct preview *ret, struct refusal *ret_refusal)
{
    char code[OTP_CODE_SIZE];
    struct otp_template_values values = {
        .code = code, .reference = request->reference, .context = request->context};
    int r;

    if (!purpose_choice_make(
            policy, caller, request->purpose, request->context, &ret->purpose, ret_refusal))
        return false;
    make_sample(ret->purpose->length, code);
    values.minutes = rendering_minutes(ret->purpose->ttl);
    r = rendering_make(policy, ret->purpose, request->locale ? request->locale : policy->locale,
        &values, &ret->rendering);
    if (r < 0)
        refuse_rendering(ret_refusal, "context", r);
    return r == 0;
}

bool gateway_preview(struct gateway *gateway, const struct caller *caller,
    const struct preview_request *request, struct preview *ret, struct refusal *ret_refusal)
{
    const struct policy *policy = gateway->env.policy;
    int r;

    if (request->purpose)
        return preview_template(policy, caller, request, ret, ret_refusal);
    ret->purpose = NULL;
    r = rendering_of_text(policy, request->text, &ret->rendering);
    if (r < 0)
        refuse_rendering(ret_refusal, "text", r);
    return r == 0;
}
