/*
 * The SIM card in a simulated modem: whether it is there, its lock and the tries left. Plain data.
 */
#pragma once

#include <stdbool.h>

#define PIN_TRIES 3
#define PUK_TRIES 10

struct card {
    bool absent;
    bool locked; /* asks for PIN, or for PUK without tries */
    unsigned pin_tries;
    unsigned puk_tries;
};
