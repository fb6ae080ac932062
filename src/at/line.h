/*
 * Bytes from a modem, cut into tokens: lines, and the prompt that AT+CMGS answers with, which ends
 * in no line break. Bounded: a line that does not fit is dropped whole and reported as such, and
 * the next line is whole again. Any byte sequence is taken; CR, LF and their pairs end a line,
 * empty ones are not reported. Control characters are left out but in the text of +CUSD, where the
 * alphabet of TS 23.038 §6.2.1 has letters there. Pure, embedded in its owner; the text of a token
 * lies in the splitter until the next call.
 */
#pragma once

#include "util/cursor.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The longest line a used answer has: +CUSD with 182 characters as UCS2 in hex (TS 23.038
 * §6.1.2.3), some 750, and +CSIM with 2 × 261 digits. A PDU line has 352 digits (TS 27.005 §3.1).
 */
#define AT_LINE_SIZE 1024

/*
 * Stands in a text of +CUSD for NUL, which is `@` there; that octet itself is left out. No UTF-8
 * has it, and no septets.
 */
#define AT_NUL 0xFF

enum at_token_type {
    AT_TOKEN_LINE,
    AT_TOKEN_PROMPT,   /* `>` at the start of a line; the space behind it may come or not */
    AT_TOKEN_OVERFLOW, /* a line that did not fit has ended */
};

struct at_token {
    enum at_token_type type;
    const char *text; /* of a line, terminated, without its line break; else empty */
    size_t n;
};

struct at_splitter {
    char line[AT_LINE_SIZE];
    size_t n;
    bool overflow;     /* dropping until the line ends */
    bool after_prompt; /* blanks that follow a prompt belong to it */
    bool text_goes_on; /* set by the owner: a text of +CUSD began in a line before */
};

/* Starts anew, at the start of a line. */
void at_splitter_init(struct at_splitter *splitter);

/* Takes bytes off `input` until a token is whole (true) or the bytes are used up (false). */
bool at_splitter_next(
    struct at_splitter *splitter, struct cursor *input, struct at_token *ret_token);
