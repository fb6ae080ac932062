#include "core/national_number.h"

#include "core/digit_pattern.h"
#include "util/macros.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define SEPARATORS " -.()/"

/*
 * From the metadata of libphonenumber 8.12.57 (national prefix, mobile pattern, lengths), cut down
 * to what tells mobile numbers from others, and checked against its example numbers by
 * tests/unit/test_national_number.c. It cites the plans that the ITU publishes for each country
 * (E.129). Denmark does not tell mobile numbers from others, nor does the North American plan.
 */
static const struct national_rule rules[] = {
    {"+1", "1", 10, 10, "NXXN"},
    {"+27", "0", 9, 9, "6 7 81 82 83 84"},
    {"+30", "", 10, 10, "69"},
    {"+31", "0", 9, 9, "61 62 63 64 65 68"},
    {"+32", "0", 9, 9, "45 46 47 48 49"},
    {"+33", "0", 9, 9, "6 7"},
    {"+34", "", 9, 9, "6 71 72 73 74"},
    {"+351", "", 9, 9, "91 92 93 96"},
    {"+352", "", 9, 9, "6"},
    {"+353", "0", 9, 9, "82 83 85 86 87 88 89"},
    {"+356", "", 8, 8, "7 9"},
    {"+357", "", 8, 8, "94 95 96 97 99"},
    {"+358", "0", 8, 10, "4 50"},
    {"+359", "0", 9, 9, "87 88 89 98 99"},
    {"+36", "06", 9, 9, "20 30 31 50 70"},
    {"+370", "8 0", 8, 8, "6"},
    {"+371", "", 8, 8, "2"},
    {"+372", "", 7, 8, "5"},
    {"+385", "0", 8, 9, "91 92 95 97 98 99"},
    {"+386", "0", 8, 8, "30 31 40 41 43 49 51 64 65 68 69 70 71"},
    {"+39", "", 9, 10, "3"},
    {"+40", "0", 9, 9, "7"},
    {"+41", "0", 9, 9, "75 76 77 78 79"},
    {"+420", "", 9, 9, "60 702 703 704 705 72 73 77 79"},
    {"+421", "0", 9, 9, "90 91 94 95"},
    {"+43", "0", 9, 13, "65 66 67 68 69"},
    {"+44", "0", 10, 10, "71 72 73 74 75 77 78 79"},
    {"+45", "", 8, 8, "N"},
    {"+46", "0", 9, 9, "70 72 73 76 79"},
    {"+47", "", 8, 8, "4 9"},
    {"+48", "", 9, 9, "45 50 51 53 57 60 66 69 72 73 78 79 88"},
    {"+49", "0", 10, 11, "15 160 162 163 17"},
    {"+61", "0", 9, 9, "4"},
    {"+65", "", 8, 8, "8 9"},
    {"+880", "0", 10, 10, "1N"},
    {"+91", "0", 10, 10, "6 7 8 9"},
    {"+92", "0", 10, 10, "3"},
    {"+94", "0", 9, 9, "7"},
    {"+971", "0", 9, 9, "5"},
    {"+977", "0", 10, 10, "96 97 98"},
};

const struct national_rule *national_rule_at(size_t index)
{
    return index < ARRAY_SIZE(rules) ? &rules[index] : NULL;
}

/* No country code is the beginning of another one. */
const struct national_rule *national_rule_of(const char *prefix)
{
    for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
        if (strncmp(prefix, rules[i].code, strlen(rules[i].code)) == 0)
            return &rules[i];
    return NULL;
}

/* Copies a number without its separators. False: something else is in it, or it is too long. */
static bool strip(const char *text, char *ret_digits, size_t size)
{
    size_t n = 0;

    for (; *text; text++) {
        bool is_sign = *text == '+' && n == 0;

        if (strchr(SEPARATORS, *text))
            continue;
        if ((!is_sign && (*text < '0' || *text > '9')) || n + 1 == size)
            return false;
        ret_digits[n++] = *text;
    }
    ret_digits[n] = '\0';
    return n > 0;
}

static bool is_mobile(const struct national_rule *rule, const char *digits)
{
    size_t n = strlen(digits);

    return n >= rule->digits_min && n <= rule->digits_max &&
           digit_patterns_match(rule->begins, digits);
}

/* The digits behind a trunk prefix, or NULL. */
static const char *behind_trunk(const struct national_rule *rule, const char *digits)
{
    for (const char *p = rule->trunk; *p; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");

        if (strncmp(digits, p, n) == 0)
            return digits + n;
        p += n;
    }
    return NULL;
}

static enum number_form read_national(
    const struct national_rule *rule, const char *digits, char ret_number[static E164_SIZE])
{
    const char *behind = behind_trunk(rule, digits);

    if (behind && is_mobile(rule, behind))
        digits = behind;
    else if (!is_mobile(rule, digits))
        return NUMBER_NOT_NATIONAL;
    snprintf(ret_number, E164_SIZE, "%s%s", rule->code, digits);
    return NUMBER_READ;
}

/*
 * One phone in two spellings would be two customers, whose limits and opt-outs are apart. No plan
 * here that has a trunk prefix has numbers that begin with 0; other prefixes show by what is too
 * long.
 */
static bool begins_with_trunk(const struct national_rule *rule, const char *digits)
{
    return rule->trunk[0] && (digits[0] == '0' ||
        (behind_trunk(rule, digits) && strlen(digits) > rule->digits_max));
}

static enum number_form judge_international(const char *number)
{
    const struct national_rule *rule = national_rule_of(number);
    const char *digits = rule ? number + strlen(rule->code) : number;

    if (rule && begins_with_trunk(rule, digits))
        return NUMBER_WITH_TRUNK;
    if (!e164_is_valid(number))
        return NUMBER_MALFORMED;
    if (rule && digit_patterns_match(rule->begins, digits) && !is_mobile(rule, digits))
        return NUMBER_WRONG_LENGTH;
    return NUMBER_READ;
}

static enum number_form read_stripped(
    const struct national_rule *rule, const char *text, const char *digits, char *ret_number)
{
    enum number_form form;

    if (digits[0] != '+')
        return rule ? read_national(rule, digits, ret_number) : NUMBER_UNRULED;
    if (strstr(text, "(0"))
        return NUMBER_WITH_TRUNK;
    form = judge_international(digits);
    if (form == NUMBER_READ)
        memcpy(ret_number, digits, strlen(digits) + 1);
    return form;
}

enum number_form number_read(
    const struct national_rule *rule, const char *text, char ret_number[static E164_SIZE])
{
    char digits[E164_SIZE + 4]; /* room for what is too long, so that it shows */
    enum number_form form = NUMBER_MALFORMED;

    if (strip(text, digits, sizeof(digits)))
        form = read_stripped(rule, text, digits, ret_number);
    sodium_memzero(digits, sizeof(digits));
    return form;
}
