#include "at/line.h"

#include <string.h>

#define DELETE 0x7F

static void begin_line(struct at_splitter *splitter)
{
    splitter->n = 0;
    splitter->overflow = false;
    splitter->after_prompt = false;
}

void at_splitter_init(struct at_splitter *splitter)
{
    begin_line(splitter);
    splitter->text_goes_on = false;
}

static bool is_control(uint8_t byte)
{
    return byte < ' ' || byte == DELETE || byte == AT_NUL;
}

/* Behind the first quote of +CUSD, in the alphabet of the network, they are characters. */
static const char *find_text(const struct at_splitter *splitter)
{
    static const char usage[] = "+CUSD:";

    if (splitter->text_goes_on)
        return splitter->line;
    if (splitter->n < sizeof(usage) || memcmp(splitter->line, usage, strlen(usage)) != 0)
        return NULL;
    return memchr(splitter->line, '"', splitter->n);
}

/* What came behind the quote that ends a text, with nothing else there but a number, is noise. */
static void drop_behind_text(struct at_splitter *splitter)
{
    char *text = (char *)find_text(splitter);
    char *end = text ? strrchr(text, '"') : NULL;
    size_t n = 0;

    if (!end || (end == text && !splitter->text_goes_on))
        return;
    for (const char *c = end + 1; *c; c++)
        if (!is_control((uint8_t)*c) && !strchr(", 0123456789", *c))
            return;
    for (const char *c = end; *c; c++)
        if (!is_control((uint8_t)*c))
            end[n++] = *c;
    end[n] = '\0';
    splitter->n = (size_t)(end - splitter->line) + n;
}

static bool end_line(struct at_splitter *splitter, struct at_token *ret)
{
    bool whole = !splitter->overflow && splitter->n > 0;
    bool dropped = splitter->overflow;

    splitter->line[splitter->n] = '\0';
    drop_behind_text(splitter);
    *ret = (struct at_token){
        .type = dropped ? AT_TOKEN_OVERFLOW : AT_TOKEN_LINE,
        .text = dropped ? "" : splitter->line,
        .n = dropped ? 0 : splitter->n,
    };
    begin_line(splitter);
    return whole || dropped;
}

static bool take(struct at_splitter *splitter, uint8_t byte, struct at_token *ret)
{
    if (byte == '\r' || byte == '\n')
        return end_line(splitter, ret);
    if (splitter->overflow)
        return false;
    if (is_control(byte)) {
        if (byte == AT_NUL && find_text(splitter))
            return false; /* it stands for another */
        if (byte != AT_NUL && !find_text(splitter))
            return false;
        byte = byte ? byte : AT_NUL;
    }
    if (splitter->n == 0 && byte == ' ' && splitter->after_prompt)
        return false;
    if (splitter->n == 0 && byte == '>' && !splitter->after_prompt) {
        *ret = (struct at_token){.type = AT_TOKEN_PROMPT, .text = ""};
        splitter->after_prompt = true;
        return true;
    }
    if (splitter->n == sizeof(splitter->line) - 1) {
        splitter->overflow = true;
        return false;
    }
    splitter->line[splitter->n++] = (char)byte;
    return false;
}

bool at_splitter_next(
    struct at_splitter *splitter, struct cursor *input, struct at_token *ret_token)
{
    uint8_t byte;

    while (cursor_u8(input, &byte) == 0)
        if (take(splitter, byte, ret_token))
            return true;
    return false;
}
