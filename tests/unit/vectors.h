/*
 * Reads the third-party vectors beside the source tree, one JSON object per line. A missing folder
 * is told and skips the test.
 */
#pragma once

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VECTOR_LINE_SIZE 16384

/* Opens a vector file, or says that it is not there and returns NULL. */
static inline FILE *vectors_open(const char *name)
{
    const char *root = getenv("SMSOTP_SOURCE_ROOT");
    char path[4096];
    FILE *file;

    snprintf(path, sizeof(path), "%s/../shared/vectors/%s", root ? root : ".", name);
    file = fopen(path, "re");
    if (!file)
        printf("vectors: %s is absent, skipped\n", name);
    return file;
}

/* The next row, owned by the caller; NULL at the end. */
static inline json_t *vectors_next(FILE *file)
{
    static char line[VECTOR_LINE_SIZE];
    json_error_t error;
    json_t *row;

    if (!fgets(line, sizeof(line), file))
        return NULL;
    row = json_loads(line, 0, &error);
    if (!row)
        fprintf(stderr, "vectors: %s in: %s\n", error.text, line);
    return row;
}

static inline const char *vectors_string(const json_t *row, const char *key)
{
    return json_string_value(json_object_get(row, key));
}

static inline int vectors_int(const json_t *row, const char *key, int absent)
{
    const json_t *value = json_object_get(row, key);

    return json_is_integer(value) ? (int)json_integer_value(value) : absent;
}
