/*
 * The beginnings of phone numbers, as numbering plans write them: digits, X for any digit, N for 2
 * to 9 (the notation of the North American plan). Pure.
 */
#pragma once

#include <stdbool.h>

/* Whether `digits` begins with what the pattern says. */
bool digit_pattern_matches(const char *pattern, const char *digits);

/* Whether it begins with one of several patterns with spaces between. */
bool digit_patterns_match(const char *patterns, const char *digits);
