#include "core/keys.h"

#include "core/gateway_state.h"
#include "core/journal.h"
#include "otp/receipt.h"

#include <errno.h>
#include <string.h>

struct keys_operation {
    struct store_job job;
    struct gateway *gateway;
    keys_callback callback;
    void *userdata;
    bool rotates;
    uid_t uid; /* who rotates */
    struct otp_keyring *next; /* the new key, while it is not in force; owned */
    struct refusal refusal;
    struct key_row rows[SMSOTP_KEYS_MAX];
    unsigned n_rows;
};

/* The row of the current key of `keyring`, but for the lasting secret. */
static struct key_row row_of(const struct otp_keyring *keyring, const struct environment *env)
{
    struct key_row row = {
        .id = otp_keyring_id(keyring), .created_wall = moment_now(&env->timebase).wall};

    memcpy(row.public_key, otp_keyring_public_key(keyring), sizeof(row.public_key));
    return row;
}

/* The lasting secret as the current key, or else the previous one, has sealed it. */
static int find_lasting(struct db *db, const struct otp_keyring *keyring, struct keys_start *start)
{
    const uint32_t ids[] = {otp_keyring_id(keyring), otp_keyring_previous_id(keyring)};
    struct key_row rows[1];
    unsigned n;
    int r;

    for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
        r = key_load(db, ids[i], &rows[0]);
        if (r < 0 && r != -ENOENT)
            return r;
        if (r < 0 || !rows[0].has_lasting)
            continue;
        r = otp_lasting_reseal(keyring, rows[0].lasting_sealed, start->lasting_sealed);
        start->adopts = r == 0;
        if (r != -EBADMSG)
            return r;
    }
    r = key_load_all(db, rows, 1, &n);
    start->is_lost = r == 0 && n > 0;
    otp_lasting_seal(keyring, keyring, start->lasting_sealed);
    return r;
}

int keys_begin(struct db *db, const struct environment *env, struct keys_start *ret)
{
    struct key_row row = row_of(env->keyring, env);
    struct keys_start start = {0};
    int r;

    r = find_lasting(db, env->keyring, &start);
    if (r < 0)
        return r;
    memcpy(row.lasting_sealed, start.lasting_sealed, sizeof(row.lasting_sealed));
    r = key_store(db, &row);
    if (r >= 0)
        r = key_count_orphans(db, row.id, otp_keyring_previous_id(env->keyring), &start.n_orphans);
    if (r < 0)
        return r;
    *ret = start;
    return 0;
}

void keys_adopt(struct gateway *gateway, const struct keys_start *start)
{
    if (start->adopts && otp_lasting_adopt(gateway->rotation.keyring, start->lasting_sealed) < 0)
        log_error(gateway->env.log, "event=key_damaged: limits and guesses by number begin anew");
}

void keys_report(const struct gateway *gateway, const struct keys_start *start)
{
    const struct log *log = gateway->env.log;

    if (start->is_lost) {
        struct journal_entry lost = {.kind = EVENT_KEY_LOST,
            .facts = {FACT_NUMBER("codes_void", start->n_orphans)}};

        journal_post(&gateway->env, &lost);
        log_error(log,
            "event=key_lost key=%08x: the database was used with another master key, which is not "
            "here; limits and guesses by number begin anew, and received texts cannot be read. If "
            "that is a mistake, stop the gateway and put the old key back",
            (unsigned)otp_keyring_id(gateway->env.keyring));
    }
    if (start->n_orphans > 0)
        log_error(log, "event=codes_void n=%u: these were made with a key that is not here and are "
            "ended as expired", start->n_orphans);
}

static void refuse_under_way(struct refusal *ret)
{
    refuse(ret, ERROR_ROTATION_UNDER_WAY, NULL,
        "The key before is still needed, by codes or received texts; `smsotpctl key list` tells "
        "when it is gone");
}

/* A refusal for what the source of keys could not do. 0, or the error of a disk. */
static int refuse_renewal(struct refusal *ret, int r, const char *reason)
{
    if (r != -ENOTSUP)
        return r;
    refuse(ret, ERROR_ROTATION_BY_HAND, NULL, "%s", reason);
    return 0;
}

static int note_rotation(const struct keys_operation *operation, struct db *db)
{
    const struct environment *env = &operation->gateway->env;
    char key[OTP_KEY_NAME_SIZE], previous[OTP_KEY_NAME_SIZE];
    struct journal_entry entry = {.kind = EVENT_KEY_ROTATED,
        .object = key,
        .actor = &operation->uid,
        .facts = {FACT_TEXT("previous", previous)}};

    otp_key_name(otp_keyring_id(operation->next), key);
    otp_key_name(otp_keyring_id(env->keyring), previous);
    return journal_write(db, env, &entry);
}

static int rotate(struct keys_operation *operation, struct db *db)
{
    const struct environment *env = &operation->gateway->env;
    const struct key_source *source = operation->gateway->rotation.source;
    char reason[KEY_SOURCE_ERROR_SIZE] = "There is no place for another key here";
    struct key_row row;
    int r;

    if (otp_keyring_previous_id(env->keyring) != 0) {
        refuse_under_way(&operation->refusal);
        return 0;
    }
    r = source ? source->renew(source->userdata, &operation->next, reason) : -ENOTSUP;
    if (r < 0)
        return refuse_renewal(&operation->refusal, r, reason);
    row = row_of(operation->next, env);
    otp_lasting_seal(env->keyring, operation->next, row.lasting_sealed);
    r = key_store(db, &row);
    return r < 0 ? r : note_rotation(operation, db);
}

/* On the store's thread. */
static int run(struct store_job *job, struct db *db)
{
    struct keys_operation *operation = CONTAINER_OF(job, struct keys_operation, job);
    int r = operation->rotates ? rotate(operation, db) : 0;

    return r < 0 ? r : key_load_all(db, operation->rows, SMSOTP_KEYS_MAX, &operation->n_rows);
}

/* The new key is durable: from here on everything is made with it. */
static void put_in_force(struct keys_operation *operation)
{
    struct gateway *gateway = operation->gateway;
    uint32_t before = otp_keyring_id(gateway->env.keyring);
    int r = otp_keyring_rotate(gateway->rotation.keyring, operation->next);

    if (r == -EEXIST)
        return; /* of two requests at once, the other was first */
    if (r < 0) {
        refuse_under_way(&operation->refusal);
        return;
    }
    log_notice(gateway->env.log, "event=key_rotated key=%08x previous=%08x uid=%u",
        (unsigned)otp_keyring_id(gateway->env.keyring), (unsigned)before, (unsigned)operation->uid);
    key_rotation_tend(&gateway->rotation);
}

static void on_done(struct store_job *job, int r)
{
    struct keys_operation *operation = CONTAINER_OF(job, struct keys_operation, job);
    const struct otp_keyring *keyring = operation->gateway->env.keyring;
    struct keys_answer answer = {.keys = operation->rows, .n_keys = operation->n_rows};

    if (r < 0)
        refuse_storage(&operation->refusal, r);
    else if (operation->next)
        put_in_force(operation);
    answer.current = otp_keyring_id(keyring);
    answer.previous = otp_keyring_previous_id(keyring);
    if (operation->refusal.is_refused)
        answer = (struct keys_answer){.refusal = &operation->refusal};
    operation->callback(operation->userdata, &answer);
    otp_keyring_free(operation->next);
    free(operation);
}

/* `rotates` is whoever rotates, NULL: nobody. */
static void start(struct gateway *gateway, const struct caller *rotates, keys_callback callback,
    void *userdata)
{
    struct keys_operation *operation = calloc(1, sizeof(*operation));
    struct refusal refusal;

    if (!operation) {
        refuse_no_memory(&refusal);
        callback(userdata, &(struct keys_answer){.refusal = &refusal});
        return;
    }
    operation->job.run = run;
    operation->job.done = on_done;
    operation->gateway = gateway;
    operation->callback = callback;
    operation->userdata = userdata;
    operation->rotates = rotates != NULL;
    operation->uid = rotates ? rotates->uid : 0;
    store_submit(gateway->env.store, &operation->job);
}

void gateway_list_keys(struct gateway *gateway, keys_callback callback, void *userdata)
{
    start(gateway, NULL, callback, userdata);
}

void gateway_rotate_key(
    struct gateway *gateway, const struct caller *caller, keys_callback callback, void *userdata)
{
    start(gateway, caller, callback, userdata);
}
