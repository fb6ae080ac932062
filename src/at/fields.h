/*
 * The comma-separated arguments of a response line, `+CREG: 2,1,"5E25"`, one after the other. Made
 * for what modems send, not for what TS 27.007 asks for: blanks anywhere, quotes that open or close
 * nothing, fields left empty. Pure; fields are borrowed from the line.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct at_fields {
    const char *next; /* where the next field begins; NULL after the last */
};

struct at_field {
    const char *text; /* without quotes and outer blanks; not terminated */
    size_t n;
    bool quoted; /* it began with a quote */
};

/* Whether `line` begins with `prefix` ("+CREG:"); then the fields behind it. */
bool at_fields_begin(struct at_fields *fields, const char *line, const char *prefix);

/*
 * The next field, empty ones included; false after the last. An argument list of nothing has none.
 */
bool at_fields_next(struct at_fields *fields, struct at_field *ret);

/*
 * The next field as a decimal number in [0, max]; -ENODATA after the last field, -EINVAL for none.
 */
int at_fields_number(struct at_fields *fields, unsigned max, unsigned *ret);

/* The field's text, terminated; -EMSGSIZE when it does not fit `size`. */
int at_field_copy(const struct at_field *field, char *ret_text, size_t size);

/* The field as a decimal number in [0, max]; -EINVAL, -ERANGE. */
int at_field_number(const struct at_field *field, unsigned max, unsigned *ret);

/* The field as a hexadecimal number of at most 8 digits; -EINVAL. */
int at_field_hex(const struct at_field *field, uint32_t *ret);

/* A field such as "(0-2,4)" as the set of its numbers, bit n for n < 32; -EINVAL. */
int at_field_number_set(const struct at_field *field, uint32_t *ret_set);

/* Whether a field such as ("SM","ME") names `word`. */
bool at_field_lists(const struct at_field *field, const char *word);
