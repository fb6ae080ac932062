/* Hexadecimal text and bytes. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Value of one hex digit of either case, or -EINVAL. */
int hex_digit(char c);

/*
 * Decodes all `n` characters of `hex` (an even number) into `ret_bytes` of `size` bytes.
 * 0 and the number of bytes; -EINVAL for a character that is no hex digit or an odd count;
 * -ENOBUFS when the bytes do not fit. Nothing is promised about `ret_bytes` on error.
 */
int hex_decode(const char *hex, size_t n, uint8_t *ret_bytes, size_t size, size_t *ret_n_bytes);

/* Writes 2·n lower-case digits and a NUL to `ret_text`, which has room for 2·n + 1. */
void hex_encode(const uint8_t *bytes, size_t n, char *ret_text);
