#include "util/e164.h"

#include <string.h>

bool e164_is_valid(const char *number)
{
    size_t digits;

    if (number[0] != '+' || number[1] < '1' || number[1] > '9')
        return false;
    digits = strspn(number + 1, "0123456789");
    return number[1 + digits] == '\0' && digits >= E164_MIN_DIGITS && digits <= E164_MAX_DIGITS;
}

void e164_mask(const char *number, char ret_masked[static E164_SIZE])
{
    size_t length = strnlen(number, E164_SIZE - 1);
    bool is_short = length < 1 + 10;
    size_t head = is_short ? 1 : 3;
    size_t tail = is_short ? 2 : 4;

    for (size_t i = 0; i < length; i++)
        ret_masked[i] = i < head || i + tail >= length ? number[i] : '*';
    ret_masked[length] = '\0';
}
