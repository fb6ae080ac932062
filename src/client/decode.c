#include "client/decode.h"

#include "util/macros.h"

#include <limits.h>
#include <string.h>

#define NAME_(constant, name) name,
static const char *const verification_names[] = {SMSOTP_VERIFICATION_STATUS_LIST(NAME_) "other"};
static const char *const message_names[] = {SMSOTP_MESSAGE_STATUS_LIST(NAME_) "other"};
static const char *const check_names[] = {SMSOTP_CHECK_RESULT_LIST(NAME_) "other"};

static const char *name_of(const char *const *names, size_t n, unsigned value)
{
    return names[value < n ? value : n - 1];
}

const char *smsotp_verification_status_name(enum smsotp_verification_status status)
{
    return name_of(verification_names, ARRAY_SIZE(verification_names), status);
}

const char *smsotp_message_status_name(enum smsotp_message_status status)
{
    return name_of(message_names, ARRAY_SIZE(message_names), status);
}

const char *smsotp_check_result_name(enum smsotp_check_result result)
{
    return name_of(check_names, ARRAY_SIZE(check_names), result);
}

/* The place of a name; that of the last, "other", when it is not known. */
static unsigned place_of(
    const json_t *json, const char *member, const char *const *names, size_t n)
{
    const char *name = json_string_value(json_object_get(json, member));

    for (unsigned i = 0; name && i + 1 < n; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return (unsigned)n - 1;
}

/* Copies a text whole, or, when it is longer than ours can be, not at all. */
static void copy_text(const json_t *json, const char *member, char *ret, size_t size)
{
    const json_t *value = json_object_get(json, member);
    const char *text = json_string_value(value);

    ret[0] = '\0';
    if (text && json_string_length(value) < size)
        memcpy(ret, text, json_string_length(value) + 1);
}

/* The same for people: cut to fit. */
static void copy_sentence(const json_t *json, const char *member, char *ret, size_t size)
{
    const char *text = json_string_value(json_object_get(json, member));
    size_t n = text ? strnlen(text, size - 1) : 0;

    while (n > 0 && text[n] && ((unsigned char)text[n] & 0xC0) == 0x80)
        n--; /* not through a character */
    if (n > 0)
        memcpy(ret, text, n);
    ret[n] = '\0';
}

static unsigned number_of(const json_t *json, const char *member)
{
    json_int_t value = json_integer_value(json_object_get(json, member));

    return value > 0 && value <= UINT_MAX ? (unsigned)value : 0;
}

static int number_or_none(const json_t *json, const char *member)
{
    const json_t *value = json_object_get(json, member);

    return json_is_integer(value) ? (int)number_of(json, member) : -1;
}

#define TEXT(json, ret, member) copy_text(json, #member, (ret)->member, sizeof((ret)->member))

bool decode_message(const json_t *json, void *ret_message)
{
    struct smsotp_message *ret = ret_message;
    const json_t *error = json_object_get(json, "error");

    TEXT(json, ret, id);
    TEXT(json, ret, to);
    TEXT(json, ret, reference);
    TEXT(json, ret, created_at);
    TEXT(json, ret, expires_at);
    TEXT(json, ret, encoding);
    ret->status = place_of(json, "status", message_names, ARRAY_SIZE(message_names));
    ret->segments = number_of(json, "segments");
    ret->position = number_or_none(json, "position");
    ret->eta_sec = number_or_none(json, "eta");
    copy_text(error, "class", ret->error_class, sizeof(ret->error_class));
    copy_sentence(error, "detail", ret->error_detail, sizeof(ret->error_detail));
    return ret->id[0] != '\0';
}

bool decode_verification(const json_t *json, void *ret_verification)
{
    struct smsotp_verification *ret = ret_verification;
    const json_t *inbound = json_object_get(json, "inbound");

    TEXT(json, ret, id);
    TEXT(json, ret, purpose);
    TEXT(json, ret, locale);
    TEXT(json, ret, to);
    TEXT(json, ret, reference);
    TEXT(json, ret, context_digest);
    TEXT(json, ret, created_at);
    TEXT(json, ret, expires_at);
    TEXT(json, ret, receipt);
    ret->status = place_of(json, "status", verification_names, ARRAY_SIZE(verification_names));
    ret->expires_in_sec = number_of(json, "expires_in");
    ret->attempts_left = number_of(json, "attempts_left");
    ret->resends_left = number_of(json, "resends_left");
    ret->resend_after_sec = number_of(json, "resend_after");
    decode_message(json_object_get(json, "message"), &ret->message);
    copy_text(inbound, "text", ret->inbound_text, sizeof(ret->inbound_text));
    copy_text(inbound, "to", ret->inbound_to, sizeof(ret->inbound_to));
    return ret->id[0] != '\0';
}

void decode_check(const json_t *json, struct smsotp_check *ret)
{
    TEXT(json, ret, receipt);
    ret->result = place_of(json, "result", check_names, ARRAY_SIZE(check_names));
    ret->status = place_of(json, "status", verification_names, ARRAY_SIZE(verification_names));
    ret->attempts_left = number_of(json, "attempts_left");
}

int decode_error(const json_t *json, unsigned http_status, struct smsotp_error *ret)
{
    const json_t *parameter = json_array_get(json_object_get(json, "invalid_params"), 0);

    if (!ret)
        return SMSOTP_REFUSED;
    *ret = (struct smsotp_error){.http_status = http_status};
    TEXT(json, ret, code);
    copy_sentence(json, "detail", ret->detail, sizeof(ret->detail));
    ret->retry_after_sec = number_of(json, "retry_after");
    copy_text(json_object_get(json, "limit"), "name", ret->limit, sizeof(ret->limit));
    copy_text(parameter, "name", ret->parameter, sizeof(ret->parameter));
    return SMSOTP_REFUSED;
}
