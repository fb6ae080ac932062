#include "core/journal_head.h"
#include "journal_fixture.h"

#include "core/statistics.h"

static struct journal_row load(struct journal_fixture *f, uint64_t seq)
{
    struct journal_row row;

    assert_int_equal(journal_load(f->db, seq, &row), 0);
    return row;
}

/*
 * An entry as it is stored: names, whose, who, and facts as JSON, those without a value left out.
 */
static void test_entry(void **state)
{
    struct journal_fixture *f = *state;
    struct verification v = core_verification(7);
    const uid_t actor = 1000;
    struct journal_entry entry = journal_entry_of(EVENT_VERIFICATION_CREATED, &v, &actor);
    const struct journal_entry bare = {.kind = EVENT_DAEMON_STARTED};
    struct journal_row row;

    entry.facts[0] = (struct journal_fact)FACT_TEXT("reference", "b\"il\\l\n\xE2\x80\xAE\xFF");
    entry.facts[1] = (struct journal_fact)FACT_TEXT("empty", "");
    entry.facts[2] = (struct journal_fact)FACT_TEXT("none", NULL);
    entry.facts[3] = (struct journal_fact)FACT_NUMBER("zero", 0);
    entry.facts[4] = (struct journal_fact)FACT_NUMBER("less", -5);
    entry.facts[5] = (struct journal_fact)FACT_TEXT("name", "रवि");
    assert_int_equal(journal_write(f->db, &f->env, &entry), 0);
    assert_int_equal(journal_write(f->db, &f->env, &bare), 0);
    row = load(f, 1);
    assert_string_equal(row.kind, "verification.created");
    assert_string_equal(row.object, v.id);
    assert_string_equal(row.client, "till");
    assert_true(row.has_actor);
    assert_int_equal(row.actor_uid, 1000);
    assert_string_equal(row.number_masked, v.number_masked);
    assert_memory_equal(row.number_index, v.number_index, sizeof(v.number_index));
    assert_true(row.at_wall == CORE_WALL);
    assert_string_equal(row.detail, "{\"reference\":\"b\\\"il\\\\l\\u000A\\u202E\\uFFFD\",\"zero\":"
                                    "0,\"less\":-5,\"name\":\"रवि\"}");
    row = load(f, 2);
    assert_string_equal(row.kind, "daemon.started");
    assert_string_equal(row.object, "");
    assert_string_equal(row.detail, "");
    assert_false(row.has_actor);
}

/* A fact that does not fit is left out whole; what is behind it is there. */
static void test_long_fact(void **state)
{
    struct journal_fixture *f = *state;
    char text[JOURNAL_DETAIL_SIZE];
    struct journal_entry entry = {.kind = EVENT_DAEMON_STARTED};

    for (size_t n = JOURNAL_DETAIL_SIZE - 32; n < sizeof(text); n++) {
        char expected[JOURNAL_DETAIL_SIZE + 64];
        uint64_t seq;

        memset(text, 'x', n);
        text[n] = '\0';
        entry.facts[0] = (struct journal_fact)FACT_NUMBER("a", 1);
        entry.facts[1] = (struct journal_fact)FACT_TEXT("text", text);
        entry.facts[2] = (struct journal_fact)FACT_NUMBER("b", 2);
        assert_int_equal(journal_write(f->db, &f->env, &entry), 0);
        assert_int_equal(journal_last_seq(f->db, &seq), 0);
        snprintf(expected, sizeof(expected), "{\"a\":1,\"text\":\"%s\",\"b\":2}", text);
        if (strlen(expected) < JOURNAL_DETAIL_SIZE)
            assert_string_equal(load(f, seq).detail, expected);
        else if (strlen(expected) - strlen(",\"b\":2") >= JOURNAL_DETAIL_SIZE)
            assert_string_equal(load(f, seq).detail, "{\"a\":1,\"b\":2}");
    }
}

static void assert_chain(struct journal_fixture *f, uint64_t first, uint64_t last,
    const uint8_t previous[static JOURNAL_HASH_SIZE])
{
    struct journal_row row, before = {0};

    memcpy(before.hash, previous, sizeof(before.hash));
    for (uint64_t seq = first; seq <= last; seq++) {
        row = load(f, seq);
        assert_true(journal_chain_holds(f->keyrings[0], before.hash, &row));
        before = row;
    }
}

static void test_chain(void **state)
{
    static const uint8_t none[JOURNAL_HASH_SIZE] = {0};
    struct journal_fixture *f = *state;
    struct journal_end head;

    journal_fill(f, 5);
    assert_chain(f, 1, 5, none);
    assert_int_equal(journal_end_load(f->db, JOURNAL_HEAD, &head), 0);
    assert_int_equal(head.seq, 5);
    assert_memory_equal(head.hash, load(f, 5).hash, JOURNAL_HASH_SIZE);
    assert_true(journal_end_holds(f->keyrings[0], JOURNAL_HEAD, &head));
}

/* What is rolled back leaves no gap behind, with the head in memory too. */
static void test_undone(void **state)
{
    static const uint8_t none[JOURNAL_HASH_SIZE] = {0};
    struct journal_fixture *f = *state;
    struct journal_head head = {0};

    for (unsigned i = 0; i < 2; i++, f->env.journal_head = &head) {
        journal_fill(f, 2);
        assert_int_equal(journal_head_save(&head, f->db), 0);
        journal_head_settle(&head, true);
        assert_int_equal(db_begin(f->db), 0);
        journal_fill(f, 2);
        db_rollback(f->db);
        journal_head_settle(&head, false);
    }
    journal_fill(f, 1);
    assert_int_equal(journal_head_save(&head, f->db), 0);
    assert_int_equal(core_query(f->core, "SELECT max(seq) FROM journal"), 5);
    assert_chain(f, 1, 5, none);
}

/* A row that somebody else has put behind the last one breaks the chain there, and stops nobody. */
static void test_number_taken(void **state)
{
    struct journal_fixture *f = *state;
    struct journal_head head = {0};

    f->env.journal_head = &head;
    journal_fill(f, 2);
    core_run(f->core,
        "INSERT INTO journal (seq, at_wall, kind, key_id, hash) VALUES (3, 1, 'x', 1, x'00')");
    journal_fill(f, 2);
    assert_int_equal(journal_head_save(&head, f->db), 0);
    assert_int_equal(head.end.seq, 5);
    assert_chain(f, 5, 5, load(f, 4).hash);
}

/* The chain begins behind what was purged, and numbers go on where everything was. */
static void test_purge(void **state)
{
    struct journal_fixture *f = *state;
    struct journal_end anchor;
    unsigned n = 99;

    assert_int_equal(journal_purge(f->db, &f->env, CORE_WALL, 9, &n), 0);
    assert_int_equal(n, 0);
    journal_fill(f, 10);
    assert_int_equal(journal_purge(f->db, &f->env, CORE_WALL, 9, &n), 0);
    assert_int_equal(n, 0);
    assert_int_equal(journal_purge(f->db, &f->env, CORE_WALL + 5 * USEC_PER_SEC, 3, &n), 0);
    assert_int_equal(n, 3);
    assert_int_equal(core_query(f->core, "SELECT min(seq) FROM journal"), 4);
    assert_int_equal(journal_purge(f->db, &f->env, CORE_WALL + 5 * USEC_PER_SEC, 3, &n), 0);
    assert_int_equal(n, 2);
    assert_int_equal(journal_end_load(f->db, JOURNAL_ANCHOR, &anchor), 0);
    assert_int_equal(anchor.seq, 5);
    assert_true(journal_end_holds(f->keyrings[0], JOURNAL_ANCHOR, &anchor));
    assert_chain(f, 6, 10, anchor.hash);
    assert_int_equal(journal_purge(f->db, &f->env, USEC_INFINITY, 99, &n), 0);
    assert_int_equal(n, 5);
    assert_int_equal(journal_end_load(f->db, JOURNAL_ANCHOR, &anchor), 0);
    journal_fill(f, 1);
    assert_chain(f, 11, 11, anchor.hash);
}

static bool begin(struct journal_fixture *f, const struct environment *env)
{
    bool is_broken = false;

    assert_int_equal(journal_begin(f->db, env, &is_broken), 0);
    return is_broken;
}

/* The first entry under another key stands behind one that says so. */
static void test_another_key(void **state)
{
    struct journal_fixture *f = *state;
    struct environment other = f->env;
    const struct journal_entry started = {.kind = EVENT_DAEMON_STARTED};

    other.keyring = f->keyrings[1];
    assert_false(begin(f, &f->env));
    journal_fill(f, 3);
    assert_false(begin(f, &f->env));
    assert_false(begin(f, &other));
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(journal_write(f->db, &other, &started), 0);
    assert_string_equal(load(f, 4).kind, "key.changed");
    assert_int_equal(load(f, 4).key_id, otp_keyring_lasting_id(f->keyrings[1]));
    assert_true(load(f, 4).at_wall == load(f, 5).at_wall);
    assert_string_equal(load(f, 5).kind, "daemon.started");
    assert_int_equal(core_query(f->core, "SELECT max(seq) FROM journal"), 6);
}

/* What somebody has done to the ends is found, and entries can be added all the same. */
static void test_broken_end(void **state)
{
    static const struct {
        const char *sql;
        bool is_broken;
        int64_t next;
    } rows[] = {
        {"SELECT 1", false, 5},
        {"UPDATE journal_ends SET seq = 2", true, 5},
        {"DELETE FROM journal_ends", true, 5},
        {"UPDATE journal_ends SET mac = zeroblob(16)", true, 5},
        {"UPDATE journal_ends SET hash = zeroblob(32)", true, 5},
        {"UPDATE journal_ends SET hash = zeroblob(32), key_id = 1", true,
            6}, /* behind key.changed */
        {"DELETE FROM journal WHERE seq > 2", true, 5},
        {"DELETE FROM journal", true, 5},
        {"DELETE FROM journal; DELETE FROM journal_ends", false, 1},
        {"INSERT INTO journal SELECT seq + 10, at_wall, kind, object, client, actor_uid, "
         "number_masked, number_index, detail, key_id, hash FROM journal WHERE seq = 4",
            true, 15},
    };
    struct journal_fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        core_run(f->core, "DELETE FROM journal; DELETE FROM journal_ends");
        journal_fill(f, 4);
        core_run(f->core, rows[i].sql);
        if (begin(f, &f->env) != rows[i].is_broken)
            fail_msg("%s", rows[i].sql);
        journal_fill(f, 1);
        assert_int_equal(core_query(f->core, "SELECT max(seq) FROM journal"), rows[i].next);
    }
}

/* A start knows the hours of the run before, but what is too old, and counts nothing twice. */
static void test_hours_are_restored(void **state)
{
    struct journal_fixture *f = *state;
    struct statistics_figures *figures = malloc(sizeof(*figures));
    bool is_broken;

    journal_fill(f, 2);
    journal_now += 23 * USEC_PER_HOUR;
    journal_fill(f, 3);
    journal_now += 3 * USEC_PER_HOUR;
    journal_fill(f, 4);
    assert_int_equal(statistics_new(&f->env.statistics), 0);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(journal_begin(f->db, &f->env, &is_broken), 0);
    journal_fill(f, 1);
    statistics_settle(f->env.statistics, true);
    statistics_read(f->env.statistics, journal_now, figures);
    assert_int_equal(figures->hours[0].events[EVENT_VERIFICATION_INCORRECT], 5);
    assert_int_equal(figures->hours[3].events[EVENT_VERIFICATION_INCORRECT], 3);
    assert_int_equal(figures->hours[4].begin_wall, 0);
    assert_int_equal(statistics_total(figures, EVENT_VERIFICATION_INCORRECT), 1);
    statistics_free(f->env.statistics);
    free(figures);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        JOURNAL_TEST(test_entry),
        JOURNAL_TEST(test_long_fact),
        JOURNAL_TEST(test_chain),
        JOURNAL_TEST(test_undone),
        JOURNAL_TEST(test_number_taken),
        JOURNAL_TEST(test_purge),
        JOURNAL_TEST(test_another_key),
        JOURNAL_TEST(test_hours_are_restored),
        JOURNAL_TEST(test_broken_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
