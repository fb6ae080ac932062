/*
 * Random bytes to decimal digits, every value equally likely: a 64-bit word (most significant byte
 * first) counts when it lies below the greatest multiple of 10^length that a word can hold, and its
 * remainder is the value; a word above is passed over. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGITS_BLOCK_SIZE 64 /* eight words, what one BLAKE2b gives */
#define DIGITS_MAX 19        /* 10^19 is the last power of ten in 64 bits */

/*
 * Writes `length` digits (1 to DIGITS_MAX) and a NUL from the first word that counts. False when
 * none of the block does; nothing is written then.
 */
bool digits_from_block(
    const uint8_t block[static DIGITS_BLOCK_SIZE], unsigned length, char *ret_digits);
