#include "otp/context.h"

#include "util/strbuf.h"
#include "util/utf8.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

bool otp_context_key_is_well_formed(const char *key, size_t n)
{
    if (n == 0 || n > OTP_CONTEXT_MAX_KEY || key[0] < 'a' || key[0] > 'z')
        return false;
    for (size_t i = 1; i < n; i++) {
        char c = key[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return true;
}

static int check_key(const char *key)
{
    size_t n = strnlen(key, OTP_CONTEXT_MAX_KEY + 1);

    if (n > OTP_CONTEXT_MAX_KEY)
        return -EMSGSIZE;
    return otp_context_key_is_well_formed(key, n) ? 0 : -EINVAL;
}

/* Indic and Arabic scripts are not written without the joiners. */
static int check_value(const char *value)
{
    if (strnlen(value, OTP_CONTEXT_MAX_VALUE + 1) > OTP_CONTEXT_MAX_VALUE)
        return -EMSGSIZE;
    return utf8_is_printable(value, true) ? 0 : -EILSEQ;
}

int otp_context_add(struct otp_context *context, const char *key, const char *value)
{
    struct otp_context_entry *entries = context->entries;
    unsigned at = 0;
    int r = check_key(key);

    if (r == 0)
        r = check_value(value);
    if (r < 0)
        return r;
    while (at < context->n_entries && strcmp(entries[at].key, key) < 0)
        at++;
    if (at < context->n_entries && strcmp(entries[at].key, key) == 0)
        return -EEXIST;
    if (context->n_entries == OTP_CONTEXT_MAX_ENTRIES)
        return -ENOSPC;
    memmove(entries + at + 1, entries + at, (context->n_entries - at) * sizeof(entries[0]));
    memcpy(entries[at].key, key, strlen(key) + 1);
    memcpy(entries[at].value, value, strlen(value) + 1);
    context->n_entries++;
    return 0;
}

const char *otp_context_get(const struct otp_context *context, const char *key)
{
    for (unsigned i = 0; i < context->n_entries; i++)
        if (strcmp(context->entries[i].key, key) == 0)
            return context->entries[i].value;
    return NULL;
}

static void put_string(struct strbuf *sb, const char *text)
{
    strbuf_putc(sb, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            strbuf_putc(sb, '\\');
        strbuf_putc(sb, *text);
    }
    strbuf_putc(sb, '"');
}

int otp_context_to_json(const struct otp_context *context, char *ret_json, size_t size)
{
    struct strbuf sb;

    if (size == 0)
        return -ENOBUFS;
    strbuf_init(&sb, ret_json, size);
    strbuf_putc(&sb, '{');
    for (unsigned i = 0; i < context->n_entries; i++) {
        if (i > 0)
            strbuf_putc(&sb, ',');
        put_string(&sb, context->entries[i].key);
        strbuf_putc(&sb, ':');
        put_string(&sb, context->entries[i].value);
    }
    strbuf_putc(&sb, '}');
    return sb.overflow ? -ENOBUFS : 0;
}

static bool take_char(const char **at, char c)
{
    if (**at != c)
        return false;
    (*at)++;
    return true;
}

/* A quoted string of fewer than `size` bytes; `\"` and `\\` are its only escapes. */
static bool take_string(const char **at, char *ret, size_t size)
{
    size_t n = 0;

    if (!take_char(at, '"'))
        return false;
    while (**at != '"') {
        if (take_char(at, '\\') && **at != '"' && **at != '\\')
            return false;
        if (**at == '\0' || n + 1 >= size)
            return false;
        ret[n++] = *(*at)++;
    }
    ret[n] = '\0';
    (*at)++;
    return true;
}

/* One `"key":"value"`, whose key comes after those before it. */
static bool take_entry(const char **at, struct otp_context *context)
{
    struct otp_context_entry entry;
    unsigned n = context->n_entries;

    return take_string(at, entry.key, sizeof(entry.key)) && take_char(at, ':') &&
           take_string(at, entry.value, sizeof(entry.value)) &&
           (n == 0 || strcmp(context->entries[n - 1].key, entry.key) < 0) &&
           otp_context_add(context, entry.key, entry.value) == 0;
}

int otp_context_from_json(struct otp_context *ret, const char *json)
{
    struct otp_context context = {0};

    if (!take_char(&json, '{'))
        return -EINVAL;
    if (*json != '}')
        do
            if (!take_entry(&json, &context))
                return -EINVAL;
        while (take_char(&json, ','));
    if (!take_char(&json, '}') || *json != '\0')
        return -EINVAL;
    *ret = context;
    return 0;
}

void otp_context_wipep(struct otp_context *context)
{
    sodium_memzero(context, sizeof(*context));
}

int otp_context_digest(
    const struct otp_context *context, uint8_t ret_digest[static OTP_CONTEXT_DIGEST_SIZE])
{
    char json[OTP_CONTEXT_MAX_JSON + 1];
    int r = otp_context_to_json(context, json, sizeof(json));

    if (r == 0)
        crypto_hash_sha256(ret_digest, (const uint8_t *)json, strlen(json));
    sodium_memzero(json, sizeof(json));
    return r;
}
