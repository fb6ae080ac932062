/*
 * Time stamps of the service centre (3GPP TS 23.040 §9.2.3.11): seven octets of swapped decimal
 * digits, the local time and its distance from UTC in quarters of an hour. Pure.
 */
#pragma once

#include "util/cursor.h"
#include "util/strbuf.h"

#include <stdbool.h>
#include <stdint.h>

#define SMS_TIMESTAMP_OCTETS 7

struct sms_timestamp {
    bool known;    /* false: the sender left the date empty, as some do in reports */
    uint16_t year; /* 1990…2089, from its two digits */
    uint8_t month, day, hour, minute, second;
    int16_t offset_minutes; /* of the local time above from UTC */
};

/*
 * Reads one. A digit that is none counts as 0, as §9.2.3.11 asks. -ENODATA: cut off; -ERANGE: no
 * such date or time; an empty date is no error. The cursor moves only on success.
 */
int sms_timestamp_decode(struct cursor *c, struct sms_timestamp *ret);

/* Appends "2013-03-08T15:02:16+02:00". */
void sms_timestamp_format(const struct sms_timestamp *timestamp, struct strbuf *text);

/* Seconds since 1970-01-01T00:00:00Z. */
int64_t sms_timestamp_unix_sec(const struct sms_timestamp *timestamp);
