#include "daemon/master_key.h"

#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

_Static_assert((int)MASTER_KEY_ERROR_SIZE == (int)KEY_SOURCE_ERROR_SIZE, "one buffer serves both");

#define CREDENTIAL_NAME "smsotp.key"
#define PREVIOUS ".previous"

static int _printf_(3, 4) fail(char *ret_error, int error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(ret_error, MASTER_KEY_ERROR_SIZE, format, args);
    va_end(args);
    return error;
}

static int set_path(
    struct master_key *master, const char *directory, const char *name, char *ret_error)
{
    int n = snprintf(
        master->path, sizeof(master->path), "%s%s%s", directory, directory[0] ? "/" : "", name);
    int n_previous =
        snprintf(master->previous, sizeof(master->previous), "%s" PREVIOUS, master->path);

    if (n >= (int)sizeof(master->path) || n_previous >= (int)sizeof(master->previous))
        return fail(ret_error, -ENAMETOOLONG, "master key: the path of its file is too long");
    return 0;
}

static int make_key(const char *path, char *ret_error)
{
    uint8_t key[OTP_MASTER_KEY_SIZE];
    int r;

    randombytes_buf(key, sizeof(key));
    r = key_file_write(path, key, ret_error);
    sodium_memzero(key, sizeof(key));
    return r;
}

/* The credential if systemd handed one over, else the file in the state directory. */
static int find_default(struct master_key *master, const char *state_dir, char *ret_error)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    int r;

    if (credentials) {
        master->kind = MASTER_KEY_CREDENTIAL;
        r = set_path(master, credentials, CREDENTIAL_NAME, ret_error);
        if (r < 0 || access(master->path, F_OK) == 0)
            return r;
    }
    master->kind = MASTER_KEY_FILE;
    r = set_path(master, state_dir, CREDENTIAL_NAME, ret_error);
    if (r < 0 || access(master->path, F_OK) == 0 || errno != ENOENT)
        return r;
    return make_key(master->path, ret_error);
}

static int find(
    struct master_key *master, const char *source, const char *state_dir, char *ret_error)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");

    if (!source)
        return find_default(master, state_dir, ret_error);
    if (strcmp(source, "ephemeral") == 0) {
        master->kind = MASTER_KEY_EPHEMERAL;
        return 0;
    }
    if (strncmp(source, "file:", 5) == 0) {
        master->kind = MASTER_KEY_FILE;
        return set_path(master, "", source + 5, ret_error);
    }
    master->kind = MASTER_KEY_CREDENTIAL;
    if (!credentials)
        return fail(ret_error, -ENOENT,
            "master key %s: systemd handed over no credentials; add LoadCredential= to the unit or "
            "set `master = file:/PATH`", source);
    return set_path(master, credentials, source + strlen("credential:"), ret_error);
}

static int read_key(const struct master_key *master, const char *path,
    uint8_t ret_key[static OTP_MASTER_KEY_SIZE], char *ret_error)
{
    if (master->kind != MASTER_KEY_EPHEMERAL)
        return key_file_read(path, master->kind == MASTER_KEY_CREDENTIAL, ret_key, ret_error);
    randombytes_buf(ret_key, OTP_MASTER_KEY_SIZE);
    return 0;
}

/* A keyring of the key in this file alone. */
static int load_one(const struct master_key *master, const char *path, struct otp_keyring **ret,
    char *ret_error)
{
    uint8_t key[OTP_MASTER_KEY_SIZE] = {0};
    int r = read_key(master, path, key, ret_error);

    if (r == 0 && otp_keyring_new(ret, key) < 0)
        r = fail(ret_error, -ENOMEM, "master key: no memory for it");
    sodium_memzero(key, sizeof(key));
    return r;
}

/*
 * The key before, unless there is none, or it is the same: a change that was begun and not ended.
 */
static int add_previous(
    const struct master_key *master, struct otp_keyring *keyring, char *ret_error)
{
    uint8_t key[OTP_MASTER_KEY_SIZE] = {0};
    int r;

    if (master->kind == MASTER_KEY_EPHEMERAL || access(master->previous, F_OK) < 0)
        return 0;
    r = read_key(master, master->previous, key, ret_error);
    if (r == 0 && otp_keyring_add_previous(keyring, key) == -ENOMEM)
        r = fail(ret_error, -ENOMEM, "master key: no memory for it");
    sodium_memzero(key, sizeof(key));
    return r;
}

/* What an earlier try has left: the new key in its place, the one in force beside it. */
static int take_begun(const struct master_key *master, struct otp_keyring **ret, char *ret_error)
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *previous = NULL;

    if (load_one(master, master->previous, &previous, ret_error) < 0 ||
        otp_keyring_id(previous) != otp_keyring_id(master->keyring))
        return fail(ret_error, -ENOTSUP,
            "%s has another key than the gateway started with: restart it", master->path);
    return load_one(master, master->path, ret, ret_error);
}

static int replace(const struct master_key *master, char *ret_error)
{
    uint8_t key[OTP_MASTER_KEY_SIZE] = {0};
    int r = read_key(master, master->path, key, ret_error);

    if (r == 0)
        r = key_file_write(master->previous, key, ret_error);
    sodium_memzero(key, sizeof(key));
    return r < 0 ? r : make_key(master->path, ret_error);
}

static bool means_not_ours(int r)
{
    return r == -EACCES || r == -EPERM || r == -EROFS;
}

static int renew_file(const struct master_key *master, struct otp_keyring **ret, char *ret_error)
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *present = NULL;
    int r = load_one(master, master->path, &present, ret_error);

    if (r == 0 && otp_keyring_id(present) != otp_keyring_id(master->keyring))
        return take_begun(master, ret, ret_error);
    if (r == 0)
        r = replace(master, ret_error);
    if (means_not_ours(r))
        return fail(ret_error, -ENOTSUP,
            "The gateway may not write beside %s: keep that file as %s, put a new key in its "
            "place, restart",
            master->path, strrchr(master->previous, '/') + 1);
    return r < 0 ? r : load_one(master, master->path, ret, ret_error);
}

static int renew(
    void *userdata, struct otp_keyring **ret_next, char ret_error[static KEY_SOURCE_ERROR_SIZE])
{
    const struct master_key *master = userdata;

    if (master->kind == MASTER_KEY_CREDENTIAL)
        return fail(ret_error, -ENOTSUP,
            "The key is a credential: load the present one as %s, a new one in its place, and "
            "restart",
            strrchr(master->previous, '/') + 1);
    if (master->kind == MASTER_KEY_FILE)
        return renew_file(master, ret_next, ret_error);
    return load_one(master, "", ret_next, ret_error);
}

static int drop_previous(void *userdata, char ret_error[static KEY_SOURCE_ERROR_SIZE])
{
    const struct master_key *master = userdata;
    int r;

    if (master->kind == MASTER_KEY_EPHEMERAL)
        return 0;
    r = master->kind == MASTER_KEY_FILE ? key_file_remove(master->previous, ret_error) : -EPERM;
    if (r == 0)
        ret_error[0] = '\0';
    if (!means_not_ours(r))
        return r;
    return fail(ret_error, -ENOTSUP, "remove %s", strrchr(master->previous, '/') + 1);
}

int master_key_load(struct master_key *ret_master, struct otp_keyring **ret, const char *source,
    const char *state_dir, char ret_error[static MASTER_KEY_ERROR_SIZE])
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = NULL;
    int r;

    *ret_master = (struct master_key){.kind = MASTER_KEY_FILE};
    r = find(ret_master, source, state_dir, ret_error);
    if (r == 0)
        r = load_one(ret_master, ret_master->path, &keyring, ret_error);
    if (r == 0)
        r = add_previous(ret_master, keyring, ret_error);
    if (r < 0)
        return r;
    ret_master->source = (struct key_source){
        .renew = renew, .drop_previous = drop_previous, .userdata = ret_master};
    ret_master->keyring = keyring;
    *ret = TAKE_PTR(keyring);
    return 0;
}
