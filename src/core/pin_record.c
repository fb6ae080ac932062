#include "core/pin_record.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* So often without an answer, and a SIM with three tries still has one. */
#define UNANSWERED_MAX 2

struct pin_job {
    struct store_job job;
    struct pin_record *record;
    const struct environment *env;
    struct modem *modem;
    struct pin_key key;
    uint32_t token;
    bool by_hand, tries_known;
    enum pin_guard_verdict verdict;
    int (*note)(struct db *db, const struct pin_key *key); /* of what came of it */
};

/* On the store's thread. */
static int run_begin(struct store_job *job, struct db *db)
{
    struct pin_job *pin = CONTAINER_OF(job, struct pin_job, job);
    struct pin_row row = {.is_refused = false};
    int r = pin_load(db, &pin->key, &row);

    pin->verdict = PIN_GUARD_SEND;
    if (r < 0)
        return r;
    if (row.is_refused && !pin->by_hand)
        pin->verdict = PIN_GUARD_REFUSED;
    else if (row.unanswered >= (pin->tries_known ? UNANSWERED_MAX : 1) && !pin->by_hand)
        pin->verdict = PIN_GUARD_UNANSWERED;
    return pin->verdict == PIN_GUARD_SEND ? pin_note_sending(db, &pin->key) : 0;
}

static int run_note(struct store_job *job, struct db *db)
{
    struct pin_job *pin = CONTAINER_OF(job, struct pin_job, job);

    return pin->note(db, &pin->key);
}

/* A word that cannot be written down leaves the PIN unanswered, which keeps it as well. */
static void on_noted(struct store_job *job, int r)
{
    struct pin_job *pin = CONTAINER_OF(job, struct pin_job, job);

    if (r < 0)
        log_warning(pin->env->log, "modem=%s event=pin_not_noted error=\"%s\"",
            modem_name(pin->modem), strerror(-r));
    free(pin);
}

static void note(const struct environment *env, struct modem *modem, const struct pin_key *key,
    int (*what)(struct db *db, const struct pin_key *key))
{
    struct pin_job *pin = calloc(1, sizeof(*pin));

    if (!pin) {
        log_warning(env->log, "modem=%s event=pin_not_noted error=\"out of memory\"",
            modem_name(modem));
        return;
    }
    *pin = (struct pin_job){.job = {.run = run_note, .done = on_noted},
        .env = env,
        .modem = modem,
        .key = *key,
        .note = what};
    store_submit(env->store, &pin->job);
}

static void on_begun(struct store_job *job, int r)
{
    struct pin_job *pin = CONTAINER_OF(job, struct pin_job, job);
    enum pin_guard_verdict verdict = r < 0 ? PIN_GUARD_UNNOTED : pin->verdict;

    if (r < 0)
        log_error(pin->env->log, "modem=%s event=pin_not_noted error=\"%s\": it is not sent",
            modem_name(pin->modem), strerror(-r));
    if (verdict == PIN_GUARD_SEND)
        pin->record->key = pin->key;
    if (!modem_pin_decide(pin->modem, pin->token, verdict) && verdict == PIN_GUARD_SEND)
        note(pin->env, pin->modem, &pin->key, pin_note_unsent);
    free(pin);
}

/* The label keeps it apart from digests of other things under the same key. */
static void digest(const struct otp_keyring *keyring, const char *kind, const char *name,
    const char *pin, uint8_t ret[static OTP_DIGEST_SIZE])
{
    char text[3 * MODEM_TEXT_SIZE];
    int n = snprintf(text, sizeof(text), "pin %s %s %s", kind, name, pin);

    otp_octets_digest(keyring, text, MIN((size_t)n, sizeof(text) - 1), ret);
    sodium_memzero(text, sizeof(text));
}

static struct pin_key key_of(
    const struct environment *env, const struct modem *modem, const char *pin)
{
    const struct modem_status *status = modem_status(modem);
    char device[2 * MODEM_TEXT_SIZE];
    struct pin_key key;

    /* Clones share an IMEI: the section's name tells them apart. */
    (void)snprintf(device, sizeof(device), "%s %s", modem_name(modem), status->imei);
    digest(env->keyring, "device", device, pin, key.device);
    if (status->iccid[0])
        digest(env->keyring, "iccid", status->iccid, pin, key.sim);
    else
        memcpy(key.sim, key.device, sizeof(key.sim));
    return key;
}

void pin_record_begin(struct pin_record *record, const struct environment *env,
    struct modem *modem, const struct modem_pin_try *attempt)
{
    struct pin_job *pin = calloc(1, sizeof(*pin));

    if (!pin) {
        (void)modem_pin_decide(modem, attempt->token, PIN_GUARD_UNNOTED);
        return;
    }
    *pin = (struct pin_job){.job = {.run = run_begin, .done = on_begun},
        .record = record,
        .env = env,
        .modem = modem,
        .key = key_of(env, modem, attempt->pin),
        .token = attempt->token,
        .by_hand = attempt->by_hand,
        .tries_known = attempt->tries_known};
    store_submit(env->store, &pin->job);
}

void pin_record_end(struct pin_record *record, const struct environment *env,
    struct modem *modem, bool accepted)
{
    note(env, modem, &record->key, accepted ? pin_note_taken : pin_note_refused);
}
