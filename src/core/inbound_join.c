#include "core/inbound_join.h"

#include "core/journal.h"
#include "sms/join.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX (INBOUND_PARTS_MAX * SMS_TEXT_SIZE)

/* The parts of one text, with room for the longest. On the heap: a third of a megabyte. */
struct group {
    struct inbound_part parts[INBOUND_PARTS_MAX];
    unsigned n_parts;
    struct sms_decoded decoded[INBOUND_PARTS_MAX];
    const struct sms_decoded *members[INBOUND_PARTS_MAX]; /* those that could be read */
    unsigned n_members;
    char text[TEXT_MAX];
};

static struct group *group_free(struct group *group)
{
    if (group)
        sodium_memzero(group, sizeof(*group));
    free(group);
    return NULL;
}
DEFINE_CLEANUP(struct group *, group_free);

static void set_sender(const struct inbound_part *part, struct inbound *ret)
{
    memcpy(ret->modem, part->modem, sizeof(ret->modem));
    memcpy(ret->from, part->from, sizeof(ret->from));
}

static void put_data(const struct sms_decoded *decoded, struct strbuf *text)
{
    if (decoded->has_text)
        strbuf_put(text, decoded->text, decoded->text_length);
    else
        strbuf_put_hex(text, decoded->data, decoded->n_data_octets);
}

static int note_received(struct db *db, const struct environment *env,
    const struct inbound *inbound, const char *number)
{
    uint8_t number_index[OTP_NUMBER_INDEX_SIZE];
    struct journal_entry entry = {.kind = EVENT_INBOUND_RECEIVED,
        .object = inbound->id,
        .facts = {FACT_TEXT("from", inbound->from), FACT_TEXT("modem", inbound->modem),
            FACT_TEXT("encoding", sms_encoding_to_string(inbound->encoding)),
            FACT_NUMBER("parts", inbound->parts),
            FACT_TEXT("verification", inbound->verification_id)}};

    if (number[0]) {
        otp_number_index(env->keyring, number, number_index);
        entry.number_masked = inbound->from;
        entry.number_index = number_index;
    }
    return journal_write(db, env, &entry);
}

static int store_text(struct db *db, const struct environment *env, struct inbound *inbound,
    const char *number, const struct strbuf *text)
{
    int r = inbound_insert(db, env->keyring, inbound, number, text->data, text->length);

    return r < 0 ? r : note_received(db, env, inbound, number);
}

/* A text by itself. */
static int store_whole(struct db *db, const struct environment *env,
    const struct inbound_part *part, const struct sms_decoded *decoded, struct inbound *ret)
{
    char data[MAX(SMS_TEXT_SIZE, 2 * INBOUND_PDU_MAX + 1)];
    struct strbuf text = STRBUF_ON(data);
    struct inbound inbound = {.parts = 1,
        .parts_total = 1,
        .is_complete = true,
        .encoding = SMS_ENCODING_8BIT,
        .received_wall = part->received_wall};
    int r;

    set_sender(part, &inbound);
    memcpy(inbound.verification_id, part->verification_id, sizeof(inbound.verification_id));
    if (decoded)
        put_data(decoded, &text);
    else
        strbuf_put_hex(&text, part->pdu, part->n_pdu);
    if (decoded && decoded->has_text)
        inbound.encoding = decoded->dcs.encoding;
    r = store_text(db, env, &inbound, part->number, &text);
    sodium_memzero(data, sizeof(data));
    if (r < 0)
        return r;
    *ret = inbound;
    return 1;
}

static int load_group(struct db *db, const struct otp_keyring *keyring,
    const uint8_t group_digest[static OTP_DIGEST_SIZE], usec_t since_wall, usec_t until_wall,
    struct group *group)
{
    int r = inbound_part_load(db, keyring, group_digest, since_wall, until_wall, group->parts,
        INBOUND_PARTS_MAX, &group->n_parts);

    for (unsigned i = 0; r >= 0 && i < group->n_parts; i++) {
        const struct inbound_part *part = &group->parts[i];
        struct sms_decoded *decoded = &group->decoded[group->n_members];

        if (sms_pdu_decode(part->pdu, part->n_pdu, SMS_FROM_NETWORK, decoded, NULL) == 0)
            group->members[group->n_members++] = decoded;
    }
    return r;
}

/* How many different parts there are; *ret_total: of how many. */
static unsigned count_parts(const struct group *group, unsigned *ret_total)
{
    bool seen[INBOUND_PARTS_MAX + 1] = {false};
    unsigned n = 0;

    *ret_total = 0;
    for (unsigned i = 0; i < group->n_members; i++) {
        const struct sms_concat *concat = &group->members[i]->udh.concat;

        n += !seen[concat->sequence];
        seen[concat->sequence] = true;
        *ret_total = concat->total;
    }
    return n;
}

/* Octets have no text to join: their hex, in order, each part once. */
static void put_octets(const struct group *group, struct strbuf *text)
{
    for (unsigned sequence = 1; sequence <= INBOUND_PARTS_MAX; sequence++)
        for (unsigned i = 0; i < group->n_members; i++)
            if (group->members[i]->udh.concat.sequence == sequence) {
                put_data(group->members[i], text);
                break;
            }
}

/* Stores what a group has, and closes its parts. */
static int store_group(
    struct db *db, const struct environment *env, struct group *group, struct inbound *ret)
{
    const struct inbound_part *newest = &group->parts[group->n_parts - 1];
    struct strbuf text;
    struct inbound inbound = {
        .encoding = SMS_ENCODING_8BIT, .received_wall = newest->received_wall};
    int r = 0;

    strbuf_init(&text, group->text, sizeof(group->text));
    set_sender(newest, &inbound);
    inbound.parts = count_parts(group, &inbound.parts_total);
    inbound.is_complete = inbound.parts == inbound.parts_total;
    if (group->n_members > 0 && sms_join(group->members, group->n_members, &text) >= 0)
        inbound.encoding = group->members[0]->dcs.encoding;
    else
        put_octets(group, &text);
    for (unsigned i = 0; r >= 0 && i < group->n_parts; i++) {
        if (group->parts[i].verification_id[0])
            memcpy(inbound.verification_id, group->parts[i].verification_id, ID_SIZE);
        r = inbound_part_close(db, group->parts[i].digest);
    }
    /* Parts that no key opens any more are closed without leaving a text. */
    if (r >= 0 && group->n_members > 0)
        r = store_text(db, env, &inbound, newest->number, &text);
    if (r < 0)
        return r;
    *ret = inbound;
    return group->n_members > 0;
}

int inbound_join(struct db *db, const struct environment *env, const struct inbound_part *part,
    const struct sms_decoded *decoded, struct inbound *ret)
{
    _cleanup_(group_freep) struct group *group = NULL;
    unsigned total;
    int r;

    if (!part->is_part)
        return store_whole(db, env, part, decoded, ret);
    group = calloc(1, sizeof(*group));
    if (!group)
        return -ENOMEM;
    r = load_group(db, env->keyring, part->group_digest,
        usec_sub(part->received_wall, INBOUND_PARTS_AGE), part->received_wall, group);
    if (r < 0)
        return r;
    return count_parts(group, &total) == total && total > 0
               ? store_group(db, env, group, ret)
               : 0;
}

int inbound_join_old(struct db *db, const struct environment *env, usec_t now_wall, unsigned max,
    unsigned *ret_n)
{
    unsigned n;

    for (n = 0; n < max; n++) {
        _cleanup_(group_freep) struct group *group = calloc(1, sizeof(*group));
        uint8_t digest[OTP_DIGEST_SIZE];
        struct inbound inbound;
        usec_t oldest;
        int r;

        if (!group)
            return -ENOMEM;
        r = inbound_part_oldest(db, usec_sub(now_wall, INBOUND_PARTS_AGE), digest, &oldest);
        if (r == -ENOENT)
            break;
        if (r >= 0)
            r = load_group(
                db, env->keyring, digest, oldest, usec_add(oldest, INBOUND_PARTS_AGE), group);
        if (r >= 0)
            r = store_group(db, env, group, &inbound);
        if (r < 0)
            return r;
    }
    *ret_n = n;
    return 0;
}
