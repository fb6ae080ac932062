/* The head in memory: what is read of it, when it is written, what a rollback makes of it. */
#include "core/journal_head.h"

#include "journal_fixture.h"

static struct journal_end stored(struct journal_fixture *f)
{
    struct journal_end end;

    assert_int_equal(journal_end_load(f->db, JOURNAL_HEAD, &end), 0);
    return end;
}

static uint64_t loaded_seq(struct journal_fixture *f, const struct journal_head *head)
{
    struct journal_end end;

    assert_int_equal(journal_head_load(head, f->db, &end), 0);
    return end.seq;
}

static void test_without_memory_written_at_once(void **state)
{
    struct journal_fixture *f = *state;
    struct journal_end end;

    assert_int_equal(loaded_seq(f, NULL), 0);
    journal_fill(f, 3);
    end = stored(f);
    assert_int_equal(end.seq, 3);
    assert_true(journal_end_holds(f->keyrings[0], JOURNAL_HEAD, &end));
    assert_int_equal(loaded_seq(f, NULL), 3);
}

static void test_written_once_a_transaction(void **state)
{
    struct journal_fixture *f = *state;
    struct journal_head head = {0};
    struct journal_end end;

    journal_fill(f, 1);
    f->env.journal_head = &head;
    journal_fill(f, 4);
    assert_int_equal(stored(f).seq, 1);
    assert_int_equal(loaded_seq(f, &head), 5); /* whoever looks meanwhile sees what is */
    assert_int_equal(journal_head_save(&head, f->db), 0);
    end = stored(f);
    assert_int_equal(end.seq, 5);
    assert_true(journal_end_holds(f->keyrings[0], JOURNAL_HEAD, &end));
    journal_head_settle(&head, true);
    assert_true(head.is_known);
    assert_int_equal(core_query(f->core, "DELETE FROM journal_ends RETURNING 1"), 1);
    assert_int_equal(journal_head_save(&head, f->db), 0); /* nothing moved: nothing is written */
    assert_int_equal(stored(f).seq, 0);
    assert_int_equal(loaded_seq(f, &head), 5);
}

static void test_rolled_back(void **state)
{
    struct journal_fixture *f = *state;
    struct journal_head head = {0};

    f->env.journal_head = &head;
    journal_fill(f, 2);
    assert_int_equal(journal_head_save(&head, f->db), 0);
    journal_head_settle(&head, true);
    assert_int_equal(db_begin(f->db), 0);
    journal_fill(f, 3);
    assert_int_equal(loaded_seq(f, &head), 5);
    db_rollback(f->db);
    journal_head_settle(&head, false);
    assert_int_equal(loaded_seq(f, &head), 2);
    assert_int_equal(journal_head_save(&head, f->db), 0);
    assert_int_equal(stored(f).seq, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        JOURNAL_TEST(test_without_memory_written_at_once),
        JOURNAL_TEST(test_written_once_a_transaction),
        JOURNAL_TEST(test_rolled_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
