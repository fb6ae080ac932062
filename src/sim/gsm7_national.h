/*
 * National language tables (3GPP TS 23.038 annex A), looked up by the language identifier of
 * §6.2.1.2.4. Both answer the code point, or 0 where the table has none of its own: the language
 * is unknown here, or the position is as in the default table, or empty. Pure.
 */
#pragma once

#include <stdint.h>

/* Locking shift tables, annex A.3. */
uint32_t gsm7_national_locking(unsigned language, uint8_t septet);

/* Single shift tables, annex A.2. */
uint32_t gsm7_national_single(unsigned language, uint8_t septet);
