#include "otp/digits.h"

static uint64_t word_at(const uint8_t bytes[static 8])
{
    uint64_t word = 0;

    for (int i = 0; i < 8; i++)
        word = word << 8 | bytes[i];
    return word;
}

static void write_digits(uint64_t value, unsigned length, char *ret_digits)
{
    ret_digits[length] = '\0';
    while (length > 0) {
        ret_digits[--length] = (char)('0' + value % 10);
        value /= 10;
    }
}

bool digits_from_block(
    const uint8_t block[static DIGITS_BLOCK_SIZE], unsigned length, char *ret_digits)
{
    uint64_t power = 1, tail;

    for (unsigned i = 0; i < length; i++)
        power *= 10;
    tail = (UINT64_MAX % power + 1) % power; /* 2^64 mod power: how many words are too many */
    for (size_t at = 0; at < DIGITS_BLOCK_SIZE; at += 8) {
        uint64_t word = word_at(block + at);

        if (word > UINT64_MAX - tail)
            continue;
        write_digits(word % power, length, ret_digits);
        return true;
    }
    return false;
}
