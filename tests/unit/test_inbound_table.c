#include "inbound_fixture.h"

static struct inbound text_at(unsigned sec)
{
    return (struct inbound){.modem = "m0",
        .from = "+91******5678",
        .encoding = SMS_ENCODING_GSM7,
        .parts = 1,
        .parts_total = 1,
        .is_complete = true,
        .received_wall = INBOUND_WALL + sec * USEC_PER_SEC};
}

static void insert(struct inbound_fixture *f, struct inbound *inbound, const char *body)
{
    assert_int_equal(
        inbound_insert(f->db, f->keyring, inbound, "+919812345678", body, strlen(body)), 0);
}

static void test_round_trip(void **state)
{
    struct inbound_fixture *f = *state;
    struct inbound text = text_at(0), nameless = text_at(1);

    snprintf(text.verification_id, sizeof(text.verification_id), "vf_%026u", 7U);
    text.encoding = SMS_ENCODING_UCS2;
    text.parts = 2;
    text.parts_total = 3;
    text.is_complete = false;
    insert(f, &text, "hello");
    assert_int_equal(inbound_insert(f->db, f->keyring, &nameless, "", "", 0), 0);
    assert_int_equal(inbound_read(f, NULL, 9), 2);
    assert_string_equal(f->seen[0].id, text.id);
    assert_true(id_is_valid(ID_PREFIX_INBOUND, text.id));
    assert_string_equal(f->seen[0].modem, "m0");
    assert_string_equal(f->seen[0].from, "+91******5678");
    assert_string_equal(f->seen[0].verification_id, text.verification_id);
    assert_int_equal(f->seen[0].encoding, SMS_ENCODING_UCS2);
    assert_int_equal(f->seen[0].parts, 2);
    assert_int_equal(f->seen[0].parts_total, 3);
    assert_false(f->seen[0].is_complete);
    assert_true(f->seen[0].received_wall == INBOUND_WALL);
    assert_string_equal(f->bodies[0], "hello");
    assert_string_equal(f->bodies[1], "");
    assert_true(f->seen[1].is_complete);
    assert_int_equal(fixture_query(&f->fixture,
        "SELECT count(*) FROM inbound WHERE number_index IS NULL AND number_sealed IS NULL"), 1);
    assert_int_equal(fixture_query(&f->fixture,
        "SELECT count(*) FROM inbound WHERE instr(body_sealed, CAST('hello' AS BLOB)) > 0 "
        "OR instr(number_sealed, CAST('9812345678' AS BLOB)) > 0"), 0);
}

/* Identifiers grow, also within a millisecond and when the clock goes back a little. */
static void test_order(void **state)
{
    static const unsigned secs[] = {100, 100, 100, 40, 99, 101};
    struct inbound_fixture *f = *state;
    char previous[ID_SIZE] = "";

    for (size_t i = 0; i < ARRAY_SIZE(secs); i++) {
        struct inbound text = text_at(secs[i]);

        insert(f, &text, "x");
        assert_true(strcmp(text.id, previous) > 0);
        memcpy(previous, text.id, ID_SIZE);
    }
}

/* A clock that stood far ahead does not carry later texts with it. */
static void test_clock_far_ahead(void **state)
{
    struct inbound_fixture *f = *state;
    struct inbound ahead = text_at(7200), text = text_at(0);

    insert(f, &ahead, "x");
    insert(f, &text, "y");
    assert_true(text.received_wall == INBOUND_WALL);
}

static void test_pages(void **state)
{
    struct inbound_fixture *f = *state;
    struct inbound texts[5];

    for (unsigned i = 0; i < ARRAY_SIZE(texts); i++) {
        char body[2] = {(char)('a' + i), '\0'};

        texts[i] = text_at(i);
        insert(f, &texts[i], body);
    }
    assert_int_equal(inbound_read(f, NULL, 2), 2);
    assert_string_equal(f->bodies[0], "d");
    assert_string_equal(f->bodies[1], "e");
    assert_int_equal(inbound_read(f, texts[0].id, 2), 2);
    assert_string_equal(f->bodies[0], "b");
    assert_string_equal(f->bodies[1], "c");
    assert_int_equal(inbound_read(f, texts[4].id, 2), 0);
}

static void test_other_key(void **state)
{
    struct inbound_fixture *f = *state;
    struct inbound text = text_at(0);

    assert_int_equal(inbound_insert(f->db, f->other_keyring, &text, "", "secret", 6), 0);
    assert_int_equal(inbound_read(f, NULL, 9), 1);
    assert_string_equal(f->bodies[0], "(sealed)");
}

static void assert_same(const struct inbound_part *a, const struct inbound_part *b)
{
    assert_memory_equal(a->digest, b->digest, sizeof(a->digest));
    assert_memory_equal(a->group_digest, b->group_digest, sizeof(a->group_digest));
    assert_int_equal(a->is_part, b->is_part);
    assert_int_equal(a->n_pdu, b->n_pdu);
    assert_memory_equal(a->pdu, b->pdu, a->n_pdu);
    assert_string_equal(a->modem, b->modem);
    assert_string_equal(a->from, b->from);
    assert_string_equal(a->number, b->number);
    assert_string_equal(a->verification_id, b->verification_id);
    assert_true(a->received_wall == b->received_wall);
}

static void test_parts(void **state)
{
    struct inbound_fixture *f = *state;
    struct inbound_part whole = inbound_make(f, "0004", 0, 0), a = inbound_make(f, "0005", 9, 1),
                        b = inbound_make(f, "0006", 9, 2), read[4];
    unsigned n;

    snprintf(a.verification_id, sizeof(a.verification_id), "vf_%026u", 7U);
    assert_int_equal(inbound_part_exists(f->db, a.digest), 0);
    assert_int_equal(inbound_part_insert(f->db, f->keyring, &whole), 0);
    assert_int_equal(inbound_part_insert(f->db, f->keyring, &b), 0);
    assert_int_equal(inbound_part_insert(f->db, f->keyring, &a), 0);
    assert_int_equal(inbound_part_insert(f->db, f->keyring, &a), -EEXIST);
    assert_int_equal(inbound_part_exists(f->db, a.digest), 1);
    assert_int_equal(inbound_part_exists(f->db, whole.digest), 1);
    assert_int_equal(inbound_part_load(
        f->db, f->keyring, a.group_digest, 0, INT64_MAX, read, 4, &n), 0);
    assert_int_equal(n, 2);
    assert_same(&read[0], &a);
    assert_same(&read[1], &b);
    assert_int_equal(inbound_part_load(f->db, f->keyring, a.group_digest, b.received_wall,
        b.received_wall, read, 4, &n), 0);
    assert_int_equal(n, 1);
    assert_memory_equal(read[0].digest, b.digest, sizeof(b.digest));
    assert_int_equal(inbound_part_load(
        f->db, f->other_keyring, a.group_digest, 0, INT64_MAX, read, 4, &n), 0);
    assert_int_equal(n, 2);
    assert_int_equal(read[0].n_pdu, 0);
    assert_int_equal(inbound_part_close(f->db, a.digest), 0);
    assert_int_equal(inbound_part_load(
        f->db, f->keyring, a.group_digest, 0, INT64_MAX, read, 4, &n), 0);
    assert_int_equal(n, 1);
    assert_int_equal(inbound_part_exists(f->db, a.digest), 1);
}

static void test_purge(void **state)
{
    struct inbound_fixture *f = *state;
    struct inbound old = text_at(0), young = text_at(100);
    struct inbound_part part = inbound_make(f, "0004", 0, 0), open = inbound_make(f, "0005", 9, 0);
    unsigned n;

    insert(f, &old, "old");
    insert(f, &young, "young");
    assert_int_equal(inbound_part_insert(f->db, f->keyring, &part), 0);
    assert_int_equal(inbound_part_insert(f->db, f->keyring, &open), 0);
    assert_int_equal(inbound_purge(f->db, INBOUND_WALL + USEC_PER_SEC, 9, &n), 0);
    assert_int_equal(n, 1);
    assert_int_equal(inbound_read(f, NULL, 9), 1);
    assert_string_equal(f->bodies[0], "young");
    assert_int_equal(inbound_part_exists(f->db, part.digest), 0);
    assert_int_equal(inbound_part_exists(f->db, open.digest), 1); /* its text is not made yet */
    assert_int_equal(inbound_purge(f->db, INBOUND_WALL + USEC_PER_SEC, 9, &n), 0);
    assert_int_equal(n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INBOUND_TEST(test_round_trip),
        INBOUND_TEST(test_order),
        INBOUND_TEST(test_clock_far_ahead),
        INBOUND_TEST(test_pages),
        INBOUND_TEST(test_other_key),
        INBOUND_TEST(test_parts),
        INBOUND_TEST(test_purge),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
