/* Reading a verification, by id or by the caller's own reference, and ending one. */
#include "core/ending.h"
#include "core/operation.h"
#include "core/verification_table.h"

#include <errno.h>
#include <stdio.h>

struct lookup_operation {
    struct operation operation;
    char reference[SMSOTP_REFERENCE_MAX + 1];
};

static void lookup_free(struct operation *operation)
{
    free(CONTAINER_OF(operation, struct lookup_operation, operation));
}

static int decide_get(struct operation *operation, struct db *db)
{
    int r = operation_load(operation, db);

    return r <= 0 ? r : operation_load_message(operation, db);
}

static int decide_get_by_reference(struct operation *operation, struct db *db)
{
    const char *reference =
        CONTAINER_OF(operation, struct lookup_operation, operation)->reference;
    int r = verification_load_by_reference(
        db, operation->is_admin ? NULL : operation->client, reference, &operation->verification);

    if (r == -ENOENT) {
        refuse(&operation->refusal, ERROR_NOT_FOUND, "reference",
            "No verification has this reference");
        return 0;
    }
    if (r < 0)
        return r;
    r = operation_expire_if_due(operation, db);
    return r < 0 ? r : operation_load_message(operation, db);
}

static int decide_cancel(struct operation *operation, struct db *db)
{
    struct verification *v = &operation->verification;
    int r = operation_load(operation, db);

    if (r <= 0)
        return r;
    if (v->status == VERIFICATION_PENDING) {
        r = verification_end(
            db, &operation->gateway->env, v, VERIFICATION_CANCELED, &operation->uid);
        if (r < 0)
            return r;
    }
    return operation_load_message(operation, db);
}

static void start(struct gateway *gateway, const struct caller *caller, const char *id,
    const char *reference, int (*decide)(struct operation *operation, struct db *db),
    verification_callback callback, void *userdata)
{
    struct lookup_operation *lookup = calloc(1, sizeof(*lookup));

    if (!lookup) {
        operation_answer_no_memory(callback, userdata);
        return;
    }
    operation_init(&lookup->operation, gateway, caller, callback, userdata);
    lookup->operation.decide = decide;
    lookup->operation.free = lookup_free;
    snprintf(lookup->operation.id, sizeof(lookup->operation.id), "%s", id);
    snprintf(lookup->reference, sizeof(lookup->reference), "%s", reference);
    operation_submit(&lookup->operation);
}

void gateway_get(struct gateway *gateway, const struct caller *caller, const char *id,
    verification_callback callback, void *userdata)
{
    start(gateway, caller, id, "", decide_get, callback, userdata);
}

void gateway_get_by_reference(struct gateway *gateway, const struct caller *caller,
    const char *reference, verification_callback callback, void *userdata)
{
    start(gateway, caller, "", reference, decide_get_by_reference, callback, userdata);
}

void gateway_cancel(struct gateway *gateway, const struct caller *caller, const char *id,
    verification_callback callback, void *userdata)
{
    start(gateway, caller, id, "", decide_cancel, callback, userdata);
}
