#include "at/network_time.h"

#include "util/macros.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#define QUARTER_SEC (15 * 60)
#define QUARTERS_MAX 96 /* TS 27.007 §8.15 */

#define DATE_NUMBERS 6 /* year, month, day, hour, minute, second */

/* What stands in a line, in its order: "25/11/23,10:30:00+22,0" is seven numbers and a zone. */
struct reading {
    unsigned numbers[DATE_NUMBERS + 1]; /* before or behind the date one more: daylight saving */
    unsigned n_numbers;
    bool has_zone;
    unsigned before_zone; /* so many numbers */
    int zone; /* local time minus UTC, in quarters of an hour */
};

enum form {
    FORM_LOCAL,     /* local time, and its zone */
    FORM_CLOCK,     /* the same, but only with the zone behind it, as +CCLK has it */
    FORM_UNIVERSAL, /* UTC; the zone is told besides */
    FORM_NONE,      /* some makes mean the one by it, some the other */
};

static const struct {
    const char *prefix;
    enum form form;
} forms[] = {
    {"+CCLK:", FORM_LOCAL},
    {"+CTZE:", FORM_LOCAL},
    {"+CTZEU:", FORM_UNIVERSAL},
    {"+CTZV:", FORM_CLOCK}, /* the standard has the zone alone; behind a zone some put UTC */
    {"*PSUTTZ:", FORM_UNIVERSAL}, /* SIMCom, with AT+CLTS=1 */
    {"#NITZ:", FORM_LOCAL},       /* Telit */
    {"^NWTIME:", FORM_LOCAL},     /* Huawei; so ModemManager reads it */
    {"+CIEV: nitz,", FORM_UNIVERSAL}, /* Cinterion, after AT^SIND="nitz",1 */
    {"+NITZ:", FORM_NONE},        /* 4G SIMComs and others: logs show UTC, a manual says local */
};

static const char *read_digits(const char *p, unsigned *ret)
{
    unsigned value = 0;

    for (; *p >= '0' && *p <= '9'; p++)
        value = MIN(value * 10 + (unsigned)(*p - '0'), 99999U);
    *ret = value;
    return p;
}

/* A sign begins the zone, wherever it stands. */
static struct reading read_line(const char *p)
{
    struct reading reading = {.n_numbers = 0};
    unsigned value;

    while (*p) {
        bool is_signed = *p == '+' || *p == '-';
        int sign = *p == '-' ? -1 : 1;

        p += is_signed;
        if (*p < '0' || *p > '9') {
            p += !is_signed && *p != '\0';
            continue;
        }
        p = read_digits(p, &value);
        if (is_signed && !reading.has_zone) {
            reading.has_zone = true;
            reading.before_zone = reading.n_numbers;
            reading.zone = sign * (int)value;
        } else if (!is_signed && reading.n_numbers < ARRAY_SIZE(reading.numbers)) {
            reading.numbers[reading.n_numbers++] = value;
        }
    }
    return reading;
}

/* The numbers of the date; NULL: it is not whole, or where its zone is to be is not known. */
static const unsigned *date_of(const struct reading *reading, enum form form)
{
    bool is_behind_dst = reading->before_zone == 0 && reading->n_numbers > DATE_NUMBERS;

    if (form == FORM_NONE || reading->n_numbers < DATE_NUMBERS ||
        (form == FORM_LOCAL && !reading->has_zone) ||
        (form == FORM_CLOCK && reading->before_zone < DATE_NUMBERS))
        return NULL;
    return reading->numbers + (reading->has_zone && is_behind_dst);
}

static int moment_of(
    const struct reading *reading, const unsigned *n, enum form form, usec_t *ret_wall_usec)
{
    /* Two digits: from 70 on of the last century, when some clocks begin to count. */
    unsigned year = n[0] + (n[0] >= 100 ? 0 : n[0] >= 70 ? 1900 : 2000);
    struct tm tm = {.tm_year = (int)year - 1900, .tm_mon = (int)n[1] - 1, .tm_mday = (int)n[2],
        .tm_hour = (int)n[3], .tm_min = (int)n[4], .tm_sec = (int)n[5]};
    int64_t seconds;

    if (n[1] < 1 || n[1] > 12 || n[3] > 23 || n[4] > 59 || n[5] > 60 || year > 2100 ||
        reading->zone < -QUARTERS_MAX || reading->zone > QUARTERS_MAX)
        return -ERANGE;
    seconds = (int64_t)timegm(&tm);
    if (n[2] == 0 || tm.tm_mon != (int)n[1] - 1)
        return -ERANGE; /* the 31st of February */
    if (form != FORM_UNIVERSAL)
        seconds -= (int64_t)reading->zone * QUARTER_SEC;
    if (seconds < (int64_t)(AT_NETWORK_TIME_MIN / USEC_PER_SEC) ||
        seconds >= (int64_t)(AT_NETWORK_TIME_MAX / USEC_PER_SEC))
        return -ERANGE;
    *ret_wall_usec = (usec_t)seconds * USEC_PER_SEC;
    return 0;
}

int at_parse_network_time(const char *line, usec_t *ret_wall_usec)
{
    for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
        size_t n = strlen(forms[i].prefix);
        struct reading reading;
        const unsigned *date;

        if (strncmp(line, forms[i].prefix, n) != 0)
            continue;
        reading = read_line(line + n);
        date = date_of(&reading, forms[i].form);
        return date ? moment_of(&reading, date, forms[i].form, ret_wall_usec) : -ENODATA;
    }
    return -EINVAL;
}
