#include "sms/timestamp.h"

#define FIRST_CENTURY_YEAR                                                                         \
    90 /* there was no SMS before 1992; a year from here on is of the 1900s */
#define MINUTES_PER_QUARTER 15
#define SIGN 0x8 /* in the low half of the last octet */

static uint8_t digit(unsigned half)
{
    return half <= 9 ? (uint8_t)half : 0;
}

static uint8_t swapped(uint8_t octet)
{
    return (uint8_t)(digit(octet & 0x0F) * 10 + digit(octet >> 4));
}

static bool is_leap(unsigned year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned days_in(unsigned year, unsigned month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year) ? 1U : 0U);
}

static bool is_in_range(const struct sms_timestamp *t)
{
    return t->month >= 1 && t->month <= 12 && t->day >= 1 && t->day <= days_in(t->year, t->month) &&
           t->hour <= 23 && t->minute <= 59 && t->second <= 59;
}

int sms_timestamp_decode(struct cursor *c, struct sms_timestamp *ret)
{
    struct cursor at = *c;
    struct sms_timestamp t = {0};
    const uint8_t *octets;
    uint8_t year;
    int quarters;

    if (cursor_take(&at, SMS_TIMESTAMP_OCTETS, &octets) < 0)
        return -ENODATA;
    year = swapped(octets[0]);
    t.year = (uint16_t)(year + (year >= FIRST_CENTURY_YEAR ? 1900 : 2000));
    t.month = swapped(octets[1]);
    t.day = swapped(octets[2]);
    t.hour = swapped(octets[3]);
    t.minute = swapped(octets[4]);
    t.second = swapped(octets[5]);
    quarters = (octets[6] & 0x7) * 10 + digit(octets[6] >> 4);
    t.offset_minutes = (int16_t)(quarters * MINUTES_PER_QUARTER * (octets[6] & SIGN ? -1 : 1));
    t.known = t.month != 0 || t.day != 0;
    if (t.known && !is_in_range(&t))
        return -ERANGE;
    *ret = t;
    *c = at;
    return 0;
}

void sms_timestamp_format(const struct sms_timestamp *timestamp, struct strbuf *text)
{
    int offset = timestamp->offset_minutes;
    unsigned distance = (unsigned)(offset < 0 ? -offset : offset);

    strbuf_printf(text, "%04u-%02u-%02uT%02u:%02u:%02u%c%02u:%02u", timestamp->year,
        timestamp->month, timestamp->day, timestamp->hour, timestamp->minute, timestamp->second,
        offset < 0 ? '-' : '+', distance / 60, distance % 60);
}

int64_t sms_timestamp_unix_sec(const struct sms_timestamp *timestamp)
{
    int64_t days = 0;

    for (unsigned year = 1970; year < timestamp->year; year++)
        days += is_leap(year) ? 366 : 365;
    for (unsigned month = 1; month < timestamp->month; month++)
        days += days_in(timestamp->year, month);
    days += timestamp->day - 1;
    return ((days * 24 + timestamp->hour) * 60 + timestamp->minute - timestamp->offset_minutes) *
               60 +
           timestamp->second;
}
