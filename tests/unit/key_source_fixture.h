/* A source of keys that is played: what it was asked for, and what it answers. */
#pragma once

#include "core/key_rotation.h"

#include "gateway_fixture.h"

struct played_source {
    struct key_source source;
    uint8_t next;    /* the octet that the next key is made of */
    int renew_error; /* what to answer instead */
    int drop_error;
    unsigned n_renewed, n_dropped;
};

static inline int played_renew(
    void *userdata, struct otp_keyring **ret_next, char ret_error[static KEY_SOURCE_ERROR_SIZE])
{
    struct played_source *played = userdata;
    uint8_t master[OTP_MASTER_KEY_SIZE];

    played->n_renewed++;
    snprintf(ret_error, KEY_SOURCE_ERROR_SIZE, "do it by hand");
    if (played->renew_error)
        return played->renew_error;
    memset(master, played->next, sizeof(master));
    return otp_keyring_new(ret_next, master);
}

static inline int played_drop(void *userdata, char ret_error[static KEY_SOURCE_ERROR_SIZE])
{
    struct played_source *played = userdata;

    played->n_dropped++;
    snprintf(ret_error, KEY_SOURCE_ERROR_SIZE, "remove it by hand");
    return played->drop_error;
}

static inline void played_init(struct played_source *played)
{
    *played = (struct played_source){.next = 8};
    played->source = (struct key_source){
        .renew = played_renew, .drop_previous = played_drop, .userdata = played};
}

/* An answer about keys, copied. */
struct key_listing {
    unsigned n; /* how often it was called back */
    struct refusal refusal;
    struct key_row rows[4];
    unsigned n_rows;
    uint32_t current, previous;
};

static inline void key_listing_take(void *userdata, const struct keys_answer *answer)
{
    struct key_listing *listing = userdata;

    listing->n++;
    if (answer->refusal)
        listing->refusal = *answer->refusal;
    listing->n_rows = answer->n_keys;
    listing->current = answer->current;
    listing->previous = answer->previous;
    for (unsigned i = 0; i < answer->n_keys && i < ARRAY_SIZE(listing->rows); i++)
        listing->rows[i] = answer->keys[i];
}

static inline struct key_listing list_keys(struct gateway_fixture *f)
{
    struct key_listing listing = {0};

    gateway_list_keys(f->gateway, key_listing_take, &listing);
    gateway_wait(f, &listing.n, 1);
    return listing;
}

static inline struct key_listing rotate_key(struct gateway_fixture *f)
{
    struct key_listing listing = {0};

    gateway_rotate_key(f->gateway, &f->admin, key_listing_take, &listing);
    gateway_wait(f, &listing.n, 1);
    gateway_settle(f);
    return listing;
}

/* Starts again with the keys made of these octets, 0: none. */
static inline void restart_with_keys(struct gateway_fixture *f, uint8_t current, uint8_t previous)
{
    uint8_t master[OTP_MASTER_KEY_SIZE];

    gateway_close(f);
    otp_keyring_free(f->keyring);
    memset(master, current, sizeof(master));
    assert_int_equal(otp_keyring_new(&f->keyring, master), 0);
    memset(master, previous, sizeof(master));
    if (previous)
        assert_int_equal(otp_keyring_add_previous(f->keyring, master), 0);
    gateway_open(f);
    gateway_start_and_wait(f);
}
