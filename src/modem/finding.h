/*
 * A modem's part in finding its device: which port is opened next, whether what answers there is
 * the modem that is meant, and which ports have been tried in vain. A port other than one given by
 * its path counts as the AT port once it has answered AT and +CGMI, for `imei:` with that IMEI.
 */
#pragma once

#include "modem/device_finder.h"
#include "modem/lifecycle.h"

#include <stdbool.h>

struct modem;

#define FINDING_REJECTED_MAX 16

#define FINDING_NO_DEVICE "no such device"

struct finding {
    struct device_finder *finder; /* NULL: the device is given by its path */
    struct device_spec spec;
    struct device_member member;
    char rejected[FINDING_REJECTED_MAX][DEVICE_PORT_SIZE]; /* tried in this round */
    unsigned n_rejected;
    char why[MODEM_REASON_SIZE];  /* the first of them was */
};

/* Begins, for the modem's `device`. -EINVAL: no device_spec, or one that needs a finder. */
int finding_init(struct modem *modem, struct device_finder *finder);
void finding_fini(struct modem *modem);

/*
 * The port to open now; it is taken until finding_release(). -ENOENT with a reason for people when
 * there is none, or when all have been tried: then the next call begins a new round.
 */
int finding_find(
    struct modem *modem, char ret_path[static PATH_MAX], char *reason, size_t reason_size);

/* The port is closed for good; others may have it. */
void finding_release(struct modem *modem);

/*
 * Whether the open port is gone, or its path leads elsewhere: unplugged, and no hang-up has come.
 */
bool finding_has_moved(const struct modem *modem);

/* Whether the device is looked for, rather than given by its path. */
bool finding_is_search(const struct modem *modem);

/*
 * Before anything touches the SIM: whether the modem that has told its identity is the right one.
 * False: MODEM_EVENT_REJECTED has been raised.
 */
bool finding_identify(struct modem *modem);

/*
 * What an event means: trouble on a port that is not known to be the right one makes it
 * MODEM_EVENT_REJECTED, and the next port is tried.
 */
enum modem_event finding_judge(struct modem *modem, enum modem_event event, const char *reason);
