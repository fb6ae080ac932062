/*
 * A port of the simulator that only remembers: what was written, whether it is read. It stands in
 * for sim/pty.c, since the linker takes these definitions first. For one test program; state is
 * static.
 */
#pragma once

#include "sim/pty.h"

#include <string.h>

static char fake_said[1U << 18];
static size_t fake_n_said;

int pty_init(struct pty *pty, struct loop *loop, struct pty_monitor *monitor, const char *link,
    void (*input)(void *userdata, const char *bytes, size_t n), void *userdata)
{
    (void)link;
    *pty = (struct pty){.loop = loop,
        .monitor = monitor,
        .input = input,
        .userdata = userdata,
        .master = -1,
        .slave = -1};
    return 0;
}

void pty_fini(struct pty *pty)
{
    pty_unplug(pty);
}

int pty_plug(struct pty *pty)
{
    pty->master = 1000; /* read and written by nobody */
    pty->reading = true;
    memcpy(pty->path, "/dev/pts/x", 11);
    return 0;
}

void pty_unplug(struct pty *pty)
{
    pty->master = -1;
}

void pty_write(struct pty *pty, const char *bytes, size_t n)
{
    n = MIN(n, sizeof(fake_said) - 1 - fake_n_said);
    if (pty->master < 0)
        return;
    memcpy(fake_said + fake_n_said, bytes, n);
    fake_n_said += n;
}

void pty_set_reading(struct pty *pty, bool reading)
{
    pty->reading = reading;
}

/* What was written since it was last asked for. */
static inline const char *fake_take_said(void)
{
    fake_said[fake_n_said] = '\0';
    fake_n_said = 0;
    return fake_said;
}
