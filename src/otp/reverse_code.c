#include "otp/reverse_code.h"

#include "otp/keyed_hash.h"

#include <string.h>

#define REVERSE_LABEL "smsotp reverse code v1"
#define HASH_SIZE 16

/* Crockford's base 32: no I, L, O, which look like digits, and no U. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void otp_reverse_derive(const uint8_t key[static OTP_CODE_KEY_SIZE],
    const struct otp_subject *subject, char ret_code[static OTP_REVERSE_SIZE])
{
    struct keyed_hash hash;
    uint8_t octets[HASH_SIZE];
    char *at = ret_code;

    keyed_hash_init(&hash, key, sizeof(octets), REVERSE_LABEL);
    keyed_hash_put_string(&hash, subject->id);
    keyed_hash_put_string(&hash, subject->purpose);
    keyed_hash_put_string(&hash, subject->number);
    keyed_hash_put(&hash, subject->context_digest, OTP_CONTEXT_DIGEST_SIZE);
    keyed_hash_final(&hash, octets);
    for (unsigned i = 0; i < OTP_REVERSE_LENGTH; i++) {
        if (i == OTP_REVERSE_LENGTH / 2)
            *at++ = '-';
        *at++ = alphabet[octets[i] % 32]; /* 256 is a multiple of 32: no character is likelier */
    }
    *at = '\0';
    sodium_memzero(octets, sizeof(octets));
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool is_gap(char c)
{
    return c == ' ' || c == '-' || c == '\t' || c == '\r' || c == '\n';
}

/* Reads a character of a code; 0: it is none. */
static char read_character(char c)
{
    c = upper(c);
    if (c == 'O')
        return '0';
    if (c == 'I' || c == 'L')
        return '1';
    return c && strchr(alphabet, c) ? c : '\0';
}

static size_t skip_gaps(const char *text, size_t n, size_t at)
{
    while (at < n && is_gap(text[at]))
        at++;
    return at;
}

/* Whether a letter or a digit stands there, in whatever alphabet: a word goes on. */
static bool goes_on(const char *text, size_t n, size_t at)
{
    char c = at < n ? upper(text[at]) : ' ';

    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

bool otp_reverse_read(
    const char *word, const char *text, size_t n, char ret_code[static OTP_REVERSE_SIZE])
{
    size_t at = skip_gaps(text, n, 0), n_word = strlen(word), length = 0;
    char code[OTP_REVERSE_SIZE] = "";

    for (size_t i = 0; i < n_word; i++, at++)
        if (at >= n || upper(text[at]) != upper(word[i]))
            return false;
    if (at >= n || !is_gap(text[at]))
        return false;
    for (unsigned i = 0; i < OTP_REVERSE_LENGTH; i++) {
        at = skip_gaps(text, n, at);
        if (length == OTP_REVERSE_LENGTH / 2)
            code[length++] = '-';
        code[length] = at < n ? read_character(text[at++]) : '\0';
        if (!code[length++])
            return false;
    }
    if (goes_on(text, n, at))
        return false;
    memcpy(ret_code, code, sizeof(code));
    return true;
}
