/* Reads tests/data/phone_numbers.txt: example numbers of every region, given to a check each. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct phone_vector {
    const char *kind;     /* mobile, premium, shared, personal, worldwide */
    const char *region;   /* ISO 3166, or 001 */
    const char *number;   /* E.164 */
    const char *national; /* as it is written within the country */
};

/* Answers how many there were. */
static inline unsigned phone_vectors_each(void (*check)(const struct phone_vector *vector))
{
    const char *root = getenv("SMSOTP_SOURCE_ROOT");
    char path[4096], *line = NULL;
    size_t size = 0;
    unsigned n = 0;
    FILE *file;

    snprintf(path, sizeof(path), "%s/tests/data/phone_numbers.txt", root ? root : ".");
    file = fopen(path, "r");
    assert_non_null(file);
    while (getline(&line, &size, file) > 0) {
        struct phone_vector vector;
        char *rest = line;

        if (line[0] == '#')
            continue;
        line[strcspn(line, "\n")] = '\0';
        vector.kind = strsep(&rest, " ");
        vector.region = strsep(&rest, " ");
        vector.number = strsep(&rest, " ");
        vector.national = rest;
        assert_non_null(rest);
        check(&vector);
        n++;
    }
    free(line);
    fclose(file);
    return n;
}
