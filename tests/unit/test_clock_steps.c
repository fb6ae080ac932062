/* By how much the wall clock was set forward, over jumps both ways and restarts. */
#include "core/clock_steps.h"

#include "core_fixture.h"

#define S ((int64_t)USEC_PER_SEC)
#define H (3600 * S)

static const uint8_t boot_1[BOOT_ID_SIZE] = {1}, boot_2[BOOT_ID_SIZE] = {2};

/* The sum when wall time is so far ahead of CORE_WALL, `boot` after the start. */
static int64_t look(struct clock_steps *steps, int64_t ahead, int64_t boot)
{
    usec_t forward, at_wall;

    clock_steps_look(
        steps, (usec_t)((int64_t)CORE_WALL + boot + ahead), (usec_t)boot, &forward, &at_wall);
    return (int64_t)forward;
}

static void test_jumps(void **state)
{
    static const struct {
        int64_t ahead, forward; /* of the clock, one look after the other */
    } rows[] = {
        /* no step; two readings are never of one time */
        {5 * H, 0}, {5 * H + S, 0}, {5 * H - S, 0},
        {6 * H, H}, {6 * H, H},
        {5 * H, 0},         /* taken back */
        {4 * H, 0}, {5 * H, H}, /* back, which adds nothing; and forth again, which does */
        {5 * H + 2 * S, H}, {5 * H + 3 * S, H + 3 * S}, /* small steps sum up */
        {5 * H + 2 * S, H + 3 * S},
        {29 * H, 25 * H}, {53 * H, 49 * H},
        {-9 * H, 0}, {0, 9 * H},
    };
    struct clock_steps steps;

    (void)state;
    clock_steps_init(&steps);
    assert_int_equal(look(&steps, 77 * H, 9 * S), 0); /* nobody watches yet */
    clock_steps_watch(&steps, true);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        int64_t forward = look(&steps, rows[i].ahead, (int64_t)(10 + i) * S);

        if (forward != rows[i].forward)
            print_error("row %zu\n", i);
        assert_int_equal(forward, rows[i].forward);
    }
    clock_steps_fini(&steps);
}

static void test_when(void **state)
{
    struct clock_steps steps;
    usec_t forward, at_wall;

    (void)state;
    clock_steps_init(&steps);
    clock_steps_watch(&steps, true);
    clock_steps_look(&steps, CORE_WALL, 10 * USEC_PER_SEC, &forward, &at_wall);
    assert_int_equal(at_wall, 0);
    for (unsigned i = 20; i < 60; i += 20) {
        clock_steps_look(
            &steps, CORE_WALL + USEC_PER_DAY + i, 10 * USEC_PER_SEC + i, &forward, &at_wall);
        assert_int_equal(forward, USEC_PER_DAY);
        assert_int_equal(at_wall, CORE_WALL + USEC_PER_DAY + 20);
    }
    clock_steps_fini(&steps);
}

static void start(struct core_fixture *f, struct clock_steps *steps, const uint8_t *boot_id)
{
    clock_steps_init(steps);
    assert_int_equal(clock_steps_load(steps, f->db, boot_id), 0);
    clock_steps_watch(steps, true);
}

static void stop(struct core_fixture *f, struct clock_steps *steps, const uint8_t *boot_id)
{
    assert_int_equal(clock_steps_save(steps, f->db, boot_id), 0);
    clock_steps_fini(steps);
}

/* Set while it runs, and while it does not; another boot begins anew. */
static void test_restarts(void **state)
{
    struct core_fixture *f = *state;
    struct clock_steps steps;

    start(f, &steps, boot_1);
    assert_int_equal(look(&steps, 0, 10 * S), 0);
    assert_int_equal(look(&steps, H, 20 * S), H);
    stop(f, &steps, boot_1);
    start(f, &steps, boot_1);
    assert_int_equal(look(&steps, H, 30 * S), H);
    stop(f, &steps, boot_1);
    start(f, &steps, boot_1);
    assert_int_equal(look(&steps, 3 * H, 40 * S), 3 * H);
    stop(f, &steps, boot_1);
    start(f, &steps, boot_2);
    assert_int_equal(look(&steps, 9 * H, 10 * S), 0);
    stop(f, &steps, boot_2);
    start(f, &steps, boot_1);
    assert_int_equal(look(&steps, H, 30 * S), 0);
    stop(f, &steps, boot_1);
}

static void test_damaged_row(void **state)
{
    static const char *const values[] = {
        "", "01", "x'00'", "'01000000000000000000000000000000 1 2'"};
    struct core_fixture *f = *state;
    struct clock_steps steps;

    for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
        char script[160];

        snprintf(script, sizeof(script), "INSERT OR REPLACE INTO meta VALUES ('clock_steps', %s)",
            values[i][0] ? values[i] : "NULL");
        core_run(f, script);
        start(f, &steps, boot_1);
        assert_int_equal(look(&steps, 5 * H, 10 * S), 0);
        clock_steps_fini(&steps);
    }
}

/* What is not new is not written again. */
static void test_writes_little(void **state)
{
    struct core_fixture *f = *state;
    struct clock_steps steps;

    start(f, &steps, boot_1);
    (void)look(&steps, 0, 10 * S);
    assert_int_equal(clock_steps_save(&steps, f->db, boot_1), 0);
    core_run(f, "DELETE FROM meta WHERE key = 'clock_steps'");
    (void)look(&steps, 0, 20 * S);
    assert_int_equal(clock_steps_save(&steps, f->db, boot_1), 0);
    assert_int_equal(core_query(f, "SELECT count(*) FROM meta WHERE key = 'clock_steps'"), 0);
    (void)look(&steps, H, 20 * S);
    stop(f, &steps, boot_1);
    assert_int_equal(core_query(f, "SELECT count(*) FROM meta WHERE key = 'clock_steps'"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jumps),
        cmocka_unit_test(test_when),
        CORE_TEST(test_restarts),
        CORE_TEST(test_damaged_row),
        CORE_TEST(test_writes_little),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
