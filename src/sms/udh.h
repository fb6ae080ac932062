/*
 * User data header (3GPP TS 23.040 §9.2.3.24): the information elements that concern texts.
 * Elements that are unknown, or whose content is reserved or of another length than defined, are
 * skipped; of one that comes twice, the last counts. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Length octet, concatenation with 16 bits, two languages. */
#define SMS_UDH_MAX_ENCODED_OCTETS (1 + 6 + 3 + 3)

struct sms_concat {
    uint16_t reference;
    uint8_t reference_bits; /* 8 or 16; 0: not concatenated */
    uint8_t total;          /* 1…255 */
    uint8_t sequence;       /* 1…total */
};

struct sms_udh {
    struct sms_concat concat;
    bool has_ports;
    uint16_t destination_port, source_port;
    bool has_language;       /* one of these was given */
    uint8_t locking, single; /* identifiers, 0: default */
};

/*
 * Reads the elements in `n` octets, which are those after the length octet. -EBADMSG: the last one
 * is cut off. *ret_consumed says up to where they are well-formed, on error too.
 */
int sms_udh_decode(const uint8_t *octets, size_t n, struct sms_udh *ret, size_t *ret_consumed);

/* Writes the header with its length octet; the number of octets, 0 when there is nothing to say. */
size_t sms_udh_encode(
    const struct sms_udh *udh, uint8_t ret_octets[static SMS_UDH_MAX_ENCODED_OCTETS]);
