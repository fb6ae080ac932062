#include "otp/template.h"

#include "util/strbuf.h"
#include "util/utf8.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

static const char *const own_names[] = {"code", "shop", "minutes", "reference"};
#define N_OPTIONAL_KEYS 8
const char *const otp_template_optional_keys[N_OPTIONAL_KEYS + 1] = {
    "currency", "bill", "points", "change", "field", "terminal", "order", "item", NULL};
static const char *const shown_keys[] = {"amount", "payee"}; /* what the customer approves */

enum piece_kind { PIECE_TEXT, PIECE_NAME, PIECE_MALFORMED };

/* A stretch of a template: text as it stands, or the name between braces. Borrowed. */
struct piece {
    enum piece_kind kind;
    const char *text;
    size_t n;
};

static struct piece name_piece(const char **at)
{
    size_t n = strcspn(*at + 1, "{}");
    struct piece piece = {.kind = PIECE_MALFORMED, .text = *at, .n = 1};

    if ((*at)[0] == '{' && (*at)[1 + n] == '}' && otp_context_key_is_well_formed(*at + 1, n))
        piece = (struct piece){.kind = PIECE_NAME, .text = *at + 1, .n = n};
    *at += piece.kind == PIECE_NAME ? n + 2 : 1;
    return piece;
}

/* Takes the piece at `at`, which is not the end. */
static struct piece next_piece(const char **at)
{
    struct piece piece = {.kind = PIECE_TEXT, .text = *at};

    if ((*at)[0] != '{' && (*at)[0] != '}') {
        piece.n = strcspn(*at, "{}");
        *at += piece.n;
        return piece;
    }
    if ((*at)[0] != (*at)[1])
        return name_piece(at);
    piece.n = 1;
    *at += 2;
    return piece;
}

static bool is_name(const struct piece *piece, const char *name)
{
    return piece->kind == PIECE_NAME && strlen(name) == piece->n &&
           memcmp(piece->text, name, piece->n) == 0;
}

static bool is_listed(const struct piece *piece, const char *const *names, size_t n_names)
{
    for (size_t i = 0; i < n_names; i++)
        if (is_name(piece, names[i]))
            return true;
    return false;
}

static bool is_text(const char *text)
{
    size_t n = strlen(text);

    while (n > 0) {
        uint32_t code_point;
        int length = utf8_decode(text, n, &code_point);

        if (length < 0 || (code_point < 0x20 && code_point != '\n') ||
            (code_point >= 0x7F && code_point <= 0x9F))
            return false;
        text += length;
        n -= (size_t)length;
    }
    return true;
}

static void put_names(struct strbuf *sb, const char *const *names, size_t n_names)
{
    for (size_t i = 0; i < n_names; i++)
        if (sb->size - sb->length > strlen(names[i]) + 1)
            strbuf_printf(sb, " %s", names[i]);
}

static int refuse_name(
    struct strbuf *error, const struct piece *piece, const char *const *keys, size_t n_keys)
{
    strbuf_printf(error, "{%.*s} is no known name; allowed:", (int)piece->n, piece->text);
    put_names(error, own_names, ARRAY_SIZE(own_names));
    put_names(error, otp_template_optional_keys, N_OPTIONAL_KEYS);
    put_names(error, keys, n_keys);
    return -EINVAL;
}

static int refuse(struct strbuf *error, const char *sentence)
{
    strbuf_puts(error, sentence);
    return -EINVAL;
}

/* Whether a reader could take `c` for a part of the code beside it. */
static bool is_glued(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '{' ||
           c == '}';
}

/* Whether `c` beside an amount or a payee makes it another one, as a value there could. */
static bool is_number_like(char c)
{
    return (c >= '0' && c <= '9') || c == '{' || c == '}';
}

static int check_piece(const char *template_text, const struct piece *piece,
    const char *const *keys, size_t n_keys, struct strbuf *error)
{
    const char *open = piece->text - 1; /* of a name */

    switch (piece->kind) {
    case PIECE_TEXT:
        return 0;
    case PIECE_MALFORMED:
        strbuf_printf(error,
            "stray `%c` at byte %zu: write {name} for a value, {{ and }} for braces", *piece->text,
            (size_t)(piece->text - template_text) + 1);
        return -EINVAL;
    case PIECE_NAME:
        break;
    }
    if (!is_listed(piece, own_names, ARRAY_SIZE(own_names)) && !is_listed(piece, keys, n_keys) &&
        !is_listed(piece, otp_template_optional_keys, N_OPTIONAL_KEYS))
        return refuse_name(error, piece, keys, n_keys);
    if (is_name(piece, "code") &&
        ((open > template_text && is_glued(open[-1])) || is_glued(open[piece->n + 2])))
        return refuse(error, "{code} must not touch a letter, a digit or a brace");
    if (is_listed(piece, shown_keys, ARRAY_SIZE(shown_keys)) &&
        ((open > template_text && is_number_like(open[-1])) ||
            is_number_like(open[piece->n + 2]))) {
        strbuf_printf(
            error, "{%.*s} must not touch a digit or a brace", (int)piece->n, piece->text);
        return -EINVAL;
    }
    return 0;
}

/* The most bytes a piece can become. */
static size_t longest(const struct piece *piece)
{
    if (piece->kind == PIECE_TEXT)
        return piece->n;
    if (is_name(piece, "code") || is_name(piece, "minutes"))
        return 10; /* OTP_CODE_MAX_DIGITS; digits of UINT_MAX */
    return OTP_CONTEXT_MAX_VALUE;
}

static bool has_name(const char *template_text, const char *name)
{
    while (*template_text) {
        struct piece piece = next_piece(&template_text);

        if (is_name(&piece, name))
            return true;
    }
    return false;
}

/* What a template of well-formed pieces must have. */
static int check_shown(
    const char *template_text, const char *const *keys, size_t n_keys, struct strbuf *error)
{
    if (!has_name(template_text, "code"))
        return refuse(error, "{code} is missing");
    for (size_t i = 0; i < n_keys; i++)
        for (size_t j = 0; j < ARRAY_SIZE(shown_keys); j++)
            if (strcmp(keys[i], shown_keys[j]) == 0 && !has_name(template_text, keys[i])) {
                strbuf_printf(error,
                    "{%s} is missing: the purpose requires it, so the customer must see it",
                    keys[i]);
                return -EINVAL;
            }
    return 0;
}

int otp_template_check(const char *template_text, const char *const *context_keys, size_t n_keys,
    char ret_error[static OTP_TEMPLATE_ERROR_SIZE])
{
    const char *at = template_text;
    struct strbuf error;
    size_t n_longest = 0;

    strbuf_init(&error, ret_error, OTP_TEMPLATE_ERROR_SIZE);
    if (strlen(template_text) > OTP_TEMPLATE_MAX) {
        strbuf_printf(&error, "longer than %d bytes", OTP_TEMPLATE_MAX);
        return -EINVAL;
    }
    if (!is_text(template_text))
        return refuse(&error, "not UTF-8, or a control character in it");
    while (*at) {
        struct piece piece = next_piece(&at);
        int r = check_piece(template_text, &piece, context_keys, n_keys, &error);

        if (r < 0)
            return r;
        n_longest += longest(&piece);
    }
    if (n_longest >= OTP_TEXT_SIZE)
        return refuse(&error, "too many values: the longest ones would not fit in one text");
    return check_shown(template_text, context_keys, n_keys, &error);
}

unsigned otp_template_sizing_chars(const char *name)
{
    static const struct {
        const char *name;
        unsigned chars;
    } usual[] = {
        {"amount", 15}, /* 99,99,99,999.99 */
        {"currency", 3}, /* ISO 4217 */
        {"points", 9},
        {"bill", 20}, {"reference", 20}, {"order", 20}, {"item", 20}, {"change", 20}, {"field", 20},
        {"terminal", 12},
    };

    for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
        if (strcmp(usual[i].name, name) == 0)
            return usual[i].chars;
    return 30; /* a payee, and what the owner's own keys hold */
}

static bool is_blank(const char *value)
{
    return !value || !utf8_is_visible(value);
}

/* The value of a context key; empty when it may be missing and is. */
static int context_value(
    const struct piece *piece, const struct otp_context *context, const char **ret)
{
    char key[OTP_CONTEXT_MAX_KEY + 1] = {0};
    const char *value;

    memcpy(key, piece->text, piece->n);
    value = context ? otp_context_get(context, key) : NULL;
    if (is_blank(value) && !is_listed(piece, otp_template_optional_keys, N_OPTIONAL_KEYS))
        return -ENOKEY;
    *ret = is_blank(value) ? "" : value;
    return 0;
}

static int put_value(
    struct strbuf *sb, const struct piece *piece, const struct otp_template_values *values)
{
    const char *value = NULL;
    int r = 0;

    if (is_name(piece, "minutes")) {
        strbuf_printf(sb, "%u", values->minutes);
        return 1;
    }
    if (is_name(piece, "code"))
        value = values->code;
    else if (is_name(piece, "shop"))
        value = values->shop;
    else if (is_name(piece, "reference"))
        value = is_blank(values->reference) ? "" : values->reference;
    else
        r = context_value(piece, values->context, &value);
    if (r < 0)
        return r;
    if (!value)
        return -ENOKEY;
    strbuf_puts(sb, value);
    return *value != '\0';
}

/* Takes away the space that an empty value leaves doubled, or before punctuation or an end. */
static void close_gap(struct strbuf *sb, const char **at)
{
    if (sb->length > 0 && sb->data[sb->length - 1] != ' ' && sb->data[sb->length - 1] != '\n')
        return;
    if (**at == ' ')
        (*at)++;
    if (strchr(".,;:!?)\n", **at)) /* the end too */
        while (sb->length > 0 && sb->data[sb->length - 1] == ' ')
            sb->data[--sb->length] = '\0';
}

static int render(
    struct strbuf *sb, const char *at, const struct otp_template_values *values)
{
    while (*at) {
        struct piece piece = next_piece(&at);
        int r = 1;

        switch (piece.kind) {
        case PIECE_TEXT:
            strbuf_put(sb, piece.text, piece.n);
            break;
        case PIECE_NAME:
            r = put_value(sb, &piece, values);
            break;
        case PIECE_MALFORMED:
            return -EINVAL;
        }
        if (r < 0)
            return r;
        if (r == 0)
            close_gap(sb, &at);
    }
    return sb->overflow ? -ENOBUFS : 0;
}

int otp_template_render(const char *template_text, const struct otp_template_values *values,
    char ret_text[static OTP_TEXT_SIZE])
{
    struct strbuf sb;
    int r;

    strbuf_init(&sb, ret_text, OTP_TEXT_SIZE);
    r = render(&sb, template_text, values);
    if (r < 0)
        sodium_memzero(ret_text, OTP_TEXT_SIZE);
    return r;
}
