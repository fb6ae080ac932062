#include "api/body.h"

#include "smsotp/limits.h"
#include "util/strbuf.h"
#include "util/utf8.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Nesting of a JSON text, without parsing it: brackets outside strings. */
static unsigned depth_of(const char *text, size_t n)
{
    unsigned depth = 0, deepest = 0;
    bool in_string = false;

    for (size_t i = 0; i < n; i++) {
        if (in_string && text[i] == '\\')
            i++;
        else if (text[i] == '"')
            in_string = !in_string;
        else if (!in_string && (text[i] == '{' || text[i] == '['))
            depth++;
        else if (!in_string && (text[i] == '}' || text[i] == ']') && depth > 0)
            depth--;
        deepest = MAX(deepest, depth);
    }
    return deepest;
}

static bool is_json(const char *content_type)
{
    size_t n = content_type ? strcspn(content_type, "; \t") : 0;

    return n == strlen("application/json") && strncasecmp(content_type, "application/json", n) == 0;
}

bool body_read(struct call *call, struct refusal *ret)
{
    json_error_t error;
    size_t n;
    const char *bytes = call_body_bytes(call, &n);

    if (n > SMSOTP_BODY_MAX)
        refuse(ret, ERROR_TOO_LARGE, NULL, "A body has at most %u bytes", SMSOTP_BODY_MAX);
    else if (!is_json(call_header(call, "Content-Type")))
        refuse(ret, ERROR_UNSUPPORTED_MEDIA_TYPE, "Content-Type",
            "Send JSON with `Content-Type: application/json`");
    else if (depth_of(bytes, n) > SMSOTP_JSON_DEPTH_MAX)
        refuse(ret, ERROR_MALFORMED, NULL, "The body is nested deeper than %u levels",
            SMSOTP_JSON_DEPTH_MAX);
    if (ret->is_refused)
        return false;
    call->body = json_loadb(bytes ? bytes : "", n, JSON_REJECT_DUPLICATES, &error);
    if (!call->body)
        refuse(ret, ERROR_MALFORMED, NULL, "The body is not JSON: line %d, column %d", error.line,
            error.column);
    else if (!json_is_object(call->body))
        refuse(ret, ERROR_MALFORMED, NULL, "The body must be one JSON object, like {\"to\": …}");
    else if (json_object_size(call->body) > SMSOTP_JSON_KEYS_MAX)
        refuse(ret, ERROR_MALFORMED, NULL, "The body has more than %u members",
            SMSOTP_JSON_KEYS_MAX);
    return !ret->is_refused;
}

void body_digest(const struct call *call, uint8_t ret_digest[static BODY_DIGEST_SIZE])
{
    size_t n;
    const char *bytes = call_body_bytes(call, &n);

    crypto_hash_sha256(ret_digest, (const unsigned char *)bytes, n);
}

bool body_is_empty(struct call *call, struct refusal *ret)
{
    size_t n;

    (void)call_body_bytes(call, &n);
    if (n == 0)
        return true;
    if (body_read(call, ret) && json_object_size(call->body) == 0)
        return true;
    if (!ret->is_refused)
        refuse(ret, ERROR_INVALID, "body", "This request takes no body, or {}");
    return false;
}

/* A word like the members there are, so that nothing else comes back in an answer. */
static bool is_word(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");

    return n > 0 && n <= 32 && name[n] == '\0';
}

static void refuse_unknown(
    const char *name, const char *const *known, size_t n_known, struct refusal *ret)
{
    char list[160];
    struct strbuf sb = STRBUF_ON(list);

    for (size_t i = 0; i < n_known; i++)
        strbuf_printf(&sb, "%s`%s`", i > 0 ? ", " : "", known[i]);
    refuse(ret, ERROR_INVALID, is_word(name) ? name : "body",
        "The body has a member that is not known here; known are %s", list);
}

bool body_has_only(
    const struct call *call, const char *const *known, size_t n_known, struct refusal *ret)
{
    const char *name;
    json_t *value;

    json_object_foreach (call->body, name, value) {
        bool is_known = false;

        for (size_t i = 0; i < n_known; i++)
            is_known = is_known || strcmp(name, known[i]) == 0;
        if (is_known)
            continue;
        refuse_unknown(name, known, n_known, ret);
        return false;
    }
    return true;
}

bool body_text(const struct call *call, const char *name, size_t max, bool is_required,
    const char **ret_text, struct refusal *ret)
{
    json_t *value = json_object_get(call->body, name);
    const char *text = json_string_value(value);

    if (!value || json_is_null(value)) {
        if (is_required)
            refuse(ret, ERROR_INVALID, name, "`%s` is missing; it must be a text", name);
        *ret_text = NULL;
        return !is_required;
    }
    if (!text)
        refuse(ret, ERROR_INVALID, name, "`%s` must be a text in quotes", name);
    else if (!text[0] || strlen(text) > max)
        refuse(ret, ERROR_INVALID, name, "`%s` must have 1 to %zu bytes", name, max);
    else if (!utf8_is_printable(text, true))
        refuse(ret, ERROR_INVALID, name,
            "`%s` has a control or invisible character; only printable text is accepted", name);
    if (ret->is_refused)
        return false;
    *ret_text = text;
    return true;
}

bool body_flag(const struct call *call, const char *name, bool *ret, struct refusal *ret_refusal)
{
    json_t *value = json_object_get(call->body, name);

    if (value && !json_is_null(value) && !json_is_boolean(value)) {
        refuse(ret_refusal, ERROR_INVALID, name, "`%s` must be true or false", name);
        return false;
    }
    *ret = json_is_true(value);
    return true;
}

/* What otp_context_add() says against an entry. */
static const char *context_problem(int error)
{
    if (error == -EINVAL)
        return "a key must be lower-case letters, digits and `_`, beginning with a letter";
    if (error == -EILSEQ)
        return "a value has a control or invisible character";
    if (error == -EMSGSIZE)
        return "a key has at most 32 bytes, a value at most 128";
    if (error == -ENOSPC)
        return "there are at most 16 entries";
    return "an entry cannot be taken";
}

static int add_entry(struct otp_context *context, const char *key, json_t *value)
{
    char number[32];

    if (json_is_string(value))
        return otp_context_add(context, key, json_string_value(value));
    if (!json_is_integer(value))
        return -EPROTO;
    snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    return otp_context_add(context, key, number);
}

bool body_context(const struct call *call, struct otp_context *ret_context, bool *ret_present,
    struct refusal *ret)
{
    json_t *object = json_object_get(call->body, "context");
    const char *key;
    json_t *value;

    *ret_context = (struct otp_context){0};
    *ret_present = object && !json_is_null(object);
    if (!*ret_present)
        return true;
    if (!json_is_object(object)) {
        refuse(ret, ERROR_INVALID, "context", "`context` must be an object of texts");
        return false;
    }
    json_object_foreach (object, key, value) {
        int r = add_entry(ret_context, key, value);

        if (r == 0)
            continue;
        if (r == -EPROTO)
            refuse(ret, ERROR_INVALID, "context",
                "`context` takes texts and whole numbers; write amounts as texts, like "
                "\"1499.00\"");
        else
            refuse(ret, ERROR_INVALID, "context", "`context`: %s", context_problem(r));
        return false;
    }
    return true;
}

bool body_idempotency_key(
    const struct call *call, const char **ret_key, struct refusal *ret)
{
    const char *key = call_header(call, "Idempotency-Key");
    size_t n = 0;

    while (key && key[n] >= '!' && key[n] <= '~')
        n++;
    if (key && (n == 0 || n > SMSOTP_IDEMPOTENCY_KEY_MAX || key[n])) {
        refuse(ret, ERROR_INVALID, "Idempotency-Key",
            "`Idempotency-Key` must have 1 to %u visible ASCII characters, like a UUID",
            SMSOTP_IDEMPOTENCY_KEY_MAX);
        return false;
    }
    *ret_key = key;
    return true;
}
