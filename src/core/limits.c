#include "core/limits.h"

#include "util/macros.h"
#include "util/parse.h"

#include <errno.h>
#include <string.h>

/* Of `gateway`, as of the queue: the rest is for codes. */
#define PLAIN_PERCENT 50

/* The reasons are in smsotpd.conf(5). */
static const struct limits defaults = {
    .number = {{{1, 30 * USEC_PER_SEC}, {3, 10 * USEC_PER_MINUTE}, {5, USEC_PER_HOUR},
                   {10, USEC_PER_DAY}},
        4},
    .prefix = {{{100, USEC_PER_HOUR}, {300, USEC_PER_DAY}}, 2},
    .purpose = {{{300, USEC_PER_HOUR}}, 1},
    .client = {{{60, USEC_PER_MINUTE}}, 1},
    .gateway = {{{600, USEC_PER_HOUR}}, 1},
    .inbound = {{{3, USEC_PER_DAY}}, 1},
    .guesses = {{{15, USEC_PER_DAY}}, 1},
    .failures = {{{30, USEC_PER_HOUR}}, 1},
    .spray = {{{50, USEC_PER_HOUR}, {200, USEC_PER_DAY}}, 2},
    .pending = 3,
    .share = 60,
    .conversion = {30, 20},
};

void limits_default(struct limits *ret)
{
    *ret = defaults;
}

/* A part, at least one; 0 where that is the whole, so that there is nothing to keep for others. */
static unsigned share_of(unsigned max, unsigned percent)
{
    unsigned part = (unsigned)(((uint64_t)max * percent + 99) / 100);

    return part < max ? part : 0;
}

static void take_share(const struct limit *limit, unsigned percent, struct limit *ret)
{
    *ret = (struct limit){0};
    for (unsigned i = 0; i < limit->n_windows; i++) {
        struct limit_window window = limit->windows[i];

        window.max = share_of(window.max, percent);
        if (window.max > 0)
            ret->windows[ret->n_windows++] = window;
    }
}

void limits_for(
    const struct limits *limits, bool is_client, unsigned n_clients, struct limits *ret)
{
    *ret = *limits;
    if (!is_client)
        ret->client.n_windows = ret->failures.n_windows = 0;
    if (!is_client || n_clients < 2)
        ret->share = LIMITS_SHARE_OFF;
    take_share(&ret->number, ret->share, &ret->number_share);
    take_share(&ret->gateway, PLAIN_PERCENT, &ret->gateway_plain);
    take_share(&ret->inbound, ret->share, &ret->inbound_share);
    ret->pending_share = share_of(ret->pending, ret->share);
    take_share(&ret->guesses, ret->share, &ret->guesses_share);
}

int share_parse(unsigned *ret_percent, const char *text)
{
    size_t n = strlen(text);
    uint64_t percent;

    if (strcmp(text, "off") == 0) {
        *ret_percent = LIMITS_SHARE_OFF;
        return 0;
    }
    if (n == 0 || text[n - 1] != '%' || parse_u64_n(text, n - 1, 1, 100, &percent) < 0)
        return -EINVAL;
    *ret_percent = (unsigned)percent;
    return 0;
}

int conversion_limit_parse(struct conversion_limit *ret, const char *text)
{
    const char *slash = strchr(text, '/');
    uint64_t percent, texts;

    if (strcmp(text, "off") == 0) {
        *ret = (struct conversion_limit){0};
        return 0;
    }
    if (!slash || slash == text || slash[-1] != '%' ||
        parse_u64_n(text, (size_t)(slash - text) - 1, 1, 100, &percent) < 0 ||
        parse_u64(slash + 1, CONVERSION_TEXTS_MIN, CONVERSION_TEXTS_MAX, &texts) < 0)
        return -EINVAL;
    *ret = (struct conversion_limit){.percent = (unsigned)percent, .texts = (unsigned)texts};
    return 0;
}
