/*
 * Phone numbers in the international form of ITU-T E.164: `+`, a country code that does not begin
 * with 0, at most 15 digits in all. At least 7 digits are asked for, below which no public
 * subscriber number exists that could receive a text.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define E164_MIN_DIGITS 7
#define E164_MAX_DIGITS 15 /* ITU-T E.164 §6.2.1 */

/* `+`, digits and NUL. */
#define E164_SIZE (1 + E164_MAX_DIGITS + 1)

/* For `_cleanup_`: leaves nothing of a number on the stack. */
static inline void e164_wipep(char (*number)[E164_SIZE])
{
    explicit_bzero(*number, sizeof(*number));
}

/* Whether the text is a number of this form and nothing else. */
bool e164_is_valid(const char *number);

/*
 * Writes the form that may be shown: the first two digits after `+` and the last four are kept, the
 * others become `*`; a number of fewer than 10 digits keeps the last two only. The input is valid.
 */
void e164_mask(const char *number, char ret_masked[static E164_SIZE]);
