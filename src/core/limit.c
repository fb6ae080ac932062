#include "core/limit.h"

#include "util/macros.h"
#include "util/parse.h"

#include <errno.h>
#include <string.h>

/* One "max/span" of `n` characters. */
static int parse_window(const char *text, size_t n, struct limit_window *ret)
{
    const char *slash = memchr(text, '/', n);
    char span[16];
    uint64_t max;
    size_t span_length;
    usec_t span_usec;

    if (!slash)
        return -EINVAL;
    span_length = n - (size_t)(slash + 1 - text);
    if (span_length == 0 || span_length >= sizeof(span))
        return -EINVAL;
    memcpy(span, slash + 1, span_length);
    span[span_length] = '\0';
    if (parse_u64_n(text, (size_t)(slash - text), 1, 1000000, &max) < 0 ||
        parse_duration(span, &span_usec) < 0 || span_usec == 0 || span_usec > 366 * USEC_PER_DAY)
        return -EINVAL;
    *ret = (struct limit_window){.max = (unsigned)max, .span = span_usec};
    return 0;
}

int limit_parse(struct limit *ret, const char *text)
{
    struct limit limit = {0};

    if (strcmp(text, "off") == 0) {
        *ret = limit;
        return 0;
    }
    for (const char *p = text + strspn(text, " \t"); *p; p += strspn(p, " \t")) {
        size_t n = strcspn(p, " \t");
        int r;

        if (limit.n_windows == LIMIT_WINDOWS_MAX)
            return -E2BIG;
        r = parse_window(p, n, &limit.windows[limit.n_windows]);
        if (r < 0)
            return r;
        limit.n_windows++;
        p += n;
    }
    if (limit.n_windows == 0)
        return -EINVAL;
    *ret = limit;
    return 0;
}

usec_t limit_pause(const struct limit *limit)
{
    usec_t pause = 0;

    for (unsigned i = 0; i < limit->n_windows; i++)
        if (limit->windows[i].max == 1)
            pause = MAX(pause, limit->windows[i].span);
    return pause;
}
