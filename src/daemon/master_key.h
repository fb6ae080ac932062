/*
 * Where the master key comes from: a systemd credential, a file that nobody else can read, memory
 * alone, or, where nothing is configured, a file in the state directory that is made at the first
 * start. Beside a key, with `.previous` at the end of its name, may lie the one before, which codes
 * on their way still need.
 */
#pragma once

#include "core/key_rotation.h"
#include "daemon/key_file.h"

#include <limits.h>

#define MASTER_KEY_ERROR_SIZE KEY_FILE_ERROR_SIZE

struct master_key {
    enum { MASTER_KEY_FILE, MASTER_KEY_CREDENTIAL, MASTER_KEY_EPHEMERAL } kind;
    char path[PATH_MAX], previous[PATH_MAX]; /* empty for one in memory */
    struct key_source source;                /* points to this structure */
    const struct otp_keyring *keyring;       /* what it was loaded into; borrowed */
};

/*
 * Reads the key that `source` names (`credential:NAME`, `file:/PATH`, `ephemeral`; NULL: the
 * default), and the one before if there is one, and makes the keyring. A negative errno with a
 * sentence in ret_error, as key_file_read(). `ret_master` stays where it is and lives as long as
 * the keyring.
 */
int master_key_load(struct master_key *ret_master, struct otp_keyring **ret, const char *source,
    const char *state_dir, char ret_error[static MASTER_KEY_ERROR_SIZE]);
