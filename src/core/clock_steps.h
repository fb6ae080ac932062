/*
 * How far the wall clock has been set forward since this machine was started, so that who sets it
 * has no window of a limit emptied: wall time and CLOCK_BOOTTIME go at one rate, and where they
 * part somebody has set the one. Kept in the database, for a restart within the same boot.
 * Thread-safe, but for what says otherwise.
 */
#pragma once

#include "store/db.h"
#include "util/clock.h"

#include <pthread.h>
#include <stdbool.h>

#define BOOT_ID_SIZE 16

struct clock_steps {
    pthread_mutex_t lock;
    bool is_watching; /* not while the clock is known to be wrong */
    bool is_begun;    /* `lead` is known */
    bool is_changed;  /* since it was last saved */
    int64_t lead;     /* of wall time over CLOCK_BOOTTIME, when last looked at */
    usec_t forward;   /* set forward in all, less what was taken back */
    usec_t at_wall;   /* what the clock showed after the last step */
};

/* Watches nothing yet. */
void clock_steps_init(struct clock_steps *steps);
void clock_steps_fini(struct clock_steps *steps);

/* From now on a difference counts; what was right before in this boot, if anything, still holds. */
void clock_steps_watch(struct clock_steps *steps, bool is_watching);

/*
 * Two readings of the same instant. Answers the steps so far: by how much, and when the last was.
 */
void clock_steps_look(struct clock_steps *steps, usec_t wall, usec_t boot, usec_t *ret_forward,
    usec_t *ret_at_wall);

/* Store's thread: goes on from what an earlier run saw, where the boot is the same. */
int clock_steps_load(
    struct clock_steps *steps, struct db *db, const uint8_t boot_id[static BOOT_ID_SIZE]);

/* Store's thread: writes what is new, if anything is. */
int clock_steps_save(
    struct clock_steps *steps, struct db *db, const uint8_t boot_id[static BOOT_ID_SIZE]);
