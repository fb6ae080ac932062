/*
 * Third-party test vectors, JSON lines read at run time from beside the project. Absent files make
 * a test skip, and say so.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* Opens a vector file; NULL when absent. */
static inline FILE *vectors_open(const char *name)
{
    const char *root = getenv("SMSOTP_SOURCE_ROOT");
    char path[4096];

    (void)snprintf(path, sizeof(path), "%s/../shared/vectors/%s", root ? root : ".", name);
    FILE *file = fopen(path, "re");
    if (!file)
        (void)fprintf(stderr, "no %s: skipped\n", path);
    return file;
}

/* The next object, owned by the caller; NULL at the end. */
static inline json_t *vectors_next(FILE *file)
{
    return json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL);
}

/* A string member, or "". */
static inline const char *vectors_string(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text ? text : "";
}

static inline int vectors_integer(const json_t *object, const char *key)
{
    return (int)json_integer_value(json_object_get(object, key));
}
