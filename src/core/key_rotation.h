/*
 * A new master key takes the place of the current one, while the gateway runs. Codes on their way
 * stay good: the key before is kept until nothing needs it, which long-lived rows are made to by
 * sealing them anew. On the loop's thread.
 */
#pragma once

#include "core/environment.h"
#include "core/reseal.h"
#include "loop/timer.h"

#define KEY_SOURCE_ERROR_SIZE 512

/* Where keys rest. Called on the store's thread. */
struct key_source {
    /*
     * Makes a new master key and puts it in the place of the current one, which is kept beside it;
     * both durable. -ENOTSUP: that has to be done by hand, `ret_error` tells how; else errno, and
     * everything is as it was or the next call goes on from there.
     */
    int (*renew)(void *userdata, struct otp_keyring **ret_next,
        char ret_error[static KEY_SOURCE_ERROR_SIZE]);
    /* Removes the key before. -ENOTSUP as above. */
    int (*drop_previous)(void *userdata, char ret_error[static KEY_SOURCE_ERROR_SIZE]);
    void *userdata;
};

/* The housekeeping that ends a rotation. */
struct key_rotation {
    const struct environment *env;
    struct otp_keyring *keyring;
    const struct key_source *source; /* NULL: there is nowhere to put a key */
    struct timer timer;
    struct store_job job;
    bool is_running; /* the store has the job */
    /* the job's */
    struct reseal reseal;
    uint32_t dropped; /* the key that nothing needs any more; 0: it is not so far */
    bool has_more;
    char note[KEY_SOURCE_ERROR_SIZE]; /* what is left to do by hand */
};

/* Borrows everything. */
void key_rotation_init(struct key_rotation *rotation, const struct environment *env,
    struct otp_keyring *keyring, const struct key_source *source);
void key_rotation_fini(struct key_rotation *rotation);

/* Looks after the previous key from now on, if there is one. */
void key_rotation_tend(struct key_rotation *rotation);
