/*
 * Where the master key comes from: a systemd credential, a file that nobody else can read, memory
 * alone, or, where nothing is configured, a file in the state directory that is made at the first
 * start.
 */
#pragma once

#include "otp/keyring.h"

#define MASTER_KEY_ERROR_SIZE 512

/*
 * Reads the key that `source` names (`credential:NAME`, `file:/PATH`, `ephemeral`; NULL: the default)
 * and makes the keyring. 32 bytes, or 64 hex digits, are a key. A negative errno with a sentence in
 * ret_error: the file is missing, has another size, is somebody else's, or others may read it.
 */
int master_key_load(struct otp_keyring **ret, const char *source, const char *state_dir,
    char ret_error[static MASTER_KEY_ERROR_SIZE]);
