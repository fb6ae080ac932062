/*
 * The GSM 7-bit alphabet (3GPP TS 23.038 §6.1.2, §6.2.1): characters to septets and back, septets
 * to packed octets and back, with the fill bits that a user data header asks for and the carriage
 * return that pads USSD. Septets are held one to a byte. Pure; nothing is allocated; outputs are
 * the caller's.
 */
#pragma once

#include "util/strbuf.h"

#include <stddef.h>
#include <stdint.h>

#define GSM7_ESCAPE 0x1B

/* Octets that `bits` of fill and `septets` take. */
#define GSM7_OCTETS(septets, fill_bits) (((septets)*7 + (fill_bits) + 7) / 8)

/* Tables in force, as language identifiers; 0: the default ones. */
struct gsm7_shift {
    uint8_t locking;
    uint8_t single;
};

/* Septets of one character: 1, or 2 with an escape; -ENOENT when the tables do not have it. */
int gsm7_encode_char(struct gsm7_shift shift, uint32_t code_point, uint8_t ret_septets[static 2]);

/*
 * Septets of a whole UTF-8 text. -EILSEQ: not UTF-8; -ENOENT: a character is not in the tables;
 * -ENOBUFS: more than `size` septets.
 */
int gsm7_encode(struct gsm7_shift shift, const char *text, size_t n, uint8_t *ret_septets,
    size_t size, size_t *ret_n_septets);

/*
 * Appends the characters as UTF-8. What the tables do not define is shown as TS 23.038 asks:
 * an escaped septet as the unescaped one (§6.2.1.1), a second escape, or one at the end, as a
 * space, a hole in a national table as the default alphabet's character.
 */
void gsm7_decode(struct gsm7_shift shift, const uint8_t *septets, size_t n, struct strbuf *text);

/* Packs after `fill_bits` (0…6) zero bits. -ENOBUFS: more than `size` octets. */
int gsm7_pack(const uint8_t *septets, size_t n, unsigned fill_bits, uint8_t *ret_octets,
    size_t size, size_t *ret_n_octets);

/* Reads `n_septets` that begin after `fill_bits` (0…6). -ENODATA: there are not so many. */
int gsm7_unpack(const uint8_t *octets, size_t n_octets, unsigned fill_bits, size_t n_septets,
    uint8_t *ret_septets);

/*
 * Packs for USSD: seven spare bits hold a carriage return, and a text that ends with one on an
 * octet boundary gets a second (TS 23.038 §6.1.2.3.1). -ENOBUFS as above.
 */
int gsm7_pack_ussd(const uint8_t *septets, size_t n, unsigned fill_bits, uint8_t *ret_octets,
    size_t size, size_t *ret_n_octets);

/* Unpacks all of a USSD string without its padding; room for n_octets · 8 / 7 septets. */
void gsm7_unpack_ussd(
    const uint8_t *octets, size_t n_octets, uint8_t *ret_septets, size_t *ret_n_septets);
