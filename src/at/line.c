#include "at/line.h"

void at_splitter_init(struct at_splitter *splitter)
{
    splitter->n = 0;
    splitter->overflow = false;
    splitter->after_prompt = false;
}

static bool end_line(struct at_splitter *splitter, struct at_token *ret)
{
    bool whole = !splitter->overflow && splitter->n > 0;
    bool dropped = splitter->overflow;

    splitter->line[splitter->n] = '\0';
    *ret = (struct at_token){
        .type = dropped ? AT_TOKEN_OVERFLOW : AT_TOKEN_LINE,
        .text = dropped ? "" : splitter->line,
        .n = dropped ? 0 : splitter->n,
    };
    at_splitter_init(splitter);
    return whole || dropped;
}

static bool take(struct at_splitter *splitter, uint8_t byte, struct at_token *ret)
{
    if (byte == '\r' || byte == '\n')
        return end_line(splitter, ret);
    if (byte < ' ' || byte == 0x7F || splitter->overflow)
        return false;
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
