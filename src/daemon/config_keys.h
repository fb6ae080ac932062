/*
 * What each key of the configuration means: tables of sections and keys, with the function that
 * reads a value and the words for what it expects. Constant data.
 */
#pragma once

#include "daemon/config.h"

/*
 * A reader gets the object its section stands for, what follows the name where that ends in a dot,
 * and the value. 0, or a negative errno for a value that cannot be.
 */
typedef int (*config_key_reader)(void *object, const char *suffix, const char *value);

struct config_key {
    const char *name; /* "template." takes any suffix */
    config_key_reader read;
    const char *expected;     /* completes "expected …" */
    config_key_reader append; /* an indented further line; NULL: not for this key */
    bool is_secret;           /* its value is in no message */
};

struct config_section {
    const char *kind; /* "modem" of [modem counter] */
    bool has_name;
    /* The object that the keys belong to, made at its first mention. -EINVAL: name; -ENOSPC. */
    int (*open)(struct config *config, const char *name, void **ret_object);
    const struct config_key *keys;
    size_t n_keys;
};

#define CONFIG_KEYS(table) (table), ARRAY_SIZE(table)

/* In files of their own. */
extern const struct config_section config_gateway, config_replies;
extern const struct config_section config_api;
extern const struct config_section config_modem;
extern const struct config_section config_purpose;
extern const struct config_section config_limits;
extern const struct config_section config_client, config_proxy;

extern const struct config_section *const config_sections[];
extern const size_t config_n_sections;

/* Opens a section whose keys are fields of the configuration itself. */
int config_open_whole(struct config *config, const char *name, void **ret_object);

/* Copies a value that is not empty into a field, and frees what was there. -EINVAL, also for
 * memory. */
int config_set_string(char **field, const char *value);

/* Copies what numbers may begin with: `+`, a digit that is not 0, more digits. -EINVAL. */
int config_copy_prefix(const char *word, char *ret_prefix, size_t size);

/*
 * Runs `take` for each word of a list, with white space or commas between; an empty one is -EINVAL.
 */
int config_each_word(
    const char *value, int (*take)(void *object, const char *word), void *object);
