/* Reads tests/data/otp_code_vectors.txt: lines of one kind, their fields given to a check each. */
#pragma once

#include "util/hex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OTP_VECTOR_MAX_FIELDS 8

static inline void otp_vector_bytes(const char *hex, uint8_t *ret_bytes, size_t size)
{
    size_t n = 0;

    assert_int_equal(hex_decode(hex, strlen(hex), ret_bytes, size, &n), 0);
    assert_int_equal(n, size);
}

/* Calls `check` with the fields after the kind, and answers how many lines there were. */
static inline unsigned otp_vectors_each(const char *kind, void (*check)(char *fields[]))
{
    const char *root = getenv("SMSOTP_SOURCE_ROOT");
    char path[4096], *line = NULL;
    size_t size = 0;
    unsigned n_lines = 0;
    FILE *file;

    snprintf(path, sizeof(path), "%s/tests/data/otp_code_vectors.txt", root ? root : ".");
    file = fopen(path, "r");
    assert_non_null(file);
    while (getline(&line, &size, file) > 0) {
        char *fields[OTP_VECTOR_MAX_FIELDS] = {NULL}, *rest = line;

        line[strcspn(line, "\n")] = '\0';
        if (strcmp(strsep(&rest, "\t"), kind) != 0)
            continue;
        for (unsigned i = 0; i < OTP_VECTOR_MAX_FIELDS && rest; i++)
            fields[i] = strsep(&rest, "\t");
        check(fields);
        n_lines++;
    }
    free(line);
    fclose(file);
    return n_lines;
}
