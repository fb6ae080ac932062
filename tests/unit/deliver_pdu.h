/*
 * SMS-DELIVER as a modem hands it up, written from 3GPP TS 23.040 §9.2.2.1 for the tests of what
 * comes in: no service centre, the text as UCS-2.
 */
#pragma once

#include "util/clock.h"

#include <stdint.h>
#include <string.h>
#include <time.h>

#define DELIVER_MAX_OCTETS 176
#define DELIVER_NO_TIME USEC_INFINITY

struct deliver_pdu {
    const char *from;                   /* `+` iff international; letters: a name */
    const char *text;                   /* ASCII, at most 63 characters */
    usec_t sent_wall;                   /* DELIVER_NO_TIME: zeros, as some centres write */
    int zone_quarters;                  /* of an hour, -48…56 */
    uint8_t reference, total, sequence; /* total 0: whole */
};

static inline uint8_t deliver_swapped(unsigned value)
{
    return (uint8_t)(value % 10 << 4 | value / 10 % 10);
}

static inline size_t deliver_put_from(uint8_t *out, const char *from)
{
    bool is_international = from[0] == '+';
    const char *digits = from + is_international;
    size_t n = strlen(digits);

    if (strspn(digits, "0123456789") != n) { /* one letter, septets of which fit as they are */
        memcpy(out, (uint8_t[]){2, 0xD0, (uint8_t)from[0]}, 3);
        return 3;
    }
    out[0] = (uint8_t)n;
    out[1] = is_international ? 0x91 : 0x81;
    for (size_t i = 0; i < n; i += 2)
        out[2 + i / 2] =
            (uint8_t)((i + 1 < n ? digits[i + 1] - '0' : 0xF) << 4 | (digits[i] - '0'));
    return 2 + (n + 1) / 2;
}

/* §9.2.3.11: local time, and how far it is ahead; bit 3 of the last octet is the sign. */
static inline void deliver_put_time(uint8_t out[static 7], const struct deliver_pdu *pdu)
{
    int quarters = pdu->zone_quarters;
    time_t local = (time_t)(pdu->sent_wall / USEC_PER_SEC) + quarters * 900;
    struct tm tm = {0};

    memset(out, 0, 7);
    if (pdu->sent_wall == DELIVER_NO_TIME)
        return;
    gmtime_r(&local, &tm);
    out[0] = deliver_swapped((unsigned)tm.tm_year % 100);
    out[1] = deliver_swapped((unsigned)tm.tm_mon + 1);
    out[2] = deliver_swapped((unsigned)tm.tm_mday);
    out[3] = deliver_swapped((unsigned)tm.tm_hour);
    out[4] = deliver_swapped((unsigned)tm.tm_min);
    out[5] = deliver_swapped((unsigned)tm.tm_sec);
    out[6] = (uint8_t)(deliver_swapped((unsigned)(quarters < 0 ? -quarters : quarters)) |
                       (quarters < 0 ? 0x08 : 0));
}

static inline size_t deliver_make(
    const struct deliver_pdu *pdu, uint8_t out[static DELIVER_MAX_OCTETS])
{
    bool is_part = pdu->total > 0;
    size_t n = 0, n_text = strlen(pdu->text);

    out[n++] = 0; /* the SIM's own service centre */
    out[n++] = is_part ? 0x44 : 0x04;
    n += deliver_put_from(out + n, pdu->from);
    out[n++] = 0; /* TP-PID */
    out[n++] = 8; /* TP-DCS: UCS-2 */
    deliver_put_time(out + n, pdu);
    n += 7;
    out[n++] = (uint8_t)(2 * n_text + (is_part ? 6 : 0));
    if (is_part) {
        memcpy(out + n, (uint8_t[]){5, 0, 3, pdu->reference, pdu->total, pdu->sequence}, 6);
        n += 6;
    }
    for (size_t i = 0; i < n_text; i++) {
        out[n++] = 0;
        out[n++] = (uint8_t)pdu->text[i];
    }
    return n;
}
