/* What is found when somebody without the key has changed the journal, and where. */
#include "core/journal_verify.h"

#include "core/journal_head.h"
#include "journal_fixture.h"
#include "util/hex.h"

#define N_ROWS 20

/* Rows in a step: fewer than there are, as many, more. */
static const unsigned steps[] = {1, 3, N_ROWS - 1, N_ROWS, 256};

static void run(struct journal_fixture *f, struct journal_verify *verify, unsigned max)
{
    for (unsigned i = 0; i < 100 && !verify->is_done; i++)
        assert_int_equal(journal_verify_step(f->db, &f->env, verify, max), 0);
    assert_true(verify->is_done);
}

/* "intact", or the fault and the first bad row: "changed 7". */
static void verdict_of(const struct journal_verify *verify, char ret[static 64])
{
    if (verify->is_broken)
        snprintf(
            ret, 64, "%s %u", audit_fault_to_string(verify->fault), (unsigned)verify->first_bad);
    else
        snprintf(ret, 64, "intact");
}

static void expect(struct journal_fixture *f, const char *what, const char *expected)
{
    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        struct journal_verify verify = {0};
        char verdict[64];

        run(f, &verify, steps[i]);
        verdict_of(&verify, verdict);
        if (strcmp(verdict, expected) != 0)
            fail_msg("%s, %u a step: %s, not %s", what, steps[i], verdict, expected);
    }
}

#define COPY_TO(seq)                                                                               \
    "INSERT INTO journal SELECT " seq ", at_wall, kind, object, client, actor_uid, "               \
    "number_masked, number_index, detail, key_id, hash FROM journal "

static void test_tampering(void **state)
{
    static const struct {
        const char *sql, *verdict;
    } rows[] = {
        {"SELECT 1", "intact"},
        /* each column */
        {"UPDATE journal SET at_wall = at_wall + 1 WHERE seq = 7", "changed 7"},
        {"UPDATE journal SET kind = 'verification.incorrecT' WHERE seq = 7", "changed 7"},
        {"UPDATE journal SET object = 'vf_x' WHERE seq = 7", "changed 7"},
        {"UPDATE journal SET client = 'web' WHERE seq = 7", "changed 7"},
        {"UPDATE journal SET actor_uid = 0 WHERE seq = 7", "changed 7"},
        {"UPDATE journal SET actor_uid = NULL WHERE seq = 7", "changed 7"},
        {"UPDATE journal SET number_masked = '+91******5679' WHERE seq = 7", "changed 7"},
        {"UPDATE journal SET number_index = zeroblob(16) WHERE seq = 7", "changed 7"},
        {"UPDATE journal SET detail = NULL WHERE seq = 7", "changed 7"},
        {"UPDATE journal SET hash = zeroblob(32) WHERE seq = 7", "changed 7"},
        {"UPDATE journal SET hash = zeroblob(32) WHERE seq = 20", "changed 20"},
        /* a row under a key that is said not to be here */
        {"UPDATE journal SET key_id = 1 WHERE seq = 7", "changed 8"},
        {"UPDATE journal SET key_id = 1 WHERE seq <= 7", "changed 8"},
        {"UPDATE journal SET key_id = 1", "head 20"},
        {"UPDATE journal SET key_id = 1; UPDATE journal_ends SET key_id = 1", "head 20"},
        /* taken out */
        {"DELETE FROM journal WHERE seq = 7", "missing 7"},
        {"DELETE FROM journal WHERE seq = 1", "missing 1"},
        {"DELETE FROM journal WHERE seq = 20", "missing 20"},
        {"DELETE FROM journal WHERE seq > 12", "missing 13"},
        {"DELETE FROM journal", "missing 1"},
        {"DELETE FROM journal WHERE seq = 7; UPDATE journal SET seq = seq - 1 WHERE seq > 7",
            "changed 7"},
        {"DELETE FROM journal WHERE seq > 12; UPDATE journal_ends SET seq = 12, "
         "hash = (SELECT hash FROM journal WHERE seq = 12)",
            "head 12"},
        /* put in */
        {COPY_TO("21") "WHERE seq = 20", "changed 21"},
        {COPY_TO("0") "WHERE seq = 1", "changed 0"},
        {COPY_TO("-5") "WHERE seq = 1", "changed 0"},
        {"UPDATE journal SET seq = -seq WHERE seq > 10; UPDATE journal SET seq = 1 - seq WHERE seq "
         "< 0; " COPY_TO("11") "WHERE seq = 10",
            "changed 11"},
        /* moved */
        {"UPDATE journal SET seq = -5 WHERE seq = 5; UPDATE journal SET seq = 5 WHERE seq = 9; "
         "UPDATE journal SET seq = 9 WHERE seq = -5",
            "changed 5"},
        /* the ends */
        {"UPDATE journal_ends SET mac = zeroblob(16)", "head 20"},
        {"UPDATE journal_ends SET hash = zeroblob(32)", "head 20"},
        {"UPDATE journal_ends SET seq = 19", "head 20"},
        {"UPDATE journal_ends SET seq = 25", "missing 21"},
        {"DELETE FROM journal_ends", "head 1"},
        {"INSERT INTO journal_ends SELECT 'anchor', 5, (SELECT hash FROM journal WHERE seq = 5), "
         "key_id, mac FROM journal_ends; DELETE FROM journal WHERE seq <= 5",
            "anchor 5"},
        {"INSERT INTO journal_ends SELECT 'anchor', 5, (SELECT hash FROM journal WHERE seq = 5), "
         "1, mac FROM journal_ends; DELETE FROM journal WHERE seq <= 5",
            "changed 6"},
    };
    struct journal_fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        core_run(f->core, "DELETE FROM journal; DELETE FROM journal_ends");
        journal_fill(f, N_ROWS);
        core_run(f->core, rows[i].sql);
        expect(f, rows[i].sql, rows[i].verdict);
    }
}

/*
 * What purging leaves is whole, and so is a journal that is purged or grows while it is looked at.
 */
static void test_purged_meanwhile(void **state)
{
    struct journal_fixture *f = *state;
    struct journal_verify verify = {0};
    usec_t begin = journal_now;
    unsigned n;

    journal_fill(f, N_ROWS);
    assert_int_equal(journal_purge(f->db, &f->env, begin + 5 * USEC_PER_SEC, 99, &n), 0);
    expect(f, "purged", "intact");
    core_run(f->core, "UPDATE journal_ends SET mac = zeroblob(16) WHERE name = 'anchor'");
    expect(f, "a false anchor", "anchor 5");
    assert_int_equal(journal_purge(f->db, &f->env, begin + 6 * USEC_PER_SEC, 99, &n), 0);
    assert_int_equal(journal_verify_step(f->db, &f->env, &verify, 3), 0);
    assert_int_equal(verify.seq, 9);
    assert_int_equal(journal_purge(f->db, &f->env, begin + 8 * USEC_PER_SEC, 99, &n), 0);
    assert_int_equal(journal_verify_step(f->db, &f->env, &verify, 3), 0);
    assert_int_equal(verify.seq, 12);
    assert_int_equal(journal_purge(f->db, &f->env, begin + 16 * USEC_PER_SEC, 99, &n), 0);
    journal_fill(f, 5);
    run(f, &verify, 3);
    assert_false(verify.is_broken);
    assert_int_equal(verify.seq, N_ROWS + 5);
    assert_int_equal(verify.n_rows, 6 + N_ROWS + 5 - 16);
    assert_int_equal(journal_purge(f->db, &f->env, USEC_INFINITY, 99, &n), 0);
    expect(f, "all is purged", "intact");
}

static void test_empty(void **state)
{
    expect(*state, "empty", "intact");
}

/* Under another key, rows are counted; what is under this one is still bound to them. */
static void test_keys(void **state)
{
    struct journal_fixture *f = *state;
    struct journal_verify verify = {0};

    journal_fill(f, 3);
    f->env.keyring = f->keyrings[1];
    journal_fill(f, 3);
    f->env.keyring = f->keyrings[0];
    journal_fill(f, 3); /* each time behind a row that says so */
    run(f, &verify, 256);
    assert_false(verify.is_broken);
    assert_int_equal(verify.n_rows, 11);
    assert_int_equal(verify.n_unchecked, 4);
    core_run(f->core, "UPDATE journal SET hash = zeroblob(32) WHERE seq = 7");
    expect(f, "the last under the other", "changed 8");
    f->env.keyring = f->keyrings[1];
    core_run(f->core, "DELETE FROM journal WHERE seq > 7");
    core_run(f->core, "UPDATE journal SET detail = NULL WHERE seq = 5");
    expect(f, "its own are checked", "changed 5");
}

static void note(struct journal_fixture *f, uint64_t seq, struct journal_verify *ret)
{
    struct journal_row row;

    assert_int_equal(journal_load(f->db, seq, &row), 0);
    *ret = (struct journal_verify){.has_noted = true, .noted.seq = seq};
    hex_encode(row.hash, sizeof(row.hash), ret->noted.hash);
}

static void test_noted_head(void **state)
{
    static const struct {
        uint64_t seq;
        const char *hash; /* NULL: as it was */
        const char *verdict;
        int compared; /* of enum audit_noted; -1: not */
    } rows[] = {
        {6, NULL, "intact", AUDIT_NOTED_MATCHES}, {20, NULL, "intact", AUDIT_NOTED_MATCHES},
        {5, NULL, "intact", AUDIT_NOTED_MATCHES}, /* the anchor */
        {4, NULL, "intact", AUDIT_NOTED_PURGED},
        {6, "0000000000000000", "noted_head 6", AUDIT_NOTED_DIFFERS},
        {5, "0000000000000000", "noted_head 5", AUDIT_NOTED_DIFFERS},
        {20, "0000000000000000", "noted_head 20", AUDIT_NOTED_DIFFERS},
        {21, "0000000000000000", "noted_head 21", AUDIT_NOTED_DIFFERS},
        {99, "0000000000000000", "noted_head 21", AUDIT_NOTED_DIFFERS},
    };
    struct journal_fixture *f = *state;
    struct journal_verify notes[N_ROWS + 1], verify;
    usec_t begin = journal_now;
    char verdict[64];
    unsigned n;

    journal_fill(f, N_ROWS);
    for (uint64_t seq = 1; seq <= N_ROWS; seq++)
        note(f, seq, &notes[seq]);
    assert_int_equal(journal_purge(f->db, &f->env, begin + 5 * USEC_PER_SEC, 99, &n), 0);
    for (size_t i = 0; i < 2 * ARRAY_SIZE(rows); i++) {
        size_t row = i / 2;

        verify = rows[row].hash ? notes[1] : notes[rows[row].seq];
        verify.noted.seq = rows[row].seq;
        if (rows[row].hash)
            memcpy(verify.noted.hash, rows[row].hash, strlen(rows[row].hash) + 1);
        run(f, &verify, i % 2 ? 1 : 256);
        verdict_of(&verify, verdict);
        assert_string_equal(verdict, rows[row].verdict);
        assert_true(verify.has_compared);
        assert_int_equal(verify.compared, rows[row].compared);
    }
    /* A fault in front of it is told, and the note is not. */
    core_run(f->core, "UPDATE journal SET detail = NULL WHERE seq = 8");
    verify = notes[10];
    run(f, &verify, 256);
    assert_int_equal(verify.first_bad, 8);
    assert_false(verify.has_compared);
}

/*
 * An older state of the whole journal holds in itself: only a head that was noted since shows it.
 */
static void test_put_back(void **state)
{
    struct journal_fixture *f = *state;
    struct journal_verify noted;

    journal_fill(f, 10);
    core_run(f->core, "CREATE TEMP TABLE old_rows AS SELECT * FROM journal; "
        "CREATE TEMP TABLE old_ends AS SELECT * FROM journal_ends");
    journal_fill(f, 10);
    note(f, 15, &noted);
    core_run(f->core, "DELETE FROM journal; INSERT INTO journal SELECT * FROM old_rows; "
        "DELETE FROM journal_ends; INSERT INTO journal_ends SELECT * FROM old_ends");
    expect(f, "put back", "intact");
    run(f, &noted, 256);
    assert_int_equal(noted.first_bad, 11);
    note(f, 10, &noted);
    noted.noted.seq = 15; /* it has grown since, otherwise */
    journal_fill(f, 10);
    run(f, &noted, 256);
    assert_int_equal(noted.fault, AUDIT_FAULT_NOTED_HEAD);
    assert_int_equal(noted.first_bad, 15);
}

/* With the head in memory: what a transaction has added belongs to it, and an older mark put back
 * shows. */
static void test_head_in_memory(void **state)
{
    struct journal_fixture *f = *state;
    struct journal_head head = {0};

    f->env.journal_head = &head;
    assert_int_equal(db_begin(f->db), 0);
    journal_fill(f, 5);
    assert_int_equal(journal_head_save(&head, f->db), 0);
    assert_int_equal(db_commit(f->db), 0);
    journal_head_settle(&head, true);
    core_run(f->core, "CREATE TEMP TABLE old_ends AS SELECT * FROM journal_ends");
    expect(f, "saved", "intact");
    assert_int_equal(db_begin(f->db), 0);
    journal_fill(f, 3);
    expect(f, "not saved yet", "intact");
    core_run(f->core, "UPDATE journal_ends SET mac = zeroblob(16)");
    expect(f, "a false mark, not saved yet", "head 8");
    assert_int_equal(journal_head_save(&head, f->db), 0);
    assert_int_equal(db_commit(f->db), 0);
    journal_head_settle(&head, true);
    expect(f, "saved again", "intact");
    core_run(f->core, "DELETE FROM journal_ends; INSERT INTO journal_ends SELECT * FROM old_ends");
    expect(f, "an old mark", "head 6");
    core_run(f->core, "DELETE FROM journal WHERE seq > 5");
    expect(f, "an old mark, and no rows behind it", "missing 6");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        JOURNAL_TEST(test_empty),
        JOURNAL_TEST(test_tampering),
        JOURNAL_TEST(test_purged_meanwhile),
        JOURNAL_TEST(test_keys),
        JOURNAL_TEST(test_noted_head),
        JOURNAL_TEST(test_put_back),
        JOURNAL_TEST(test_head_in_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
