#include "store/epoch.h"

#include "store/meta.h"
#include "util/hex.h"
#include "util/macros.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define LINE_FORMAT "%s %020" PRIu64 "\n"
#define LINE_SIZE (EPOCH_DATABASE_SIZE + 20 + 2) /* with its NUL */
#define SYNC_INTERVAL USEC_PER_MINUTE

#define META_VALUE "epoch"
#define META_DATABASE "database"

static int read_meta(struct db *db, struct epoch *epoch)
{
    int64_t value = 0;
    int r = meta_read_int(db, META_VALUE, &value);

    if (r > 0)
        epoch->value = (uint64_t)value;
    if (r >= 0)
        r = meta_read_text(db, META_DATABASE, epoch->database, sizeof(epoch->database));
    return MIN(r, 0);
}

static int name_database(struct db *db, struct epoch *epoch)
{
    uint8_t name[(EPOCH_DATABASE_SIZE - 1) / 2];

    if (getrandom(name, sizeof(name), 0) != sizeof(name))
        return -EIO;
    hex_encode(name, sizeof(name), epoch->database);
    return meta_write_text(db, META_DATABASE, epoch->database);
}

int epoch_count(struct epoch *epoch, struct db *db)
{
    return epoch->fd < 0 ? 0 : meta_write_int(db, META_VALUE, (int64_t)++epoch->value);
}

static int write_file(const struct epoch *epoch)
{
    char line[LINE_SIZE];
    int n = snprintf(line, sizeof(line), LINE_FORMAT, epoch->database, epoch->value);

    return pwrite(epoch->fd, line, (size_t)n, 0) == n ? 0 : -EIO;
}

void epoch_committed(struct epoch *epoch)
{
    usec_t now = clock_boottime(&clock_system);

    /* A file that cannot be written lags behind, which reveals less and accuses nobody. */
    if (epoch->fd < 0 || write_file(epoch) < 0 || now - epoch->synced_boot < SYNC_INTERVAL)
        return;
    epoch->synced_boot = now;
    (void)fdatasync(epoch->fd);
}

/* The first start counts one on by itself, and may end before the file has that. */
static bool was_in_use(const struct epoch *epoch)
{
    return epoch->value > 1;
}

/*
 * Compares with what the file says. True: the database is older, or was counted on and nothing
 * tells how far, which who puts back an older one would see to.
 */
static bool is_behind(struct epoch *epoch, const struct log *log, const char *path)
{
    char line[LINE_SIZE] = "", database[EPOCH_DATABASE_SIZE] = "";
    uint64_t value = 0;

    if (pread(epoch->fd, line, sizeof(line) - 1, 0) <= 0) {
        if (was_in_use(epoch))
            log_warning(log, "store: %s is missing or empty: whether the database is an older copy "
                "cannot be told, so it is taken for one", path);
        return was_in_use(epoch);
    }
    if (sscanf(line, "%32[0-9a-f] %20" SCNu64, database, &value) != 2 ||
        strcmp(database, epoch->database) != 0) {
        log_warning(log,
            "store: %s belongs to another database, or holds something else, and is written anew: "
            "whether the database is an older copy cannot be told, so it is taken for one",
            path);
        return was_in_use(epoch);
    }
    if (value <= epoch->value)
        return false;
    epoch->value = value;
    return true;
}

static int store_both(struct epoch *epoch, struct db *db, bool was_rolled_back)
{
    int r = db_begin(db);

    if (r == 0 && !epoch->database[0])
        r = name_database(db, epoch);
    if (r == 0 && was_rolled_back)
        r = meta_write_int(db, EPOCH_META_ROLLED_BACK, 1);
    if (r == 0)
        r = epoch_count(epoch, db);
    if (r < 0) {
        db_rollback(db);
        return r;
    }
    r = db_commit(db);
    if (r == 0)
        r = write_file(epoch);
    return r == 0 && fsync(epoch->fd) < 0 ? -errno : r;
}

int epoch_open(struct epoch *ret, struct db *db, const struct log *log, const char *path,
    char ret_error[static DB_ERROR_SIZE])
{
    _cleanup_(epoch_close) struct epoch epoch = EPOCH_NULL;
    bool was_rolled_back;
    int r;

    epoch.fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (epoch.fd < 0) {
        r = -errno;
        snprintf(ret_error, DB_ERROR_SIZE,
            "cannot open %s: %s; it and its directory must be writable, or choose another place by "
            "`epoch` in [store]", path, strerror(errno));
        return r;
    }
    r = read_meta(db, &epoch);
    was_rolled_back = r == 0 && is_behind(&epoch, log, path);
    if (r == 0)
        r = store_both(&epoch, db, was_rolled_back);
    if (r == -EBUSY && epoch.database[0] && !was_rolled_back)
        r = 0; /* somebody has it locked for a while: the next commit counts on */
    if (r < 0) {
        snprintf(ret_error, DB_ERROR_SIZE,
            "cannot note in the database and in %s how far it has come: %s; make room on their "
            "disks",
            path, strerror(-r));
        return r;
    }
    *ret = epoch;
    epoch.fd = -1;
    return 0;
}

void epoch_close(struct epoch *epoch)
{
    if (epoch->fd < 0)
        return;
    (void)fdatasync(epoch->fd);
    close(epoch->fd);
    epoch->fd = -1;
}
