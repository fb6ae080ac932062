#include "at/fields.h"

#include "util/hex.h"
#include "util/parse.h"

#include <errno.h>
#include <string.h>

static const char *skip_blanks(const char *p)
{
    while (*p == ' ' || *p == '\t')
        p++;
    return p;
}

bool at_fields_begin(struct at_fields *fields, const char *line, const char *prefix)
{
    size_t n = strlen(prefix);

    if (strncmp(line, prefix, n) != 0)
        return false;
    line = skip_blanks(line + n);
    fields->next = *line ? line : NULL;
    return true;
}

/* The quote that closes a string: the first with a comma or the end behind it. NULL: none. */
static const char *closing_quote(const char *p)
{
    for (; (p = strchr(p, '"')); p++) {
        const char *behind = skip_blanks(p + 1);

        if (*behind == ',' || *behind == '\0' || *behind == ')')
            return p;
    }
    return NULL;
}

/* The end of a field that is no string: a comma outside of parentheses. */
static const char *plain_end(const char *p)
{
    unsigned depth = 0;

    for (; *p && (*p != ',' || depth > 0); p++) {
        if (*p == '(')
            depth++;
        else if (*p == ')' && depth > 0)
            depth--;
    }
    return p;
}

static void trim(struct at_field *field)
{
    while (field->n > 0 && (*field->text == ' ' || *field->text == '"')) {
        field->text++;
        field->n--;
    }
    while (field->n > 0 && (field->text[field->n - 1] == ' ' || field->text[field->n - 1] == '"'))
        field->n--;
}

bool at_fields_next(struct at_fields *fields, struct at_field *ret)
{
    const char *start = fields->next;
    const char *end;

    if (!start)
        return false;
    start = skip_blanks(start);
    *ret = (struct at_field){.quoted = *start == '"'};
    end = ret->quoted ? closing_quote(start + 1) : NULL;
    if (end) {
        ret->text = start + 1;
        ret->n = (size_t)(end - ret->text);
        end = plain_end(end);
    } else {
        end = plain_end(start);
        ret->text = start;
        ret->n = (size_t)(end - start);
        trim(ret);
    }
    fields->next = *end == ',' ? end + 1 : NULL;
    return true;
}

int at_fields_number(struct at_fields *fields, unsigned max, unsigned *ret)
{
    struct at_field field;

    if (!at_fields_next(fields, &field))
        return -ENODATA;
    return at_field_number(&field, max, ret);
}

int at_field_copy(const struct at_field *field, char *ret_text, size_t size)
{
    if (field->n >= size)
        return -EMSGSIZE;
    memcpy(ret_text, field->text, field->n);
    ret_text[field->n] = '\0';
    return 0;
}

int at_field_number(const struct at_field *field, unsigned max, unsigned *ret)
{
    uint64_t value;
    int r = parse_u64_n(field->text, field->n, 0, max, &value);

    if (r < 0)
        return r;
    *ret = (unsigned)value;
    return 0;
}

int at_field_hex(const struct at_field *field, uint32_t *ret)
{
    uint32_t value = 0;

    if (field->n == 0 || field->n > 8)
        return -EINVAL;
    for (size_t i = 0; i < field->n; i++) {
        int digit = hex_digit(field->text[i]);

        if (digit < 0)
            return -EINVAL;
        value = value << 4 | (uint32_t)digit;
    }
    *ret = value;
    return 0;
}

/* The field without its parentheses, as a list of its own; commas end the items. */
static bool next_item(struct at_field *list, struct at_field *ret)
{
    const char *comma;

    while (list->n > 0 && (*list->text == '(' || *list->text == ')' || *list->text == ',')) {
        list->text++;
        list->n--;
    }
    if (list->n == 0)
        return false;
    comma = memchr(list->text, ',', list->n);
    ret->text = list->text;
    ret->n = comma ? (size_t)(comma - list->text) : list->n;
    list->text += ret->n;
    list->n -= ret->n;
    while (ret->n > 0 && ret->text[ret->n - 1] == ')')
        ret->n--;
    trim(ret);
    return true;
}

int at_field_number_set(const struct at_field *field, uint32_t *ret_set)
{
    struct at_field list = *field;
    struct at_field item;
    uint32_t set = 0;

    while (next_item(&list, &item)) {
        const char *dash = memchr(item.text, '-', item.n);
        size_t n_first = dash ? (size_t)(dash - item.text) : item.n;
        uint64_t first, last;

        if (parse_u64_n(item.text, n_first, 0, 31, &first) < 0)
            return -EINVAL;
        last = first;
        if (dash && parse_u64_n(dash + 1, item.n - n_first - 1, first, 31, &last) < 0)
            return -EINVAL;
        for (uint64_t i = first; i <= last; i++)
            set |= UINT32_C(1) << i;
    }
    *ret_set = set;
    return 0;
}

bool at_field_lists(const struct at_field *field, const char *word)
{
    struct at_field list = *field;
    struct at_field item;

    while (next_item(&list, &item))
        if (item.n == strlen(word) && memcmp(item.text, word, item.n) == 0)
            return true;
    return false;
}
