/*
 * Character sets of +CSCS (3GPP TS 27.007 §5.5): how text stands in answers and in text mode, where
 * the simulator itself holds UTF-8. Pure.
 */
#pragma once

#include "sim/modem.h"
#include "util/enum.h"

/* Names of character sets for +CSCS, in the order of settings.charset. */
#define CHARSET_LIST(X)                                                                            \
    X(CHARSET_IRA, "IRA")                                                                          \
    X(CHARSET_GSM, "GSM")                                                                          \
    X(CHARSET_UCS2, "UCS2")                                                                        \
    X(CHARSET_HEX, "HEX")
ENUM_DECLARE(charset, CHARSET_LIST);

/* Appends text (UTF-8) as the chosen character set shows it. */
void charset_put(const struct modem *modem, struct strbuf *sb, const char *text);

/* Reads text the user gave in the chosen character set, into UTF-8. -EILSEQ, -ENOBUFS. */
int charset_get(const struct modem *modem, const char *text, size_t n, char *ret_text, size_t size);
