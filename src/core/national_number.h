/*
 * Phone numbers as people write them: with spaces and brackets, and in national form where it is
 * known of which country. Only mobile numbers are understood in that form, since others get no
 * texts; so a number that lacks a digit, or has the country code but no `+`, is none. Of a country
 * whose rule is known, a mobile number can be written in one way only once it has been read. Pure.
 */
#pragma once

#include "util/e164.h"

#include <stddef.h>

/* How mobile numbers are written within a country. */
struct national_rule {
    const char *code;  /* with `+` */
    /* what may stand before them within the country; several with spaces between */
    const char *trunk;
    unsigned digits_min, digits_max; /* behind code or trunk prefix */
    const char *begins;              /* digit patterns of mobile numbers */
};

enum number_form {
    NUMBER_READ,
    NUMBER_MALFORMED,    /* not the form of a number at all */
    NUMBER_WITH_TRUNK,   /* `+44 (0)7…` or `+4407…`: one of both is too much */
    /* with `+`, begins like a mobile number, and has not as many digits as those */
    NUMBER_WRONG_LENGTH,
    NUMBER_NOT_NATIONAL, /* without `+`, and no mobile number of that country */
    NUMBER_UNRULED,      /* without `+`, and the country or its rule is not known */
};

/* The rule of the country that a prefix of numbers (`+91`, `+9198`) lies in, or NULL. */
const struct national_rule *national_rule_of(const char *prefix);

/* Rows in their order, for tests and documents; NULL past the last. */
const struct national_rule *national_rule_at(size_t index);

/* Reads a number; `rule` (NULL: none is known) is for one without `+`. */
enum number_form number_read(
    const struct national_rule *rule, const char *text, char ret_number[static E164_SIZE]);
