#include "util/hex.h"

#include <errno.h>

int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -EINVAL;
}

int hex_decode(const char *hex, size_t n, uint8_t *ret_bytes, size_t size, size_t *ret_n_bytes)
{
    if (n % 2 != 0)
        return -EINVAL;
    if (n / 2 > size)
        return -ENOBUFS;
    for (size_t i = 0; i < n / 2; i++) {
        int high = hex_digit(hex[2 * i]);
        int low = hex_digit(hex[2 * i + 1]);

        if (high < 0 || low < 0)
            return -EINVAL;
        ret_bytes[i] = (uint8_t)(high << 4 | low);
    }
    *ret_n_bytes = n / 2;
    return 0;
}

void hex_encode(const uint8_t *bytes, size_t n, char *ret_text)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++) {
        ret_text[2 * i] = digits[bytes[i] >> 4];
        ret_text[2 * i + 1] = digits[bytes[i] & 0x0F];
    }
    ret_text[2 * n] = '\0';
}
