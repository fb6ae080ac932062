#include "core/id.h"

#include <sodium.h>
#include <string.h>

#define PREFIX_LENGTH 3
#define RANDOM_OCTETS 10

static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

void id_make(const char *prefix, usec_t realtime_usec, char ret_id[static ID_SIZE])
{
    uint64_t milliseconds = realtime_usec / USEC_PER_MSEC;
    uint8_t random[RANDOM_OCTETS];
    char *out = ret_id + PREFIX_LENGTH;
    uint64_t bits = 0;
    unsigned n_bits = 0;

    memcpy(ret_id, prefix, PREFIX_LENGTH);
    for (int shift = 45; shift >= 0; shift -= 5)
        *out++ = alphabet[milliseconds >> shift & 31];
    randombytes_buf(random, sizeof(random));
    for (unsigned i = 0; i < RANDOM_OCTETS; i++) {
        bits = bits << 8 | random[i];
        n_bits += 8;
        while (n_bits >= 5) {
            n_bits -= 5;
            *out++ = alphabet[bits >> n_bits & 31];
        }
    }
    *out = '\0';
}

bool id_is_valid(const char *prefix, const char *text)
{
    return strlen(text) == ID_SIZE - 1 && strncmp(text, prefix, PREFIX_LENGTH) == 0 &&
           strspn(text + PREFIX_LENGTH, alphabet) == ID_SIZE - 1 - PREFIX_LENGTH;
}
