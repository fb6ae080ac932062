/*
 * Texts of USSD (3GPP TS 22.090, TS 27.007 §7.15) as modems write them: plain, UCS-2 in hex, or
 * packed 7-bit characters in hex, often whatever the data coding scheme beside them says. Pure.
 */
#pragma once

#include "util/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

enum ussd_coding {
    USSD_END,    /* ends a list */
    USSD_PLAIN,
    USSD_UCS2,   /* hex of UCS-2 */
    USSD_PACKED, /* hex of packed 7-bit characters */
};

#define USSD_CODE_MAX 64         /* characters of a code or a reply; the network takes 182 */
#define USSD_ENCODED_SIZE 257    /* such a one as UCS-2 in hex, and NUL */
#define USSD_TEXT_SIZE 1024      /* an answer of 182 characters as UTF-8, with room */
#define USSD_DCS_GSM7 15         /* TS 23.038 §5: GSM 7-bit, language unspecified */
#define USSD_DCS_UCS2 72         /* … general group, UCS-2 */

/*
 * Writes a code or a reply, printable ASCII, as `coding` has it. -EINVAL: other characters, empty
 * or too long.
 */
int ussd_encode(
    const char *text, enum ussd_coding coding, char ret_encoded[static USSD_ENCODED_SIZE]);

/*
 * Appends an answer as UTF-8. The codings in `order`, ended by USSD_END, are tried, then all
 * others: the first that makes a likely text of it wins, else it is taken as it is. `dcs` is -1
 * where the modem sent none. `is_gsm`: the modem says that plain texts have the GSM 7-bit alphabet;
 * else they are ASCII and what is made of it, unless there are octets that are letters in that one
 * alone.
 */
void ussd_decode(const char *text, size_t n, int dcs, bool is_gsm, const enum ussd_coding *order,
    struct strbuf *ret_text);
