#include "core/composer.h"

#include "otp/template.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

static unsigned minutes_of(usec_t lifetime)
{
    return (unsigned)((lifetime + USEC_PER_MINUTE - 1) / USEC_PER_MINUTE);
}

static int render(const struct policy *policy, const struct purpose *purpose, const char *locale,
    const struct otp_template_values *values, char ret_text[static OTP_TEXT_SIZE])
{
    const struct purpose_template *found = purpose_template_for(purpose, locale);
    struct otp_template_values with_shop = *values;

    if (!found)
        return -ENOKEY;
    with_shop.shop = policy->shop;
    return otp_template_render(found->text, &with_shop, ret_text);
}

int composer_size(const struct policy *policy, const struct purpose *purpose, const char *locale,
    const char *reference, const struct otp_context *context, struct sms_sizing *ret)
{
    char code[OTP_CODE_SIZE] = "";
    char rendered[OTP_TEXT_SIZE];
    struct otp_template_values values = {.code = code,
        .reference = reference,
        .minutes = minutes_of(purpose->ttl),
        .context = context};
    int r;

    memset(code, '0', purpose->length);
    r = render(policy, purpose, locale, &values, rendered);
    if (r < 0)
        return r;
    return sms_outgoing_size(
        &(struct sms_outgoing){SMS_OUTGOING_DEFAULT, .text = rendered}, ret);
}

/* Derives the code and renders the text that contains it; the caller wipes both. */
static int render_with_code(const struct environment *env, const struct outgoing_text *text,
    const char *number, char ret_text[static OTP_TEXT_SIZE])
{
    const struct purpose *purpose = policy_find_purpose(env->policy, text->purpose);
    struct otp_context context;
    char code[OTP_CODE_SIZE];
    struct otp_subject subject = {.id = text->verification_id,
        .generation = text->generation,
        .purpose = text->purpose,
        .number = number,
        .context_digest = text->context_digest};
    struct otp_template_values values = {.code = code,
        .reference = text->reference,
        .minutes = text->minutes,
        .context = &context};
    int r;

    if (!purpose)
        return -ENOKEY;
    r = otp_context_from_json(&context, text->context_json);
    if (r < 0)
        return r;
    r = otp_code_derive(otp_keyring_code_key(env->keyring), &subject, text->code_length, code);
    if (r < 0)
        return r;
    r = render(env->policy, purpose, text->locale, &values, ret_text);
    sodium_memzero(code, sizeof(code));
    return r;
}

static int encode(const struct outgoing_text *text, const char *number, const char *rendered,
    usec_t lifetime, struct sms_pdu ret_parts[static SMS_MAX_PARTS], unsigned *ret_n_parts)
{
    struct sms_outgoing outgoing = {SMS_OUTGOING_DEFAULT,
        .number = number,
        .text = rendered,
        .validity_sec = (unsigned)(lifetime / USEC_PER_SEC),
        .report_requested = true,
        .reference = text->concat_reference};
    struct sms_sizing sizing;
    int r;

    r = sms_outgoing_size(&outgoing, &sizing);
    for (unsigned i = 0; r >= 0 && i < sizing.parts; i++)
        r = sms_outgoing_encode(&outgoing, i, &ret_parts[i]);
    if (r < 0)
        return r;
    *ret_n_parts = sizing.parts;
    return 0;
}

void composer_settle(struct outgoing_text *text, const struct moment *now)
{
    text->minutes = minutes_of(moment_until(&text->deadline, now));
    text->concat_reference = (uint8_t)randombytes_uniform(256);
}

int composer_compose(const struct environment *env, const struct outgoing_text *text,
    const struct moment *now, struct sms_pdu ret_parts[static SMS_MAX_PARTS], unsigned *ret_n_parts)
{
    usec_t lifetime = moment_until(&text->deadline, now);
    char number[E164_SIZE], rendered[OTP_TEXT_SIZE];
    int r;

    if (text->key_id != otp_keyring_id(env->keyring))
        return -EBADMSG;
    r = otp_number_open(env->keyring, text->verification_id, text->number_sealed, number);
    if (r < 0)
        return r;
    r = render_with_code(env, text, number, rendered);
    if (r >= 0)
        r = encode(text, number, rendered, MAX(lifetime, USEC_PER_SEC), ret_parts, ret_n_parts);
    sodium_memzero(rendered, sizeof(rendered));
    sodium_memzero(number, sizeof(number));
    return r;
}
