/*
 * The owner's program that cuts a modem's power and gives it back (uhubctl, a relay): run without a
 * shell, with nothing from outside in its arguments but the modem's configured name and device,
 * and an environment of its own. It gets a time; then it and what it started are killed. Loop
 * thread. Results are exit statuses, or negative errno.
 */
#pragma once

#include "loop/loop.h"

struct power_hook;

struct power_hook_job {
    const char *program; /* an absolute path */
    const char *modem;   /* its name: argument 1, SMSOTP_MODEM */
    const char *device;  /* as configured: argument 2, SMSOTP_DEVICE */
    const char *imei;    /* SMSOTP_IMEI; may be empty */
    usec_t timeout_usec;
};

/*
 * Starts it; `done` is called once with its exit status, 128 + N after signal N, or -ETIMEDOUT.
 * -ENOENT, -EACCES and the like when it cannot be started; -ENOMEM.
 */
int power_hook_new(struct power_hook **ret, struct loop *loop, const struct power_hook_job *job,
    void (*done)(void *userdata, int status), void *userdata);

/* Kills it if it still runs; allowed within `done`. Takes NULL; returns NULL. */
struct power_hook *power_hook_free(struct power_hook *hook);
DEFINE_CLEANUP(struct power_hook *, power_hook_free);
