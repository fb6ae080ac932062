#include "at/sim_lock.h"

#include "at/fields.h"
#include "util/hex.h"
#include "util/macros.h"

#include <errno.h>
#include <string.h>

ENUM_DEFINE(at_sim_lock, AT_SIM_LOCK_LIST);

int at_parse_cpin(const char *line, enum at_sim_lock *ret)
{
    struct at_fields fields;
    struct at_field field;
    char text[32];

    if (!at_fields_begin(&fields, line, "+CPIN:") && !at_fields_begin(&fields, line, "^CPIN:"))
        return -EINVAL;
    if (!at_fields_next(&fields, &field) || at_field_copy(&field, text, sizeof(text)) < 0)
        return -EINVAL;
    if (at_sim_lock_from_string(ret, text) == 0)
        return 0;
    if (strncmp(text, "PH-", 3) != 0)
        return -EINVAL;
    *ret = AT_SIM_PERSONALIZED;
    return 0;
}

const char *const at_pin_tries_commands[] = {
    "+CPINR",        /* TS 27.007 §8.65 */
    "^CPIN?",        /* Huawei */
    "+QPINC=\"SC\"", /* Quectel */
    "+ZPINPUK=?",    /* ZTE */
    "+SPIC",         /* SIMCom */
    "#PCT",          /* Telit */
    "^SPIC",         /* Cinterion */
    "+UPINCNT",      /* u-blox */
    /* VERIFY PIN1 without a PIN: it asks and spends nothing (ETSI TS 102 221 §11.1.9) */
    "+CSIM=10,\"0020000100\"",
    NULL,
};

/* Where each form has its numbers, counted in fields; -1: not told. */
static const struct {
    const char *prefix;
    const char *word; /* what the first field must be, NULL: anything */
    int pin_field;
    int puk_field;
} forms[] = {
    {"+CPINR:", "SIM PIN", 1, -1},
    {"^CPIN:", NULL, 3, 2}, /* code,times,puk,pin,puk2,pin2 */
    {"+QPINC:", "SC", 1, 2},
    {"+ZPINPUK:", NULL, 0, 2}, /* pin,pin2,puk,puk2 */
    {"*SPIC:", NULL, 0, 1},    /* pin,puk,pin2,puk2 */
    {"+SPIC:", NULL, 0, 1},
    {"#PCT:", NULL, 0, -1},
    {"^SPIC:", NULL, 0, -1},
    {"+UPINCNT:", NULL, 0, 2}, /* pin,pin2,puk,puk2 */
};

static int parse_form(struct at_fields fields, size_t form, int *ret_tries, int *ret_puk)
{
    struct at_field field;
    int pin = -1, puk = -1;

    for (int i = 0; at_fields_next(&fields, &field); i++) {
        const char *word = forms[form].word;
        unsigned value;

        if (i == 0 && word && (field.n != strlen(word) || memcmp(field.text, word, field.n) != 0))
            return -EINVAL;
        if (i != forms[form].pin_field && i != forms[form].puk_field)
            continue;
        if (at_field_number(&field, 99, &value) < 0)
            return -EINVAL;
        if (i == forms[form].pin_field)
            pin = (int)value;
        else
            puk = (int)value;
    }
    if (pin < 0)
        return -EINVAL;
    *ret_tries = pin;
    *ret_puk = puk;
    return 0;
}

/* +CSIM: 4,"63C3": the card's status word. */
static int parse_status_word(struct at_fields fields, int *ret_tries)
{
    struct at_field field;
    uint32_t status;

    if (!at_fields_next(&fields, &field) || !at_fields_next(&fields, &field) || field.n != 4 ||
        at_field_hex(&field, &status) < 0)
        return -EINVAL;
    if ((status & 0xFFF0) == 0x63C0)
        *ret_tries = (int)(status & 0x0F);
    else if (status == 0x6983) /* blocked */
        *ret_tries = 0;
    else
        return -EINVAL;
    return 0;
}

int at_parse_pin_tries(const char *line, int *ret_tries, int *ret_puk_tries)
{
    struct at_fields fields;
    int r;

    for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
        if (at_fields_begin(&fields, line, forms[i].prefix))
            return parse_form(fields, i, ret_tries, ret_puk_tries);
    if (!at_fields_begin(&fields, line, "+CSIM:"))
        return -EINVAL;
    r = parse_status_word(fields, ret_tries);
    if (r == 0)
        *ret_puk_tries = -1;
    return r;
}
