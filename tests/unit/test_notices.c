/* Notices of what was received: where it is to be looked for, and what is done with. */
#include "modem/notices.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

static void test_memories(void **state)
{
    static const struct {
        const char *line, *usual, *memory, *other;
        unsigned index;
    } rows[] = {
        {"+CMTI: \"SM\",4", NULL, "SM", "", 4},
        {"+CMTI: \"SM\",4", "SR", "SM", "", 4},
        {"+CMTI: ,4", NULL, "", "", 4},
        {"+CDSI: \"SR\",0", NULL, "SR", "ME", 0},
        {"+CDSI: \"SM\",1", NULL, "SM", "SR", 1},
        {"+CDSI: ,1", NULL, "", "SR", 1},
        {"+CDSI: \"SM\",1", "SR", "SR", "SM", 1},
        {"+CDSI: \"SR\",1", "SR", "SR", "ME", 1},
        {"+CDSI: ,1", "SR", "SR", "ME", 1},
        {"+CDSI: \"ME\",1", "ME", "ME", "", 1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct notices notices = {.n = 0};

        assert_int_equal(notices_add(&notices, rows[i].line, rows[i].usual, "ME"), 0);
        assert_int_equal(notices.n, 1);
        assert_string_equal(notices.list[0].memory, rows[i].memory);
        assert_string_equal(notices.list[0].other, rows[i].other);
        assert_int_equal(notices.list[0].index, rows[i].index);
        assert_int_equal(notices.has_text, rows[i].line[3] == 'T');
    }
}

/* The other memory, and then no further; one that was found has no other. */
static void test_passing_on(void **state)
{
    struct notices notices = {.n = 0};

    (void)state;
    notices_pass_on(&notices);
    assert_int_equal(notices_add(&notices, "+CDSI: \"SM\",1", "SR", "SM"), 0);
    assert_int_equal(notices_add(&notices, "+CDSI: \"SM\",2", "SR", "SM"), 0);
    notices_pass_on(&notices);
    assert_string_equal(notices.list[0].memory, "SM");
    assert_int_equal(notices.n, 2);
    notices_pass_on(&notices);
    assert_int_equal(notices.n, 1);
    assert_int_equal(notices.list[0].index, 2);
    notices_found(&notices);
    notices_pass_on(&notices);
    assert_int_equal(notices.n, 0);
}

/* A list is the end of those that it shows, and of those that can be nowhere else. */
static void test_list(void **state)
{
    struct notices notices = {.n = 0};

    (void)state;
    assert_int_equal(notices_add(&notices, "+CDSI: \"SM\",1", "SR", "SM"), 0);
    assert_int_equal(notices_add(&notices, "+CDSI: \"SM\",2", "SR", "SM"), 0);
    assert_int_equal(notices_alike(&notices), 1);
    assert_int_equal(notices_add(&notices, "+CMTI: \"SM\",3", "SR", "SM"), 0);
    notices_list_begins(&notices);
    assert_int_equal(notices_add(&notices, "+CMTI: \"SM\",4", "SR", "SM"), 0);
    notices_list_shows(&notices, "SR", 2);
    notices_list_shows(&notices, "SM", 1);
    notices_list_ended(&notices, "SR");
    assert_int_equal(notices.n, 3); /* 1, 3 and 4 */
    assert_int_equal(notices.list[0].index, 1);
    notices_list_begins(&notices);
    notices_list_ended(&notices, "SM");
    assert_int_equal(notices.n, 1);
    assert_false(notices.list[0].index != 1);
    notices_found(&notices);
    notices_list_begins(&notices);
    notices_list_ended(&notices, "SR");
    assert_int_equal(notices.n, 0);
    assert_false(notices.has_text);
    assert_int_equal(notices_add(&notices, "+CMTI: \"SM\",3", NULL, "SM"), 0);
    assert_int_equal(notices_add(&notices, "+CMTI: \"SM\",4", NULL, "SM"), 0);
    assert_int_equal(notices_alike(&notices), 2);
}

static void test_too_many(void **state)
{
    struct notices notices = {.n = 0};

    (void)state;
    assert_int_equal(notices_add(&notices, "+CMTI: SM", NULL, "SM"), -EINVAL);
    for (unsigned i = 0; i < NOTICES_MAX; i++)
        assert_int_equal(notices_add(&notices, "+CDSI: \"SM\",3", NULL, "SM"), 0);
    assert_int_equal(notices_add(&notices, "+CMTI: \"SM\",3", NULL, "SM"), -ENOSPC);
    assert_true(notices.has_text); /* which the list will show */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memories),
        cmocka_unit_test(test_passing_on),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_too_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
