/*
 * The character tables of the GSM 7-bit alphabet, as data: the default alphabet and its extension,
 * and the national language tables of 3GPP TS 23.038 Annex A. A language is named by its identifier
 * (TS 23.038 §6.2.1.2.4); one that is reserved means the default tables, as a receiver ignores a
 * language it does not know. Read only.
 */
#pragma once

#include <errno.h>
#include <stdint.h>

#define GSM7_TABLE_SIZE 128
#define GSM7_LANGUAGE_DEFAULT 0
#define GSM7_LANGUAGES 14 /* identifiers 0…13, 13 being Urdu */

/* Code point of each septet, 0: none here. A language without such a table has the default one. */
const uint16_t *gsm7_locking_table(uint8_t language);

/* Code point of each septet that follows an escape, 0: none here. */
const uint16_t *gsm7_single_table(uint8_t language);

/* Identifier for "hindi" or "hi" (ISO 639-1); -EINVAL for a name that is none. */
int gsm7_language_from_string(uint8_t *ret, const char *string);
