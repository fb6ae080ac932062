/*
 * Points in time that outlive the process. A moment is kept on both clocks: CLOCK_BOOTTIME, which
 * counts while the machine that wrote it is still up (its boot id tells), and wall time for after a
 * reboot. So a wall clock that jumps moves no deadline that was set since boot. Thread-safe.
 */
#pragma once

#include "util/clock.h"

#include <stdbool.h>

#define BOOT_ID_SIZE 16

struct moment {
    usec_t wall; /* since 1970 */
    usec_t boot; /* CLOCK_BOOTTIME of the boot below */
    uint8_t boot_id[BOOT_ID_SIZE];
};

/* The clocks and the boot they belong to. Immutable once made. */
struct timebase {
    const struct clock *clock;
    uint8_t boot_id[BOOT_ID_SIZE];
};

/* Reads the kernel's boot id; errno of the failure, negative. */
int timebase_init(struct timebase *timebase, const struct clock *clock);

struct moment moment_now(const struct timebase *timebase);

/* `moment` and so much more, on both clocks. */
struct moment moment_add(const struct moment *moment, usec_t delay_usec);

/* How long from `now` to `moment`; 0 when it has passed. */
usec_t moment_until(const struct moment *moment, const struct moment *now);

/* How long from `moment` to `now`; 0 when it lies ahead. */
usec_t moment_since(const struct moment *moment, const struct moment *now);

bool moment_passed(const struct moment *moment, const struct moment *now);

/* The same moment on the CLOCK_BOOTTIME of `now`, for a timer. */
usec_t moment_on_boottime(const struct moment *moment, const struct moment *now);
