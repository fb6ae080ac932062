/* The keys that a database has been used with. */
#include "core/key_table.h"

#include "core_fixture.h"

static struct key_row row_of(uint32_t id, usec_t created_wall)
{
    struct key_row row = {.id = id, .created_wall = created_wall};

    memset(row.public_key, (int)(id & 0xFF), sizeof(row.public_key));
    memset(row.lasting_sealed, (int)(id >> 8 & 0xFF), sizeof(row.lasting_sealed));
    row.has_lasting = true;
    return row;
}

static void test_newest_first(void **state)
{
    struct core_fixture *f = *state;
    struct key_row rows[] = {row_of(7, CORE_WALL), row_of(UINT32_MAX, CORE_WALL + 2),
        row_of(1, CORE_WALL + 1)};
    struct key_row again = row_of(7, CORE_WALL + 9), read[4];
    unsigned n = 99;

    assert_int_equal(key_load_all(f->db, read, 4, &n), 0);
    assert_int_equal(n, 0);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        assert_int_equal(key_store(f->db, &rows[i]), 0);
    assert_int_equal(key_store(f->db, &again), 0); /* when it was first used stays */
    assert_int_equal(key_load_all(f->db, read, 4, &n), 0);
    assert_int_equal(n, 3);
    for (size_t i = 0; i < 3; i++) {
        static const size_t order[] = {1, 2, 0};

        assert_int_equal(read[i].id, rows[order[i]].id);
        assert_int_equal(read[i].created_wall, rows[order[i]].created_wall);
        assert_memory_equal(
            read[i].public_key, rows[order[i]].public_key, sizeof(read[i].public_key));
    }
    assert_int_equal(key_load_all(f->db, read, 2, &n), 0);
    assert_int_equal(n, 2);
}

/* Once dropped, until it is used again; then its lasting secret is the newer one. */
static void test_dropped_and_back(void **state)
{
    struct core_fixture *f = *state;
    struct key_row row = row_of(0x107, CORE_WALL), read;

    assert_int_equal(key_load(f->db, row.id, &read), -ENOENT);
    assert_int_equal(key_store(f->db, &row), 0);
    assert_int_equal(key_set_dropped(f->db, row.id, CORE_WALL + 5), 0);
    assert_int_equal(key_load(f->db, row.id, &read), 0);
    assert_int_equal(read.dropped_wall, CORE_WALL + 5);
    assert_true(read.has_lasting);
    assert_memory_equal(read.lasting_sealed, row.lasting_sealed, sizeof(row.lasting_sealed));
    memset(row.lasting_sealed, 0x5A, sizeof(row.lasting_sealed));
    assert_int_equal(key_store(f->db, &row), 0);
    assert_int_equal(key_load(f->db, row.id, &read), 0);
    assert_int_equal(read.dropped_wall, 0);
    assert_memory_equal(read.lasting_sealed, row.lasting_sealed, sizeof(row.lasting_sealed));
}

static unsigned orphans_of(struct core_fixture *f, uint32_t current, uint32_t previous)
{
    unsigned n = 99;

    assert_int_equal(key_count_orphans(f->db, current, previous, &n), 0);
    return n;
}

static void test_orphans(void **state)
{
    struct core_fixture *f = *state;
    struct verification v;

    for (unsigned i = 1; i <= 4; i++) {
        v = core_verification(i);
        v.key_id = i;
        core_insert(f, &v);
    }
    core_run(f, "UPDATE verifications SET status = 'expired' WHERE key_id = 4");
    assert_int_equal(orphans_of(f, 1, 2), 1);
    assert_int_equal(orphans_of(f, 3, 0), 2);
    assert_int_equal(orphans_of(f, 4, 0), 3);
}

/* What keeps a key: each thing alone. */
static void test_needed(void **state)
{
    static const struct {
        const char *what, *script;
        int is_needed;
    } rows[] = {
        {"nothing", "SELECT 1", 0},
        {"a pending code", "UPDATE verifications SET status = 'pending', key_id = 7", 1},
        {"one of another key", "UPDATE verifications SET status = 'pending', key_id = 8", 0},
        {"one that has ended", "UPDATE verifications SET status = 'approved', key_id = 7", 0},
        {"a text that waits", "UPDATE messages SET status = 'queued'", 1},
        {"one that a modem has", "UPDATE messages SET status = 'sending'", 1},
        {"one that has gone", "UPDATE messages SET status = 'sent'", 0},
        {"one that came later", "UPDATE messages SET status = 'queued', created_wall = 1 << 60", 0},
        {"a part that waits", "UPDATE inbound_parts SET sealed = x'00'", 1},
        {"one that came later",
            "UPDATE inbound_parts SET sealed = x'00', received_wall = 1 << 60", 0},
    };
    struct core_fixture *f = *state;
    struct verification v = core_verification(1);

    core_insert(f, &v);
    core_insert_message(f, &v, 1, "sent");
    core_run(f, "INSERT INTO inbound_parts (digest, modem, received_wall) VALUES (x'01', 'm', 1)");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        core_run(f, "BEGIN; UPDATE verifications SET status = 'expired', key_id = 7");
        core_run(f, rows[i].script);
        if (key_is_needed(f->db, 7, CORE_WALL + USEC_PER_DAY) != rows[i].is_needed)
            fail_msg("%s", rows[i].what);
        core_run(f, "ROLLBACK");
    }
}

static void test_damaged(void **state)
{
    struct core_fixture *f = *state;
    struct key_row read[1];
    unsigned n;

    core_run(f, "INSERT INTO keys VALUES (5, x'00', 1, NULL, NULL)");
    assert_int_equal(key_load_all(f->db, read, 1, &n), -EUCLEAN);
    assert_int_equal(key_load(f->db, 5, read), -EUCLEAN);
    core_run(f, "UPDATE keys SET public_key = zeroblob(32), lasting_sealed = x'00'");
    assert_int_equal(key_load(f->db, 5, read), 0);
    assert_false(read[0].has_lasting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CORE_TEST(test_newest_first),
        CORE_TEST(test_dropped_and_back),
        CORE_TEST(test_orphans),
        CORE_TEST(test_needed),
        CORE_TEST(test_damaged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
