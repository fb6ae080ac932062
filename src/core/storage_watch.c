#include "core/storage_watch.h"

#include "core/gateway_state.h"

#include <stdio.h>
#include <string.h>

#define INTERVAL (10 * USEC_PER_MINUTE)
#define PROBE_INTERVAL (2 * USEC_PER_SEC)
#define MIB (1024 * 1024)

/* What changes nothing in a page is not written: it counts. */
static const struct db_sql probe_sql = {"INSERT INTO meta (key, value) VALUES ('storage_probe', 0) "
    "ON CONFLICT (key) DO UPDATE SET value = value + 1"};

bool storage_is_short(const struct db_room *room)
{
    return room->available < SMSOTP_STORAGE_AMPLE_OCTETS &&
           room->available / (100 - SMSOTP_STORAGE_WARN_PERCENT) <= room->total / 100;
}

/* On the store's thread, so that a disk that hangs holds nobody up but who needs it. */
static int run(struct store_job *job, struct db *db)
{
    struct storage_watch *watch = CONTAINER_OF(job, struct storage_watch, job);
    int r = db_room(db, &watch->found);

    return r == 0 && watch->is_probe ? db_run(db_use(db, &probe_sql)) : r;
}

static void on_done(struct store_job *job, int r)
{
    struct storage_watch *watch = CONTAINER_OF(job, struct storage_watch, job);
    const struct db_room *room = &watch->room;
    char detail[WARNING_DETAIL_SIZE];

    watch->is_looking = false;
    timer_arm_in(&watch->timer,
        store_commit_error(watch->gateway->env.store) < 0 ? PROBE_INTERVAL : INTERVAL);
    if (r < 0)
        return;
    watch->room = watch->found;
    if (!storage_is_short(room)) {
        warnings_end(&watch->gateway->env, WARNING_STORAGE);
        return;
    }
    snprintf(detail, sizeof(detail), "The disk of the database has %" PRIu64 " MiB left of %" PRIu64
        ": make room, or shorten `retention`; without room no codes are sent or compared",
        room->available / MIB, room->total / MIB);
    warnings_tell(&watch->gateway->env, WARNING_STORAGE, detail, 2 * INTERVAL);
}

static void look(void *userdata)
{
    struct storage_watch *watch = userdata;

    if (watch->is_looking)
        return;
    watch->is_looking = true;
    watch->is_probe = watch->error < 0;
    store_submit(watch->gateway->env.store, &watch->job);
}

void storage_watch_init(struct storage_watch *watch, struct gateway *gateway, struct loop *loop)
{
    *watch = (struct storage_watch){.gateway = gateway, .job = {.run = run, .done = on_done}};
    timer_init(&watch->timer, loop, look, watch);
}

void storage_watch_fini(struct storage_watch *watch)
{
    timer_fini(&watch->timer);
}

void storage_watch_start(struct storage_watch *watch)
{
    look(watch);
}

void storage_watch_heed(struct storage_watch *watch)
{
    int before = watch->error;

    watch->error = store_commit_error(watch->gateway->env.store);
    if (watch->gateway->is_loaded && before == 0 && watch->error < 0)
        look(watch);
}

void gateway_read_storage(const struct gateway *gateway, struct db_room *ret)
{
    *ret = gateway->storage_watch.room;
}
