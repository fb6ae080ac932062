/*
 * One list gives an enum, its names and the way back, so that log, JSON, CLI and documents cannot
 * disagree. The list is a macro that calls X(CONSTANT, "text") for each value:
 *
 *     #define COLOUR_LIST(X) X(COLOUR_RED, "red") X(COLOUR_BLUE, "blue")
 *     ENUM_DECLARE(colour, COLOUR_LIST);       in the header
 *     ENUM_DEFINE(colour, COLOUR_LIST)         in the .c file
 *
 * declares `enum colour`, `colour_to_string()` and `int colour_from_string(enum colour *, text)`.
 * Values count from 0. `_to_string` answers "?" for a value outside the list, `_from_string`
 * -EINVAL for an unknown text.
 */
#pragma once

#include <errno.h>
#include <string.h>

#define ENUM_CONSTANT_(constant, text) constant,
#define ENUM_TO_STRING_CASE_(constant, text)                                                       \
    case constant:                                                                                 \
        return text;
#define ENUM_FROM_STRING_CASE_(constant, text)                                                     \
    if (strcmp(string, text) == 0) {                                                               \
        *ret = constant;                                                                           \
        return 0;                                                                                  \
    }

#define ENUM_DECLARE(name, LIST)                                                                   \
    enum name { LIST(ENUM_CONSTANT_) };                                                            \
    const char *name##_to_string(enum name value);                                                 \
    int name##_from_string(enum name *ret, const char *string)

#define ENUM_DEFINE(name, LIST)                                                                    \
    const char *name##_to_string(enum name value)                                                  \
    {                                                                                              \
        switch (value) {                                                                           \
            LIST(ENUM_TO_STRING_CASE_)                                                             \
        }                                                                                          \
        return "?";                                                                                \
    }                                                                                              \
    int name##_from_string(enum name *ret, const char *string)                                     \
    {                                                                                              \
        LIST(ENUM_FROM_STRING_CASE_)                                                               \
        return -EINVAL;                                                                            \
    }                                                                                              \
    struct name##_needs_semicolon_
