/* One section of the configuration, read key by key as the file's reader does. */
#pragma once

#include "daemon/config_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A configuration of which nothing was said. */
static inline struct config *config_bench_new(void)
{
    static const struct config_defaults defaults = {.state_dir = "/state", .runtime_dir = "/run/x"};
    char path[] = "/tmp/config.XXXXXX", error[CONFIG_ERROR_SIZE];
    struct config *config = NULL;

    close(mkstemp(path));
    assert_int_equal(config_load(&config, path, &defaults, error), 0);
    (void)unlink(path);
    return config;
}

/* Reads `value` for a key of the section's object. -ENOENT: there is no such key. */
static inline int config_bench_read(
    const struct config_section *section, void *object, const char *key, const char *value)
{
    for (size_t i = 0; i < section->n_keys; i++)
        if (strcmp(section->keys[i].name, key) == 0)
            return section->keys[i].read(object, "", value);
    return -ENOENT;
}

struct config_row {
    const char *key, *value;
    bool is_taken;
};

/* Each value by itself: whether it is taken. */
static inline void config_bench_check(const struct config_section *section, void *object,
    const struct config_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int r = config_bench_read(section, object, rows[i].key, rows[i].value);

        if ((r == 0) != rows[i].is_taken || r == -ENOENT)
            fail_msg("%s = %s: %d", rows[i].key, rows[i].value, r);
    }
}
