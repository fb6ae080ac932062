/* Standard streams in files, for tests of what a program reads, prints and complains. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <unistd.h>

/* Puts a stream on a file with this content, and says what it was. */
static inline int capture_begin(FILE *stream, const char *content)
{
    FILE *file = tmpfile();
    int saved;

    assert_non_null(file);
    (void)fputs(content, file);
    rewind(file);
    (void)fflush(stream);
    saved = dup(fileno(stream));
    assert_true(dup2(fileno(file), fileno(stream)) >= 0);
    (void)fclose(file);
    clearerr(stream);
    return saved;
}

/* Puts it back and returns what was written, NUL-terminated. */
static inline void capture_end(FILE *stream, int saved, char *ret, size_t size)
{
    ssize_t n;

    (void)fflush(stream);
    n = pread(fileno(stream), ret, size - 1, 0);
    ret[n > 0 ? n : 0] = '\0';
    assert_true(dup2(saved, fileno(stream)) >= 0);
    close(saved);
}
