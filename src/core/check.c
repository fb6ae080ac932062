/*
 * Checking a code. All of it happens inside one transaction: the attempt is counted in the same
 * commit that decides it, and nobody hears of the outcome before that commit, so neither a second
 * till nor a crash in between gives a free guess.
 */
#include "core/attempt_table.h"
#include "core/ending.h"
#include "core/journal.h"
#include "core/operation.h"
#include "core/receipt.h"
#include "core/verification_table.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

struct check_operation {
    struct operation operation;
    char code[OTP_CODE_SIZE];
    bool has_context;
    uint8_t context_digest[OTP_CONTEXT_DIGEST_SIZE];
    char attempt_id[SMSOTP_ATTEMPT_ID_MAX + 1]; /* empty: none */
    bool is_late; /* it had ended before: nothing was compared */
    usec_t spray_wait; /* while there are too many wrong guesses in all; 0: there are not */
};

#define CHECK_OF(o) CONTAINER_OF(o, struct check_operation, operation)

static void check_free(struct operation *operation)
{
    struct check_operation *check = CHECK_OF(operation);

    sodium_memzero(check->code, sizeof(check->code));
    free(check);
}

/* The result for a verification that has ended, whatever the code. */
static enum check_result result_of_status(enum verification_status status)
{
    switch (status) {
    case VERIFICATION_PENDING:
    case VERIFICATION_EXPIRED:
        return CHECK_EXPIRED;
    case VERIFICATION_APPROVED:
        return CHECK_ALREADY_APPROVED;
    case VERIFICATION_EXHAUSTED:
        return CHECK_EXHAUSTED;
    case VERIFICATION_CANCELED:
        return CHECK_CANCELED;
    case VERIFICATION_DENIED:
        return CHECK_DENIED;
    case VERIFICATION_UNDELIVERABLE:
        return CHECK_UNDELIVERABLE;
    }
    return CHECK_EXPIRED;
}

/* Whether the caller says what he is about to carry out, and it is something else. */
static bool is_of_another_context(const struct check_operation *check)
{
    return check->has_context &&
           sodium_memcmp(check->context_digest, check->operation.verification.context_digest,
               OTP_CONTEXT_DIGEST_SIZE) != 0;
}

/*
 * An approval that has been answered before must not pass for one of something else. The code is no
 * help then: it cannot be derived without the number, which has been wiped.
 */
static enum check_result of_this_context(
    const struct check_operation *check, enum check_result result)
{
    bool is_approval = result == CHECK_APPROVED || result == CHECK_ALREADY_APPROVED;

    return is_approval && is_of_another_context(check) ? CHECK_CONTEXT_MISMATCH : result;
}

/* Compares with the code that is valid now, then with those a resend has replaced. */
static int compare(const struct check_operation *check, enum check_result *ret)
{
    const struct operation *operation = &check->operation;
    const struct verification *v = &operation->verification;
    const struct otp_keyring *keyring = operation->gateway->env.keyring;
    const uint8_t *key = otp_keyring_code_key(keyring, v->key_id);
    char number[E164_SIZE];
    struct otp_subject subject = {.id = v->id,
        .generation = v->generation,
        .purpose = v->purpose,
        .number = number,
        .context_digest = v->context_digest};
    int r;

    if (!v->has_number || !key)
        return -EUCLEAN;
    r = otp_number_open(keyring, v->id, v->number_sealed, number);
    if (r < 0)
        return r;
    *ret = otp_code_matches(key, &subject, v->code_length, check->code) ? CHECK_APPROVED
                                                                        : CHECK_INCORRECT;
    while (*ret == CHECK_INCORRECT && subject.generation-- > 0)
        if (otp_code_matches(key, &subject, v->code_length, check->code))
            *ret = CHECK_SUPERSEDED;
    sodium_memzero(number, sizeof(number));
    return 0;
}

/* Counts a wrong guess for its number, and looks whether wrong ones come from everywhere. */
static int count_guess(struct check_operation *check, struct db *db)
{
    struct operation *operation = &check->operation;
    struct limit_hit hit;
    int r;

    r = guess_insert(db, operation->verification.number_index, operation->client,
        operation->now.wall);
    if (r < 0)
        return r;
    r = limit_check(db, COUNT_GUESSES, &(struct limit_subject){0}, &operation->limits.spray,
        &operation->now, &hit);
    check->spray_wait = r > 0 ? hit.wait : 0;
    return MIN(r, 0);
}

/* A code that did not match: it counts against the number, and the journal has it. */
static int note_wrong(struct check_operation *check, struct db *db)
{
    const struct operation *operation = &check->operation;
    const struct verification *v = &operation->verification;
    struct journal_entry entry =
        journal_entry_of(EVENT_VERIFICATION_INCORRECT, v, &operation->uid);
    int r = 0;

    /* Who types a code that a resend replaced has the phone: no guess. */
    if (operation->result != CHECK_SUPERSEDED)
        r = count_guess(check, db);
    if (r < 0)
        return r;
    entry.facts[0] =
        (struct journal_fact)FACT_TEXT("result", check_result_to_string(operation->result));
    entry.facts[1] = (struct journal_fact)FACT_NUMBER(
        "attempts_left", v->attempts_max - MIN(v->attempts, v->attempts_max));
    return journal_write(db, &operation->gateway->env, &entry);
}

/* Decides an attempt against a pending verification and stores what follows from it. */
static int decide_attempt(struct check_operation *check, struct db *db)
{
    struct operation *operation = &check->operation;
    const struct environment *env = &operation->gateway->env;
    struct verification *v = &operation->verification;
    enum verification_status status = VERIFICATION_PENDING;
    int r;

    v->attempts++;
    if (is_of_another_context(check)) {
        operation->result = CHECK_CONTEXT_MISMATCH;
    } else {
        r = compare(check, &operation->result);
        if (r < 0)
            return r;
    }
    if (operation->result == CHECK_APPROVED) {
        status = VERIFICATION_APPROVED;
        r = guess_forgive(db, v->number_index);
    } else {
        if (v->attempts >= v->attempts_max)
            status = VERIFICATION_EXHAUSTED;
        r = note_wrong(check, db);
    }
    if (r < 0)
        return r;
    if (status == VERIFICATION_PENDING)
        return verification_set_attempts(db, v->id, v->attempts);
    r = verification_end(db, env, v, status, &operation->uid);
    if (r == 0 && status == VERIFICATION_APPROVED)
        r = receipt_issue(db, env->keyring, v, operation->now.wall);
    return r;
}

/*
 * Answers a repeated attempt_id from the first time. 1: answered, refusals included; 0: it is new.
 */
static int answer_repeated(struct check_operation *check, struct db *db,
    const uint8_t mac[static OTP_ATTEMPT_MAC_SIZE])
{
    struct operation *operation = &check->operation;
    struct attempt_row row;
    int r;

    r = attempt_load(db, operation->id, check->attempt_id, &row);
    if (r < 0)
        return r == -ENOENT ? 0 : r;
    if (sodium_memcmp(row.code_mac, mac, OTP_ATTEMPT_MAC_SIZE) != 0) {
        refuse(&operation->refusal, ERROR_ATTEMPT_ID_REUSED, "attempt_id",
            "This attempt_id was used with another code; make a new one for each code typed");
        return 1;
    }
    operation->result = of_this_context(check, row.result);
    operation->attempts_left = row.attempts_left;
    return 1;
}

static int check_attempt(struct check_operation *check, struct db *db)
{
    struct operation *operation = &check->operation;
    struct verification *v = &operation->verification;
    int r;

    if (v->status != VERIFICATION_PENDING) {
        operation->result = of_this_context(check, result_of_status(v->status));
        check->is_late = true;
    } else {
        r = operation_meets_limit(operation, db, LIMIT_KIND_CHECK);
        if (r != 0)
            return MIN(r, 0);
        r = decide_attempt(check, db);
        if (r < 0)
            return r;
    }
    operation->attempts_left =
        v->status == VERIFICATION_PENDING ? v->attempts_max - v->attempts : 0;
    return 0;
}

/* A code of the wrong form is a slip of the finger, not a guess. */
static bool is_well_formed(struct check_operation *check)
{
    const struct verification *v = &check->operation.verification;

    if (otp_code_is_well_formed(check->code, v->code_length))
        return true;
    refuse(&check->operation.refusal, ERROR_INVALID, "code",
        "`code` must be the %u digits of the text; this attempt was not counted", v->code_length);
    return false;
}

static int decide(struct operation *operation, struct db *db)
{
    struct check_operation *check = CHECK_OF(operation);
    uint8_t mac[OTP_ATTEMPT_MAC_SIZE];
    struct attempt_row row;
    int r;

    r = operation_load(operation, db);
    if (r <= 0)
        return r;
    if (operation_is_by_text(operation) || !is_well_formed(check))
        return 0;
    if (!check->attempt_id[0])
        return check_attempt(check, db);

    otp_keyring_attempt_mac(
        operation->gateway->env.keyring, operation->id, check->attempt_id, check->code, mac);
    r = answer_repeated(check, db, mac);
    if (r != 0)
        return r < 0 ? r : 0;
    r = check_attempt(check, db);
    /* What has ended answers alike for good: its row would keep nothing but a place on the disk. */
    if (r < 0 || operation->refusal.is_refused || check->is_late)
        return r;
    row = (struct attempt_row){
        .result = operation->result, .attempts_left = operation->attempts_left};
    memcpy(row.code_mac, mac, sizeof(row.code_mac));
    return attempt_insert(db, operation->id, check->attempt_id, &row);
}

static void committed(struct operation *operation)
{
    usec_t spray_wait = CHECK_OF(operation)->spray_wait;

    if (spray_wait > 0)
        gateway_warn_of_spray(operation->gateway, spray_wait);
    if (CHECK_OF(operation)->is_late)
        refusal_journal_note_late(&operation->gateway->refusals, operation->client,
            operation->uid, &operation->verification, operation->result);
}

void gateway_check(struct gateway *gateway, const struct caller *caller, const char *id,
    const struct check_request *request, verification_callback callback, void *userdata)
{
    struct check_operation *check = calloc(1, sizeof(*check));

    if (!check) {
        operation_answer_no_memory(callback, userdata);
        return;
    }
    operation_init(&check->operation, gateway, caller, callback, userdata);
    check->operation.decide = decide;
    check->operation.committed = committed;
    check->operation.free = check_free;
    snprintf(check->operation.id, sizeof(check->operation.id), "%s", id);
    /* A text too long for any code becomes one that is malformed, not one cut to fit. */
    snprintf(check->code, sizeof(check->code), "%s",
        strlen(request->code) < sizeof(check->code) ? request->code : "");
    if (request->attempt_id)
        snprintf(check->attempt_id, sizeof(check->attempt_id), "%s", request->attempt_id);
    if (request->context) {
        check->has_context = true;
        if (otp_context_digest(request->context, check->context_digest) < 0)
            sodium_memzero(check->context_digest, sizeof(check->context_digest));
    }
    operation_submit(&check->operation);
}
