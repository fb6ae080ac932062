/*
 * Points in time that outlive the process. A moment is kept on both clocks: CLOCK_BOOTTIME, which
 * counts while the machine that wrote it is still up (its boot id tells), and wall time for after a
 * reboot. So a wall clock that jumps moves no deadline that was set since boot. What is told by
 * wall time alone, such as the windows of limits, is looked back for with moment_back().
 * Thread-safe.
 */
#pragma once

#include "core/clock_steps.h"
#include "util/clock.h"

#include <stdbool.h>

struct moment {
    usec_t wall; /* since 1970 */
    usec_t boot; /* CLOCK_BOOTTIME of the boot below */
    uint8_t boot_id[BOOT_ID_SIZE];
    /* Of now: by how much the wall clock was set forward in this boot, the last time when it
     * showed. */
    usec_t set_forward, set_wall;
};

/* The clocks and the boot they belong to. Immutable once made. */
struct timebase {
    const struct clock *clock;
    struct clock_steps *steps; /* NULL: nobody looks whether the clock is set */
    uint8_t boot_id[BOOT_ID_SIZE];
};

/* Reads the kernel's boot id; errno of the failure, negative. */
int timebase_init(struct timebase *timebase, const struct clock *clock);

/* Now, on both clocks. */
struct moment moment_now(const struct timebase *timebase);

/* `moment` and so much more, on both clocks. */
struct moment moment_add(const struct moment *moment, usec_t delay_usec);

/* How long from `now` to `moment`; 0 when it has passed. */
usec_t moment_until(const struct moment *moment, const struct moment *now);

/* How long from `moment` to `now`; 0 when it lies ahead. */
usec_t moment_since(const struct moment *moment, const struct moment *now);

/* What the wall clock showed `span` ago, or in the time before it was set would have shown. */
usec_t moment_back(const struct moment *now, usec_t span);

/* How long ago the clock showed `wall`; never longer than this machine has been up since. */
usec_t moment_age(const struct moment *now, usec_t wall);

/* Whether `now` is not before it. */
bool moment_passed(const struct moment *moment, const struct moment *now);

/* The same moment on the CLOCK_BOOTTIME of `now`, for a timer. */
usec_t moment_on_boottime(const struct moment *moment, const struct moment *now);
