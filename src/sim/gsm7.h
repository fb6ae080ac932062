/*
 * The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038 §6.2.1) and the packing
 * of septets into octets (§6.1.2.1), for the simulator alone: the product has a codec of its own,
 * and an error in one must not cancel out in the other. Pure functions on the caller's buffers;
 * unpacked septets stand one to a byte.
 */
#pragma once

#include "util/strbuf.h"

#include <stddef.h>
#include <stdint.h>

#define GSM7_ESCAPE 0x1b

/*
 * Unpacks `n_septets` that begin `fill_bits` (0…6) into the `n_octets` of `packed`. -ENODATA when
 * they do not reach that far.
 */
int gsm7_unpack(const uint8_t *packed, size_t n_octets, unsigned fill_bits, size_t n_septets,
    uint8_t *ret_septets);

/* Packs after `fill_bits` of zeros; answers the octets written. `packed` has room for them. */
size_t gsm7_pack(const uint8_t *septets, size_t n_septets, unsigned fill_bits, uint8_t *packed);

/*
 * Appends the septets as UTF-8. `locking` and `single` are national language identifiers
 * (TS 23.038 §6.2.1.2.4), 0 for the default tables.
 */
void gsm7_put_utf8(
    struct strbuf *sb, const uint8_t *septets, size_t n_septets, unsigned locking, unsigned single);

/*
 * Encodes UTF-8 with the default and the extension table. -EILSEQ: a character is in neither, or
 * the text is no UTF-8. -ENOBUFS.
 */
int gsm7_from_utf8(
    const char *text, size_t n, uint8_t *ret_septets, size_t size, size_t *ret_n_septets);
