#include "otp/code.h"

#include "otp/digits.h"
#include "otp/keyed_hash.h"

#include <errno.h>
#include <string.h>

/* A change to what is hashed, or how, changes the version: codes on their way would not match. */
#define CODE_LABEL "smsotp code v1"

/* One block of digits-to-be; `counter` gives more of them. */
static void hash_subject(const uint8_t key[static OTP_CODE_KEY_SIZE],
    const struct otp_subject *subject, uint32_t counter, uint8_t ret[static DIGITS_BLOCK_SIZE])
{
    struct keyed_hash hash;

    keyed_hash_init(&hash, key, DIGITS_BLOCK_SIZE, CODE_LABEL);
    keyed_hash_put_string(&hash, subject->id);
    keyed_hash_put_u32(&hash, subject->generation);
    keyed_hash_put_string(&hash, subject->purpose);
    keyed_hash_put_string(&hash, subject->number);
    keyed_hash_put(&hash, subject->context_digest, OTP_CONTEXT_DIGEST_SIZE);
    keyed_hash_put_u32(&hash, counter);
    keyed_hash_final(&hash, ret);
}

int otp_code_derive(const uint8_t key[static OTP_CODE_KEY_SIZE], const struct otp_subject *subject,
    unsigned length, char ret_code[static OTP_CODE_SIZE])
{
    uint8_t block[DIGITS_BLOCK_SIZE];
    uint32_t counter = 0;

    if (length < OTP_CODE_MIN_DIGITS || length > OTP_CODE_MAX_DIGITS)
        return -EINVAL;
    do
        hash_subject(key, subject, counter++, block);
    while (!digits_from_block(block, length, ret_code));
    sodium_memzero(block, sizeof(block));
    return 0;
}

bool otp_code_is_well_formed(const char *code, unsigned length)
{
    return strspn(code, "0123456789") == length && code[length] == '\0';
}

bool otp_code_matches(const uint8_t key[static OTP_CODE_KEY_SIZE],
    const struct otp_subject *subject, unsigned length, const char *code)
{
    char derived[OTP_CODE_SIZE] = {0};
    char given[OTP_CODE_SIZE] = {0};
    bool is_equal;

    /* Both buffers whole: what is compared does not depend on either code. */
    memcpy(given, code, strnlen(code, sizeof(given)));
    is_equal = otp_code_derive(key, subject, length, derived) == 0 &&
               sodium_memcmp(derived, given, sizeof(derived)) == 0;
    sodium_memzero(derived, sizeof(derived));
    sodium_memzero(given, sizeof(given));
    return is_equal;
}
