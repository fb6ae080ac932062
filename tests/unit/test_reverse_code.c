/* Reverse codes: what they depend on, what they look like, and what customers make of them. */
#include "otp/reverse_code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "util/macros.h"

#define CODE "4F7K-92QD"
#define N_DERIVATIONS 100000
/* Upper 0.1 % point of chi-square, NIST/SEMATECH e-Handbook of Statistical Methods §1.3.6.7.4. */
#define CHI_SQUARE_31_DEGREES 61.098

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static const uint8_t key[OTP_CODE_KEY_SIZE] = {1, 2, 3}, digest[OTP_CONTEXT_DIGEST_SIZE] = {4, 5};

static const struct otp_subject subject = {.id = "vf_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    .purpose = "login",
    .number = "+919812345678",
    .context_digest = digest};

static void test_form(void **state)
{
    char code[OTP_REVERSE_SIZE], again[OTP_REVERSE_SIZE], text[64];

    (void)state;
    otp_reverse_derive(key, &subject, code);
    assert_int_equal(strlen(code), OTP_REVERSE_LENGTH + 1);
    assert_int_equal(strspn(code, alphabet), OTP_REVERSE_LENGTH / 2);
    assert_int_equal(code[OTP_REVERSE_LENGTH / 2], '-');
    assert_int_equal(strspn(code + OTP_REVERSE_LENGTH / 2 + 1, alphabet), OTP_REVERSE_LENGTH / 2);
    snprintf(text, sizeof(text), "SHOP %s", code);
    assert_true(otp_reverse_read("SHOP", text, strlen(text), again));
    assert_string_equal(again, code);
}

/* Any other subject has another code, and no code is the ordinary one's neighbour. */
static void test_depends_on_all(void **state)
{
    static const uint8_t other_key[OTP_CODE_KEY_SIZE] = {9}, other_digest[OTP_CONTEXT_DIGEST_SIZE];
    struct otp_subject others[4] = {subject, subject, subject, subject};
    char code[OTP_REVERSE_SIZE], other[OTP_REVERSE_SIZE];

    (void)state;
    others[0].id = "vf_01ARZ3NDEKTSV4RRFFQ69G5FAW";
    others[1].purpose = "account";
    others[2].number = "+919812345679";
    others[3].context_digest = other_digest;
    otp_reverse_derive(key, &subject, code);
    for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
        otp_reverse_derive(key, &others[i], other);
        assert_string_not_equal(other, code);
    }
    otp_reverse_derive(other_key, &subject, other);
    assert_string_not_equal(other, code);
}

static void test_evenly_distributed(void **state)
{
    unsigned counts[32] = {0};
    double expected = (double)N_DERIVATIONS * OTP_REVERSE_LENGTH / 32, chi_square = 0;

    (void)state;
    for (unsigned i = 0; i < N_DERIVATIONS; i++) {
        struct otp_subject one = subject;
        char id[32], code[OTP_REVERSE_SIZE];

        snprintf(id, sizeof(id), "vf_%026u", i);
        one.id = id;
        otp_reverse_derive(key, &one, code);
        for (const char *c = code; *c; c++)
            if (*c != '-')
                counts[strchr(alphabet, *c) - alphabet]++;
    }
    for (unsigned i = 0; i < 32; i++)
        chi_square += (counts[i] - expected) * (counts[i] - expected) / expected;
    assert_true(chi_square < CHI_SQUARE_31_DEGREES);
}

static void test_reads(void **state)
{
    static const struct {
        const char *text;
        bool is_read;
    } rows[] = {
        {"SHOP 4F7K-92QD", true},
        {"shop 4f7k-92qd", true},
        {"Shop 4F7K92QD", true},
        {"SHOP 4F7K 92QD", true},
        {"  SHOP   4F7K - 92QD  ", true},
        {"SHOP-4F7K-92QD", true},
        {"SHOP\n4F7K-92QD", true},
        {"SHOP 4F7K-92QD.", true},
        {"SHOP 4F7K-92QD thanks", true},
        {"SHOP 4F7K-92QD, \xE0\xA4\xA8", true},
        {"", false},
        {"SHOP", false},
        {"SHOP ", false},
        {"SHOP4F7K-92QD", false}, /* the word has to end */
        {"4F7K-92QD", false},
        {"HOP 4F7K-92QD", false},
        {"SHOPS 4F7K-92QD", false},
        {"Hi SHOP 4F7K-92QD", false},
        {"SHOP 4F7K-92Q", false},
        {"SHOP 4F7K-92QDX", false},
        {"SHOP 4F7K-92QU", false}, /* no U in the alphabet */
        {"SHOP 4F7K_92QD", false},
        {"SHOP 4F7K-92QD\xE0\xA4\xA8", false},
        {"SHOP 4F7K-92Q\xFF", false},
        {"NO", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char code[OTP_REVERSE_SIZE] = "as it was";

        if (otp_reverse_read("Shop", rows[i].text, strlen(rows[i].text), code) != rows[i].is_read)
            fail_msg("%s", rows[i].text);
        assert_string_equal(code, rows[i].is_read ? CODE : "as it was");
    }
}

/* What looks alike is read alike, and nothing is read beyond the end. */
static void test_reads_look_alikes(void **state)
{
    static const char text[] = "SHOP OoIi-LlZ9";
    char code[OTP_REVERSE_SIZE];

    (void)state;
    assert_true(otp_reverse_read("SHOP", text, strlen(text), code));
    assert_string_equal(code, "0011-11Z9");
    for (size_t n = 0; n < strlen(text); n++) {
        char *cut = memcpy(malloc(n + 1), text, n);

        assert_false(otp_reverse_read("SHOP", cut, n, code));
        free(cut);
    }
    assert_false(otp_reverse_read("SHOP", "SHOP 0000-000\0", 14, code));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_depends_on_all),
        cmocka_unit_test(test_evenly_distributed),
        cmocka_unit_test(test_reads),
        cmocka_unit_test(test_reads_look_alikes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
