#include "core/pin_table.h"

#include "core_fixture.h"

/* Of SIM 1 or 2, in modem 11 or 12; 0: which SIM it is cannot be read. */
static struct pin_key key(uint8_t sim, uint8_t device)
{
    return (struct pin_key){.sim = {sim ? sim : device}, .device = {device}};
}

static void assert_row(
    struct core_fixture *f, uint8_t sim, uint8_t device, unsigned unanswered, bool is_refused)
{
    struct pin_key wanted = key(sim, device);
    struct pin_row row = {99, true};

    assert_int_equal(pin_load(f->db, &wanted, &row), 0);
    assert_int_equal(row.unanswered, unanswered);
    assert_int_equal(row.is_refused, is_refused);
}

static void test_of_each_sim(void **state)
{
    struct core_fixture *f = *state;
    struct pin_key one = key(1, 11);

    assert_row(f, 1, 11, 0, false);
    assert_int_equal(pin_note_sending(f->db, &one), 0);
    assert_row(f, 1, 11, 1, false);
    assert_row(f, 2, 11, 0, false);
    assert_row(f, 1, 12, 1, false); /* whatever modem it is in */
    assert_row(f, 0, 11, 1, false); /* may be the same */
    assert_row(f, 0, 12, 0, false);
    assert_int_equal(pin_note_refused(f->db, &one), 0);
    assert_row(f, 1, 12, 0, true);
    assert_row(f, 0, 11, 0, true);
    assert_int_equal(pin_note_taken(f->db, &one), 0);
    assert_row(f, 1, 11, 0, false);
    assert_int_equal(core_query(f, "SELECT count(*) FROM sim_pins"), 0);
}

/* What was refused by one that did not say who it is counts against each in that modem. */
static void test_of_an_unknown_sim(void **state)
{
    struct core_fixture *f = *state;
    struct pin_key unknown = key(0, 11), known = key(1, 11);

    assert_int_equal(pin_note_sending(f->db, &unknown), 0);
    assert_int_equal(pin_note_refused(f->db, &unknown), 0);
    assert_row(f, 1, 11, 0, true);
    assert_row(f, 1, 12, 0, false);
    assert_int_equal(pin_note_sending(f->db, &known), 0);
    assert_int_equal(pin_note_taken(f->db, &known), 0); /* it was this one */
    assert_row(f, 0, 11, 0, false);
}

static void test_not_sent_after_all(void **state)
{
    struct core_fixture *f = *state;
    struct pin_key one = key(1, 11);

    assert_int_equal(pin_note_sending(f->db, &one), 0);
    assert_int_equal(pin_note_sending(f->db, &one), 0);
    for (unsigned left = 2; left-- > 0;) {
        assert_int_equal(pin_note_unsent(f->db, &one), 0);
        assert_row(f, 1, 11, left, false);
    }
    assert_int_equal(pin_note_unsent(f->db, &one), 0);
    assert_row(f, 1, 11, 0, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CORE_TEST(test_of_each_sim),
        CORE_TEST(test_of_an_unknown_sim),
        CORE_TEST(test_not_sent_after_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
