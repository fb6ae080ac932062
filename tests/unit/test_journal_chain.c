#include "journal_fixture.h"

static const uint8_t before[JOURNAL_HASH_SIZE] = {9};

/* Every octet of a row, changed, breaks its hash; so does another row before it, or another key. */
static void test_every_octet_counts(void **state)
{
    struct journal_fixture *f = *state;
    struct journal_row row = {
        .seq = 4, .kind = "modem.ready", .object = "counter", .has_actor = true};
    static const struct {
        size_t offset, size;
    } members[] = {
#define MEMBER(name) {offsetof(struct journal_row, name), sizeof(row.name)}
        MEMBER(seq), MEMBER(at_wall), MEMBER(actor_uid), MEMBER(number_index), MEMBER(key_id),
        MEMBER(hash),
#undef MEMBER
    };
    uint8_t other[JOURNAL_HASH_SIZE] = {8};

    journal_chain_seal(f->keyrings[0], before, &row);
    assert_int_equal(row.key_id, otp_keyring_lasting_id(f->keyrings[0]));
    assert_true(journal_chain_holds(f->keyrings[0], before, &row));
    assert_false(journal_chain_holds(f->keyrings[0], other, &row));
    assert_false(journal_chain_holds(f->keyrings[1], before, &row));
    for (size_t i = 0; i < ARRAY_SIZE(members); i++)
        for (size_t j = 0; j < members[i].size; j++) {
            struct journal_row changed = row;

            ((uint8_t *)&changed)[members[i].offset + j] ^= 1;
            assert_false(journal_chain_holds(f->keyrings[0], before, &changed));
        }
}

/* Texts count as fields: what moves from one to the next is another row. */
static void test_every_text_counts(void **state)
{
    struct journal_fixture *f = *state;
    const struct journal_row rows[] = {
        {.kind = "a", .object = "b", .client = "c", .number_masked = "d", .detail = "e"},
        {.kind = "ab", .object = "", .client = "c", .number_masked = "d", .detail = "e"},
        {.kind = "a", .object = "bc", .client = "", .number_masked = "d", .detail = "e"},
        {.kind = "a", .object = "b", .client = "cd", .number_masked = "", .detail = "e"},
        {.kind = "a", .object = "b", .client = "c", .number_masked = "de", .detail = ""},
        {.kind = "a", .object = "b", .client = "c", .number_masked = "d", .detail = "e",
            .has_actor = true},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        for (size_t j = 0; j < ARRAY_SIZE(rows); j++) {
            struct journal_row row = rows[i], forged = rows[j]; /* under the other's hash */

            journal_chain_seal(f->keyrings[0], before, &row);
            forged.key_id = row.key_id;
            memcpy(forged.hash, row.hash, sizeof(row.hash));
            assert_int_equal(journal_chain_holds(f->keyrings[0], before, &forged), i == j);
        }
}

static void test_ends(void **state)
{
    struct journal_fixture *f = *state;
    struct journal_row row = {.seq = 4};
    struct journal_end end, changed;

    journal_chain_seal(f->keyrings[0], before, &row);
    end = journal_end_of(&row);
    journal_end_seal(f->keyrings[0], JOURNAL_HEAD, &end);
    assert_int_equal(end.seq, 4);
    assert_memory_equal(end.hash, row.hash, sizeof(row.hash));
    assert_true(journal_end_holds(f->keyrings[0], JOURNAL_HEAD, &end));
    assert_false(journal_end_holds(f->keyrings[0], JOURNAL_ANCHOR, &end));
    assert_false(journal_end_holds(f->keyrings[1], JOURNAL_HEAD, &end));
    changed = end;
    changed.seq = 3;
    assert_false(journal_end_holds(f->keyrings[0], JOURNAL_HEAD, &changed));
    changed = end;
    changed.hash[31] ^= 1;
    assert_false(journal_end_holds(f->keyrings[0], JOURNAL_HEAD, &changed));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        JOURNAL_TEST(test_every_octet_counts),
        JOURNAL_TEST(test_every_text_counts),
        JOURNAL_TEST(test_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
