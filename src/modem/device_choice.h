/*
 * Which ports to try for a modem, in which order, or why there is none. Pure: what is plugged in,
 * what the configuration says, and what other modems have are handed in. For specs other than a
 * path.
 */
#pragma once

#include "modem/device_list.h"
#include "modem/device_spec.h"

#include <stdbool.h>

/* What another modem has, or has a right to. */
struct device_claim {
    const char *name; /* of the modem */
    const struct device_spec *spec;
    const char *key;  /* of the device it has; "": none now */
    const char *port; /* the port it has, or to which its path leads; "": none */
    bool is_settled;  /* the device it has is the right one, so it wants no other */
};

struct device_candidate {
    const struct usb_device *device; /* in the list */
    const struct device_port *port;  /* in the device */
};

#define DEVICE_CANDIDATES_MAX 64

struct device_choice {
    struct device_candidate candidates[DEVICE_CANDIDATES_MAX];
    unsigned n;
    char reason[128]; /* for people, when there is none */
};

/*
 * Fills in the ports to try. A device that another modem has is none of them, nor one that another
 * modem names in a stricter way while it still looks for its own.
 */
void device_choose(const struct device_list *list, const struct device_spec *spec,
    const struct device_claim *claims, unsigned n_claims, struct device_choice *ret);
