#include "core/composer.h"

#include "core/rendering.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

int composer_size(const struct policy *policy, const struct purpose *purpose, const char *locale,
    const char *reference, const struct otp_context *context, struct sms_sizing *ret)
{
    char code[OTP_CODE_SIZE] = "";
    struct otp_template_values values = {.code = code,
        .reference = reference,
        .minutes = rendering_minutes(purpose->ttl),
        .context = context};
    struct rendering rendering;
    int r;

    memset(code, '0', purpose->length);
    r = rendering_make(policy, purpose, locale, &values, &rendering);
    if (r < 0)
        return r;
    if (rendering.sizing.parts > purpose->segments)
        return -EMSGSIZE;
    *ret = rendering.sizing;
    return 0;
}

/* Derives the code and renders the text that contains it; the caller wipes both. */
static int render_with_code(const struct environment *env, const struct outgoing_text *text,
    const char *number, struct rendering *ret)
{
    const struct purpose *purpose = policy_find_purpose(env->policy, text->purpose);
    const uint8_t *key = otp_keyring_code_key(env->keyring, text->key_id);
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

    if (!key)
        return -EBADMSG;
    if (!purpose)
        return -ENOKEY;
    r = otp_context_from_json(&context, text->context_json);
    if (r < 0)
        return r;
    r = otp_code_derive(key, &subject, text->code_length, code);
    if (r < 0)
        return r;
    r = rendering_make(env->policy, purpose, text->locale, &values, ret);
    sodium_memzero(code, sizeof(code));
    return r;
}

/* A plain text is opened for as long as it takes to encode it. */
static int render_plain(
    const struct environment *env, const struct outgoing_text *text, struct rendering *ret)
{
    char body[SMSOTP_MESSAGE_TEXT_MAX + 1];
    int r = otp_text_open(
        env->keyring, text->id, text->body_sealed, text->n_body_sealed, body, sizeof(body));

    if (r >= 0)
        r = rendering_of_text(env->policy, body, ret);
    sodium_memzero(body, sizeof(body));
    return r;
}

static int encode(const struct environment *env, const struct outgoing_text *text,
    const char *number, const struct rendering *rendering, usec_t lifetime,
    struct sms_pdu ret_parts[static SMS_MAX_PARTS], unsigned *ret_n_parts)
{
    struct sms_outgoing outgoing = rendering_outgoing(env->policy, rendering->text);
    int r = 0;

    outgoing.number = number;
    outgoing.validity_sec = (unsigned)(lifetime / USEC_PER_SEC);
    outgoing.report_requested = true;
    outgoing.reference = text->concat_reference;
    for (unsigned i = 0; r >= 0 && i < rendering->sizing.parts; i++)
        r = sms_outgoing_encode(&outgoing, i, &ret_parts[i]);
    if (r < 0)
        return r;
    *ret_n_parts = rendering->sizing.parts;
    return 0;
}

void composer_settle(struct outgoing_text *text, const struct moment *now)
{
    text->minutes = rendering_minutes(moment_until(&text->deadline, now));
    text->concat_reference = (uint8_t)randombytes_uniform(256);
}

int composer_compose(const struct environment *env, const struct outgoing_text *text,
    const struct moment *now, struct sms_pdu ret_parts[static SMS_MAX_PARTS], unsigned *ret_n_parts)
{
    usec_t lifetime = moment_until(&text->deadline, now);
    bool is_code = text->kind == TEXT_CODE;
    struct rendering rendering;
    char number[E164_SIZE];
    int r;

    r = otp_number_open(env->keyring, is_code ? text->verification_id : text->id,
        text->number_sealed, number);
    if (r < 0)
        return r;
    r = is_code ? render_with_code(env, text, number, &rendering)
                : render_plain(env, text, &rendering);
    if (r >= 0)
        r = encode(env, text, number, &rendering, MAX(lifetime, USEC_PER_SEC), ret_parts,
            ret_n_parts);
    rendering_wipe(&rendering);
    sodium_memzero(number, sizeof(number));
    return r;
}
