/*
 * UTF-8 as RFC 3629 allows it: no overlong forms, no surrogates, nothing beyond U+10FFFF.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_MAX_OCTETS 4

/* Reads one code point from `n` bytes; its length in bytes, or -EILSEQ (malformed or cut off). */
int utf8_decode(const char *text, size_t n, uint32_t *ret_code_point);

/* Writes one code point; its length in bytes, or -EINVAL for what is no scalar value. */
int utf8_encode(uint32_t code_point, char ret_text[static UTF8_MAX_OCTETS]);

/* Whether all `n` bytes are well-formed UTF-8. */
bool utf8_is_valid(const char *text, size_t n);

/* Code points in well-formed text. */
size_t utf8_length(const char *text, size_t n);

/*
 * Whether a code point changes how other text is shown or moves the terminal: C0, DEL, C1,
 * zero-width, bidi controls, line and paragraph separator, byte order mark. (CWE-150)
 */
bool utf8_is_hazardous(uint32_t code_point);

/* Whether anything of a well-formed string can be seen: a letter, a digit, a sign, and not spaces
 * alone. */
bool utf8_is_visible(const char *text);

/*
 * Whether a string is well-formed and nothing in it is hazardous: fit for texts, logs, screens.
 * `may_join` admits the two joiners, U+200C and U+200D, without which names in Hindi, Malayalam or
 * Persian are misspelt; where a text is compared by eye alone, it should not.
 */
bool utf8_is_printable(const char *text, bool may_join);
