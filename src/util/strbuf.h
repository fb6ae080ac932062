/*
 * Text builder over a buffer of fixed size that the caller owns. It never writes past the buffer,
 * always keeps the text terminated, and remembers that something did not fit: check `overflow`
 * once, at the end, instead of every call.
 */
#pragma once

#include "util/macros.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf {
    char *data;     /* the caller's buffer, NUL-terminated */
    size_t size;    /* of the buffer, in bytes, at least 1 */
    size_t length;  /* of the text, without the NUL */
    bool overflow;  /* some text was left out; sticky */
};

static inline char *strbuf_cleared(char *data)
{
    data[0] = '\0';
    return data;
}

/* An empty text in a char array. */
#define STRBUF_ON(array) ((struct strbuf){.data = strbuf_cleared(array), .size = sizeof(array)})

/* Starts an empty text in `data` of `size` bytes (at least 1). */
void strbuf_init(struct strbuf *sb, char *data, size_t size);

/* Empties the text and clears `overflow`. */
void strbuf_reset(struct strbuf *sb);

/* Appends one byte; all or nothing. */
void strbuf_putc(struct strbuf *sb, char c);

/* Appends `n` bytes; all or nothing. */
void strbuf_put(struct strbuf *sb, const char *text, size_t n);

/* Appends a string; all or nothing. */
void strbuf_puts(struct strbuf *sb, const char *text);

/* Appends formatted text; all or nothing. */
void strbuf_printf(struct strbuf *sb, const char *format, ...) _printf_(2, 3);

/* Appends `n` bytes as upper-case hex, two digits each; all or nothing. */
void strbuf_put_hex(struct strbuf *sb, const uint8_t *bytes, size_t n);

/*
 * Appends text from outside so that it can do no harm in a log line or on a terminal: quotes,
 * backslashes, control characters (C0, DEL, C1), bidi and zero-width characters and bytes that
 * are not UTF-8 become `\"`, `\\`, `\u{1B}`, `\xFF`. Stops, with `overflow`, where the room ends.
 */
void strbuf_put_escaped(struct strbuf *sb, const char *text, size_t n);

/*
 * Appends a JSON string with its quotes. What changes how other text is shown is escaped; a byte
 * that is not UTF-8 becomes U+FFFD. Stops, with `overflow`, where the room ends.
 */
void strbuf_put_json(struct strbuf *sb, const char *text);
