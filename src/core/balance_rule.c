#include "core/balance_rule.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DIGITS "0123456789"
#define AMOUNT_MAX (INT64_MAX / 1000)

void balance_rule_fini(struct balance_rule *rule)
{
    if (rule->has_pattern)
        regfree(&rule->pattern);
    rule->has_pattern = false;
}

int balance_rule_set_pattern(struct balance_rule *rule, const char *pattern)
{
    balance_rule_fini(rule);
    if (!pattern[0] || regcomp(&rule->pattern, pattern, REG_EXTENDED) != 0)
        return -EINVAL;
    rule->has_pattern = true;
    if (rule->pattern.re_nsub > 0)
        return 0;
    balance_rule_fini(rule);
    return -EINVAL;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_separator(char c)
{
    return c == '.' || c == ',' || c == ' ' || c == '\'';
}

/* Where the decimals begin, behind their separator; `n` where there are none. */
static size_t decimals_of(const char *text, size_t n)
{
    for (size_t i = n; i > 0 && n - i <= 2; i--)
        if (text[i - 1] == '.' || text[i - 1] == ',')
            return i < n ? i : n;
    return n;
}

int balance_parse(const char *text, size_t n, int64_t *ret_hundredths)
{
    bool is_negative = n > 0 && text[0] == '-';
    size_t begin = is_negative, decimals = decimals_of(text, n);
    int64_t amount = 0;

    if (begin == n || !is_digit(text[begin]) || !is_digit(text[n - 1]))
        return -EINVAL;
    for (size_t i = begin; i < n; i++) {
        if (is_separator(text[i]) && is_digit(text[i - 1]))
            continue;
        if (!is_digit(text[i]))
            return -EINVAL;
        if (amount > AMOUNT_MAX)
            return -ERANGE;
        amount = 10 * amount + (text[i] - '0');
    }
    for (size_t i = n - decimals; i < 2; i++)
        amount *= 10;
    *ret_hundredths = is_negative ? -amount : amount;
    return 0;
}

/* The first number: a digit, and what may be within one. */
static size_t find_number(const char *text, size_t *ret_n)
{
    size_t begin = strcspn(text, DIGITS), n = strspn(text + begin, DIGITS ".,'");

    while (n > 0 && !is_digit(text[begin + n - 1]))
        n--; /* the stop behind it */
    if (n > 0 && begin > 0 && text[begin - 1] == '-') {
        begin--;
        n++;
    }
    *ret_n = n;
    return begin;
}

int balance_rule_read(const struct balance_rule *rule, const char *text, int64_t *ret_hundredths)
{
    regmatch_t match[2] = {{.rm_so = -1}, {.rm_so = -1}};
    size_t begin, n;

    if (rule->has_pattern) {
        if (regexec(&rule->pattern, text, 2, match, 0) != 0 || match[1].rm_so < 0)
            return -ENOENT;
        begin = (size_t)match[1].rm_so;
        n = (size_t)(match[1].rm_eo - match[1].rm_so);
    } else {
        begin = find_number(text, &n);
    }
    return balance_parse(text + begin, n, ret_hundredths) < 0 ? -ENOENT : 0;
}

void balance_format(int64_t hundredths, char ret[static BALANCE_AMOUNT_SIZE])
{
    int64_t absolute = hundredths < 0 ? -hundredths : hundredths;

    snprintf(ret, BALANCE_AMOUNT_SIZE, "%s%" PRId64 ".%02d", hundredths < 0 ? "-" : "",
        absolute / 100, (int)(absolute % 100));
}
