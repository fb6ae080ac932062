#include "core/limit_table.h"
#include "core_fixture.h"

#define S USEC_PER_SEC

static const uint8_t index_a[OTP_NUMBER_INDEX_SIZE] = {1}, index_b[OTP_NUMBER_INDEX_SIZE] = {2};

/* Texts to number `a` (and one to `b`), at these seconds. */
static void insert_texts(struct core_fixture *f, const unsigned *seconds, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        struct verification v = core_verification(seconds[i]);

        memcpy(v.number_index, index_a, sizeof(index_a));
        snprintf(v.id, sizeof(v.id), "vf_%026u", i);
        core_insert(f, &v);
        core_insert_message(f, &v, i, "sent");
    }
}

struct row {
    const char *limit;
    unsigned second; /* now, from CORE_WALL */
    int add_usec;
    unsigned hit_max; /* of the window that decides; 0: allowed */
    usec_t wait;
};

/* Sent at 0, 10, 20 and 100 s. */
static const unsigned sent_at[] = {0, 10, 20, 100};
static const struct row rows[] = {
    {"off", 100, 0, 0, 0},
    {"1/30s", 100, 0, 1, 30 * S},
    {"1/30s", 130, -1, 1, 1},
    {"1/30s", 130, 0, 0, 0}, /* exactly a span old: outside */
    {"3/100s", 100, 0, 3, 10 * S}, /* of 10, 20 and 100 the oldest */
    {"3/100s", 110, -1, 3, 1},
    {"3/100s", 110, 0, 0, 0},
    {"4/101s", 100, 0, 4, 1 * S},
    {"4/100s", 100, 0, 0, 0},
    {"5/1d", 100, 0, 0, 0},
    {"2/50s", 100, 0, 0, 0}, /* one in it */
    /* of several full windows the one that keeps waiting longest */
    {"1/30s 4/1h", 100, 0, 4, 3500 * S},
    {"4/1h 1/30s", 100, 0, 4, 3500 * S},
    {"1/2h 4/1h", 100, 0, 1, 7200 * S},
    {"9/1h 1/30s 3/100s", 100, 0, 1, 30 * S},
    {"9/1h 8/1d", 100, 0, 0, 0},
    /* a wall clock that was set back: nothing is forgotten */
    {"1/30s", 40, 0, 1, 90 * S},
};

typedef int check_limit(
    struct db *db, const struct limit *limit, usec_t now, struct limit_hit *ret);

static int check_number(struct db *db, const struct limit *limit, usec_t now, struct limit_hit *ret)
{
    return limit_check_number(db, limit, index_a, now, ret);
}

static int check_client(struct db *db, const struct limit *limit, usec_t now, struct limit_hit *ret)
{
    return limit_check_client(db, limit, "till", now, ret);
}

static int check_guesses(
    struct db *db, const struct limit *limit, usec_t now, struct limit_hit *ret)
{
    return limit_check_guesses(db, limit, index_a, now, ret);
}

static void check_rows(struct core_fixture *f, check_limit *check)
{
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        usec_t now = CORE_WALL + rows[i].second * S + (usec_t)(int64_t)rows[i].add_usec;
        struct limit_hit hit = {0};
        struct limit limit;
        int r;

        assert_int_equal(limit_parse(&limit, rows[i].limit), 0);
        r = check(f->db, &limit, now, &hit);
        if (r != (rows[i].hit_max > 0) || hit.window.max != rows[i].hit_max)
            print_error("%s at %u\n", rows[i].limit, rows[i].second);
        assert_int_equal(r, rows[i].hit_max > 0);
        assert_int_equal(hit.window.max, rows[i].hit_max);
        assert_int_equal(hit.wait, rows[i].wait);
    }
}

static void test_windows(void **state)
{
    struct core_fixture *f = *state;

    insert_texts(f, sent_at, ARRAY_SIZE(sent_at));
    for (unsigned i = 0; i < ARRAY_SIZE(sent_at); i++)
        assert_int_equal(guess_insert(f->db, index_a, CORE_WALL + sent_at[i] * S), 0);
    check_rows(f, check_number);
    check_rows(f, check_client);
    check_rows(f, limit_check_gateway);
    check_rows(f, check_guesses);
}

/* Everybody counts for himself, but for the gateway. */
static void test_whose(void **state)
{
    struct core_fixture *f = *state;
    struct limit limit;
    struct limit_hit hit;
    usec_t now = CORE_WALL + 101 * S;

    insert_texts(f, sent_at, ARRAY_SIZE(sent_at));
    assert_int_equal(guess_insert(f->db, index_a, now), 0);
    assert_int_equal(limit_parse(&limit, "1/1h"), 0);
    assert_int_equal(limit_check_number(f->db, &limit, index_a, now, &hit), 1);
    assert_int_equal(limit_check_number(f->db, &limit, index_b, now, &hit), 0);
    assert_int_equal(limit_check_client(f->db, &limit, "till", now, &hit), 1);
    assert_int_equal(limit_check_client(f->db, &limit, "till2", now, &hit), 0);
    assert_int_equal(limit_check_guesses(f->db, &limit, index_a, now, &hit), 1);
    assert_int_equal(limit_check_guesses(f->db, &limit, index_b, now, &hit), 0);
    assert_int_equal(limit_check_gateway(f->db, &limit, now, &hit), 1);
}

static void test_guesses_end(void **state)
{
    struct core_fixture *f = *state;
    struct limit limit;
    struct limit_hit hit;

    assert_int_equal(limit_parse(&limit, "2/1d"), 0);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(guess_insert(f->db, index_a, CORE_WALL + i), 0);
        assert_int_equal(guess_insert(f->db, index_b, CORE_WALL + i), 0);
    }
    assert_int_equal(guess_forgive(f->db, index_a), 0);
    assert_int_equal(limit_check_guesses(f->db, &limit, index_a, CORE_WALL + 5, &hit), 0);
    assert_int_equal(limit_check_guesses(f->db, &limit, index_b, CORE_WALL + 5, &hit), 1);
    assert_int_equal(guess_purge(f->db, CORE_WALL), 0);
    assert_int_equal(core_query(f, "SELECT count(*) FROM guesses"), 1);
    assert_int_equal(guess_purge(f->db, CORE_WALL + 1), 0);
    assert_int_equal(core_query(f, "SELECT count(*) FROM guesses"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CORE_TEST(test_windows),
        CORE_TEST(test_whose),
        CORE_TEST(test_guesses_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
