/*
 * How the balance of a modem's SIM is asked for, read and judged: a USSD code, a pattern that finds
 * the amount in the network's words, and what is little. Amounts are in hundredths. Pure.
 */
#pragma once

#include "util/clock.h"

#include <regex.h>
#include <stdbool.h>
#include <stdint.h>

#define BALANCE_USSD_MAX 32
#define BALANCE_AMOUNT_SIZE 24

struct balance_rule {
    char ussd[BALANCE_USSD_MAX + 1]; /* empty: it is not asked for */
    usec_t every;                    /* 0: as BALANCE_EVERY_USEC */
    bool has_pattern;
    regex_t pattern; /* else the first number there is */
    bool has_low;
    int64_t low; /* less than that is little */
};

#define BALANCE_EVERY_USEC USEC_PER_DAY

/*
 * A POSIX extended expression whose first group is the amount. -EINVAL: none, or without a group.
 */
int balance_rule_set_pattern(struct balance_rule *rule, const char *pattern);

/* Frees the pattern. */
void balance_rule_fini(struct balance_rule *rule);

/* The amount in what the network says. -ENOENT: the pattern fits nothing that is an amount. */
int balance_rule_read(const struct balance_rule *rule, const char *text, int64_t *ret_hundredths);

/*
 * An amount as people write it: digits with separators, the last of which begins the decimals when
 * one or two digits follow it; a minus in front. -EINVAL, -ERANGE.
 */
int balance_parse(const char *text, size_t n, int64_t *ret_hundredths);

/* "120.50" */
void balance_format(int64_t hundredths, char ret[static BALANCE_AMOUNT_SIZE]);
