/*
 * UCS-2 of TS 23.038 §6.2.3, read and written as UTF-16 big-endian, which is what handsets do with
 * characters beyond U+FFFF. Half of a surrogate pair alone decodes to U+FFFD. Pure.
 */
#pragma once

#include "util/strbuf.h"

#include <stddef.h>
#include <stdint.h>

#define UCS2_MAX_OCTETS 4 /* of one character */

/* Writes one code point; 2 or 4 octets, or -EINVAL for what is no scalar value. */
int ucs2_encode_char(uint32_t code_point, uint8_t ret_octets[static UCS2_MAX_OCTETS]);

/* Decoding that goes on over several pieces, since some senders cut a pair between two parts. */
struct ucs2_decoder {
    uint16_t high; /* first half of a pair that waits for its second, 0: none */
};

/* Appends the characters of `n` octets, an even number, as UTF-8; -EINVAL for an odd one. */
int ucs2_decoder_put(
    struct ucs2_decoder *decoder, const uint8_t *octets, size_t n, struct strbuf *text);

/* Ends the text: a half that still waits becomes U+FFFD. */
void ucs2_decoder_end(struct ucs2_decoder *decoder, struct strbuf *text);

/* Appends a whole text as UTF-8; -EINVAL for an odd number of octets. */
int ucs2_decode(const uint8_t *octets, size_t n, struct strbuf *text);
