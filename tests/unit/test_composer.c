/*
 * What the modem is given for a known subject. Octets that matter are checked as 3GPP TS 23.040
 * §9.2.2.2 places them; the text is read back with the decoder that third-party vectors check.
 */
#include "core/composer.h"

#include "otp/code.h"
#include "sms/pdu.h"
#include "util/hex.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NUMBER "+919812345678"
#define ID "vf_01aryz6s410000000000000000"
#define S USEC_PER_SEC

struct composing {
    struct environment env;
    struct otp_keyring *keyring;
    struct outgoing_text *text;
    struct moment now;
    struct sms_pdu parts[SMS_MAX_PARTS];
    unsigned n_parts;
    char code[OTP_CODE_SIZE];
};

static int set_up(void **state)
{
    struct composing *c = calloc(1, sizeof(*c));
    uint8_t master[OTP_MASTER_KEY_SIZE];
    struct otp_context context = {0};
    struct verification v = {.id = ID, .purpose = "checkout", .locale = "en", .code_length = 6};
    struct otp_subject subject;
    char json[OTP_CONTEXT_MAX_JSON];

    for (unsigned i = 0; i < sizeof(master); i++)
        master[i] = (uint8_t)i;
    assert_int_equal(otp_keyring_new(&c->keyring, master), 0);
    assert_int_equal(policy_new(&c->env.policy), 0);
    snprintf(c->env.policy->shop, sizeof(c->env.policy->shop), "Ravi Stores");
    c->env.keyring = c->keyring;
    assert_int_equal(otp_context_add(&context, "amount", "1499.00"), 0);
    assert_int_equal(otp_context_add(&context, "payee", "Shop 12"), 0);
    assert_int_equal(otp_context_to_json(&context, json, sizeof(json)), 0);
    assert_int_equal(otp_context_digest(&context, v.context_digest), 0);
    otp_number_seal(c->keyring, ID, NUMBER, v.number_sealed);
    v.key_id = otp_keyring_id(c->keyring);
    c->now.wall = 5000 * S;
    c->now.boot = 100 * S;
    v.expires = moment_add(&c->now, 300 * S);
    assert_int_equal(outgoing_text_new(&c->text, &v, json), 0);
    subject = (struct otp_subject){
        .id = ID, .purpose = "checkout", .number = NUMBER, .context_digest = v.context_digest};
    assert_int_equal(
        otp_code_derive(otp_keyring_code_key(c->keyring, v.key_id), &subject, 6, c->code), 0);
    *state = c;
    return 0;
}

static int tear_down(void **state)
{
    struct composing *c = *state;

    outgoing_text_free(c->text);
    policy_free(c->env.policy);
    otp_keyring_free(c->keyring);
    free(c);
    return 0;
}

static int compose(struct composing *c)
{
    composer_settle(c->text, &c->now);
    return composer_compose(&c->env, c->text, &c->now, c->parts, &c->n_parts);
}

static void decode(const struct sms_pdu *part, struct sms_decoded *ret)
{
    uint8_t octets[SMS_MAX_PDU_OCTETS];
    size_t n;

    assert_int_equal(hex_decode(part->hex, strlen(part->hex), octets, sizeof(octets), &n), 0);
    assert_int_equal(n, 1 + octets[0] + part->tpdu_octets);
    assert_int_equal(sms_pdu_decode(octets, n, SMS_FROM_PHONE, ret, NULL), 0);
}

static void test_known_subject(void **state)
{
    struct composing *c = *state;
    struct sms_decoded decoded;
    char text[200];

    assert_int_equal(compose(c), 0);
    assert_int_equal(c->n_parts, 1);
    /*
     * No SMSC; SUBMIT with relative TP-VP and TP-SRR; TP-MR 0; 12 digits, international, ISDN,
     * swapped; PID and DCS 0; TP-VP 0 is 5 minutes (§9.2.3.12.1).
     */
    assert_memory_equal(c->parts[0].hex, "00" "31" "00" "0C91" "198921436587" "00" "00" "00", 28);
    decode(&c->parts[0], &decoded);
    snprintf(text, sizeof(text),
        "%s is your OTP to pay 1499.00 to Shop 12. Valid 5 min. "
        "Say it only to the cashier billing you now. Not you? Reply NO", c->code);
    assert_string_equal(decoded.text, text);
    assert_string_equal(decoded.number.text, NUMBER);
}

/* Minutes are rounded up; the service centre's period covers the lifetime in its 5-minute steps. */
static void test_lifetime(void **state)
{
    static const struct {
        usec_t lifetime;
        const char *minutes;
        const char *validity; /* (n + 1) · 5 min, §9.2.3.12.1 */
    } rows[] = {
        {300 * S, "Valid 5 min", "00"},
        {300 * S + 1, "Valid 6 min", "00"}, /* whole seconds count for the period */
        {301 * S, "Valid 6 min", "01"},
        {299 * S, "Valid 5 min", "00"},
        {240 * S, "Valid 4 min", "00"},
        {239 * S, "Valid 4 min", "00"},
        {600 * S, "Valid 10 min", "01"},
        {60 * S, "Valid 1 min", "00"},
        {1, "Valid 1 min", "00"},
    };
    struct composing *c = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct sms_decoded decoded;

        c->text->deadline = moment_add(&c->now, rows[i].lifetime);
        assert_int_equal(compose(c), 0);
        decode(&c->parts[0], &decoded);
        assert_non_null(strstr(decoded.text, rows[i].minutes));
        assert_memory_equal(c->parts[0].hex + 26, rows[i].validity, 2);
    }
}

/* A change to any of what the code belongs to, and the text carries another. */
static void test_code_belongs_to_its_subject(void **state)
{
    struct composing *c = *state;
    struct sms_decoded decoded;

    for (unsigned i = 0; i < 3; i++) {
        if (i == 0)
            c->text->generation = 1;
        else if (i == 1)
            c->text->context_digest[31] ^= 1;
        else
            c->text->code_length = 8;
        assert_int_equal(compose(c), 0);
        decode(&c->parts[0], &decoded);
        assert_memory_not_equal(decoded.text, c->code, 6);
        assert_int_equal(strcspn(decoded.text, " "), i == 2 ? 8 : 6);
    }
}

static void test_cannot(void **state)
{
    struct composing *c = *state;

    c->text->key_id++;
    assert_int_equal(compose(c), -EBADMSG);
    c->text->key_id--;
    c->text->number_sealed[30] ^= 1;
    assert_int_equal(compose(c), -EBADMSG);
    c->text->number_sealed[30] ^= 1;
    c->text->verification_id[5] = '0'; /* another row's ciphertext */
    assert_int_equal(compose(c), -EBADMSG);
    c->text->verification_id[5] = ID[5];
    snprintf(c->text->purpose, sizeof(c->text->purpose), "refund");
    assert_int_equal(compose(c), -ENOKEY);
    snprintf(c->text->purpose, sizeof(c->text->purpose), "checkout");
    assert_int_equal(purpose_set_template(policy_find_purpose(c->env.policy, "checkout"), "en",
                         "{code} {cashier}"), 0); /* what this context has not */
    assert_int_equal(compose(c), -ENOKEY);
    assert_int_equal(purpose_set_template(
                         policy_find_purpose(c->env.policy, "checkout"), "en", "{code}"), 0);
    c->text->context_json[0] = '[';
    assert_int_equal(compose(c), -EINVAL);
    c->text->context_json[0] = '{';
    c->text->code_length = 11;
    assert_int_equal(compose(c), -EINVAL);
    c->text->code_length = 6;
    assert_int_equal(compose(c), 0);
}

/* What the caller is told of the size is what is sent. */
static void test_size(void **state)
{
    static const struct {
        const char *text;
        enum sms_encoding encoding;
        unsigned parts;
    } rows[] = {
        {"{code} {amount} {payee}", SMS_ENCODING_GSM7, 1},
        {"{code} कोड {amount} {payee}", SMS_ENCODING_UCS2, 1},
        {"{code} कोड कोड कोड कोड कोड कोड कोड कोड कोड कोड कोड कोड कोड कोड {amount} {payee}",
            SMS_ENCODING_UCS2, 2},
    };
    struct composing *c = *state;
    struct purpose *purpose = policy_find_purpose(c->env.policy, "checkout");

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct otp_context context;
        struct sms_decoded decoded;
        struct sms_sizing sizing;

        assert_int_equal(otp_context_from_json(&context, c->text->context_json), 0);
        assert_int_equal(purpose_set_template(purpose, "en", rows[i].text), 0);
        assert_int_equal(
            composer_size(c->env.policy, purpose, "en", "bill-1", &context, &sizing), 0);
        assert_int_equal(sizing.encoding, rows[i].encoding);
        assert_int_equal(sizing.parts, rows[i].parts);
        assert_int_equal(compose(c), 0);
        assert_int_equal(c->n_parts, rows[i].parts);
        decode(&c->parts[0], &decoded);
        assert_memory_equal(decoded.text, c->code, 6);
    }
    while (purpose->n_templates > 0)
        free(purpose->templates[--purpose->n_templates].text);
    assert_int_equal(compose(c), -ENOKEY);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_known_subject),
        TEST(test_lifetime),
        TEST(test_code_belongs_to_its_subject),
        TEST(test_cannot),
        TEST(test_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
