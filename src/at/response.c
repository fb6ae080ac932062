#include "at/response.h"

#include "at/fields.h"
#include "at/line.h"
#include "util/macros.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int at_parse_csq(const char *line, unsigned *ret_rssi, int *ret_dbm)
{
    struct at_fields fields;
    unsigned rssi;

    if (!at_fields_begin(&fields, line, "+CSQ:") || at_fields_number(&fields, 199, &rssi) < 0)
        return -EINVAL;
    *ret_rssi = rssi;
    if (rssi <= 31)
        *ret_dbm = -113 + 2 * (int)rssi;
    else if (rssi >= 100 && rssi <= 191)
        *ret_dbm = -116 + (int)(rssi - 100);
    else
        *ret_dbm = 0;
    return 0;
}

int at_parse_cfun(const char *line, unsigned *ret_functionality)
{
    struct at_fields fields;
    unsigned functionality;

    if (!at_fields_begin(&fields, line, "+CFUN:") ||
        at_fields_number(&fields, 127, &functionality) < 0)
        return -EINVAL;
    *ret_functionality = functionality;
    return 0;
}

int at_parse_cops(const char *line, char *ret_name, size_t size)
{
    struct at_field field = {.n = 0};
    struct at_fields fields;

    if (!at_fields_begin(&fields, line, "+COPS:") || !at_fields_next(&fields, &field))
        return -EINVAL;
    if (!at_fields_next(&fields, &field) || !at_fields_next(&fields, &field))
        field.n = 0;
    field.n = MIN(field.n, size - 1);
    for (size_t i = 0; i < field.n; i++)
        ret_name[i] = field.text[i] >= ' ' && field.text[i] <= '~' ? field.text[i] : '?';
    ret_name[field.n] = '\0';
    return 0;
}

/* "002B0039" is "+9": four hex digits a character, as AT+CSCS="UCS2" makes modems write numbers. */
static bool number_from_ucs2(const struct at_field *field, char *ret_number, size_t size)
{
    size_t n = field->n / 4;

    if (field->n < 8 || field->n % 4 != 0 || n >= size)
        return false;
    for (size_t i = 0; i < n; i++) {
        struct at_field unit = {.text = field->text + 4 * i, .n = 4};
        uint32_t c;

        if (at_field_hex(&unit, &c) < 0 || !((c >= '0' && c <= '9') || c == '+'))
            return false;
        ret_number[i] = (char)c;
    }
    ret_number[n] = '\0';
    return true;
}

static int copy_number(const struct at_field *field, char *ret_number, size_t size)
{
    for (size_t i = 0; i < field->n; i++)
        if (!strchr("+0123456789*#", field->text[i]))
            return -EINVAL;
    return at_field_copy(field, ret_number, size) < 0 ? -EINVAL : 0;
}

/*
 * TS 24.011 §8.2.5.2: of the type of address bits 5…7 are the type of number, 1 is international.
 */
static bool is_international(struct at_fields *type_follows)
{
    unsigned type = 0;

    (void)at_fields_number(type_follows, 255, &type);
    return (type & 0x70) == 0x10;
}

int at_parse_csca(const char *line, char ret_number[static AT_NUMBER_SIZE], bool *ret_international)
{
    struct at_fields fields;
    struct at_field field;

    if (!at_fields_begin(&fields, line, "+CSCA:") || !at_fields_next(&fields, &field))
        return -EINVAL;
    if (!number_from_ucs2(&field, ret_number, AT_NUMBER_SIZE) &&
        copy_number(&field, ret_number, AT_NUMBER_SIZE) < 0)
        return -EINVAL;
    *ret_international = ret_number[0] == '+' || is_international(&fields);
    return 0;
}

int at_parse_cnum(const char *line, char ret_number[static AT_NUMBER_SIZE])
{
    char number[AT_NUMBER_SIZE - 1]; /* room for a `+` */
    struct at_fields fields;
    struct at_field field;
    bool needs_plus;

    if (!at_fields_begin(&fields, line, "+CNUM:") || !at_fields_next(&fields, &field) ||
        !at_fields_next(&fields, &field))
        return -EINVAL;
    if (field.n == 0)
        return -ENODATA;
    if (!number_from_ucs2(&field, number, sizeof(number)) &&
        copy_number(&field, number, sizeof(number)) < 0)
        return -EINVAL;
    needs_plus = is_international(&fields) && number[0] != '+';
    snprintf(ret_number, AT_NUMBER_SIZE, "%s%s", needs_plus ? "+" : "", number);
    return 0;
}

int at_parse_cnmi_range(const char *line, struct at_cnmi_range *ret)
{
    uint32_t sets[5] = {0};
    struct at_fields fields;
    struct at_field field;

    if (!at_fields_begin(&fields, line, "+CNMI:"))
        return -EINVAL;
    for (size_t i = 0; i < ARRAY_SIZE(sets) && at_fields_next(&fields, &field); i++)
        if (at_field_number_set(&field, &sets[i]) < 0)
            return -EINVAL;
    if (sets[0] == 0)
        return -EINVAL;
    *ret = (struct at_cnmi_range){sets[0], sets[1], sets[2], sets[3], sets[4]};
    return 0;
}

int at_parse_cnmi(const char *line, unsigned ret_values[static 5])
{
    struct at_fields fields;

    if (!at_fields_begin(&fields, line, "+CNMI:"))
        return -EINVAL;
    for (size_t i = 0; i < 5; i++) {
        int r = at_fields_number(&fields, 9, &ret_values[i]);

        if (r == -ENODATA && i > 0)
            ret_values[i] = 0;
        else if (r < 0)
            return -EINVAL;
    }
    return 0;
}

bool at_cpms_offers(const char *line, unsigned position, const char *memory)
{
    struct at_fields fields;
    struct at_field field;

    if (!at_fields_begin(&fields, line, "+CPMS:"))
        return false;
    for (unsigned i = 0; at_fields_next(&fields, &field); i++)
        if (i == position)
            return at_field_lists(&field, memory);
    return false;
}

int at_parse_cpms_usage(const char *line, int *ret_used, int *ret_total)
{
    unsigned last[2], n = 0, value;
    struct at_fields fields;
    struct at_field field;

    if (!at_fields_begin(&fields, line, "+CPMS:"))
        return -EINVAL;
    while (at_fields_next(&fields, &field)) {
        if (field.quoted)
            continue;
        if (at_field_number(&field, 65535, &value) < 0)
            return -EINVAL;
        last[n++ % 2] = value;
    }
    if (n == 0 || n % 2)
        return -EINVAL;
    *ret_used = (int)last[0];
    *ret_total = (int)last[1];
    return 0;
}

int at_parse_cusd(const char *line, struct at_cusd *ret)
{
    struct at_cusd cusd = {.text = "", .dcs = -1};
    const char *begin, *end;
    struct at_fields fields;
    struct at_field field;
    unsigned dcs;

    if (!at_fields_begin(&fields, line, "+CUSD:") || at_fields_number(&fields, 5, &cusd.type) < 0)
        return -EINVAL;
    begin = strchr(line, '"');
    end = begin ? strrchr(begin + 1, '"') : NULL;
    if (end) { /* whatever stands between: menus have quotes and commas */
        cusd.text = begin + 1;
        cusd.n = (size_t)(end - cusd.text);
        fields.next = strchr(end, ',');
        fields.next += fields.next != NULL;
    } else if (at_fields_next(&fields, &field)) {
        cusd.text = field.text;
        cusd.n = field.n;
    }
    if (at_fields_number(&fields, 255, &dcs) == 0)
        cusd.dcs = (int)dcs;
    *ret = cusd;
    return 0;
}

void at_cusd_octets(const struct at_cusd *cusd, char *ret)
{
    for (size_t i = 0; i < cusd->n; i++)
        ret[i] = (uint8_t)cusd->text[i] == AT_NUL ? '\0' : cusd->text[i];
}
