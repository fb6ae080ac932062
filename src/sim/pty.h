/*
 * The serial port of one simulated modem: a pty, raw, with a symlink to its slave side. Output is
 * buffered up to PTY_OUTPUT_SIZE and then dropped, so a slow reader never blocks the simulator;
 * while no program has the slave open, output goes nowhere, as on a port nobody has opened. When
 * the last program closes it, settings and TIOCEXCL it left behind are undone. Embedded in its
 * owner. Errors: negative errno.
 */
#pragma once

#include "loop/deferred.h"
#include "loop/fd_watch.h"
#include "loop/timer.h"
#include "sim/pty_monitor.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PTY_OUTPUT_SIZE 65536
#define PTY_INPUT_CHUNK 512 /* the most that one call of `input` brings */

struct pty {
    struct loop *loop;
    struct pty_monitor *monitor;
    void (*input)(void *userdata, const char *bytes, size_t n);
    void *userdata;

    int master; /* -1: unplugged */
    int slave;
    char path[64];       /* of the slave, /dev/pts/N */
    char link[PATH_MAX]; /* the symlink; empty: none */
    struct fd_watch *watch;
    int monitor_handle;
    int peers; /* programs that have it open */
    bool reading;
    bool one_byte; /* output leaves a byte at a time */
    struct timer pace;
    struct deferred restore; /* settings, after the last program has gone */
    uint8_t *output;
    size_t n_output;
    uint64_t dropped_octets; /* output that did not fit */
};

/* Prepares an unplugged port. `link` may be NULL; loop and monitor are borrowed. -ENAMETOOLONG. */
int pty_init(struct pty *pty, struct loop *loop, struct pty_monitor *monitor, const char *link,
    void (*input)(void *userdata, const char *bytes, size_t n), void *userdata);

/* Unplugs and releases. Harmless on zeroed memory. */
void pty_fini(struct pty *pty);

/* Makes the pty and its symlink, which replaces an older one. Nothing when it is there. */
int pty_plug(struct pty *pty);

/* Closes the pty: a program that has it open reads end of file or EIO. Removes the symlink. */
void pty_unplug(struct pty *pty);

/* Queues output, all or nothing. */
void pty_write(struct pty *pty, const char *bytes, size_t n);

/* Stops and resumes taking input; the kernel's buffer then fills up and holds the writer back. */
void pty_set_reading(struct pty *pty, bool reading);
