/* Who has to leave when one more comes than there may be. */
#include "http/crowd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define N 6

struct fixture {
    struct crowd crowd;
    struct crowd_member members[N];
};

/* Six may come, of which three are one user's. */
static struct fixture *start(void **state)
{
    static struct fixture f;

    (void)state;
    crowd_init(&f.crowd, N - 1, 3);
    return &f;
}

static void join(struct fixture *f, unsigned i, uid_t uid)
{
    assert_int_equal(crowd_join(&f->crowd, &f->members[i], uid), 0);
}

static void leave_all(struct fixture *f)
{
    struct crowd_member *member;

    while ((member = crowd_any(&f->crowd)))
        crowd_leave(&f->crowd, member);
    assert_int_equal(f->crowd.n, 0);
    assert_int_equal(f->crowd.n_users, 0);
    crowd_fini(&f->crowd);
}

static void assert_victim(const struct fixture *f, uid_t uid, int expected)
{
    struct crowd_member *victim;

    assert_true(crowd_has_room(&f->crowd, uid, &victim));
    assert_ptr_equal(victim, expected < 0 ? NULL : &f->members[expected]);
}

static void assert_no_room(const struct fixture *f, uid_t uid)
{
    struct crowd_member *victim;

    assert_false(crowd_has_room(&f->crowd, uid, &victim));
}

static void test_user_makes_room_for_himself(void **state)
{
    struct fixture *f = start(state);

    for (unsigned i = 0; i < 3; i++) {
        assert_victim(f, 7, -1);
        join(f, i, 7);
    }
    assert_victim(f, 7, 0);
    assert_victim(f, 8, -1);
    join(f, 3, 8);
    crowd_move(&f->crowd, &f->members[0], CROWD_IDLE); /* it has proved itself: after the new */
    assert_victim(f, 7, 1);
    crowd_move(&f->crowd, &f->members[1], CROWD_BUSY);
    crowd_move(&f->crowd, &f->members[2], CROWD_BUSY);
    assert_victim(f, 7, 0);
    crowd_move(&f->crowd, &f->members[0], CROWD_BUSY);
    assert_no_room(f, 7); /* although another user's could go */
    assert_victim(f, 8, -1);
    crowd_leave(&f->crowd, &f->members[1]);
    assert_victim(f, 7, -1);
    leave_all(f);
}

static void test_all_together(void **state)
{
    struct fixture *f = start(state);

    for (unsigned i = 0; i < N - 1; i++)
        join(f, i, 100 + i);
    assert_victim(f, 200, 0);
    crowd_move(&f->crowd, &f->members[0], CROWD_IDLE);
    crowd_move(&f->crowd, &f->members[1], CROWD_IDLE);
    assert_victim(f, 200, 2);
    for (unsigned i = 2; i < N - 1; i++)
        crowd_move(&f->crowd, &f->members[i], CROWD_BUSY);
    assert_victim(f, 200, 0);
    crowd_move(&f->crowd, &f->members[0], CROWD_IDLE); /* used again: now the other is the elder */
    assert_victim(f, 200, 1);
    assert_ptr_equal(crowd_first_to_leave(&f->crowd), &f->members[1]);
    crowd_move(&f->crowd, &f->members[0], CROWD_BUSY);
    crowd_move(&f->crowd, &f->members[1], CROWD_BUSY);
    assert_no_room(f, 200);
    assert_null(crowd_first_to_leave(&f->crowd));
    leave_all(f);
}

static void test_users_are_counted(void **state)
{
    struct fixture *f = start(state);

    for (int round = 0; round < 3; round++) {
        join(f, 0, 1);
        join(f, 1, 2);
        join(f, 2, 1);
        assert_int_equal(f->crowd.n_users, 2);
        crowd_leave(&f->crowd, &f->members[0]);
        crowd_leave(&f->crowd, &f->members[2]);
        assert_int_equal(f->crowd.n_users, 1);
        crowd_leave(&f->crowd, &f->members[1]);
        assert_int_equal(f->crowd.n_users, 0);
    }
    leave_all(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_user_makes_room_for_himself),
        cmocka_unit_test(test_all_together),
        cmocka_unit_test(test_users_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
