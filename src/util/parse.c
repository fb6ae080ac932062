#include "util/parse.h"

#include "util/macros.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

int parse_u64_n(const char *text, size_t n, uint64_t min, uint64_t max, uint64_t *ret)
{
    uint64_t value = 0;

    if (n == 0)
        return -EINVAL;
    for (size_t i = 0; i < n; i++)
        if (text[i] < '0' || text[i] > '9')
            return -EINVAL;
    for (size_t i = 0; i < n; i++) {
        uint64_t digit = (uint64_t)(text[i] - '0');

        if (value > (UINT64_MAX - digit) / 10)
            return -ERANGE;
        value = value * 10 + digit;
    }
    if (value < min || value > max)
        return -ERANGE;
    *ret = value;
    return 0;
}

int parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *ret)
{
    return parse_u64_n(text, strlen(text), min, max, ret);
}

int parse_unsigned(const char *text, unsigned min, unsigned max, unsigned *ret)
{
    uint64_t value;
    int r = parse_u64(text, min, max, &value);

    if (r < 0)
        return r;
    *ret = (unsigned)value;
    return 0;
}

int parse_duration(const char *text, usec_t *ret_usec)
{
    static const struct {
        const char *suffix;
        usec_t unit;
    } units[] = {
        {"ms", USEC_PER_MSEC}, {"s", USEC_PER_SEC},  {"m", USEC_PER_MINUTE},
        {"h", USEC_PER_HOUR},  {"d", USEC_PER_DAY}, {"", USEC_PER_SEC},
    };
    size_t digits = strspn(text, "0123456789");
    uint64_t value;

    for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
        int r;

        if (strcmp(text + digits, units[i].suffix) != 0)
            continue;
        r = parse_u64_n(text, digits, 0, (USEC_INFINITY - 1) / units[i].unit, &value);
        if (r < 0)
            return r;
        *ret_usec = value * units[i].unit;
        return 0;
    }
    return -EINVAL;
}

int parse_bool(const char *text, bool *ret)
{
    static const char *const words[][2] = {
        {"no", "yes"}, {"false", "true"}, {"off", "on"}, {"0", "1"}};

    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        for (size_t value = 0; value < 2; value++)
            if (strcmp(text, words[i][value]) == 0) {
                *ret = value == 1;
                return 0;
            }
    return -EINVAL;
}
