#include "journal_fixture.h"

static struct journal_row row_of(uint64_t seq)
{
    struct journal_row row = {.seq = seq,
        .at_wall = CORE_WALL + seq,
        .kind = "verification.approved",
        .object = "vf_00000000000000000000000001",
        .client = "till",
        .has_actor = true,
        .actor_uid = 1000,
        .number_masked = "+91******5678",
        .detail = "{\"attempts\":1}",
        .key_id = 77};

    memset(row.number_index, 0x11, sizeof(row.number_index));
    memset(row.hash, (int)seq, sizeof(row.hash));
    return row;
}

/* Member by member, for there are gaps between them. */
static void assert_rows_equal(const struct journal_row *a, const struct journal_row *b)
{
    assert_int_equal(a->seq, b->seq);
    assert_int_equal(a->at_wall, b->at_wall);
    assert_string_equal(a->kind, b->kind);
    assert_string_equal(a->object, b->object);
    assert_string_equal(a->client, b->client);
    assert_int_equal(a->has_actor, b->has_actor);
    assert_int_equal(a->actor_uid, b->actor_uid);
    assert_string_equal(a->number_masked, b->number_masked);
    assert_memory_equal(a->number_index, b->number_index, sizeof(a->number_index));
    assert_string_equal(a->detail, b->detail);
    assert_int_equal(a->key_id, b->key_id);
    assert_memory_equal(a->hash, b->hash, sizeof(a->hash));
}

static void test_row_comes_back(void **state)
{
    struct journal_fixture *f = *state;
    struct journal_row bare = {.seq = 2, .kind = "daemon.started"}, full = row_of(1), out;

    assert_int_equal(journal_insert(f->db, &full), 0);
    assert_int_equal(journal_insert(f->db, &bare), 0);
    assert_int_equal(journal_load(f->db, 1, &out), 0);
    assert_rows_equal(&out, &full);
    assert_int_equal(journal_load(f->db, 2, &out), 0);
    assert_rows_equal(&out, &bare);
    assert_int_equal(core_query(f->core, "SELECT count(*) FROM journal WHERE seq = 2 AND object IS "
                                         "NULL AND client IS NULL AND actor_uid IS NULL AND "
                                         "number_masked IS NULL AND number_index IS "
                                         "NULL AND detail IS NULL"),
        1);
    assert_int_equal(journal_load(f->db, 3, &out), -ENOENT);
    assert_int_equal(journal_insert(f->db, &full), -EEXIST);
}

struct seen {
    uint64_t seqs[16];
    unsigned n;
    unsigned stop_at; /* 0: never */
    int stop_with;
};

static int see(void *userdata, const struct journal_row *row)
{
    struct seen *seen = userdata;

    seen->seqs[seen->n++] = row->seq;
    return seen->n == seen->stop_at ? seen->stop_with : 0;
}

static void test_each(void **state)
{
    static const struct {
        uint64_t after;
        unsigned max, stop_at;
        int stop_with, r;
        unsigned n;
        uint64_t first;
    } rows[] = {
        {0, 99, 0, 0, 0, 6, 1},
        {0, 2, 0, 0, 0, 2, 1},
        {4, 99, 0, 0, 0, 2, 5},
        {6, 99, 0, 0, 0, 0, 0},
        {0, 99, 3, 1, 0, 3, 1},
        {0, 99, 3, -EIO, -EIO, 3, 1},
    };
    struct journal_fixture *f = *state;
    uint64_t last = 99;

    assert_int_equal(journal_last_seq(f->db, &last), 0);
    assert_int_equal(last, 0);
    for (uint64_t seq = 6; seq > 0; seq--) {
        struct journal_row row = row_of(seq);

        assert_int_equal(journal_insert(f->db, &row), 0);
    }
    assert_int_equal(journal_last_seq(f->db, &last), 0);
    assert_int_equal(last, 6);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct seen seen = {.stop_at = rows[i].stop_at, .stop_with = rows[i].stop_with};

        assert_int_equal(journal_each(f->db, rows[i].after, rows[i].max, see, &seen), rows[i].r);
        assert_int_equal(seen.n, rows[i].n);
        for (unsigned j = 0; j < seen.n; j++)
            assert_int_equal(seen.seqs[j], rows[i].first + j);
    }
    assert_int_equal(journal_delete_through(f->db, 4), 0);
    assert_int_equal(core_query(f->core, "SELECT min(seq) FROM journal"), 5);
}

/* The first row from a time on, whatever is missing between. */
static void test_since(void **state)
{
    static const struct {
        usec_t since;
        uint64_t seq;
    } rows[] = {{0, 3}, {30, 3}, {31, 4}, {40, 4}, {41, 7}, {70, 7}, {75, 8}, {80, 8}, {81, 9}};
    struct journal_fixture *f = *state;
    struct journal_row row;
    uint64_t found = 99;
    int64_t first = 99;

    assert_int_equal(journal_first_seq(f->db, &first), 0);
    assert_int_equal(journal_seq_since(f->db, 5, &found), 0);
    assert_int_equal(found, 1);
    for (uint64_t seq = 3; seq <= 8; seq += seq == 4 ? 3 : 1) {
        row = row_of(seq);
        row.at_wall = 10 * seq;
        assert_int_equal(journal_insert(f->db, &row), 0);
    }
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        assert_int_equal(journal_seq_since(f->db, rows[i].since, &found), 0);
        while (found <= 8 && journal_load(f->db, found, &row) < 0)
            found++; /* in a gap, any number is as good as the one behind it */
        assert_int_equal(found, rows[i].seq);
    }
    core_run(f->core, "UPDATE journal SET seq = -4 WHERE seq = 3");
    assert_int_equal(journal_first_seq(f->db, &first), 1);
    assert_true(first == -4);
    assert_int_equal(journal_seq_since(f->db, 0, &found), 0);
    assert_int_equal(found, 1);
}

static void test_ends(void **state)
{
    struct journal_fixture *f = *state;
    struct journal_end end = {.seq = 5, .key_id = 77}, out = {.seq = 99};

    memset(end.hash, 3, sizeof(end.hash));
    memset(end.mac, 4, sizeof(end.mac));
    assert_int_equal(journal_end_load(f->db, JOURNAL_HEAD, &out), 0);
    assert_int_equal(out.seq, 0);
    assert_int_equal(journal_end_store(f->db, JOURNAL_HEAD, &end), 0);
    end.seq = 6;
    assert_int_equal(journal_end_store(f->db, JOURNAL_HEAD, &end), 0);
    assert_int_equal(journal_end_load(f->db, JOURNAL_HEAD, &out), 0);
    assert_int_equal(out.seq, end.seq);
    assert_int_equal(out.key_id, end.key_id);
    assert_memory_equal(out.hash, end.hash, sizeof(end.hash));
    assert_memory_equal(out.mac, end.mac, sizeof(end.mac));
    assert_int_equal(journal_end_load(f->db, JOURNAL_ANCHOR, &out), 0);
    assert_int_equal(out.seq, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        JOURNAL_TEST(test_row_comes_back),
        JOURNAL_TEST(test_each),
        JOURNAL_TEST(test_since),
        JOURNAL_TEST(test_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
