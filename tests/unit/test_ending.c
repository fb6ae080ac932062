#include "core/ending.h"
#include "journal_fixture.h"

/* Every end is the row's, the waiting text's and the journal's at once. */
static void test_ends(void **state)
{
    static const enum verification_status statuses[] = {VERIFICATION_APPROVED,
        VERIFICATION_EXPIRED, VERIFICATION_EXHAUSTED, VERIFICATION_CANCELED, VERIFICATION_DENIED,
        VERIFICATION_UNDELIVERABLE};
    struct journal_fixture *f = *state;
    const uid_t actor = 1000;

    for (unsigned i = 0; i < ARRAY_SIZE(statuses); i++) {
        const char *status = verification_status_to_string(statuses[i]);
        struct verification v = core_verification(i);
        char kind[JOURNAL_KIND_SIZE];
        struct journal_row row;
        uint64_t last;

        core_insert(f->core, &v);
        core_insert_message(f->core, &v, i, i % 2 ? "queued" : "sent");
        v.attempts = i;
        assert_int_equal(verification_end(
                             f->db, &f->env, &v, statuses[i], i % 2 ? &actor : NULL), 0);
        assert_int_equal(v.status, statuses[i]);
        assert_int_equal(journal_last_seq(f->db, &last), 0);
        if (i % 2) {
            assert_int_equal(journal_load(f->db, last--, &row), 0);
            assert_string_equal(row.kind, "message.expired");
            assert_string_equal(row.client, "till");
            assert_non_null(strstr(row.detail, v.id));
            assert_non_null(strstr(row.detail, "\"error_class\":\"withdrawn\""));
        }
        assert_int_equal(journal_load(f->db, last, &row), 0);
        snprintf(kind, sizeof(kind), "verification.%s", status);
        assert_string_equal(row.kind, kind);
        assert_string_equal(row.object, v.id);
        assert_int_equal(row.has_actor, i % 2);
        assert_int_equal(verification_load(f->db, v.id, &v), 0);
        assert_int_equal(v.status, statuses[i]);
        assert_int_equal(v.attempts, i);
    }
}

/* What has ended does not end again, and the journal says nothing. */
static void test_no_second_end(void **state)
{
    struct journal_fixture *f = *state;
    struct verification v = core_verification(1);
    uint64_t last;

    core_insert(f->core, &v);
    assert_int_equal(verification_end(f->db, &f->env, &v, VERIFICATION_CANCELED, NULL), 0);
    assert_int_equal(
        verification_end(f->db, &f->env, &v, VERIFICATION_APPROVED, NULL), -ENOENT);
    assert_int_equal(v.status, VERIFICATION_CANCELED);
    assert_int_equal(journal_last_seq(f->db, &last), 0);
    assert_int_equal(last, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        JOURNAL_TEST(test_ends),
        JOURNAL_TEST(test_no_second_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
