/* The audit log as technicians get it: pages, the head, and a verification that others are not
 * stopped by. */
#include "core/audit.h"

#include "core/gateway_state.h"
#include "core/journal.h"
#include "gateway_fixture.h"

static struct {
    unsigned n; /* answers */
    bool is_refused;
    enum gateway_error error;
    unsigned n_rows;
    uint64_t first, last, next;
    struct audit_head head;
    struct journal_verify verify;
} with;

static void take_refusal(const struct refusal *refusal)
{
    with.n++;
    with.is_refused = refusal != NULL;
    with.error = refusal ? refusal->error : ERROR_INTERNAL;
}

static void on_page(void *userdata, const struct refusal *refusal, const struct audit_page *page)
{
    (void)userdata;
    take_refusal(refusal);
    if (refusal)
        return;
    with.n_rows = page->n_rows;
    with.next = page->next;
    with.first = page->n_rows > 0 ? page->rows[0].seq : 0;
    with.last = page->n_rows > 0 ? page->rows[page->n_rows - 1].seq : 0;
}

static void on_head(void *userdata, const struct refusal *refusal, const struct audit_head *head)
{
    (void)userdata;
    take_refusal(refusal);
    if (head)
        with.head = *head;
}

static void on_verdict(
    void *userdata, const struct refusal *refusal, const struct audit_verdict *verdict)
{
    (void)userdata;
    take_refusal(refusal);
    if (verdict) {
        with.verify = *verdict->verify;
        with.head = verdict->head;
    }
}

static void verify(struct gateway_fixture *f, const struct head_line *noted)
{
    with.n = 0;
    gateway_verify_audit(f->gateway, &f->admin, noted, on_verdict, NULL);
    gateway_wait(f, &with.n, 1);
    gateway_settle(f);
}

/* Entries of so many texts that were refused; a second apart. */
static void fill(struct gateway_fixture *f, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        const struct journal_entry entry = {
            .kind = EVENT_DAEMON_STARTED, .facts = {FACT_NUMBER("n", i)}};

        journal_post(&f->gateway->env, &entry);
        fake_now += USEC_PER_SEC;
    }
    gateway_settle(f);
}

static uint64_t last_seq(struct gateway_fixture *f)
{
    return (uint64_t)gateway_query(f, "SELECT max(seq) FROM journal");
}

static void read_page(struct gateway_fixture *f, uint64_t from, usec_t since, unsigned max)
{
    const struct audit_question question = {.from = from, .since_wall = since, .max = max};

    with.n = 0;
    gateway_read_audit(f->gateway, &question, on_page, NULL);
    gateway_wait(f, &with.n, 1);
    assert_false(with.is_refused);
}

static void test_pages(void **state)
{
    struct gateway_fixture *f = *state;
    uint64_t before = last_seq(f), last = before + 600;
    usec_t begin = fake_realtime(NULL);

    fill(f, 600);
    assert_int_equal(last_seq(f), last);
    read_page(f, 0, 0, 2);
    assert_int_equal(with.first, 1);
    assert_int_equal(with.last, 2);
    assert_int_equal(with.next, 3);
    read_page(f, before + 1, 0, 600); /* no more than may be */
    assert_int_equal(with.n_rows, SMSOTP_AUDIT_MAX);
    assert_int_equal(with.next, before + 1 + SMSOTP_AUDIT_MAX);
    read_page(f, with.next, 0, SMSOTP_AUDIT_MAX);
    assert_int_equal(with.last, last);
    assert_int_equal(with.next, 0);
    read_page(f, last - 4, 0, 5); /* all that there are, exactly */
    assert_int_equal(with.n_rows, 5);
    assert_int_equal(with.next, 0);
    read_page(f, last + 1, 0, 5);
    assert_int_equal(with.n_rows, 0);
    read_page(f, INT64_MAX, 0, 5);
    assert_int_equal(with.n_rows, 0);
    read_page(f, 0, begin + 100 * USEC_PER_SEC, 5);
    assert_int_equal(with.first, before + 101);
    read_page(f, before + 201, begin + 100 * USEC_PER_SEC, 5); /* the later of both */
    assert_int_equal(with.first, before + 201);
    read_page(f, 0, begin + 600 * USEC_PER_SEC, 5);
    assert_int_equal(with.n_rows, 0);
}

static void test_head(void **state)
{
    struct gateway_fixture *f = *state;

    fill(f, 3);
    gateway_read_audit_head(f->gateway, on_head, NULL);
    with.n = 0;
    gateway_wait(f, &with.n, 1);
    assert_int_equal(with.head.head.seq, last_seq(f));
    assert_true(with.head.at_wall == fake_realtime(NULL) - USEC_PER_SEC);
    assert_int_equal(with.head.anchor.seq, 0);
    assert_int_equal(gateway_query(f, "SELECT hash = x'00' FROM journal WHERE seq = 1"), 0);
}

/* Who has looked is in the log; a fault raises the warning, once, and the mended log ends it. */
static void test_verified(void **state)
{
    struct gateway_fixture *f = *state;
    struct head_line noted = {.seq = 1, .hash = "0000000000000000"};

    fill(f, 600); /* more than one step */
    verify(f, NULL);
    assert_false(with.is_refused || with.verify.is_broken);
    assert_int_equal(with.verify.n_rows, with.head.head.seq);
    assert_int_equal(
        gateway_query(
            f, COUNT_OF("journal WHERE kind = 'admin.action' AND actor_uid = 0 "
                        "AND detail = '{\"action\":\"audit.verify\",\"outcome\":\"intact\"}'")),
        1);
    assert_null(gateway_warning_detail(f->gateway, WARNING_AUDIT));
    verify(f, &noted);
    assert_int_equal(with.verify.fault, AUDIT_FAULT_NOTED_HEAD);
    assert_non_null(gateway_warning_detail(f->gateway, WARNING_AUDIT));
    verify(f, NULL);
    assert_null(gateway_warning_detail(f->gateway, WARNING_AUDIT));
    gateway_sql(f, "UPDATE journal SET detail = '{\"n\":7}' WHERE seq = 500");
    verify(f, NULL);
    verify(f, NULL);
    assert_int_equal(with.verify.first_bad, 500);
    assert_non_null(
        strstr(gateway_warning_detail(f->gateway, WARNING_AUDIT), "entry 500 on (changed)"));
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'warning.raised' AND "
        "detail = '{\"warning\":\"audit\"}'")), 2);
    assert_int_equal(
        gateway_query(f, COUNT_OF("journal WHERE kind = 'admin.action' AND detail = "
                                  "'{\"action\":\"audit.verify\",\"outcome\":\"broken\",\"fault\":"
                                  "\"changed\",\"first_bad\":500}'")),
        2);
}

/* Between two pieces of it, others get their answers. */
static void test_others_are_served(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer issued;

    fill(f, 3000);
    with.n = 0;
    gateway_verify_audit(f->gateway, &f->admin, NULL, on_verdict, NULL);
    issued = issue(f, NUMBER_1);
    assert_string_equal(verdict_of(&issued), "ok");
    assert_int_equal(with.n, 0);
    gateway_wait(f, &with.n, 1);
    assert_false(with.verify.is_broken);
}

static void on_idle(void *userdata)
{
    (void)userdata;
}

/* Nothing is answered before the journal can be, and nobody waits for it at the end. */
static void test_start_and_end(void **state)
{
    struct gateway_fixture *f = *state;

    fill(f, 3000);
    with.n = 0;
    gateway_verify_audit(f->gateway, &f->admin, NULL, on_verdict, NULL);
    gateway_stop(f->gateway, on_idle, NULL);
    gateway_wait(f, &with.n, 1);
    assert_int_equal(with.error, ERROR_SHUTTING_DOWN);
    gateway_close(f);
    gateway_open(f);
    gateway_verify_audit(f->gateway, &f->admin, NULL, on_verdict, NULL);
    assert_int_equal(with.n, 2);
    assert_int_equal(with.error, ERROR_STORAGE_UNAVAILABLE);
}

/* What retention has removed is missed by nobody: the anchor is where the rest begins. */
static void test_purged_by_retention(void **state)
{
    struct gateway_fixture *f = *state;
    struct head_line noted = {.seq = 1, .hash = "0000000000000000"};

    f->policy->retention = 2 * USEC_PER_DAY;
    fill(f, 300);
    gateway_jump(f, 3 * USEC_PER_DAY);
    gateway_pass(f, 2 * USEC_PER_HOUR);
    verify(f, NULL);
    assert_false(with.is_refused || with.verify.is_broken);
    assert_true(with.head.anchor.seq >= 300);
    assert_int_equal(with.verify.n_rows, with.head.head.seq - with.head.anchor.seq);
    assert_int_equal(gateway_query(f, "SELECT min(seq) FROM journal"), with.head.anchor.seq + 1);
    verify(f, &noted);
    assert_false(with.verify.is_broken);
    assert_int_equal(with.verify.compared, AUDIT_NOTED_PURGED);
}

/* A log that was cut while nobody ran is told of at the start. */
static void test_broken_at_start(void **state)
{
    struct gateway_fixture *f = *state;

    gateway_close(f);
    gateway_sql(f, "DELETE FROM journal WHERE seq > 2");
    gateway_open(f);
    gateway_start_and_wait(f);
    assert_non_null(gateway_warning_detail(f->gateway, WARNING_AUDIT));
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'warning.raised'")), 1);
    verify(f, NULL);
    assert_int_equal(with.verify.fault, AUDIT_FAULT_MISSING);
    assert_int_equal(with.verify.first_bad, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_pages),
        GATEWAY_TEST(test_head),
        GATEWAY_TEST(test_verified),
        GATEWAY_TEST(test_others_are_served),
        GATEWAY_TEST(test_start_and_end),
        GATEWAY_TEST(test_purged_by_retention),
        GATEWAY_TEST(test_broken_at_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
