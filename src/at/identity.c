#include "at/identity.h"

#include "at/fields.h"
#include "util/hex.h"
#include "util/macros.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

int at_parse_text(const char *line, const char *prefix, char *ret_text, size_t size)
{
    struct at_fields fields = {.next = NULL};
    const char *text = at_fields_begin(&fields, line, prefix) ? fields.next : line;
    size_t n = text ? strlen(text) : 0;

    while (n > 0 && (*text == ' ' || *text == '"')) {
        text++;
        n--;
    }
    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '"'))
        n--;
    if (n == 0)
        return -EINVAL;
    n = MIN(n, size - 1);
    for (size_t i = 0; i < n; i++)
        ret_text[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
    ret_text[n] = '\0';
    return 0;
}

/* The only run of decimal digits in the line that is at least `min` long. */
static int find_digits(const char *line, size_t min, size_t max, char *ret)
{
    while (*line) {
        size_t n = strspn(line, "0123456789");

        if (n >= min && n <= max) {
            memcpy(ret, line, n);
            ret[n] = '\0';
            return 0;
        }
        line += n > 0 ? n : 1;
    }
    return -EINVAL;
}

int at_parse_imei(const char *line, char ret_imei[static AT_IMEI_SIZE])
{
    return find_digits(line, 14, AT_IMEI_SIZE - 1, ret_imei);
}

int at_parse_imsi(const char *line, char ret_imsi[static AT_IMSI_SIZE])
{
    return find_digits(line, 6, AT_IMSI_SIZE - 1, ret_imsi);
}

/* The first field behind the colon, or the line itself. */
static bool iccid_field(const char *line, struct at_field *ret)
{
    const char *colon = strchr(line, ':');
    struct at_fields fields = {.next = colon ? colon + 1 : line};

    return at_fields_next(&fields, ret);
}

static void swap_pairs(char *digits, size_t n)
{
    for (size_t i = 0; i + 1 < n; i += 2) {
        char first = digits[i];

        digits[i] = digits[i + 1];
        digits[i + 1] = first;
    }
}

int at_parse_iccid(const char *line, char ret_iccid[static AT_ICCID_SIZE])
{
    char iccid[AT_ICCID_SIZE] = "";
    struct at_field field;

    if (!iccid_field(line, &field) || field.n < 18 || field.n >= sizeof(iccid))
        return -EINVAL;
    for (size_t i = 0; i < field.n; i++) {
        int digit = hex_digit(field.text[i]);

        if (digit < 0)
            return -EINVAL;
        iccid[i] = "0123456789ABCDEF"[digit];
    }
    /* ITU-T E.118 §4.1.1: every SIM's number begins with 89. */
    if (iccid[0] == '9' && iccid[1] == '8')
        swap_pairs(iccid, field.n);
    if (iccid[0] != '8' || iccid[1] != '9')
        return -EINVAL;
    for (size_t n = field.n; n > 0 && iccid[n - 1] == 'F'; n--)
        iccid[n - 1] = '\0';
    memcpy(ret_iccid, iccid, sizeof(iccid));
    return 0;
}
