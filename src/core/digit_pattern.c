#include "core/digit_pattern.h"

#include <stddef.h>
#include <string.h>

static bool matches(const char *pattern, size_t n, const char *digits)
{
    for (size_t i = 0; i < n; i++) {
        bool is_digit = digits[i] >= '0' && digits[i] <= '9';

        if (pattern[i] == 'X' ? !is_digit
                              : pattern[i] == 'N' ? !is_digit || digits[i] < '2'
                                                  : digits[i] != pattern[i])
            return false;
    }
    return true;
}

bool digit_pattern_matches(const char *pattern, const char *digits)
{
    return matches(pattern, strlen(pattern), digits);
}

bool digit_patterns_match(const char *patterns, const char *digits)
{
    for (const char *p = patterns; *p; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");

        if (matches(p, n, digits))
            return true;
        p += n;
    }
    return false;
}
