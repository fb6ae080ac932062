#include "daemon/master_key.h"

#include "util/hex.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define CREDENTIAL_NAME "smsotp.key"

static int _printf_(3, 4) fail(char *ret_error, int error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(ret_error, MASTER_KEY_ERROR_SIZE, format, args);
    va_end(args);
    return error;
}

/* Raw bytes or hex digits with a line break. */
static int parse_key(const char *text, size_t n, uint8_t ret_key[static OTP_MASTER_KEY_SIZE])
{
    size_t n_octets;

    if (n == OTP_MASTER_KEY_SIZE) {
        memcpy(ret_key, text, n);
        return 0;
    }
    if (n == 2 * OTP_MASTER_KEY_SIZE + 1 && text[n - 1] == '\n')
        n--;
    if (n != 2 * OTP_MASTER_KEY_SIZE)
        return -EINVAL;
    return hex_decode(text, n, ret_key, OTP_MASTER_KEY_SIZE, &n_octets);
}

static int check_owner(int fd, const char *path, char *ret_error)
{
    struct stat st;

    if (fstat(fd, &st) < 0)
        return fail(ret_error, -errno, "master key %s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return fail(ret_error, -EINVAL, "master key %s is not a regular file", path);
    if (st.st_uid != 0 && st.st_uid != geteuid())
        return fail(ret_error, -EPERM,
            "master key %s belongs to uid %u; expected root or the gateway's own user", path,
            (unsigned)st.st_uid);
    if (st.st_mode & (S_IRWXG | S_IRWXO))
        return fail(ret_error, -EPERM,
            "master key %s has mode %04o, so others can read it; run chmod 0400 on it", path,
            (unsigned)(st.st_mode & 07777));
    return 0;
}

static int read_key(const char *path, bool is_credential,
    uint8_t ret_key[static OTP_MASTER_KEY_SIZE], char *ret_error)
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    char text[2 * OTP_MASTER_KEY_SIZE + 2];
    ssize_t n;
    int r;

    if (fd < 0)
        return fail(ret_error, -errno, "master key %s: %s", path, strerror(errno));
    /* systemd gives credentials to the service alone, whatever their mode says. */
    r = is_credential ? 0 : check_owner(fd, path, ret_error);
    if (r < 0)
        return r;
    n = read(fd, text, sizeof(text));
    if (n < 0)
        return fail(ret_error, -errno, "master key %s: %s", path, strerror(errno));
    r = parse_key(text, (size_t)n, ret_key);
    sodium_memzero(text, sizeof(text));
    if (r < 0)
        return fail(ret_error, -EINVAL,
            "master key %s: expected %u bytes or %u hex digits; make one with `head -c %u "
            "/dev/urandom`",
            path, OTP_MASTER_KEY_SIZE, 2 * OTP_MASTER_KEY_SIZE, OTP_MASTER_KEY_SIZE);
    return 0;
}

/* Makes a new key file, whole or not at all. */
static int make_key(const char *path, char *ret_error)
{
    uint8_t key[OTP_MASTER_KEY_SIZE];
    char temporary[4096];
    _cleanup_close_ int fd = -1;
    bool is_written;

    if (snprintf(temporary, sizeof(temporary), "%s.new", path) >= (int)sizeof(temporary))
        return fail(ret_error, -ENAMETOOLONG, "master key: the path of the state directory is too long");
    (void)unlink(temporary);
    fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
    if (fd < 0)
        return fail(ret_error, -errno, "master key %s: %s", temporary, strerror(errno));
    randombytes_buf(key, sizeof(key));
    is_written = write(fd, key, sizeof(key)) == (ssize_t)sizeof(key) && fsync(fd) == 0 &&
                 rename(temporary, path) == 0;
    sodium_memzero(key, sizeof(key));
    if (!is_written)
        return fail(ret_error, -errno, "master key %s: %s", path, strerror(errno));
    return 0;
}

/* The credential if systemd handed one over, else the file in the state directory. */
static int read_default_key(const char *state_dir, uint8_t ret_key[static OTP_MASTER_KEY_SIZE],
    char *ret_error)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    char path[4096];
    int r;

    if (credentials) {
        snprintf(path, sizeof(path), "%s/%s", credentials, CREDENTIAL_NAME);
        if (access(path, F_OK) == 0)
            return read_key(path, true, ret_key, ret_error);
    }
    snprintf(path, sizeof(path), "%s/%s", state_dir, CREDENTIAL_NAME);
    if (access(path, F_OK) < 0 && errno == ENOENT) {
        r = make_key(path, ret_error);
        if (r < 0)
            return r;
    }
    return read_key(path, false, ret_key, ret_error);
}

static int read_source(const char *source, const char *state_dir,
    uint8_t ret_key[static OTP_MASTER_KEY_SIZE], char *ret_error)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    char path[4096];

    if (!source)
        return read_default_key(state_dir, ret_key, ret_error);
    if (strcmp(source, "ephemeral") == 0) {
        randombytes_buf(ret_key, OTP_MASTER_KEY_SIZE);
        return 0;
    }
    if (strncmp(source, "file:", 5) == 0)
        return read_key(source + 5, false, ret_key, ret_error);
    if (!credentials)
        return fail(ret_error, -ENOENT,
            "master key %s: systemd handed over no credentials; add LoadCredential= to the unit or "
            "set `master = file:/PATH`", source);
    snprintf(path, sizeof(path), "%s/%s", credentials, source + strlen("credential:"));
    return read_key(path, true, ret_key, ret_error);
}

int master_key_load(struct otp_keyring **ret, const char *source, const char *state_dir,
    char ret_error[static MASTER_KEY_ERROR_SIZE])
{
    uint8_t key[OTP_MASTER_KEY_SIZE];
    int r;

    r = read_source(source, state_dir, key, ret_error);
    if (r < 0)
        return r;
    r = otp_keyring_new(ret, key);
    sodium_memzero(key, sizeof(key));
    if (r < 0)
        return fail(ret_error, r, "master key: no memory for it");
    return 0;
}
