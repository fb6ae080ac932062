#include "util/strbuf.h"

#include "util/macros.h"
#include "util/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void strbuf_init(struct strbuf *sb, char *data, size_t size)
{
    *sb = (struct strbuf){.data = data, .size = size};
    data[0] = '\0';
}

void strbuf_reset(struct strbuf *sb)
{
    strbuf_init(sb, sb->data, sb->size);
}

void strbuf_put(struct strbuf *sb, const char *text, size_t n)
{
    if (n >= sb->size - sb->length) {
        sb->overflow = true;
        return;
    }
    memcpy(sb->data + sb->length, text, n);
    sb->length += n;
    sb->data[sb->length] = '\0';
}

void strbuf_putc(struct strbuf *sb, char c)
{
    strbuf_put(sb, &c, 1);
}

void strbuf_puts(struct strbuf *sb, const char *text)
{
    strbuf_put(sb, text, strlen(text));
}

void strbuf_printf(struct strbuf *sb, const char *format, ...)
{
    size_t room = sb->size - sb->length;
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(sb->data + sb->length, room, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= room) {
        sb->data[sb->length] = '\0';
        sb->overflow = true;
        return;
    }
    sb->length += (size_t)n;
}

void strbuf_put_hex(struct strbuf *sb, const uint8_t *bytes, size_t n)
{
    static const char digits[] = "0123456789ABCDEF";

    if (n > (sb->size - sb->length - 1) / 2) {
        sb->overflow = true;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        sb->data[sb->length++] = digits[bytes[i] >> 4];
        sb->data[sb->length++] = digits[bytes[i] & 0x0F];
    }
    sb->data[sb->length] = '\0';
}

static void put_escaped_one(struct strbuf *sb, const char *text, int length, uint32_t code_point)
{
    if (length < 0)
        strbuf_printf(sb, "\\x%02X", (unsigned char)text[0]);
    else if (code_point == '"' || code_point == '\\')
        strbuf_printf(sb, "\\%c", (char)code_point);
    else if (utf8_is_hazardous(code_point))
        strbuf_printf(sb, "\\u{%X}", code_point);
    else
        strbuf_put(sb, text, (size_t)length);
}

/* How many octets at the beginning go as they are, and there is room for: most texts, at one
 * stroke. */
static size_t put_plain(struct strbuf *sb, const char *text, size_t n)
{
    size_t n_plain = 0, max = MIN(n, sb->size - sb->length - 1);

    while (n_plain < max && text[n_plain] >= ' ' && text[n_plain] <= '~' && text[n_plain] != '"' &&
           text[n_plain] != '\\')
        n_plain++;
    strbuf_put(sb, text, n_plain);
    return n_plain;
}

void strbuf_put_escaped(struct strbuf *sb, const char *text, size_t n)
{
    size_t n_plain = put_plain(sb, text, n);

    text += n_plain;
    n -= n_plain;
    while (n > 0 && !sb->overflow) {
        uint32_t code_point = 0;
        int length = utf8_decode(text, n, &code_point);
        size_t step = length < 0 ? 1 : (size_t)length;

        put_escaped_one(sb, text, length, code_point);
        text += step;
        n -= step;
    }
}

void strbuf_put_json(struct strbuf *sb, const char *text)
{
    size_t n = strlen(text), n_plain;

    strbuf_putc(sb, '"');
    n_plain = put_plain(sb, text, n);
    text += n_plain;
    n -= n_plain;
    while (n > 0 && !sb->overflow) {
        uint32_t code_point = 0;
        int length = utf8_decode(text, n, &code_point);
        size_t step = length < 0 ? 1 : (size_t)length;

        if (length < 0)
            strbuf_puts(sb, "\\uFFFD");
        else if (utf8_is_hazardous(code_point)) /* all of these have four digits at most */
            strbuf_printf(sb, "\\u%04X", code_point);
        else
            put_escaped_one(sb, text, length, code_point);
        text += step;
        n -= step;
    }
    strbuf_putc(sb, '"');
}
