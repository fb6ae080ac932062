/*
 * A file with one master key: 32 bytes, or 64 hex digits, which nobody else can read. Written whole
 * or not at all, and durable when a call returns.
 */
#pragma once

#include "otp/keyring.h"

#define KEY_FILE_ERROR_SIZE 512

/*
 * Reads a key; the caller wipes it. With `is_credential`, whoever may read the file is left to
 * systemd. A negative errno with a sentence in ret_error: the file is missing (-ENOENT), has
 * another size, is somebody else's, or others may read it.
 */
int key_file_read(const char *path, bool is_credential, uint8_t ret_key[static OTP_MASTER_KEY_SIZE],
    char ret_error[static KEY_FILE_ERROR_SIZE]);

/* Puts a key into a new file, mode 0400, in the place of one that may be there. */
int key_file_write(const char *path, const uint8_t key[static OTP_MASTER_KEY_SIZE],
    char ret_error[static KEY_FILE_ERROR_SIZE]);

/* Removes the file; it need not be there. */
int key_file_remove(const char *path, char ret_error[static KEY_FILE_ERROR_SIZE]);
