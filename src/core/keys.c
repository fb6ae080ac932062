#include "core/keys.h"

#include "core/gateway_state.h"

#include <errno.h>
#include <string.h>

struct keys_operation {
    struct store_job job;
    struct gateway *gateway;
    keys_callback callback;
    void *userdata;
    struct key_row rows[SMSOTP_KEYS_MAX];
    unsigned n_rows;
};

int keys_begin(struct db *db, const struct environment *env)
{
    struct key_row row = {.id = otp_keyring_id(env->keyring),
        .created_wall = moment_now(&env->timebase).wall};

    memcpy(row.public_key, otp_keyring_public_key(env->keyring), sizeof(row.public_key));
    return key_insert(db, &row);
}

static int run(struct store_job *job, struct db *db)
{
    struct keys_operation *operation = CONTAINER_OF(job, struct keys_operation, job);

    return key_load_all(db, operation->rows, SMSOTP_KEYS_MAX, &operation->n_rows);
}

static void on_done(struct store_job *job, int r)
{
    struct keys_operation *operation = CONTAINER_OF(job, struct keys_operation, job);
    struct keys_answer answer = {.keys = operation->rows,
        .n_keys = operation->n_rows,
        .current = otp_keyring_id(operation->gateway->env.keyring)};
    struct refusal refusal;

    if (r < 0) {
        refuse(&refusal, ERROR_STORAGE_UNAVAILABLE, NULL, "The database could not be read (%s)",
            strerror(-r));
        answer = (struct keys_answer){.refusal = &refusal};
    }
    operation->callback(operation->userdata, &answer);
    free(operation);
}

void gateway_list_keys(struct gateway *gateway, keys_callback callback, void *userdata)
{
    struct keys_operation *operation = calloc(1, sizeof(*operation));
    struct refusal refusal;

    if (!operation) {
        refuse(&refusal, ERROR_INTERNAL, NULL, "The gateway is out of memory");
        callback(userdata, &(struct keys_answer){.refusal = &refusal});
        return;
    }
    operation->job.run = run;
    operation->job.done = on_done;
    operation->gateway = gateway;
    operation->callback = callback;
    operation->userdata = userdata;
    store_submit(gateway->env.store, &operation->job);
}
