#include "util/clock.h"

#include <errno.h>
#include <stdbool.h>
#include <time.h>

static usec_t read_clock(clockid_t id)
{
    struct timespec ts = {0};

    (void)clock_gettime(id, &ts);
    return (usec_t)ts.tv_sec * USEC_PER_SEC + (usec_t)ts.tv_nsec / 1000;
}

static usec_t system_boottime(void *userdata)
{
    (void)userdata;
    return read_clock(CLOCK_BOOTTIME);
}

static usec_t system_realtime(void *userdata)
{
    (void)userdata;
    return read_clock(CLOCK_REALTIME);
}

const struct clock clock_system = {.boottime = system_boottime, .realtime = system_realtime};

usec_t clock_boottime(const struct clock *clock)
{
    return clock->boottime(clock->userdata);
}

usec_t clock_realtime(const struct clock *clock)
{
    return clock->realtime(clock->userdata);
}

usec_t usec_add(usec_t a, usec_t b)
{
    return a > USEC_INFINITY - b ? USEC_INFINITY : a + b;
}

usec_t usec_sub(usec_t a, usec_t b)
{
    return a > b ? a - b : 0;
}

void clock_format_rfc3339(usec_t realtime_usec, char ret_text[static CLOCK_RFC3339_SIZE])
{
    time_t seconds = (time_t)(realtime_usec / USEC_PER_SEC);
    struct tm tm = {0};

    gmtime_r(&seconds, &tm);
    strftime(ret_text, CLOCK_RFC3339_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

/* Digits and signs as in the form, where 0 stands for any digit. */
static bool has_form(const char *text, const char *form)
{
    for (; *form; text++, form++)
        if (*form == '0' ? *text < '0' || *text > '9' : *text != *form)
            return false;
    return !*text;
}

int clock_parse_rfc3339(const char *text, usec_t *ret_realtime_usec)
{
    char *end;
    struct tm tm = {0};
    bool is_day = has_form(text, "0000-00-00");
    int day, month;
    time_t seconds;

    if (!is_day && !has_form(text, "0000-00-00T00:00:00Z"))
        return -EINVAL;
    end = strptime(text, is_day ? "%Y-%m-%d" : "%Y-%m-%dT%H:%M:%SZ", &tm);
    day = tm.tm_mday;
    month = tm.tm_mon;
    seconds = timegm(&tm);
    if (!end || *end || seconds < 0 || tm.tm_mday != day || tm.tm_mon != month)
        return -EINVAL; /* no such day */
    *ret_realtime_usec = (usec_t)seconds * USEC_PER_SEC;
    return 0;
}
