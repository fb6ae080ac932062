#include "util/utf8.h"

#include <errno.h>
#include <string.h>

/* Length of the form a first byte announces, with the bits it carries; 0: no first byte. */
static int form_of(uint8_t first, uint32_t *ret_bits)
{
    if (first < 0x80) {
        *ret_bits = first;
        return 1;
    }
    if (first >= 0xC2 && first <= 0xDF) {
        *ret_bits = first & 0x1F;
        return 2;
    }
    if (first >= 0xE0 && first <= 0xEF) {
        *ret_bits = first & 0x0F;
        return 3;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        *ret_bits = first & 0x07;
        return 4;
    }
    return 0;
}

static bool is_scalar(uint32_t code_point)
{
    return code_point <= 0x10FFFF && (code_point < 0xD800 || code_point > 0xDFFF);
}

int utf8_decode(const char *text, size_t n, uint32_t *ret_code_point)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t value = 0;
    int length;

    if (n == 0)
        return -EILSEQ;
    length = form_of((uint8_t)text[0], &value);
    if (length == 0 || (size_t)length > n)
        return -EILSEQ;
    for (int i = 1; i < length; i++) {
        uint8_t next = (uint8_t)text[i];

        if ((next & 0xC0) != 0x80)
            return -EILSEQ;
        value = (value << 6) | (next & 0x3F);
    }
    if (value < least[length] || !is_scalar(value))
        return -EILSEQ;
    *ret_code_point = value;
    return length;
}

int utf8_encode(uint32_t code_point, char ret_text[static UTF8_MAX_OCTETS])
{
    if (!is_scalar(code_point))
        return -EINVAL;
    if (code_point < 0x80) {
        ret_text[0] = (char)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        ret_text[0] = (char)(0xC0 | code_point >> 6);
        ret_text[1] = (char)(0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point < 0x10000) {
        ret_text[0] = (char)(0xE0 | code_point >> 12);
        ret_text[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
        ret_text[2] = (char)(0x80 | (code_point & 0x3F));
        return 3;
    }
    ret_text[0] = (char)(0xF0 | code_point >> 18);
    ret_text[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
    ret_text[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
    ret_text[3] = (char)(0x80 | (code_point & 0x3F));
    return 4;
}

bool utf8_is_valid(const char *text, size_t n)
{
    while (n > 0) {
        uint32_t code_point;
        int length = utf8_decode(text, n, &code_point);

        if (length < 0)
            return false;
        text += length;
        n -= (size_t)length;
    }
    return true;
}

size_t utf8_length(const char *text, size_t n)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += ((uint8_t)text[i] & 0xC0) != 0x80;
    return count;
}

bool utf8_is_hazardous(uint32_t code_point)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x0000, 0x001F}, /* C0 */
        {0x007F, 0x009F}, /* DEL, C1 */
        {0x061C, 0x061C}, /* Arabic letter mark */
        {0x200B, 0x200F}, /* zero width, left-to-right and right-to-left mark */
        {0x2028, 0x202E}, /* separators, bidi embeddings and overrides */
        {0x2060, 0x206F}, /* invisible operators, bidi isolates */
        {0xFEFF, 0xFEFF}, /* byte order mark */
        {0xFFF9, 0xFFFB}, /* interlinear annotation */
    };

    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
        if (code_point >= ranges[i].first && code_point <= ranges[i].last)
            return true;
    return false;
}

static bool is_joiner(uint32_t code_point)
{
    return code_point == 0x200C || code_point == 0x200D;
}

bool utf8_is_printable(const char *text, bool may_join)
{
    size_t n = strlen(text);

    while (n > 0) {
        uint32_t code_point;
        int length = utf8_decode(text, n, &code_point);

        if (length < 0)
            return false;
        if (utf8_is_hazardous(code_point) && !(may_join && is_joiner(code_point)))
            return false;
        text += length;
        n -= (size_t)length;
    }
    return true;
}

/* White_Space and Default_Ignorable_Code_Point of Unicode 15, what is blank by its glyph, and lone
 * marks. */
static bool is_invisible(uint32_t code_point)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x0000, 0x0020}, {0x007F, 0x00A0}, {0x00AD, 0x00AD},
        {0x0300, 0x036F}, /* combining marks, the grapheme joiner among them */
        {0x061C, 0x061C}, {0x115F, 0x1160}, {0x1680, 0x1680}, {0x17B4, 0x17B5}, {0x180B, 0x180F},
        {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, /* combining marks */
        {0x2000, 0x200F}, {0x2028, 0x202F}, {0x205F, 0x206F},
        {0x20D0, 0x20FF}, /* combining marks for symbols */
        {0x2800, 0x2800}, /* Braille without a dot */
        {0x3000, 0x3000}, {0x3164, 0x3164}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF},
        {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3}, {0x1D159, 0x1D159},
        {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
    };

    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
        if (code_point >= ranges[i].first && code_point <= ranges[i].last)
            return true;
    return false;
}

bool utf8_is_visible(const char *text)
{
    size_t n = strlen(text);

    while (n > 0) {
        uint32_t code_point;
        int length = utf8_decode(text, n, &code_point);

        if (length < 0)
            return false;
        if (!is_invisible(code_point))
            return true;
        text += length;
        n -= (size_t)length;
    }
    return false;
}
