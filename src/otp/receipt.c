#include "otp/receipt.h"

#include "util/hex.h"
#include "util/strbuf.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define HEADER_BEFORE "{\"alg\":\"EdDSA\",\"kid\":\""
#define HEADER_BEHIND "\",\"typ\":\"smsotp-receipt\"}"
#define HEADER_SIZE (sizeof(HEADER_BEFORE HEADER_BEHIND) + OTP_KEY_NAME_SIZE - 1)

_Static_assert(OTP_PUBLIC_KEY_TEXT_SIZE == sodium_base64_ENCODED_LEN(OTP_PUBLIC_KEY_SIZE, BASE64),
    "room for a public key");

void otp_key_name(uint32_t key_id, char ret_name[static OTP_KEY_NAME_SIZE])
{
    snprintf(ret_name, OTP_KEY_NAME_SIZE, "%08x", (unsigned)key_id);
}

void otp_public_key_to_text(
    const uint8_t key[static OTP_PUBLIC_KEY_SIZE], char ret_text[static OTP_PUBLIC_KEY_TEXT_SIZE])
{
    sodium_bin2base64(ret_text, OTP_PUBLIC_KEY_TEXT_SIZE, key, OTP_PUBLIC_KEY_SIZE, BASE64);
}

/* Decodes `n` characters, all of them, into at most `size` bytes. */
static int decode(const char *text, size_t n, void *ret, size_t size, size_t *ret_n)
{
    const char *end;

    return sodium_base642bin(ret, size, text, n, NULL, ret_n, &end, BASE64) == 0 && end == text + n
               ? 0
               : -EINVAL;
}

int otp_public_key_from_text(const char *text, uint8_t ret_key[static OTP_PUBLIC_KEY_SIZE])
{
    uint8_t key[OTP_PUBLIC_KEY_SIZE];
    size_t n;

    if (decode(text, strlen(text), key, sizeof(key), &n) < 0 || n != sizeof(key))
        return -EINVAL;
    memcpy(ret_key, key, sizeof(key));
    return 0;
}

static void put_base64(struct strbuf *sb, const void *octets, size_t n)
{
    char text[sodium_base64_ENCODED_LEN(OTP_RECEIPT_PAYLOAD_SIZE, BASE64)];

    sodium_bin2base64(text, sizeof(text), octets, n, BASE64);
    strbuf_puts(sb, text);
}

/* Header and payload, which is what the signature is over. */
static int put_signed(struct strbuf *sb, const struct otp_receipt *receipt)
{
    char digest[2 * OTP_CONTEXT_DIGEST_SIZE + 1], key[OTP_KEY_NAME_SIZE];
    char header[HEADER_SIZE], data[OTP_RECEIPT_PAYLOAD_SIZE];
    struct strbuf payload = STRBUF_ON(data);

    otp_key_name(receipt->key_id, key);
    hex_encode(receipt->context_digest, OTP_CONTEXT_DIGEST_SIZE, digest);
    snprintf(header, sizeof(header), HEADER_BEFORE "%s" HEADER_BEHIND, key);
    strbuf_printf(&payload,
        "{\"v\":1,\"id\":\"%s\",\"purpose\":\"%s\",\"context_digest\":\"%s\",\"client\":\"%s\","
        "\"approved_at\":\"%s\",\"key_id\":\"%s\"}",
        receipt->id, receipt->purpose, digest, receipt->client, receipt->approved_at, key);
    if (payload.overflow)
        return -ENOBUFS;
    put_base64(sb, header, strlen(header));
    strbuf_putc(sb, '.');
    put_base64(sb, data, payload.length);
    return 0;
}

int otp_receipt_sign(const struct otp_keyring *keyring, const struct otp_receipt *receipt,
    uint8_t ret_signature[static OTP_SIGNATURE_SIZE])
{
    char data[OTP_RECEIPT_SIZE];
    struct strbuf sb = STRBUF_ON(data);
    int r = put_signed(&sb, receipt);

    if (r < 0)
        return r;
    otp_keyring_sign(keyring, data, sb.length, ret_signature);
    return 0;
}

int otp_receipt_write(const struct otp_receipt *receipt,
    const uint8_t signature[static OTP_SIGNATURE_SIZE], char ret_text[static OTP_RECEIPT_SIZE])
{
    struct strbuf sb;
    int r;

    strbuf_init(&sb, ret_text, OTP_RECEIPT_SIZE);
    r = put_signed(&sb, receipt);
    if (r < 0)
        return r;
    strbuf_putc(&sb, '.');
    put_base64(&sb, signature, OTP_SIGNATURE_SIZE);
    return 0;
}

int otp_receipt_key(const char *text, char ret_name[static OTP_KEY_NAME_SIZE])
{
    const size_t n_before = strlen(HEADER_BEFORE), n_name = OTP_KEY_NAME_SIZE - 1;
    char header[HEADER_SIZE];
    size_t n;

    if (decode(text, strcspn(text, "."), header, sizeof(header) - 1, &n) < 0)
        return -EINVAL;
    header[n] = '\0';
    if (n != sizeof(header) - 1 || strncmp(header, HEADER_BEFORE, n_before) != 0 ||
        strspn(header + n_before, "0123456789abcdef") != n_name ||
        strcmp(header + n_before + n_name, HEADER_BEHIND) != 0)
        return -EINVAL;
    memcpy(ret_name, header + n_before, n_name);
    ret_name[n_name] = '\0';
    return 0;
}

int otp_receipt_verify(const char *text, const uint8_t public_key[static OTP_PUBLIC_KEY_SIZE],
    char ret_payload[static OTP_RECEIPT_PAYLOAD_SIZE])
{
    const char *payload = strchr(text, '.'), *end = strrchr(text, '.');
    char decoded[OTP_RECEIPT_PAYLOAD_SIZE], key[OTP_KEY_NAME_SIZE];
    uint8_t signature[OTP_SIGNATURE_SIZE];
    size_t n, n_signature;

    if (!payload || payload == end || otp_receipt_key(text, key) < 0)
        return -EINVAL;
    payload++;
    if (decode(end + 1, strlen(end + 1), signature, sizeof(signature), &n_signature) < 0 ||
        n_signature != sizeof(signature) ||
        decode(payload, (size_t)(end - payload), decoded, sizeof(decoded) - 1, &n) < 0)
        return -EINVAL;
    if (crypto_sign_verify_detached(
            signature, (const uint8_t *)text, (size_t)(end - text), public_key) != 0)
        return -EBADMSG;
    memcpy(ret_payload, decoded, n);
    ret_payload[n] = '\0';
    return 0;
}
