#include "at/registration.h"

#include "at/fields.h"
#include "util/macros.h"

#include <errno.h>
#include <string.h>

ENUM_DEFINE(at_domain, AT_DOMAIN_LIST);

#define MAX_STAT 11 /* TS 27.007 §7.2 ends at 10; 11 is seen from SIMCom */

static bool begin(struct at_fields *fields, const char *line, enum at_domain *ret_domain)
{
    static const char *const prefixes[AT_DOMAIN_COUNT] = {"+CREG:", "+CGREG:", "+CEREG:"};

    for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
        if (at_fields_begin(fields, line, prefixes[i])) {
            *ret_domain = (enum at_domain)i;
            return true;
        }
    return false;
}

/*
 * In an answer the second field is <stat>, unsolicited it is <lac>: four hex digits, mostly quoted.
 * A bare number of one or two digits is the former.
 */
static bool is_stat(const struct at_field *field)
{
    unsigned stat;

    return !field->quoted && field->n <= 2 && at_field_number(field, MAX_STAT, &stat) == 0;
}

static void read_cell(const struct at_field *field, char *text, size_t size, int64_t *ret_value)
{
    uint32_t value;

    if (at_field_copy(field, text, size) < 0)
        text[0] = '\0';
    *ret_value = at_field_hex(field, &value) == 0 ? (int64_t)value : -1;
}

int at_registration_parse(const char *line, struct at_registration *ret)
{
    struct at_registration registration = {.lac = -1, .ci = -1, .act = -1};
    struct at_fields fields, rest;
    struct at_field first, field;
    unsigned stat, act;

    if (!begin(&fields, line, &registration.domain) || !at_fields_next(&fields, &first))
        return -EINVAL;
    rest = fields;
    if (at_fields_next(&rest, &field) && is_stat(&field)) {
        first = field;
        fields = rest;
    }
    if (at_field_number(&first, MAX_STAT, &stat) < 0)
        return -EINVAL;
    registration.stat = (int)stat;
    if (at_fields_next(&fields, &field))
        read_cell(&field, registration.lac_text, sizeof(registration.lac_text), &registration.lac);
    if (at_fields_next(&fields, &field))
        read_cell(&field, registration.ci_text, sizeof(registration.ci_text), &registration.ci);
    if (at_fields_number(&fields, 99, &act) == 0)
        registration.act = (int)act;
    *ret = registration;
    return 0;
}

bool at_registration_is_registered(int stat)
{
    return stat == 1 || stat == 5 || stat == 6 || stat == 7;
}
