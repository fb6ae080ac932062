#include "core/key_rotation.h"

#include "core/journal.h"
#include "core/key_table.h"
#include "otp/receipt.h"

#include <errno.h>
#include <string.h>

/* Codes live ten minutes at most, parts of a received text a day: no need to look often. */
#define INTERVAL USEC_PER_MINUTE

/* Nothing needs the previous key any more. */
static int drop(struct key_rotation *rotation, struct db *db, uint32_t id)
{
    char name[OTP_KEY_NAME_SIZE];
    struct journal_entry dropped = {.kind = EVENT_KEY_DROPPED, .object = name};
    int r = key_set_dropped(db, id, moment_now(&rotation->env->timebase).wall);

    otp_key_name(id, name);
    if (r >= 0)
        r = journal_write(db, rotation->env, &dropped);
    if (r < 0)
        return r;
    r = rotation->source
            ? rotation->source->drop_previous(rotation->source->userdata, rotation->note)
            : 0;
    if (r < 0 && r != -ENOTSUP)
        return r;
    otp_keyring_hide_previous(rotation->keyring);
    rotation->dropped = id;
    return 0;
}

/* On the store's thread. */
static int run(struct store_job *job, struct db *db)
{
    struct key_rotation *rotation = CONTAINER_OF(job, struct key_rotation, job);
    uint32_t id = otp_keyring_previous_id(rotation->keyring);
    struct key_row current;
    int r;

    r = reseal_some(&rotation->reseal, db, rotation->keyring);
    rotation->has_more = r > 0;
    if (r != 0)
        return r < 0 ? r : 0;
    r = key_load(db, otp_keyring_id(rotation->keyring), &current);
    if (r >= 0)
        r = key_is_needed(db, id, current.created_wall);
    return r == 0 ? drop(rotation, db, id) : MIN(r, 0);
}

static void on_done(struct store_job *job, int r)
{
    struct key_rotation *rotation = CONTAINER_OF(job, struct key_rotation, job);
    const struct log *log = rotation->env->log;

    rotation->is_running = false;
    if (rotation->dropped) {
        otp_keyring_wipe_hidden(rotation->keyring);
        log_notice(log, "event=key_dropped key=%08x: nothing needs it any more%s%s",
            (unsigned)rotation->dropped, rotation->note[0] ? "; " : "", rotation->note);
        rotation->dropped = 0;
        return;
    }
    if (r < 0)
        log_error(log, "event=key_tending_failed error=\"%s\"", strerror(-r));
    timer_arm_in(&rotation->timer, r >= 0 && rotation->has_more ? 0 : INTERVAL);
}

static void tend(void *userdata)
{
    struct key_rotation *rotation = userdata;

    if (rotation->is_running)
        return;
    rotation->is_running = true;
    store_submit(rotation->env->store, &rotation->job);
}

void key_rotation_init(struct key_rotation *rotation, const struct environment *env,
    struct otp_keyring *keyring, const struct key_source *source)
{
    *rotation = (struct key_rotation){.env = env, .keyring = keyring, .source = source};
    rotation->job.run = run;
    rotation->job.done = on_done;
    timer_init(&rotation->timer, env->loop, tend, rotation);
}

void key_rotation_fini(struct key_rotation *rotation)
{
    timer_fini(&rotation->timer);
}

void key_rotation_tend(struct key_rotation *rotation)
{
    if (otp_keyring_previous_id(rotation->keyring) == 0)
        return;
    rotation->reseal = (struct reseal){0};
    rotation->note[0] = '\0';
    tend(rotation);
}
