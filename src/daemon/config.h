/*
 * The configuration file: INI, read by inih, checked whole before anything of it is used. A section
 * or key that is not known, a value that cannot be, a template that would fail: refused with file,
 * line and what was expected.
 */
#pragma once

#include "api/unix_listener.h"
#include "core/policy.h"
#include "util/macros.h"

#include <stddef.h>

#define CONFIG_ERROR_SIZE 512

struct modem_section {
    char name[SMSOTP_MODEM_NAME_MAX + 1];
    char *device;
    char *pin;    /* digits, wiped when freed; NULL: none */
    char *number; /* the SIM's own; NULL: not said */
    char *power_hook; /* a program; NULL: none */
    bool no_roaming, no_usb_reset;
    unsigned baud;
    struct modem_policy *policy; /* of the policy below; for the reader alone */
};

struct config {
    struct policy *policy; /* NULL once it has been taken */
    char *api_socket;
    char *admin_socket;
    struct unix_access api_access, admin_access; /* mode 0: the default */
    char *store_url;
    char *epoch_path;
    char *master_key; /* NULL: the default places */
    struct modem_section modems[SMSOTP_MODEMS_MAX];
    unsigned n_modems;
};

/* Where things are unless the file says otherwise. Borrowed. */
struct config_defaults {
    const char *state_dir;
    const char *runtime_dir;
};

/*
 * Reads and checks a file. -EINVAL with "FILE:LINE: …" in ret_error, or errno of reading it with a
 * sentence there too.
 */
int config_load(struct config **ret, const char *path, const struct config_defaults *defaults,
    char ret_error[static CONFIG_ERROR_SIZE]);

/* Takes NULL; returns NULL. */
struct config *config_free(struct config *config);
DEFINE_CLEANUP(struct config *, config_free);
