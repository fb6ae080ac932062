#include "inbound_fixture.h"

/*
 * DELIVERs by TS 23.040 §9.2.2.1, from +4412345 (a number without meaning), 7-bit, each of one
 * letter behind a header with an 8-bit reference 7 (§9.2.3.24.1): UDL 8 septets, one fill bit.
 */
#define PART(total, sequence, letter)                                                              \
    "00440791442143F50000621172512400000805000307" total sequence letter
#define A "82" /* 0x41 << 1 */
#define B "84"
#define C "86"

/* The same in octets (DCS 04), two of them each. */
#define OCTETS(total, sequence, octets)                                                            \
    "00440791442143F50004621172512400000805000307" total sequence octets

static int take(struct inbound_fixture *f, const char *hex, uint8_t group, unsigned sec,
    struct inbound *ret)
{
    struct inbound_part part = inbound_make(f, hex, group, sec);
    struct sms_decoded decoded;
    bool is_decoded =
        sms_pdu_decode(part.pdu, part.n_pdu, SMS_FROM_NETWORK, &decoded, NULL) == 0;

    assert_int_equal(inbound_part_insert(f->db, f->keyring, &part), 0);
    return inbound_join(f->db, &f->env, &part, is_decoded ? &decoded : NULL, ret);
}

static void test_whole(void **state)
{
    /* The example of "hellohello" that half the world's PDU tutorials share. */
    static const char hello[] =
        "07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37";
    struct inbound_fixture *f = *state;
    struct inbound text;

    assert_int_equal(take(f, hello, 0, 0, &text), 1);
    assert_int_equal(take(f, "0004FF", 0, 1, &text), 1); /* no short message at all */
    assert_int_equal(inbound_read(f, NULL, 9), 2);
    assert_string_equal(f->bodies[0], "hellohello");
    assert_int_equal(f->seen[0].encoding, SMS_ENCODING_GSM7);
    assert_string_equal(f->bodies[1], "0004FF");
    assert_int_equal(f->seen[1].encoding, SMS_ENCODING_8BIT);
}

static void test_any_order(void **state)
{
    static const char *const parts[] = {
        PART("03", "03", C), PART("03", "01", A), PART("03", "02", B)};
    struct inbound_fixture *f = *state;
    struct inbound text;

    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(take(f, parts[i], 7, i, &text), 0);
    assert_int_equal(inbound_read(f, NULL, 9), 0);
    assert_int_equal(take(f, parts[2], 7, 2, &text), 1);
    assert_int_equal(inbound_read(f, NULL, 9), 1);
    assert_string_equal(f->bodies[0], "ABC");
    assert_string_equal(f->seen[0].from, "+91******5678");
    assert_int_equal(f->seen[0].parts, 3);
    assert_true(f->seen[0].is_complete);
    assert_int_equal(fixture_query(&f->fixture,
        "SELECT count(*) FROM inbound_parts WHERE sealed IS NOT NULL"), 0);
}

static void test_groups_stay_apart(void **state)
{
    struct inbound_fixture *f = *state;
    struct inbound text;

    assert_int_equal(take(f, PART("02", "01", A), 1, 0, &text), 0);
    assert_int_equal(take(f, PART("02", "02", B), 2, 0, &text), 0);
    assert_int_equal(inbound_read(f, NULL, 9), 0);
}

/* The same part twice (another time stamp, so another PDU) does not stand for the other one. */
static void test_repeated_part(void **state)
{
    static const char again[] = "00440791442143F50000621172512500000805000307020182";
    struct inbound_fixture *f = *state;
    struct inbound text;

    assert_int_equal(take(f, PART("02", "01", A), 1, 0, &text), 0);
    assert_int_equal(take(f, again, 1, 1, &text), 0);
    assert_int_equal(take(f, PART("02", "02", B), 1, 2, &text), 1);
    assert_int_equal(inbound_read(f, NULL, 9), 1);
    assert_string_equal(f->bodies[0], "AB");
}

static void test_octets(void **state)
{
    struct inbound_fixture *f = *state;
    struct inbound text;

    assert_int_equal(take(f, OCTETS("02", "02", "CAFE"), 1, 0, &text), 0);
    assert_int_equal(take(f, OCTETS("02", "01", "BEEF"), 1, 1, &text), 1);
    assert_int_equal(inbound_read(f, NULL, 9), 1);
    assert_string_equal(f->bodies[0], "BEEFCAFE");
    assert_int_equal(f->seen[0].encoding, SMS_ENCODING_8BIT);
}

/* A reference comes round: yesterday's part is of another text. What is left becomes a text. */
static void test_age(void **state)
{
    struct inbound_fixture *f = *state;
    struct inbound text;
    unsigned n;

    assert_int_equal(take(f, PART("02", "01", A), 1, 0, &text), 0);
    assert_int_equal(inbound_join_old(f->db, &f->env, INBOUND_WALL + USEC_PER_DAY, 9, &n), 0);
    assert_int_equal(n, 0);
    assert_int_equal(take(f, PART("02", "02", B), 1, 86401, &text), 0);
    assert_int_equal(inbound_join_old(
        f->db, &f->env, INBOUND_WALL + USEC_PER_DAY + 2 * USEC_PER_SEC, 9, &n), 0);
    assert_int_equal(n, 1);
    assert_int_equal(inbound_read(f, NULL, 9), 1);
    assert_string_equal(f->bodies[0], "A");
    assert_int_equal(f->seen[0].parts, 1);
    assert_int_equal(f->seen[0].parts_total, 2);
    assert_false(f->seen[0].is_complete);
    assert_int_equal(
        inbound_join_old(f->db, &f->env, INBOUND_WALL + 3 * USEC_PER_DAY, 9, &n), 0);
    assert_int_equal(inbound_read(f, NULL, 9), 2);
    assert_string_equal(f->bodies[1], "B");
}

/* Parts that no key opens leave no text, and do not come up for ever. */
static void test_other_key(void **state)
{
    struct inbound_fixture *f = *state;
    struct inbound text;
    unsigned n;

    assert_int_equal(take(f, PART("02", "01", A), 1, 0, &text), 0);
    assert_int_equal(
        inbound_join_old(f->db, &f->other_env, INBOUND_WALL + 2 * USEC_PER_DAY, 9, &n), 0);
    assert_int_equal(n, 1);
    assert_int_equal(inbound_read(f, NULL, 9), 0);
    assert_int_equal(
        inbound_join_old(f->db, &f->other_env, INBOUND_WALL + 2 * USEC_PER_DAY, 9, &n), 0);
    assert_int_equal(n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INBOUND_TEST(test_whole),
        INBOUND_TEST(test_any_order),
        INBOUND_TEST(test_groups_stay_apart),
        INBOUND_TEST(test_repeated_part),
        INBOUND_TEST(test_octets),
        INBOUND_TEST(test_age),
        INBOUND_TEST(test_other_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
