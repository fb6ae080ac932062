/*
 * Time. One type, microseconds since the clock's own zero; one clock, injected, so that tests can
 * move it. `boottime` counts on through suspend and never jumps (CLOCK_BOOTTIME); `realtime` is
 * the wall clock (Unix time) and may jump both ways. Thread-safe.
 */
#pragma once

#include <inttypes.h>
#include <stdint.h>

typedef uint64_t usec_t;

#define USEC_INFINITY UINT64_MAX
#define USEC_PER_MSEC ((usec_t)1000)
#define USEC_PER_SEC ((usec_t)1000000)
#define USEC_PER_MINUTE (60 * USEC_PER_SEC)
#define USEC_PER_HOUR (60 * USEC_PER_MINUTE)
#define USEC_PER_DAY (24 * USEC_PER_HOUR)

struct clock {
    usec_t (*boottime)(void *userdata);
    usec_t (*realtime)(void *userdata);
    void *userdata;
};

/* The kernel's clocks. */
extern const struct clock clock_system;

/* Now on CLOCK_BOOTTIME, in microseconds since boot. */
usec_t clock_boottime(const struct clock *clock);

/* Now on the wall clock, in microseconds since 1970-01-01T00:00:00Z. */
usec_t clock_realtime(const struct clock *clock);

/* Sum that stops at USEC_INFINITY. */
usec_t usec_add(usec_t a, usec_t b);

/* Difference that stops at 0. */
usec_t usec_sub(usec_t a, usec_t b);

/* Buffer for clock_format_rfc3339(): "2026-11-23T05:00:00Z" and NUL. */
#define CLOCK_RFC3339_SIZE 32

/* Writes wall time as RFC 3339 in UTC with whole seconds. */
void clock_format_rfc3339(usec_t realtime_usec, char ret_text[static CLOCK_RFC3339_SIZE]);

/*
 * Reads such a time, or a day, which begins at midnight: "2026-11-23". -EINVAL for anything else.
 */
int clock_parse_rfc3339(const char *text, usec_t *ret_realtime_usec);
