#include "core/reverse.h"

#include "core/destination.h"
#include "core/ending.h"
#include "core/gateway_state.h"
#include "core/journal.h"
#include "core/limit_table.h"
#include "core/receipt.h"
#include "core/streak_table.h"
#include "core/verification_table.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define MAC_LABEL "reverse code "
#define PENDING_LOOKED_AT 16

void reverse_mac(const struct otp_keyring *keyring, const char code[static OTP_REVERSE_SIZE],
    uint8_t ret_mac[static OTP_DIGEST_SIZE])
{
    char labelled[sizeof(MAC_LABEL) + OTP_REVERSE_SIZE];
    int n = snprintf(labelled, sizeof(labelled), "%s%s", MAC_LABEL, code);

    otp_octets_digest(keyring, labelled, (size_t)n, ret_mac);
    sodium_memzero(labelled, sizeof(labelled));
}

static int derive(const struct otp_keyring *keyring, const struct verification *v,
    char ret_code[static OTP_REVERSE_SIZE])
{
    const uint8_t *key = otp_keyring_code_key(keyring, v->key_id);
    char number[E164_SIZE];
    int r = key ? otp_number_open(keyring, v->id, v->number_sealed, number) : -ENOKEY;

    if (r < 0)
        return r;
    otp_reverse_derive(key,
        &(struct otp_subject){.id = v->id,
            .purpose = v->purpose,
            .number = number,
            .context_digest = v->context_digest},
        ret_code);
    sodium_memzero(number, sizeof(number));
    return 0;
}

int reverse_begin(const struct otp_keyring *keyring, struct verification *v)
{
    char code[OTP_REVERSE_SIZE];
    int r = derive(keyring, v, code);

    if (r < 0)
        return r;
    reverse_mac(keyring, code, v->reverse_mac);
    sodium_memzero(code, sizeof(code));
    v->is_reverse = true;
    v->attempts_max = SMSOTP_REVERSE_TRIES;
    v->sends = v->sends_max = 0;
    return 0;
}

bool reverse_find_number(const struct gateway *gateway, char ret_number[static E164_SIZE])
{
    const struct modem *modem;

    for (unsigned i = 0; (modem = gateway_modem(gateway, i)); i++) {
        enum modem_state state = modem_status(modem)->state;

        if ((state == MODEM_READY || state == MODEM_SENDING) &&
            destination_of_modem(gateway->env.policy, modem, ret_number))
            return true;
    }
    return false;
}

bool reverse_check(
    const struct gateway *gateway, const struct purpose *purpose, struct refusal *ret)
{
    enum gateway_error reason;
    char number[E164_SIZE];

    if (purpose && !purpose->allows_reverse) {
        refuse(ret, ERROR_PURPOSE_NOT_ALLOWED, "method",
            "The purpose `%s` has no `method` inbound; the owner sets `inbound = yes` for it",
            purpose->name);
    } else if (!gateway_is_open(gateway, &reason)) {
        refuse(ret, reason, NULL, "%s; nothing was made or counted", gateway_reason_text(reason));
    } else if (!reverse_find_number(gateway, number)) {
        refuse(ret, ERROR_NO_MODEM, NULL,
            "No modem is ready whose SIM's number is known; the owner sets `number` in its [modem] "
            "section");
    }
    return !ret->is_refused;
}

bool reverse_is_method(const char *method, bool *ret_is_reverse, struct refusal *ret)
{
    *ret_is_reverse = method && strcmp(method, SMSOTP_METHOD_INBOUND) == 0;
    if (!method || *ret_is_reverse || strcmp(method, SMSOTP_METHOD_SMS) == 0)
        return true;
    refuse(ret, ERROR_INVALID, "method",
        "`method` must be `" SMSOTP_METHOD_SMS
        "`, a text to the customer, or `" SMSOTP_METHOD_INBOUND "`, one from the customer");
    return false;
}

void reverse_describe(
    const struct gateway *gateway, const struct verification *v, struct reverse_view *ret)
{
    char code[OTP_REVERSE_SIZE] = "";

    *ret = (struct reverse_view){.text = ""};
    if (!v->is_reverse || v->status != VERIFICATION_PENDING ||
        derive(gateway->env.keyring, v, code) < 0)
        return;
    snprintf(ret->text, sizeof(ret->text), "%s %s", gateway->env.policy->reverse_word, code);
    sodium_memzero(code, sizeof(code));
    if (!reverse_find_number(gateway, ret->to))
        ret->to[0] = '\0';
}

static bool is_from(const struct reverse_text *text, const struct verification *v)
{
    for (unsigned i = 0; i < text->n_indexes; i++)
        if (memcmp(text->indexes[i], v->number_index, OTP_NUMBER_INDEX_SIZE) == 0)
            return true;
    return false;
}

/* Whether a verification is one that the text can be about. */
static bool is_open(const struct environment *env, const struct reverse_text *text,
    const struct moment *now, const struct verification *v)
{
    return v->is_reverse && v->status == VERIFICATION_PENDING && !moment_passed(&v->expires, now) &&
           v->created.wall <= text->about_until && otp_keyring_has(env->keyring, v->key_id);
}

static int approve(struct db *db, const struct environment *env, struct verification *v,
    const struct moment *now)
{
    int r;

    v->attempts++;
    r = guess_forgive(db, v->number_index);
    if (r == 0)
        r = verification_end(db, env, v, VERIFICATION_APPROVED, NULL);
    return r == 0 ? receipt_issue(db, env->keyring, v, now->wall) : r;
}

static int use_up_try(struct db *db, const struct environment *env, struct verification *v)
{
    struct journal_entry entry = journal_entry_of(EVENT_VERIFICATION_INCORRECT, v, NULL);
    int r;

    v->attempts++;
    r = streak_add(db, v->number_index);
    if (r < 0)
        return r;
    entry.facts[0] = (struct journal_fact)FACT_TEXT("result", "incorrect");
    entry.facts[1] = (struct journal_fact)FACT_NUMBER(
        "attempts_left", v->attempts_max - MIN(v->attempts, v->attempts_max));
    r = journal_write(db, env, &entry);
    if (r < 0)
        return r;
    if (v->attempts >= v->attempts_max)
        return verification_end(db, env, v, VERIFICATION_EXHAUSTED, NULL);
    return verification_set_attempts(db, v->id, v->attempts);
}

/* The right code: it counts unless there have been too many wrong ones of the number meanwhile. */
static int settle_right(
    struct db *db, const struct environment *env, struct verification *v, const struct moment *now)
{
    unsigned n = 0;
    int r = streak_load(db, v->number_index, &n);

    if (r < 0)
        return r;
    if (n >= SMSOTP_STREAK_MAX)
        return verification_end(db, env, v, VERIFICATION_EXHAUSTED, NULL);
    return approve(db, env, v, now);
}

/* The newest one of the sender's that a wrong code can be meant for. -ENOENT: there is none. */
static int find_meant(struct db *db, const struct environment *env, const struct reverse_text *text,
    const struct moment *now, struct verification *ret)
{
    char ids[PENDING_LOOKED_AT][ID_SIZE];

    for (unsigned i = 0; i < text->n_indexes; i++) {
        unsigned n = 0;
        int r = verification_pending_of(db, text->indexes[i], ids, PENDING_LOOKED_AT, &n);

        for (unsigned j = 0; r >= 0 && j < n; j++) {
            r = verification_load(db, ids[j], ret);
            if (r == 0 && is_open(env, text, now, ret))
                return 0;
        }
        if (r < 0)
            return r;
    }
    return -ENOENT;
}

int reverse_settle(struct db *db, const struct environment *env, const struct reverse_text *text,
    const struct moment *now, struct reverse_result *ret)
{
    struct verification v;
    int r = verification_load_by_reverse_mac(db, text->mac, &v);

    *ret = (struct reverse_result){.id = ""};
    if (r == 0 && !is_open(env, text, now, &v))
        return 0;
    if (r == 0 && is_from(text, &v))
        r = settle_right(db, env, &v, now);
    else if (r == 0)
        r = verification_end(db, env, &v, VERIFICATION_DENIED, NULL);
    else if (r == -ENOENT) {
        r = find_meant(db, env, text, now, &v);
        if (r < 0)
            return r == -ENOENT ? 0 : r;
        r = use_up_try(db, env, &v);
    }
    if (r < 0)
        return r;
    memcpy(ret->id, v.id, sizeof(ret->id));
    ret->status = v.status;
    return 0;
}
