/* One-time codes: known answers from elsewhere, distribution, and what they depend on. */
#include "otp/code.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "otp_vectors.h"

#define N_DERIVATIONS 1000000
#define N_FLIPS 100000

/*
 * Upper 0.1 % points of chi-square, NIST/SEMATECH e-Handbook of Statistical Methods §1.3.6.7.4. The
 * subjects are always the same, so that a test that passes once passes always.
 */
#define CHI_SQUARE_9_DEGREES 27.877
#define CHI_SQUARE_99_DEGREES 148.230

static const uint8_t test_key[OTP_CODE_KEY_SIZE] = {1, 2, 3};
static const uint8_t test_digest[OTP_CONTEXT_DIGEST_SIZE] = {4, 5, 6};

static struct otp_subject subject_with(const char *id)
{
    return (struct otp_subject){.id = id,
        .purpose = "checkout",
        .number = "+919812345678",
        .context_digest = test_digest};
}

static void check_vector(char *fields[])
{
    uint8_t key[OTP_CODE_KEY_SIZE], digest[OTP_CONTEXT_DIGEST_SIZE];
    unsigned length = (unsigned)strtoul(fields[6], NULL, 10);
    struct otp_subject subject = {.id = fields[1],
        .generation = (uint32_t)strtoul(fields[2], NULL, 10),
        .purpose = fields[3],
        .number = fields[4],
        .context_digest = digest};
    char code[OTP_CODE_SIZE];

    otp_vector_bytes(fields[0], key, sizeof(key));
    otp_vector_bytes(fields[5], digest, sizeof(digest));
    assert_int_equal(otp_code_derive(key, &subject, length, code), 0);
    assert_string_equal(code, fields[7]);
    assert_true(otp_code_is_well_formed(code, length));
    assert_true(otp_code_matches(key, &subject, length, fields[7]));
}

static void test_known_answers(void **state)
{
    (void)state;
    assert_int_equal(otp_vectors_each("code", check_vector), 200);
}

static void test_length_is_bounded(void **state)
{
    static const unsigned refused[] = {0, 1, 3, 11, 20, 4000000000U};
    struct otp_subject subject = subject_with("vf_1");
    char code[OTP_CODE_SIZE] = "untouched";

    (void)state;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        assert_int_equal(otp_code_derive(test_key, &subject, refused[i], code), -EINVAL);
        assert_string_equal(code, "untouched");
        assert_false(otp_code_matches(test_key, &subject, refused[i], ""));
    }
}

static void test_well_formed(void **state)
{
    static const struct {
        const char *code;
        unsigned length;
        bool verdict;
    } cases[] = {
        {"000000", 6, true},
        {"482913", 6, true},
        {"0123456789", 10, true},
        {"48291", 6, false},
        {"4829130", 6, false},
        {"", 6, false},
        {" 482913", 6, false},
        {"482913 ", 6, false},
        {"482913\n", 6, false},
        {"48291a", 6, false},
        {"+48291", 6, false},
        {"-48291", 6, false},
        {"4829.3", 6, false},
        {"४८२९१३", 6, false}, /* Devanagari digits are for the till to convert */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(
            otp_code_is_well_formed(cases[i].code, cases[i].length), cases[i].verdict);
}

static void test_only_the_code_matches(void **state)
{
    struct otp_subject subject = subject_with("vf_1");
    char code[OTP_CODE_SIZE], other[2 * OTP_CODE_SIZE];

    (void)state;
    for (unsigned length = OTP_CODE_MIN_DIGITS; length <= OTP_CODE_MAX_DIGITS; length++) {
        assert_int_equal(otp_code_derive(test_key, &subject, length, code), 0);
        assert_true(otp_code_matches(test_key, &subject, length, code));
        for (unsigned at = 0; at < length; at++)
            for (char digit = '0'; digit <= '9'; digit++) {
                memcpy(other, code, sizeof(code));
                other[at] = digit;
                assert_int_equal(otp_code_matches(test_key, &subject, length, other),
                    digit == code[at]);
            }
        snprintf(other, sizeof(other), "%s0", code);
        assert_false(otp_code_matches(test_key, &subject, length, other));
        snprintf(other, sizeof(other), "%s%s", code, code);
        assert_false(otp_code_matches(test_key, &subject, length, other));
        snprintf(other, sizeof(other), "%.*s", (int)length - 1, code);
        assert_false(otp_code_matches(test_key, &subject, length, other));
        assert_false(otp_code_matches(test_key, &subject, length, ""));
    }
}

static double chi_square(const unsigned *counts, size_t n_bins, double expected)
{
    double sum = 0;

    for (size_t i = 0; i < n_bins; i++)
        sum += (counts[i] - expected) * (counts[i] - expected) / expected;
    return sum;
}

static void test_requirement_01_uniform(void **state)
{
    static unsigned digits[6][10], bins[100];
    struct otp_subject subject = subject_with("vf_uniform");

    (void)state;
    for (uint32_t i = 0; i < N_DERIVATIONS; i++) {
        char code[OTP_CODE_SIZE];

        subject.generation = i;
        assert_int_equal(otp_code_derive(test_key, &subject, 6, code), 0);
        for (unsigned at = 0; at < 6; at++)
            digits[at][code[at] - '0']++;
        bins[strtoul(code, NULL, 10) / 10000]++;
        assert_int_equal(strlen(code), 6); /* leading zeros are there */
    }
    for (unsigned at = 0; at < 6; at++)
        assert_true(chi_square(digits[at], 10, N_DERIVATIONS / 10.0) < CHI_SQUARE_9_DEGREES);
    assert_true(chi_square(bins, 100, N_DERIVATIONS / 100.0) < CHI_SQUARE_99_DEGREES);
}

/* Everything a code depends on, in one block of memory, so that any bit can be turned. */
struct flippable {
    uint8_t key[OTP_CODE_KEY_SIZE];
    uint8_t digest[OTP_CONTEXT_DIGEST_SIZE];
    uint32_t generation;
    char id[16], purpose[8], number[16];
};

/* No padding: each of the bits is one of a field. */
_Static_assert(sizeof(struct flippable) == 32 + 32 + 4 + 16 + 8 + 16, "layout");
#define N_FLIPPABLE_BITS (8 * sizeof(struct flippable))

static void derive_flippable(const struct flippable *f, char ret_code[static OTP_CODE_SIZE])
{
    char id[sizeof(f->id) + 1] = {0}, purpose[sizeof(f->purpose) + 1] = {0};
    char number[sizeof(f->number) + 1] = {0};
    struct otp_subject subject = {.id = id,
        .generation = f->generation,
        .purpose = purpose,
        .number = number,
        .context_digest = f->digest};

    memcpy(id, f->id, sizeof(f->id));
    memcpy(purpose, f->purpose, sizeof(f->purpose));
    memcpy(number, f->number, sizeof(f->number));
    assert_int_equal(otp_code_derive(f->key, &subject, OTP_CODE_MAX_DIGITS, ret_code), 0);
}

/* Ten digits: of 100,000 pairs 10^-5 are expected to agree by chance, so none does. */
static void test_every_bit_counts(void **state)
{
    struct flippable f = {
        .id = "vf_0123456789abc", .purpose = "checkout", .number = "+123456789012345"};
    unsigned n_equal = 0;

    (void)state;
    for (uint32_t i = 0; i < N_FLIPS; i++) {
        uint8_t *byte = (uint8_t *)&f + i % N_FLIPPABLE_BITS / 8;
        char before[OTP_CODE_SIZE], after[OTP_CODE_SIZE];

        f.generation = i / 8;
        derive_flippable(&f, before);
        *byte ^= (uint8_t)(1 << i % 8);
        derive_flippable(&f, after);
        *byte ^= (uint8_t)(1 << i % 8);
        n_equal += strcmp(before, after) == 0;
    }
    assert_int_equal(n_equal, 0);
}

static void test_fields_do_not_run_together(void **state)
{
    static const struct {
        const char *id, *purpose, *number;
    } split[] = {{"ab", "c", "d"}, {"a", "bc", "d"}, {"abc", "", "d"}, {"", "abc", "d"},
        {"ab", "", "cd"}, {"ab", "cd", ""}, {"a", "b", "cd"}, {"abcd", "", ""}};
    char codes[sizeof(split) / sizeof(split[0])][OTP_CODE_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof(split) / sizeof(split[0]); i++) {
        struct otp_subject subject = {.id = split[i].id,
            .purpose = split[i].purpose,
            .number = split[i].number,
            .context_digest = test_digest};

        assert_int_equal(otp_code_derive(test_key, &subject, OTP_CODE_MAX_DIGITS, codes[i]), 0);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(codes[i], codes[j]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_length_is_bounded),
        cmocka_unit_test(test_well_formed),
        cmocka_unit_test(test_only_the_code_matches),
        cmocka_unit_test(test_requirement_01_uniform),
        cmocka_unit_test(test_every_bit_counts),
        cmocka_unit_test(test_fields_do_not_run_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
