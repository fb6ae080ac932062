#include "daemon/key_file.h"

#include "util/hex.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int _printf_(3, 4) fail(char *ret_error, int error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(ret_error, KEY_FILE_ERROR_SIZE, format, args);
    va_end(args);
    return error;
}

static int fail_errno(char *ret_error, const char *path)
{
    return fail(ret_error, -errno, "master key %s: %s", path, strerror(errno));
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

/* What a mistake leaves that makes no key: a file of zeroes, or of a letter held down. */
static bool is_one_octet(const uint8_t key[static OTP_MASTER_KEY_SIZE])
{
    unsigned difference = 0;

    for (unsigned i = 1; i < OTP_MASTER_KEY_SIZE; i++)
        difference |= key[i] ^ key[0];
    return difference == 0;
}

static int check_owner(int fd, const char *path, char *ret_error)
{
    struct stat st;

    if (fstat(fd, &st) < 0)
        return fail_errno(ret_error, path);
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

int key_file_read(const char *path, bool is_credential, uint8_t ret_key[static OTP_MASTER_KEY_SIZE],
    char ret_error[static KEY_FILE_ERROR_SIZE])
{
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    char text[2 * OTP_MASTER_KEY_SIZE + 2];
    ssize_t n;
    int r;

    if (fd < 0)
        return fail_errno(ret_error, path);
    /* systemd gives credentials to the service alone, whatever their mode says. */
    r = is_credential ? 0 : check_owner(fd, path, ret_error);
    if (r < 0)
        return r;
    n = read(fd, text, sizeof(text));
    if (n < 0)
        return fail_errno(ret_error, path);
    r = parse_key(text, (size_t)n, ret_key);
    sodium_memzero(text, sizeof(text));
    if (r < 0)
        return fail(ret_error, -EINVAL,
            "master key %s: expected %u bytes or %u hex digits; make one with `head -c %u "
            "/dev/urandom`",
            path, OTP_MASTER_KEY_SIZE, 2 * OTP_MASTER_KEY_SIZE, OTP_MASTER_KEY_SIZE);
    if (is_one_octet(ret_key))
        return fail(ret_error, -EINVAL,
            "master key %s repeats one byte, so anybody can guess it; make one with `head -c %u "
            "/dev/urandom`", path, OTP_MASTER_KEY_SIZE);
    return 0;
}

/* Makes durable what names the directory of `path` has. */
static int sync_directory(const char *path)
{
    _cleanup_free_ char *directory = strdup(path);
    char *slash = directory ? strrchr(directory, '/') : NULL;
    _cleanup_close_ int fd = -1;

    if (!slash)
        return -ENOMEM;
    slash[slash == directory] = '\0';
    fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

int key_file_write(const char *path, const uint8_t key[static OTP_MASTER_KEY_SIZE],
    char ret_error[static KEY_FILE_ERROR_SIZE])
{
    char temporary[PATH_MAX];
    _cleanup_close_ int fd = -1;

    if (snprintf(temporary, sizeof(temporary), "%s.new", path) >= (int)sizeof(temporary))
        return fail(ret_error, -ENAMETOOLONG, "master key: the path of its file is too long");
    (void)unlink(temporary);
    fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
    if (fd < 0)
        return fail_errno(ret_error, temporary);
    errno = ENOSPC; /* of a write that is short */
    if (write(fd, key, OTP_MASTER_KEY_SIZE) != OTP_MASTER_KEY_SIZE || fsync(fd) < 0 ||
        rename(temporary, path) < 0 || sync_directory(path) < 0)
        return fail_errno(ret_error, path);
    return 0;
}

int key_file_remove(const char *path, char ret_error[static KEY_FILE_ERROR_SIZE])
{
    if (unlink(path) < 0 && errno != ENOENT)
        return fail_errno(ret_error, path);
    return sync_directory(path) < 0 ? fail_errno(ret_error, path) : 0;
}
