/* `smsotpctl pdu` run with words and an input; what it prints and complains is copied. */
#pragma once

#include "ctl/pdu.h"

#include <stdlib.h>
#include <string.h>

#include "capture.h"

static inline int run(
    const char *const *words, const char *input, char *out, char *err, size_t size)
{
    char *argv[24] = {NULL};
    int argc = 0, r, saved_in, saved_out, saved_err;
    static char ignored[64];

    while (words[argc]) {
        argv[argc] = strdup(words[argc]);
        argc++;
    }
    saved_in = capture_begin(stdin, input);
    saved_out = capture_begin(stdout, "");
    saved_err = capture_begin(stderr, "");
    r = ctl_pdu(argc, argv, false);
    capture_end(stderr, saved_err, err, size);
    capture_end(stdout, saved_out, out, size);
    capture_end(stdin, saved_in, ignored, sizeof(ignored));
    fflush(stdin);
    while (argc > 0)
        free(argv[--argc]);
    return r;
}
