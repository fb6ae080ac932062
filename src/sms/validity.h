/*
 * TP-Validity-Period (3GPP TS 23.040 §9.2.3.12): how long the service centre keeps trying. Read in
 * its three formats, written as the relative one. Pure; seconds throughout.
 */
#pragma once

#include "sms/timestamp.h"
#include "util/cursor.h"

#include <stdint.h>

/* TP-VPF, bits 4 and 3 of the first octet (§9.2.3.3). */
enum sms_validity_format {
    SMS_VALIDITY_NONE = 0,
    SMS_VALIDITY_ENHANCED = 1,
    SMS_VALIDITY_RELATIVE = 2,
    SMS_VALIDITY_ABSOLUTE = 3,
};

#define SMS_VALIDITY_MAX_SEC (63U * 7 * 24 * 3600) /* octet 255: 63 weeks */

struct sms_validity {
    bool is_absolute; /* then `until` counts, else `sec` */
    uint32_t sec;     /* 0: none given */
    struct sms_timestamp until;
};

/* Seconds that a relative TP-VP means (§9.2.3.12.1). */
uint32_t sms_validity_relative_sec(uint8_t octet);

/* Octet of the first step that covers `sec`, 1…SMS_VALIDITY_MAX_SEC; -ERANGE outside. */
int sms_validity_relative_encode(uint32_t sec, uint8_t *ret);

/*
 * Reads TP-VP in the given format. -ENODATA: cut off; -ERANGE: no such time. The cursor moves only
 * on success. A reserved enhanced format gives none, as §9.2.3.12.3 lets the receiver ignore it.
 */
int sms_validity_decode(
    struct cursor *c, enum sms_validity_format format, struct sms_validity *ret);
