#include "core/inbound_intake.h"

#include "core/ending.h"
#include "core/inbound_join.h"
#include "core/optout.h"
#include "core/reply_words.h"
#include "core/reverse.h"
#include "core/sender.h"
#include "core/verification_table.h"
#include "loop/timer.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* More are not pending at a time for one number, whatever the limits: a SIM sends 10 a minute. */
#define DENIED_MAX 256

/*
 * How much older than a verification a reply may look and still be about it. A network that tells
 * its zone is wrong by an hour of summer time, and clocks by minutes. Under zone 0 it may write its
 * local time, which up to 12 hours west of Greenwich looks older than it is.
 */
#define OLDER_USEC (USEC_PER_HOUR + 10 * USEC_PER_MINUTE)
#define OLDER_WITHOUT_ZONE_USEC (12 * USEC_PER_HOUR + OLDER_USEC)

/* What the modem does not keep, is kept here until the disk has room. */
#define RETRY_USEC (2 * USEC_PER_SEC)

struct intake {
    struct store_job job;
    const struct environment *env;
    struct outbox *outbox;
    struct modem *modem;
    uint32_t token; /* 0: the modem has not kept it */
    struct timer retry;
    struct inbound_part part;
    struct sms_decoded decoded;
    bool is_decoded;
    bool is_denial, is_stop, is_start;
    bool has_code; /* a reverse code, by: */
    uint8_t code_mac[OTP_DIGEST_SIZE];
    usec_t about_until; /* wall time: what was created later, it was not about */
    uint8_t indexes[SENDER_NUMBERS_MAX][OTP_NUMBER_INDEX_SIZE];
    char masked[SENDER_NUMBERS_MAX][E164_SIZE];
    unsigned n_indexes;
    /* the job's */
    bool is_known;  /* it has come before */
    bool is_stored; /* `inbound` is a text; else a part that waits */
    struct inbound inbound;
    char denied[DENIED_MAX][ID_SIZE];
    unsigned n_denied, n_later;
    struct reverse_result reverse;
};

/*
 * Ends what is pending of one number, and not what was asked for after the reply was sent: a SIM
 * may bring yesterday's. What is past its deadline, the expiry sweep ends.
 */
static int deny_number(struct intake *intake, struct db *db,
    const uint8_t number_index[static OTP_NUMBER_INDEX_SIZE], const struct moment *now)
{
    char(*ids)[ID_SIZE] = &intake->denied[intake->n_denied];
    unsigned n = 0;
    int r = verification_pending_of(db, number_index, ids, DENIED_MAX - intake->n_denied, &n);

    for (unsigned i = 0; r >= 0 && i < n; i++) {
        struct verification v;

        r = verification_load(db, ids[i], &v);
        if (r < 0 || moment_passed(&v.expires, now))
            continue;
        if (v.created.wall > intake->about_until) {
            intake->n_later++;
            continue;
        }
        r = verification_end(db, intake->env, &v, VERIFICATION_DENIED, NULL);
        memcpy(intake->denied[intake->n_denied++], v.id, ID_SIZE);
    }
    return r;
}

static int deny(struct intake *intake, struct db *db, const struct moment *now)
{
    int r = 0;

    for (unsigned i = 0; r >= 0 && i < intake->n_indexes; i++)
        r = deny_number(intake, db, intake->indexes[i], now);
    if (intake->n_denied > 0)
        memcpy(intake->part.verification_id, intake->denied[0], ID_SIZE);
    return r;
}

/* Takes the sender off the list of who wants no texts, or puts him on it. */
static int opt(struct intake *intake, struct db *db)
{
    int r = 0;

    for (unsigned i = 0; r >= 0 && i < intake->n_indexes; i++) {
        const struct optout_change change = {.number_index = intake->indexes[i],
            .number_masked = intake->masked[i],
            .is_out = intake->is_stop};

        r = optout_apply(db, intake->env, &change);
    }
    return MIN(r, 0);
}

/* A reverse code: what it does to the verification it is about. */
static int settle_code(struct intake *intake, struct db *db, const struct moment *now)
{
    const struct reverse_text text = {.indexes = intake->indexes,
        .n_indexes = intake->n_indexes,
        .about_until = intake->about_until,
        .mac = intake->code_mac};
    int r = reverse_settle(db, intake->env, &text, now, &intake->reverse);

    if (r >= 0 && intake->reverse.id[0])
        memcpy(intake->part.verification_id, intake->reverse.id, ID_SIZE);
    return r;
}

/* On the store's thread. */
static int run(struct store_job *job, struct db *db)
{
    struct intake *intake = CONTAINER_OF(job, struct intake, job);
    const struct otp_keyring *keyring = intake->env->keyring;
    struct moment now = moment_now(&intake->env->timebase);
    int r = inbound_part_exists(db, intake->part.digest);

    intake->is_known = r > 0;
    intake->n_denied = intake->n_later = 0;
    intake->reverse.id[0] = '\0';
    if (r != 0)
        return MIN(r, 0);
    intake->part.received_wall = now.wall;
    intake->part.verification_id[0] = '\0';
    if (intake->is_denial)
        r = deny(intake, db, &now);
    if (r >= 0 && intake->has_code)
        r = settle_code(intake, db, &now);
    if (r >= 0 && (intake->is_stop || intake->is_start))
        r = opt(intake, db);
    if (r >= 0)
        r = inbound_part_insert(db, keyring, &intake->part);
    if (r >= 0)
        r = inbound_join(db, intake->env, &intake->part,
            intake->is_decoded ? &intake->decoded : NULL, &intake->inbound);
    intake->is_stored = r > 0;
    return MIN(r, 0);
}

static void log_stored(const struct intake *intake)
{
    const struct log *log = intake->env->log;
    const struct sms_concat *concat = &intake->decoded.udh.concat;
    const char *modem = modem_name(intake->modem);
    char from[8 * SMS_ADDRESS_TEXT_SIZE];
    struct strbuf sb = STRBUF_ON(from);

    strbuf_put_escaped(&sb, intake->part.from, strlen(intake->part.from));
    if (intake->is_known)
        log_info(log, "modem=%s event=inbound_known from=\"%s\"", modem, from);
    else if (intake->is_stored)
        log_info(log, "inbound=%s modem=%s event=received from=\"%s\" encoding=%s parts=%u",
            intake->inbound.id, modem, from, sms_encoding_to_string(intake->inbound.encoding),
            intake->inbound.parts);
    else
        log_info(log, "modem=%s event=received_part from=\"%s\" part=%u/%u", modem, from,
            concat->sequence, concat->total);
    for (unsigned i = 0; i < intake->n_denied; i++)
        log_notice(log, "verification=%s event=denied modem=%s from=\"%s\"", intake->denied[i],
            modem, from);
    if (intake->reverse.id[0])
        log_notice(log, "verification=%s event=reverse_code status=%s modem=%s from=\"%s\"",
            intake->reverse.id, verification_status_to_string(intake->reverse.status), modem, from);
    if (intake->n_later > 0)
        log_notice(log,
            "modem=%s event=reply_too_old from=\"%s\" pending=%u: it was sent before these codes "
            "were asked for, and denies none of them",
            modem, from, intake->n_later);
}

static void intake_free(struct intake *intake)
{
    timer_fini(&intake->retry);
    sodium_memzero(intake, sizeof(*intake));
    free(intake);
}

static void on_done(struct store_job *job, int r)
{
    struct intake *intake = CONTAINER_OF(job, struct intake, job);

    if (r < 0) {
        log_error(intake->env->log, "modem=%s event=inbound_not_stored error=\"%s\": trying again",
            modem_name(intake->modem), strerror(-r));
        if (intake->token == 0) {
            timer_arm_in(&intake->retry, RETRY_USEC);
            return;
        }
    } else {
        for (unsigned i = 0; i < intake->n_denied; i++)
            outbox_withdraw(intake->outbox, intake->denied[i]);
        log_stored(intake);
    }
    modem_inbound_stored(intake->modem, intake->token, r >= 0);
    intake_free(intake);
}

static void submit(void *userdata)
{
    struct intake *intake = userdata;

    store_submit(intake->env->store, &intake->job);
}

/* Parts belong together when modem, sender, reference and number of parts agree. */
static void set_group(struct intake *intake)
{
    const struct sms_concat *concat = &intake->decoded.udh.concat;
    const struct sms_address *number = &intake->decoded.number;
    char name[SMSOTP_MODEM_NAME_MAX + SMS_ADDRESS_TEXT_SIZE + 64];
    struct strbuf sb = STRBUF_ON(name);

    intake->part.is_part = concat->reference_bits != 0 && concat->total > 1;
    if (!intake->part.is_part)
        return;
    strbuf_printf(&sb, "group %s %u %s %u %u %u", modem_name(intake->modem),
        number->type_of_number, number->text, concat->reference_bits, concat->reference,
        concat->total);
    otp_octets_digest(intake->env->keyring, sb.data, sb.length, intake->part.group_digest);
    sodium_memzero(name, sizeof(name));
}

/* Whether it is the beginning of a text that says one of these words. */
static bool says(const struct intake *intake, const struct reply_words *words)
{
    const struct sms_decoded *decoded = &intake->decoded;

    return decoded->has_text &&
           (!intake->part.is_part || decoded->udh.concat.sequence == 1) &&
           reply_words_match(words, decoded->text, decoded->text_length);
}

/* Wall time up to which a verification can have been created that this reply is about. */
static usec_t about_until(const struct sms_timestamp *sent)
{
    int64_t sec = sent->known ? sms_timestamp_unix_sec(sent) : 0;

    if (sec <= 0)
        return USEC_INFINITY;
    return (usec_t)sec * USEC_PER_SEC +
           (sent->offset_minutes == 0 ? OLDER_WITHOUT_ZONE_USEC : OLDER_USEC);
}

/* Whether the text begins with the word and a reverse code; nobody types one in several parts. */
static void read_code(struct intake *intake)
{
    char code[OTP_REVERSE_SIZE];

    intake->has_code = intake->decoded.has_text && !intake->part.is_part &&
                       otp_reverse_read(intake->env->policy->reverse_word, intake->decoded.text,
                           intake->decoded.text_length, code);
    if (!intake->has_code)
        return;
    reverse_mac(intake->env->keyring, code, intake->code_mac);
    sodium_memzero(code, sizeof(code));
}

static void read_text(struct intake *intake)
{
    const struct otp_keyring *keyring = intake->env->keyring;
    struct sender sender;

    sender_read(intake->env->policy, &intake->decoded.number, &sender);
    memcpy(intake->part.from, sender.shown, sizeof(intake->part.from));
    if (sender.n_numbers > 0)
        memcpy(intake->part.number, sender.numbers[0], sizeof(intake->part.number));
    for (unsigned i = 0; i < sender.n_numbers; i++) {
        otp_number_index(keyring, sender.numbers[i], intake->indexes[i]);
        e164_mask(sender.numbers[i], intake->masked[i]);
    }
    intake->n_indexes = sender.n_numbers;
    sodium_memzero(&sender, sizeof(sender));
    set_group(intake);
    intake->is_denial = says(intake, &intake->env->policy->deny);
    intake->is_stop = says(intake, &intake->env->policy->stop);
    intake->is_start = !intake->is_stop && says(intake, &intake->env->policy->start);
    read_code(intake);
    intake->about_until = about_until(&intake->decoded.timestamp);
}

void inbound_intake(const struct environment *env, struct outbox *outbox, struct modem *modem,
    uint32_t token, const uint8_t *pdu, size_t n_octets)
{
    struct intake *intake = calloc(1, sizeof(*intake));

    if (!intake) {
        modem_inbound_stored(modem, token, false);
        return;
    }
    intake->env = env;
    intake->outbox = outbox;
    intake->modem = modem;
    intake->token = token;
    intake->job.run = run;
    intake->job.done = on_done;
    timer_init(&intake->retry, env->loop, submit, intake);
    intake->part.n_pdu = MIN(n_octets, sizeof(intake->part.pdu));
    memcpy(intake->part.pdu, pdu, intake->part.n_pdu);
    snprintf(intake->part.modem, sizeof(intake->part.modem), "%s", modem_name(modem));
    otp_octets_digest(env->keyring, pdu, n_octets, intake->part.digest);
    intake->is_decoded =
        sms_pdu_decode(pdu, n_octets, SMS_FROM_NETWORK, &intake->decoded, NULL) == 0;
    if (intake->is_decoded)
        read_text(intake);
    submit(intake);
}
