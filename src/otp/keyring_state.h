/* The inside of a keyring, for what seals with it. */
#pragma once

#include "otp/keyring.h"

#include <sodium.h>
#include <stdatomic.h>

#define SUB_KEY_SIZE 32
#define N_KEYS 2 /* the current one, and the one before it while something of it lives */

/* Uses of a master key; all change with it. */
enum key_use {
    USE_CODE,
    USE_NUMBER_SEAL,
    USE_TEXT_SEAL,
    USE_LASTING_SEAL,
    USE_RECEIPT,
    USE_LASTING,
    USE_ID,
    N_USES,
};

/* Uses of the lasting secret. */
enum lasting_use {
    LASTING_NUMBER_INDEX,
    LASTING_ATTEMPT,
    LASTING_DIGEST,
    LASTING_JOURNAL,
    LASTING_ID,
    N_LASTING_USES,
};

struct key {
    uint8_t uses[N_USES][SUB_KEY_SIZE];
    uint8_t receipt_secret[crypto_sign_SECRETKEYBYTES];
    uint8_t receipt_public[OTP_PUBLIC_KEY_SIZE];
};

struct secrets {
    struct key keys[N_KEYS];
    uint8_t lasting[SUB_KEY_SIZE];
    uint8_t lasting_uses[N_LASTING_USES][SUB_KEY_SIZE];
};

struct otp_keyring {
    struct secrets *secrets; /* between guard pages, read-only but for a moment */
    /* A key is there for other threads once its name stands here, and no more when that is 0. */
    _Atomic uint32_t ids[N_KEYS];
    _Atomic unsigned current; /* its place */
    bool is_locked;
};

/* The key of this name, or NULL. */
const struct key *otp_keyring_find(const struct otp_keyring *keyring, uint32_t id);

/* Puts another lasting secret in the place of the one that is there. -ENOMEM. */
int otp_keyring_set_lasting(
    struct otp_keyring *keyring, const uint8_t lasting[static SUB_KEY_SIZE]);
