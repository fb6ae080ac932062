#include "at/message.h"

#include "at/fields.h"
#include "util/hex.h"
#include "util/macros.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

int at_parse_cmgs(const char *line, uint8_t *ret_reference)
{
    struct at_fields fields;
    unsigned reference;

    if (!at_fields_begin(&fields, line, "+CMGS:") ||
        at_fields_number(&fields, 255, &reference) < 0)
        return -EINVAL;
    *ret_reference = (uint8_t)reference;
    return 0;
}

#define MAX_HEADER_FIELDS 4

/* Empty, or a number that is not quoted: a text-mode header has words there. */
static int optional_number(const struct at_field *field, unsigned max, int *ret)
{
    unsigned value;

    if (field->n == 0)
        return 0;
    if (field->quoted || at_field_number(field, max, &value) < 0)
        return -EPROTO;
    *ret = (int)value;
    return 0;
}

/*
 * `[index,][stat,][alpha,]length`: from a phone any of them may be missing, the last is the
 * length.
 */
static int read_header(struct at_fields *fields, bool listed, bool has_stat,
    struct at_message_header *ret)
{
    struct at_field field[MAX_HEADER_FIELDS];
    size_t n = 0, i = 0;
    int r = 0;

    while (n < ARRAY_SIZE(field) && at_fields_next(fields, &field[n]))
        n++;
    if (n == 0)
        return -EINVAL;
    if (fields->next)
        return -EPROTO;
    if (listed && n > i + 1)
        r = optional_number(&field[i++], 65535, &ret->index);
    if (r == 0 && has_stat && n > i + 1)
        r = optional_number(&field[i++], 255, &ret->stat);
    if (r < 0)
        return r;
    if (at_field_number(&field[n - 1], 255, &ret->octets) < 0)
        return field[n - 1].quoted ? -EPROTO : -EINVAL;
    return 0;
}

int at_parse_message_header(const char *line, struct at_message_header *ret)
{
    static const struct {
        const char *prefix;
        bool listed;
        bool has_stat;
    } forms[] = {
        {"+CMT:", false, false},
        {"+CDS:", false, false},
        {"+CMGR:", false, true},
        {"+CMGL:", true, true},
    };
    struct at_message_header header = {.index = -1, .stat = -1};
    struct at_fields fields;

    for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
        if (at_fields_begin(&fields, line, forms[i].prefix)) {
            int r = read_header(&fields, forms[i].listed, forms[i].has_stat, &header);

            if (r == 0)
                *ret = header;
            return r;
        }
    return -EINVAL;
}

int at_parse_message_pdu(const char *line, unsigned octets,
    uint8_t ret_pdu[static AT_MESSAGE_MAX_OCTETS], size_t *ret_n_octets)
{
    size_t n_line = strlen(line);
    size_t n, whole;

    while (n_line > 0 && line[n_line - 1] == ' ')
        n_line--;
    if (hex_decode(line, n_line, ret_pdu, AT_MESSAGE_MAX_OCTETS, &n) < 0 || n < 2)
        return -EINVAL;
    whole = 1 + (size_t)ret_pdu[0] + octets;
    *ret_n_octets = MIN(n, whole);
    return 0;
}

int at_parse_message_notice(const char *line, struct at_message_notice *ret)
{
    struct at_message_notice notice = {.memory = ""};
    struct at_fields fields;
    struct at_field field;

    if (!at_fields_begin(&fields, line, "+CMTI:") && !at_fields_begin(&fields, line, "+CDSI:"))
        return -EINVAL;
    if (!at_fields_next(&fields, &field))
        return -EINVAL;
    if (field.quoted && at_field_copy(&field, notice.memory, sizeof(notice.memory)) < 0)
        return -EINVAL;
    if (at_fields_number(&fields, 65535, &notice.index) < 0)
        return -EINVAL;
    *ret = notice;
    return 0;
}
