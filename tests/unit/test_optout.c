/* Who is on the list gets no text of any kind; and who put him there is in the journal. */
#include "core/optout.h"

#include "core/limit_report.h"
#include "gateway_fixture.h"

struct told {
    unsigned n, n_rows, total;
    struct refusal refusal;
    bool is_changed;
    struct optout first;
};

static void take_set(
    void *userdata, const struct refusal *refusal, const char *number_masked, bool is_changed)
{
    struct told *told = userdata;

    told->n++;
    told->is_changed = is_changed;
    if (refusal)
        told->refusal = *refusal;
    else
        assert_string_equal(number_masked, "+91******5678");
}

static void take_list(void *userdata, const struct refusal *refusal, const struct optout_list *list)
{
    struct told *told = userdata;

    assert_null(refusal);
    told->n++;
    told->n_rows = list->n_rows;
    told->total = list->total;
    if (list->n_rows > 0)
        told->first = list->rows[0];
}

static struct told set(struct gateway_fixture *f, const char *to, bool is_out)
{
    struct told told = {0};

    gateway_set_optout(f->gateway, &f->admin, to, is_out, take_set, &told);
    gateway_wait(f, &told.n, 1);
    return told;
}

static void take_report(
    void *userdata, const struct refusal *refusal, const struct limit_report *report)
{
    assert_null(refusal);
    *(int *)userdata = report->is_open ? 1 : report->block == BLOCK_OPTED_OUT ? 2 : 3;
}

static int verdict(struct gateway_fixture *f)
{
    unsigned verdict = 0;

    gateway_report_limits(
        f->gateway, &f->till, &(struct limit_question){.to = NUMBER_1}, take_report, &verdict);
    for (unsigned i = 0; i < 10000 && verdict == 0; i++) {
        gateway_turn(f);
        usleep(100);
    }
    return (int)verdict;
}

static void test_no_texts(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made = issue_and_send(f, NUMBER_1);
    struct told told = {0};

    assert_int_equal(verdict(f), 1);
    assert_true(set(f, NUMBER_1, true).is_changed);
    assert_false(set(f, NUMBER_1, true).is_changed);
    assert_int_equal(verdict(f), 2);
    answer = issue(f, NUMBER_1);
    assert_string_equal(verdict_of(&answer), "destination_blocked");
    assert_non_null(strstr(answer.refusal.detail, "START"));
    answer = call_till(f, gateway_resend, made.v.id);
    assert_string_equal(verdict_of(&answer), "destination_blocked");
    answer = issue(f, NUMBER_2);
    assert_string_equal(verdict_of(&answer), "ok");
    gateway_list_optouts(f->gateway, 10, take_list, &told);
    gateway_wait(f, &told.n, 1);
    assert_int_equal(told.n_rows, 1);
    assert_int_equal(told.total, 1);
    assert_false(told.first.is_by_reply);
    assert_true(set(f, NUMBER_1, false).is_changed);
    answer = issue(f, NUMBER_1);
    assert_string_equal(verdict_of(&answer), "ok");
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'number.opted_out'")), 1);
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'number.opted_in'")), 1);
}

static void test_refused(void **state)
{
    struct told told = set(*state, "12", true);

    assert_int_equal(told.refusal.error, ERROR_INVALID);
    assert_string_equal(told.refusal.param, "to");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_no_texts),
        GATEWAY_TEST(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
