/*
 * The way a text will travel: which alphabet and tables, how many parts, where they are cut. Pure;
 * the text is unpacked into a struct of fixed size (about 12 KiB) that the caller owns and wipes.
 */
#pragma once

#include "sms/outgoing.h"

#include <stddef.h>
#include <stdint.h>

#define SMS_USER_DATA_OCTETS 140 /* TS 23.040 §9.2.3.24 */
#define SMS_USER_DATA_SEPTETS 160

/* No way of writing carries more characters than 7-bit parts that each have a header of 6 octets.
 */
#define SMS_PLAN_MAX_CHARS (SMS_MAX_PARTS * 153)

struct sms_plan_char {
    uint32_t code_point;
    uint16_t in_locking, in_single; /* bit n: the table of language n has it */
};

struct sms_plan {
    struct sms_sizing sizing;
    unsigned reference_bits;
    size_t n_chars;
    struct sms_plan_char chars[SMS_PLAN_MAX_CHARS];
};

/* Plans a text. Errors and `sizing.forced_by` are those of sms_outgoing_size(). */
int sms_plan_make(const struct sms_outgoing *outgoing, struct sms_plan *ret);

/* First and one past the last character of part `index`, which is less than sizing.parts. */
void sms_plan_part(const struct sms_plan *plan, unsigned index, size_t *ret_begin, size_t *ret_end);
