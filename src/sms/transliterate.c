#include "sms/transliterate.h"

#include "util/utf8.h"

#include <string.h>

static const struct {
    uint32_t code_point;
    const char *text;
} replacements[] = {
    {0x0060, "'"},    /* grave accent: ASCII, but not in the default alphabet */
    {0x00A0, " "},    /* no-break space */
    {0x00A9, "(C)"},
    {0x00AB, "\""},   /* « */
    {0x00AE, "(R)"},
    {0x00B4, "'"},    /* acute accent */
    {0x00B7, "."},    /* middle dot */
    {0x00BB, "\""},   /* » */
    {0x00D7, "x"},    /* multiplication sign */
    {0x2009, " "},    /* thin space */
    {0x2010, "-"},    /* hyphen */
    {0x2011, "-"},    /* no-break hyphen */
    {0x2012, "-"},    /* figure dash */
    {0x2013, "-"},    /* en dash */
    {0x2014, "-"},    /* em dash */
    {0x2015, "-"},    /* horizontal bar */
    {0x2018, "'"},    /* single quotes */
    {0x2019, "'"},
    {0x201A, "'"},
    {0x201B, "'"},
    {0x201C, "\""},   /* double quotes */
    {0x201D, "\""},
    {0x201E, "\""},
    {0x201F, "\""},
    {0x2022, "*"},    /* bullet */
    {0x2026, "..."},  /* ellipsis */
    {0x202F, " "},    /* narrow no-break space */
    {0x2032, "'"},    /* prime */
    {0x2033, "\""},   /* double prime */
    {0x2039, "'"},    /* ‹ */
    {0x203A, "'"},    /* › */
    {0x20A8, "Rs"},   /* rupee sign */
    {0x20B9, "Rs"},   /* Indian rupee sign */
    {0x2122, "TM"},
    {0x2212, "-"},    /* minus sign */
};

const char *sms_replacement(uint32_t code_point)
{
    for (size_t i = 0; i < ARRAY_SIZE(replacements); i++)
        if (replacements[i].code_point == code_point)
            return replacements[i].text;
    return NULL;
}

static void remember(struct sms_replaced *replaced, uint32_t code_point)
{
    for (unsigned i = 0; i < replaced->n; i++)
        if (replaced->code_points[i] == code_point)
            return;
    if (replaced->n < SMS_REPLACED_MAX)
        replaced->code_points[replaced->n++] = code_point;
}

bool sms_transliterate(const char *text, struct strbuf *ret_text, struct sms_replaced *ret)
{
    size_t n = strlen(text);
    uint32_t code_point;
    int length;

    ret->n = 0;
    for (; n > 0 && (length = utf8_decode(text, n, &code_point)) > 0;
         text += length, n -= (size_t)length) {
        const char *replacement = sms_replacement(code_point);

        if (!replacement) {
            strbuf_put(ret_text, text, (size_t)length);
            continue;
        }
        strbuf_puts(ret_text, replacement);
        /* "Rs" is a word, where the sign before a number was none. */
        if (strcmp(replacement, "Rs") == 0 && text[length] >= '0' && text[length] <= '9')
            strbuf_putc(ret_text, ' ');
        remember(ret, code_point);
    }
    return ret->n > 0;
}
