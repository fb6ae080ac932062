#include "core/limit_table.h"

#include "core/streak_table.h"

#include "core_fixture.h"

#define S USEC_PER_SEC

static const uint8_t index_a[OTP_NUMBER_INDEX_SIZE] = {1}, index_b[OTP_NUMBER_INDEX_SIZE] = {2};

/* Texts to number `a` in block `b`, at these seconds. */
static void insert_texts(struct core_fixture *f, const unsigned *seconds, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        struct verification v = core_verification(seconds[i]);

        memcpy(v.number_index, index_a, sizeof(index_a));
        memcpy(v.prefix_index, index_b, sizeof(index_b));
        v.is_reverse = true;
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

static const struct limit_subject of_a = {.number_index = index_a, .prefix_index = index_b,
    .client = "till", .purpose = "checkout"};

static void check_rows(struct core_fixture *f, enum limit_count count)
{
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const struct moment *now = CORE_NOW(rows[i].second * S + (usec_t)(int64_t)rows[i].add_usec);
        struct limit_hit hit = {0};
        struct limit limit;
        int r;

        assert_int_equal(limit_parse(&limit, rows[i].limit), 0);
        r = limit_check(f->db, count, &of_a, &limit, now, &hit);
        if (r != (rows[i].hit_max > 0) || hit.window.max != rows[i].hit_max)
            print_error("%s at %u\n", rows[i].limit, rows[i].second);
        assert_int_equal(r, rows[i].hit_max > 0);
        assert_int_equal(hit.window.max, rows[i].hit_max);
        assert_int_equal(hit.wait, rows[i].wait);
    }
}

static void insert_guesses(struct core_fixture *f)
{
    for (unsigned i = 0; i < ARRAY_SIZE(sent_at); i++)
        assert_int_equal(guess_insert(f->db, index_a, "till", CORE_WALL + sent_at[i] * S), 0);
}

static void test_windows(void **state)
{
    struct core_fixture *f = *state;

    insert_texts(f, sent_at, ARRAY_SIZE(sent_at));
    insert_guesses(f);
    for (unsigned count = 0; count < LIMIT_COUNTS; count++)
        if (count != COUNT_PLAIN_TEXTS)
            check_rows(f, count);
}

/* Who is counted: another number, block, client or purpose changes what counts by it, alone. */
static void test_whose(void **state)
{
    static const bool others[LIMIT_COUNTS][4] = {
        /* number, block, client, purpose: whether it has a count of its own */
        [COUNT_TEXTS_OF_NUMBER] = {true, false, false, false},
        [COUNT_TEXTS_OF_NUMBER_BY_CLIENT] = {true, false, true, false},
        [COUNT_TEXTS_OF_PREFIX] = {false, true, false, false},
        [COUNT_REQUESTS_OF_CLIENT] = {false, false, true, false},
        [COUNT_REQUESTS_OF_PURPOSE] = {false, false, false, true},
        [COUNT_REVERSE_OF_NUMBER] = {true, false, false, false},
        [COUNT_REVERSE_OF_NUMBER_BY_CLIENT] = {true, false, true, false},
        [COUNT_GUESSES_OF_NUMBER] = {true, false, false, false},
        [COUNT_GUESSES_OF_NUMBER_BY_CLIENT] = {true, false, true, false},
        [COUNT_GUESSES_OF_CLIENT] = {false, false, true, false},
    };
    static const uint8_t index_c[OTP_NUMBER_INDEX_SIZE] = {3};
    struct core_fixture *f = *state;

    insert_texts(f, sent_at, ARRAY_SIZE(sent_at));
    insert_guesses(f);
    for (unsigned count = 0; count < LIMIT_COUNTS; count++)
        for (unsigned other = 0; other < 4 && count != COUNT_PLAIN_TEXTS; other++) {
            struct limit_subject of = of_a;
            unsigned n = 99;

            of.number_index = other == 0 ? index_c : of.number_index;
            of.prefix_index = other == 1 ? index_c : of.prefix_index;
            of.client = other == 2 ? "till2" : of.client;
            of.purpose = other == 3 ? "login" : of.purpose;
            assert_int_equal(
                limit_count(f->db, count, &of, USEC_PER_HOUR, CORE_NOW(101 * S), &n), 0);
            assert_int_equal(n, others[count][other] ? 0 : 4);
        }
}

static unsigned count_of(struct core_fixture *f, enum limit_count count)
{
    unsigned n = 99;

    assert_int_equal(limit_count(f->db, count, &of_a, USEC_PER_HOUR, CORE_NOW(101 * S), &n), 0);
    return n;
}

/* Texts without a code count by themselves, and as a client's requests. */
static void test_plain_texts(void **state)
{
    static const struct limit five = {{{5, USEC_PER_HOUR}}, 1};
    struct core_fixture *f = *state;
    struct limit_hit hit;

    insert_texts(f, sent_at, ARRAY_SIZE(sent_at));
    assert_int_equal(count_of(f, COUNT_REQUESTS_OF_CLIENT), 4);
    assert_int_equal(count_of(f, COUNT_PLAIN_TEXTS), 0);
    assert_int_equal(
        limit_check(f->db, COUNT_REQUESTS_OF_CLIENT, &of_a, &five, CORE_NOW(101 * S), &hit), 0);
    core_run(
        f, "UPDATE messages SET verification_id = NULL WHERE id = (SELECT MAX(id) FROM messages)");
    assert_int_equal(count_of(f, COUNT_REQUESTS_OF_CLIENT), 5);
    assert_int_equal(count_of(f, COUNT_PLAIN_TEXTS), 1);
    assert_int_equal(
        limit_check(f->db, COUNT_REQUESTS_OF_CLIENT, &of_a, &five, CORE_NOW(101 * S), &hit), 1);
}

static void test_count(void **state)
{
    static const struct {
        unsigned second, span, n;
    } counted[] = {{100, 1, 1}, {100, 80, 1}, {100, 81, 2}, {100, 91, 3}, {100, 101, 4},
        {200, 99, 0}, {200, 100, 0}, {200, 101, 1}, {50, 51, 4}};
    struct core_fixture *f = *state;

    insert_texts(f, sent_at, ARRAY_SIZE(sent_at));
    insert_guesses(f);
    for (unsigned count = 0; count < LIMIT_COUNTS; count++)
        for (size_t i = 0; i < ARRAY_SIZE(counted) && count != COUNT_PLAIN_TEXTS; i++) {
            unsigned n = 99;

            assert_int_equal(limit_count(f->db, count, &of_a, counted[i].span * S,
                                 CORE_NOW(counted[i].second * S), &n), 0);
            assert_int_equal(n, counted[i].n);
        }
}

/* Approved in the span, by this client, however long before it was asked for. */
static void test_approvals(void **state)
{
    static const struct {
        const char *status, *client;
        unsigned finished, counted;
    } approved[] = {
        {"approved", "till", 290, 1}, {"approved", "till", 200, 1}, {"approved", "till", 199, 0},
        {"expired", "till", 290, 0}, {"approved", "web", 290, 0},
    };
    struct core_fixture *f = *state;
    unsigned expected = 0, n = 99;
    char script[160];

    for (unsigned i = 0; i < ARRAY_SIZE(approved); i++) {
        struct verification v = core_verification(i);

        snprintf(v.client, sizeof(v.client), "%s", approved[i].client);
        core_insert(f, &v);
        snprintf(script, sizeof(script),
            "UPDATE verifications SET status = '%s', finished_wall = %" PRIu64 " WHERE id = '%s'",
            approved[i].status, CORE_WALL + approved[i].finished * S, v.id);
        core_run(f, script);
        expected += approved[i].counted;
    }
    assert_int_equal(limit_count_approvals(f->db, "till", 101 * S, CORE_NOW(300 * S), &n), 0);
    assert_int_equal(n, expected);
}

static unsigned streak_of(struct core_fixture *f, const uint8_t *number_index)
{
    unsigned n = 99;

    assert_int_equal(streak_load(f->db, number_index, &n), 0);
    return n;
}

/*
 * Forgiven are everybody's guesses against the number; old ones are dropped, but stay in the row.
 */
static void test_guesses_end(void **state)
{
    struct core_fixture *f = *state;
    unsigned n;

    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(guess_insert(f->db, index_a, i ? "web" : "till", CORE_WALL + i), 0);
        assert_int_equal(guess_insert(f->db, index_b, "till", CORE_WALL + i), 0);
    }
    assert_int_equal(guess_insert(f->db, index_b, "till", CORE_WALL), 0); /* the same microsecond */
    assert_int_equal(core_query(f, "SELECT count(*) FROM guesses"), 5);
    assert_int_equal(streak_of(f, index_a), 2);
    assert_int_equal(guess_forgive(f->db, index_a), 0);
    assert_int_equal(core_query(f, "SELECT count(*) FROM guesses"), 3);
    assert_int_equal(guess_purge(f->db, CORE_WALL, 9, &n), 0);
    assert_int_equal(core_query(f, "SELECT count(*) FROM guesses"), 2);
    assert_int_equal(guess_purge(f->db, CORE_WALL + 2, 9, &n), 0);
    assert_int_equal(core_query(f, "SELECT count(*) FROM guesses"), 0);
    assert_int_equal(streak_of(f, index_a), 0);
    assert_int_equal(streak_of(f, index_b), 3);
}

/* So many at a time, and it says whether there may be more. */
static void test_guesses_end_in_batches(void **state)
{
    struct core_fixture *f = *state;
    static const unsigned expected[] = {4, 4, 2, 0};
    unsigned n = 99;

    for (unsigned i = 0; i < 11; i++)
        assert_int_equal(guess_insert(f->db, i % 2 ? index_a : index_b, "till", CORE_WALL + i), 0);
    for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
        assert_int_equal(guess_purge(f->db, CORE_WALL + 9, 4, &n), 0);
        assert_int_equal(n, expected[i]);
    }
    assert_int_equal(core_query(f, "SELECT count(*) FROM guesses"), 1);
}

/* The clock was set an hour ahead at second 150: windows go on as if it had not been. */
static void test_clock_set_ahead(void **state)
{
    static const struct {
        unsigned second, span; /* 3750: just after it was set */
        unsigned n;
        unsigned wait; /* for a window of as many as there are */
    } seen[] = {{3750, 50, 0, 0}, {3750, 51, 1, 1}, {3750, 151, 4, 1}, {3800, 101, 1, 1},
        {3800, 201, 4, 1}, {7400, 200, 0, 0}, {7400, 7401 - 3600, 4, 1}};
    struct core_fixture *f = *state;

    insert_guesses(f);
    for (size_t i = 0; i < ARRAY_SIZE(seen); i++) {
        struct moment now = {.wall = CORE_WALL + seen[i].second * S,
            .set_forward = USEC_PER_HOUR, .set_wall = CORE_WALL + 3750 * S};
        struct limit limit = {.windows = {{seen[i].n, seen[i].span * S}}, .n_windows = 1};
        struct limit_hit hit = {0};
        unsigned n = 99;

        assert_int_equal(
            limit_count(f->db, COUNT_GUESSES_OF_NUMBER, &of_a, seen[i].span * S, &now, &n), 0);
        assert_int_equal(n, seen[i].n);
        if (n == 0)
            continue;
        assert_int_equal(limit_check(f->db, COUNT_GUESSES_OF_NUMBER, &of_a, &limit, &now, &hit), 1);
        assert_int_equal(hit.wait, seen[i].wait * S);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CORE_TEST(test_windows),
        CORE_TEST(test_whose),
        CORE_TEST(test_plain_texts),
        CORE_TEST(test_count),
        CORE_TEST(test_approvals),
        CORE_TEST(test_guesses_end),
        CORE_TEST(test_guesses_end_in_batches),
        CORE_TEST(test_clock_set_ahead),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
