/* One request on its way: decided, committed, answered once, freed, in that order. */
#include "gateway_fixture.h"

#include "core/operation.h"

struct probe {
    struct operation operation;
    struct answer answer;
    char order[8]; /* d: decided, c: committed, a: answered, f: freed */
    unsigned n_freed;
    int r; /* what `decide` answers */
    bool refuses, loads;
    const char *to_load;
    int load_r;
};

static void note(struct probe *probe, char what)
{
    probe->order[strlen(probe->order)] = what;
}

static int on_decide(struct operation *operation, struct db *db)
{
    struct probe *probe = CONTAINER_OF(operation, struct probe, operation);

    note(probe, 'd');
    if (probe->refuses)
        refuse(&operation->refusal, ERROR_QUEUE_FULL, NULL, "full");
    if (probe->loads) {
        probe->load_r = operation_load(operation, db);
        return MIN(probe->load_r, 0);
    }
    return probe->r;
}

static void on_committed(struct operation *operation)
{
    note(CONTAINER_OF(operation, struct probe, operation), 'c');
}

static void on_answer(void *userdata, const struct verification_answer *answer)
{
    struct probe *probe = userdata;

    note(probe, 'a');
    answer_take(&probe->answer, answer);
}

static void on_free(struct operation *operation)
{
    struct probe *probe = CONTAINER_OF(operation, struct probe, operation);

    note(probe, 'f');
    probe->n_freed++;
}

static void submit(struct gateway_fixture *f, struct probe *probe, const struct caller *caller)
{
    operation_init(&probe->operation, f->gateway, caller, on_answer, probe);
    probe->operation.decide = on_decide;
    probe->operation.committed = on_committed;
    probe->operation.free = on_free;
    if (probe->to_load)
        snprintf(probe->operation.id, sizeof(probe->operation.id), "%s", probe->to_load);
    operation_submit(&probe->operation);
    gateway_wait(f, &probe->n_freed, 1);
}

static void test_order(void **state)
{
    static const struct {
        int r;
        bool refuses;
        const char *order, *verdict;
    } rows[] = {
        {0, true, "dcaf", "queue_full"}, /* a refusal is a decision, which is committed */
        {-EIO, false, "daf", "storage_unavailable"},
        {-ENOSPC, false, "daf", "storage_unavailable"},
    };
    struct gateway_fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct probe probe = {.r = rows[i].r, .refuses = rows[i].refuses};

        submit(f, &probe, &f->till);
        assert_string_equal(probe.order, rows[i].order);
        assert_string_equal(verdict_of(&probe.answer), rows[i].verdict);
        assert_int_equal(probe.answer.n, 1);
        if (rows[i].r < 0)
            assert_int_equal(probe.answer.refusal.retry_after_sec, 5);
    }
}

/* Not before the commit that holds it. */
static void test_waits_for_the_commit(void **state)
{
    struct gateway_fixture *f = *state;
    struct probe probe = {.refuses = true};

    gateway_hold_store(f);
    operation_init(&probe.operation, f->gateway, &f->till, on_answer, &probe);
    probe.operation.decide = on_decide;
    probe.operation.free = on_free;
    operation_submit(&probe.operation);
    gateway_settle(f);
    assert_string_equal(probe.order, "");
    gateway_release_store(f);
    gateway_wait(f, &probe.n_freed, 1);
    assert_string_equal(probe.order, "daf"); /* without `committed`, too */
}

/* The caller's own, or anybody's for a technician; what is past its deadline has ended first. */
static void test_load(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer issued = issue_and_send(f, NUMBER_1);
    const struct {
        const struct caller *caller;
        const char *id;
        const char *verdict;
        int r;
    } rows[] = {
        {&f->till, issued.v.id, "ok", 1},
        {&f->admin, issued.v.id, "ok", 1},
        {&f->web, issued.v.id, "not_found", 0},
        {&f->till, "vf_00000000000000000000000000", "not_found", 0},
        {&f->till, "", "not_found", 0},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct probe probe = {.loads = true, .to_load = rows[i].id};

        submit(f, &probe, rows[i].caller);
        assert_string_equal(verdict_of(&probe.answer), rows[i].verdict);
        assert_int_equal(probe.load_r, rows[i].r);
    }
    fake_now += 301 * USEC_PER_SEC;
    for (int again = 0; again < 2; again++) {
        struct probe probe = {.loads = true, .to_load = issued.v.id};

        submit(f, &probe, &f->till);
        assert_int_equal(probe.answer.v.status, VERIFICATION_EXPIRED);
    }
}

/* A place is kept while the gateway is ready and the queue has room; else it is known why not. */
static void test_places(void **state)
{
    struct gateway_fixture *f = *state;
    struct outbox *outbox = &f->gateway->outbox;
    struct operation first = {.gateway = f->gateway}, second = first, third = first;

    outbox->max = 1;
    operation_reserve_place(&first);
    assert_false(operation_lacks_place(&first));
    assert_int_equal(outbox_count(outbox), 1);
    operation_reserve_place(&second);
    assert_true(operation_lacks_place(&second));
    assert_int_equal(second.refusal.error, ERROR_QUEUE_FULL);
    assert_int_equal(second.refusal.retry_after_sec, 10);
    operation_release_place(&second); /* it has none */
    assert_int_equal(outbox_count(outbox), 1);
    operation_release_place(&first);
    operation_release_place(&first);
    assert_int_equal(outbox_count(outbox), 0);
    gateway_unplug(f);
    gateway_settle(f);
    operation_reserve_place(&third);
    assert_true(operation_lacks_place(&third));
    assert_int_equal(third.refusal.error, ERROR_NO_MODEM);
    gateway_plug(f);
}

static void test_refused_at_once(void **state)
{
    struct answer answer = {0};

    (void)state;
    operation_answer_no_memory(answer_take, &answer);
    assert_int_equal(answer.n, 1);
    assert_int_equal(answer.refusal.error, ERROR_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_order),
        GATEWAY_TEST(test_waits_for_the_commit),
        GATEWAY_TEST(test_load),
        GATEWAY_TEST(test_places),
        GATEWAY_TEST(test_refused_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
