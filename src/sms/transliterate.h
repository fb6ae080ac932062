/*
 * Typography that no GSM 7-bit table has (curly quotes, dashes, U+20B9 and its like) written with
 * characters that the default alphabet has (3GPP TS 23.038 §6.2.1), so that one of them does not
 * make a text twice as dear. Letters are never touched: a name must stay the name. Pure.
 */
#pragma once

#include "util/strbuf.h"

#define SMS_REPLACED_MAX 16

/* The characters that were replaced, each once, in order of their first place. */
struct sms_replaced {
    uint32_t code_points[SMS_REPLACED_MAX];
    unsigned n; /* SMS_REPLACED_MAX: perhaps more */
};

/* Appends `text`, well-formed UTF-8, with replacements. Whether anything was replaced. */
bool sms_transliterate(const char *text, struct strbuf *ret_text, struct sms_replaced *ret);

/* What stands for a character, or NULL when it is left as it is. */
const char *sms_replacement(uint32_t code_point);
