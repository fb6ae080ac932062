/* Tells systemd that the loop still turns, where WatchdogSec= asks for it. */
#pragma once

#include "loop/loop.h"

struct watchdog;

/* Sends WATCHDOG=1 at half the interval asked for; does nothing where none is. -ENOMEM. */
int watchdog_new(struct watchdog **ret, struct loop *loop);

/* Takes NULL; returns NULL. */
struct watchdog *watchdog_free(struct watchdog *watchdog);
