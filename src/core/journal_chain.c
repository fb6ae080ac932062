#include "core/journal_chain.h"

#include "otp/keyed_hash.h"

#include <string.h>

#define ROW_LABEL "smsotp journal row v1"
#define END_LABEL "smsotp journal end v1"

static void put_u64(struct keyed_hash *hash, uint64_t value)
{
    keyed_hash_put_u32(hash, (uint32_t)(value >> 32));
    keyed_hash_put_u32(hash, (uint32_t)value);
}

static void row_hash(const struct otp_keyring *keyring,
    const uint8_t previous[static JOURNAL_HASH_SIZE], const struct journal_row *row,
    uint8_t ret_hash[static JOURNAL_HASH_SIZE])
{
    struct keyed_hash hash;

    keyed_hash_init(&hash, otp_keyring_journal_key(keyring), JOURNAL_HASH_SIZE, ROW_LABEL);
    keyed_hash_put(&hash, previous, JOURNAL_HASH_SIZE);
    put_u64(&hash, row->seq);
    put_u64(&hash, row->at_wall);
    keyed_hash_put_string(&hash, row->kind);
    keyed_hash_put_string(&hash, row->object);
    keyed_hash_put_string(&hash, row->client);
    keyed_hash_put_u32(&hash, row->has_actor);
    keyed_hash_put_u32(&hash, row->actor_uid);
    keyed_hash_put_string(&hash, row->number_masked);
    keyed_hash_put(&hash, row->number_index, sizeof(row->number_index));
    keyed_hash_put_string(&hash, row->detail);
    keyed_hash_put_u32(&hash, row->key_id);
    keyed_hash_final(&hash, ret_hash);
}

static void end_mac(const struct otp_keyring *keyring, const char *name,
    const struct journal_end *end, uint8_t ret_mac[static JOURNAL_MAC_SIZE])
{
    struct keyed_hash hash;

    keyed_hash_init(&hash, otp_keyring_journal_key(keyring), JOURNAL_MAC_SIZE, END_LABEL);
    keyed_hash_put_string(&hash, name);
    put_u64(&hash, end->seq);
    keyed_hash_put(&hash, end->hash, sizeof(end->hash));
    keyed_hash_put_u32(&hash, end->key_id);
    keyed_hash_final(&hash, ret_mac);
}

void journal_chain_seal(const struct otp_keyring *keyring,
    const uint8_t previous[static JOURNAL_HASH_SIZE], struct journal_row *row)
{
    row->key_id = otp_keyring_lasting_id(keyring);
    row_hash(keyring, previous, row, row->hash);
}

bool journal_chain_has_key(const struct otp_keyring *keyring, uint32_t key_id)
{
    return key_id == otp_keyring_lasting_id(keyring);
}

bool journal_chain_holds(const struct otp_keyring *keyring,
    const uint8_t previous[static JOURNAL_HASH_SIZE], const struct journal_row *row)
{
    uint8_t hash[JOURNAL_HASH_SIZE];

    row_hash(keyring, previous, row, hash);
    return sodium_memcmp(hash, row->hash, sizeof(hash)) == 0;
}

struct journal_end journal_end_of(const struct journal_row *row)
{
    struct journal_end end = {.seq = row->seq, .key_id = row->key_id};

    memcpy(end.hash, row->hash, sizeof(end.hash));
    return end;
}

void journal_end_seal(
    const struct otp_keyring *keyring, const char *name, struct journal_end *end)
{
    end->key_id = otp_keyring_lasting_id(keyring);
    end_mac(keyring, name, end, end->mac);
}

bool journal_end_holds(
    const struct otp_keyring *keyring, const char *name, const struct journal_end *end)
{
    uint8_t mac[JOURNAL_MAC_SIZE];

    end_mac(keyring, name, end, mac);
    return sodium_memcmp(mac, end->mac, sizeof(mac)) == 0;
}
