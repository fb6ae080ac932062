#include "store/db_file.h"

#include "store/db_open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

/* The header of an SQLite file, https://www.sqlite.org/fileformat.html#the_database_header */
#define HEADER_OCTETS 100
#define HEADER_MAGIC "SQLite format 3" /* with its NUL */
#define HEADER_APPLICATION_ID 68

static _printf_(3, 4) int refuse(char *ret_error, int r, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(ret_error, DB_ERROR_SIZE, format, args);
    va_end(args);
    return r;
}

static int refuse_errno(char *ret_error, int error, const char *what, const char *path)
{
    const char *advice = "check the [store] url";

    switch (error) {
    case EACCES:
    case EPERM:
        advice = "it and its directory must be writable for the user smsotpd runs as";
        break;
    case EROFS:
        advice = "the file system is mounted read-only; choose another place in [store] url";
        break;
    case ENOENT:
        advice = "its directory does not exist; create it, or correct the [store] url";
        break;
    case ENOSPC:
    case EDQUOT:
        advice = "the disk is full; make room";
        error = ENOSPC;
        break;
    }
    return refuse(ret_error, -error, "cannot %s %s: %s; %s", what, path, strerror(error), advice);
}

/* The canonical name, also of a file that does not exist yet. */
static int resolve(char **ret, const char *path, char *ret_error)
{
    _cleanup_free_ char *directory = NULL;
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    char *resolved = realpath(path, NULL);

    if (!resolved && errno == ENOENT) {
        _cleanup_free_ char *parent =
            slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");

        if (!parent)
            return -ENOMEM;
        directory = realpath(parent, NULL);
        if (directory && asprintf(&resolved, "%s/%s", directory, name) < 0)
            return -ENOMEM;
    }
    if (!resolved)
        return refuse_errno(ret_error, errno, "open the database", path);
    *ret = resolved;
    return 0;
}

static uint32_t read_be32(const uint8_t *octets)
{
    return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 |
           (uint32_t)octets[3];
}

static int check_header(const char *path, const uint8_t *header, size_t n, char *ret_error)
{
    uint32_t id;

    if (n < HEADER_OCTETS || memcmp(header, HEADER_MAGIC, sizeof(HEADER_MAGIC)) != 0)
        return refuse(ret_error, -EUCLEAN,
            "%s is not a database: it holds something else, or its beginning is damaged; name "
            "another file in [store] url, or restore it from a backup",
            path);
    id = read_be32(header + HEADER_APPLICATION_ID);
    if (id != DB_FILE_APPLICATION_ID)
        return refuse(ret_error, -EUCLEAN,
            "%s is a database of another program: its application_id is 0x%08x, that of smsotpd is "
            "0x%08x; name another file in [store] url",
            path, id, DB_FILE_APPLICATION_ID);
    return 0;
}

/* Reads what is there without changing it. -ENOENT, and no text, when nothing is. */
static int check(const char *path, bool *ret_is_new, char *ret_error)
{
    _cleanup_close_ int fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    uint8_t header[HEADER_OCTETS];
    struct stat st;
    ssize_t n;

    if (fd < 0 && errno == ENOENT)
        return -ENOENT;
    if (fd < 0 && errno == EISDIR)
        return refuse(ret_error, -EINVAL,
            "%s is a directory; [store] url must name a file in it, like sqlite:%s/smsotp.db", path,
            path);
    if (fd < 0 || fstat(fd, &st) < 0)
        return refuse_errno(ret_error, errno, "open the database", path);
    if (!S_ISREG(st.st_mode))
        return refuse(
            ret_error, -EINVAL, "%s is not a regular file; correct the [store] url", path);
    n = pread(fd, header, sizeof(header), 0);
    if (n < 0)
        return refuse_errno(ret_error, errno, "read", path);
    *ret_is_new = n == 0;
    return n == 0 ? 0 : check_header(path, header, (size_t)n, ret_error);
}

static int refuse_busy(int fd, const char *path, char *ret_error)
{
    char owner[16];
    ssize_t n = pread(fd, owner, sizeof(owner) - 1, 0);

    owner[MAX(n, 0)] = '\0';
    owner[strspn(owner, "0123456789")] = '\0';
    return refuse(ret_error, -EBUSY,
        "%s is in use by another smsotpd (process %s); stop that one, or name another file "
        "in [store] url",
        path, *owner ? owner : "unknown");
}

/* Takes the lock. With `create` unset, a lock file that does not exist is no error and no lock. */
static int lock(struct db_file *file, bool create, char *ret_error)
{
    _cleanup_free_ char *path = NULL;
    _cleanup_close_ int fd = -1;

    if (file->lock_fd >= 0)
        return 0;
    if (asprintf(&path, "%s.lock", file->path) < 0)
        return -ENOMEM;
    fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (create ? O_CREAT : 0), 0600);
    if (fd < 0 && errno == ENOENT && !create)
        return 0;
    if (fd < 0)
        return refuse_errno(ret_error, errno, "open the lock file", path);
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK ? refuse_busy(fd, file->path, ret_error)
                                    : refuse_errno(ret_error, errno, "lock", path);
    /* The number only serves the text above; without it the lock holds all the same. */
    if (ftruncate(fd, 0) == 0)
        dprintf(fd, "%ld\n", (long)getpid());
    file->lock_fd = TAKE_FD(fd);
    return 0;
}

/* The directory of a canonical path. */
static char *directory_of(const char *path)
{
    char *directory = strdup(path);
    char *slash = directory ? strrchr(directory, '/') : NULL;

    if (slash)
        slash[slash == directory ? 1 : 0] = '\0';
    return directory;
}

/* The write-ahead log comes and goes beside the file. */
static int check_log(struct db_file *file, char *ret_error)
{
    _cleanup_free_ char *directory = directory_of(file->path);
    _cleanup_free_ char *log = NULL;
    struct stat st;

    if (!directory || asprintf(&log, "%s-wal", file->path) < 0)
        return -ENOMEM;
    if (faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS) < 0)
        return refuse_errno(ret_error, errno, "write to the directory of the database", file->path);
    file->has_log = stat(log, &st) == 0 && st.st_size > 0;
    return 0;
}

static int create_file(const char *path, char *ret_error)
{
    _cleanup_close_ int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (fd < 0 && (errno == EEXIST || errno == ELOOP))
        return refuse(ret_error, -ENOENT,
            "%s is a symbolic link to a place that does not exist; correct it or the [store] url",
            path);
    return fd < 0 ? refuse_errno(ret_error, errno, "create the database", path) : 0;
}

int db_file_init(struct db_file *ret, const char *path, char *ret_error)
{
    _cleanup_(db_file_fini) struct db_file file = DB_FILE_NULL;
    bool exists;
    int r;

    r = resolve(&file.path, path, ret_error);
    if (r < 0)
        return r;
    /*
     * An existing lock comes first: closing a second descriptor of a database that this very
     * process has open would drop the engine's own locks. A new lock file comes last: none is left
     * beside a file that is not ours.
     */
    r = lock(&file, false, ret_error);
    if (r < 0)
        return r;
    r = check(file.path, &file.is_new, ret_error);
    exists = r != -ENOENT;
    if (exists && r < 0)
        return r;
    r = lock(&file, true, ret_error);
    if (r == 0)
        r = check_log(&file, ret_error);
    if (r == 0 && !exists) {
        file.is_new = true;
        r = create_file(file.path, ret_error);
    }
    if (r < 0)
        return r;
    *ret = file;
    file = DB_FILE_NULL;
    return 0;
}

int db_file_check(const char *path, char *ret_error)
{
    _cleanup_free_ char *resolved = NULL;
    bool is_new;
    int r = resolve(&resolved, path, ret_error);

    if (r == 0)
        r = check(resolved, &is_new, ret_error);
    return r == -ENOENT ? 0 : r; /* it will be made */
}

void db_file_fini(struct db_file *file)
{
    cleanup_closep(&file->lock_fd);
    free(file->path);
    *file = DB_FILE_NULL;
}

int db_file_sync_directory(const struct db_file *file)
{
    _cleanup_free_ char *directory = directory_of(file->path);
    _cleanup_close_ int fd = -1;

    if (!directory)
        return -ENOMEM;
    fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

int db_file_room(const struct db_file *file, struct db_room *ret)
{
    struct statvfs disk;

    if (statvfs(file->path, &disk) < 0)
        return -errno;
    *ret = (struct db_room){.total = (uint64_t)disk.f_blocks * disk.f_frsize,
        .available = (uint64_t)disk.f_bavail * disk.f_frsize};
    return 0;
}
