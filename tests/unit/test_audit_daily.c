/* The head of the audit log as it is told, and the log as it is looked at, day after day. */
#include "core/audit_daily.h"

#include "core/gateway_state.h"
#include "core/warnings.h"
#include "gateway_fixture.h"

#include <sys/mman.h>

static struct log to_file; /* what the gateway logs */

static int set_up_logged(void **state)
{
    struct gateway_fixture *f;

    gateway_set_up_keyed(state, 7);
    f = *state;
    to_file = (struct log){.fd = memfd_create("log", MFD_CLOEXEC), .level = LOG_LEVEL_NOTICE};
    gateway_open(f);
    f->gateway->env.log = &to_file;
    gateway_start_and_wait(f);
    return 0;
}

static int tear_down_logged(void **state)
{
    gateway_tear_down(state);
    close(to_file.fd);
    return 0;
}

#define LOGGED_TEST(name) cmocka_unit_test_setup_teardown(name, set_up_logged, tear_down_logged)

/* How often a word came in the log since this was asked last; *ret: what is behind the last. */
static unsigned logged(const char *word, char *ret, size_t size)
{
    static char text[1 << 16];
    ssize_t n = pread(to_file.fd, text, sizeof(text) - 1, 0);
    unsigned count = 0;

    assert_true(n >= 0);
    text[n] = '\0';
    for (char *p = text; (p = strstr(p, word)); count++) {
        p += strlen(word);
        snprintf(ret, size, "%.*s", (int)strcspn(p, "\n"), p);
    }
    assert_int_equal(ftruncate(to_file.fd, 0), 0);
    assert_int_equal(lseek(to_file.fd, 0, SEEK_SET), 0);
    return count;
}

/* Told once since the last time, in log and journal, of an entry that is the one it says. */
static void expect_head(struct gateway_fixture *f, unsigned n_so_far)
{
    char text[256], query[512];
    struct head_line line;

    gateway_settle(f);
    assert_int_equal(logged("event=audit_head ", text, sizeof(text)), 1);
    assert_int_equal(head_line_parse(text, &line), 0);
    assert_int_equal(strlen(line.hash), 2 * JOURNAL_HASH_SIZE);
    snprintf(query, sizeof(query),
        COUNT_OF("journal WHERE seq = %" PRIu64 " AND lower(hex(hash)) = '%s'"), line.seq,
        line.hash);
    assert_int_equal(gateway_query(f, query), 1);
    snprintf(query, sizeof(query),
        COUNT_OF(
            "journal WHERE kind = 'audit.head' AND actor_uid IS NULL AND "
            "seq = %" PRIu64 " AND detail = '{\"head_seq\":%" PRIu64 ",\"head_hash\":\"%s\"}'"),
        line.seq + 1, line.seq, line.hash);
    assert_int_equal(gateway_query(f, query), 1);
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'audit.head'")), n_so_far);
}

static void test_each_day(void **state)
{
    struct gateway_fixture *f = *state;
    char text[256];

    expect_head(f, 1);
    gateway_jump(f, 23 * USEC_PER_HOUR);
    assert_int_equal(logged("event=audit_head", text, sizeof(text)), 0);
    gateway_jump(f, USEC_PER_HOUR);
    expect_head(f, 2);
    gateway_jump(f, USEC_PER_DAY);
    expect_head(f, 3);
    fake_wall_ahead -= 7 * USEC_PER_DAY; /* a clock that is set makes no day longer */
    gateway_jump(f, USEC_PER_DAY);
    expect_head(f, 4);
}

/* Nobody has to ask: each day on which the log is broken it is told once. */
static void test_looked_at(void **state)
{
    struct gateway_fixture *f = *state;
    char text[512];

    gateway_jump(f, USEC_PER_DAY);
    gateway_settle(f);
    assert_int_equal(logged("warning=audit", text, sizeof(text)), 0);
    gateway_sql(f, "UPDATE journal SET at_wall = 1 WHERE seq = 2");
    for (unsigned day = 0; day < 2; day++) {
        gateway_jump(f, USEC_PER_DAY);
        gateway_settle(f);
        assert_non_null(gateway_warning_detail(f->gateway, WARNING_AUDIT));
        assert_int_equal(logged("warning=audit", text, sizeof(text)), 1);
        assert_int_equal(
            gateway_query(f, COUNT_OF("journal WHERE kind = 'warning.raised'")), day + 1);
    }
    /* Nobody's asking is nobody's action. */
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'admin.action'")), 0);
}

static void test_disk_is_full(void **state)
{
    struct gateway_fixture *f = *state;
    char text[256];

    expect_head(f, 1);
    disk_is_full(true);
    gateway_jump(f, USEC_PER_DAY);
    gateway_settle(f);
    disk_is_full(false);
    (void)logged("event", text, sizeof(text)); /* that did not fit either */
    gateway_jump(f, 10 * USEC_PER_MINUTE);
    expect_head(f, 2);
    assert_int_equal(logged("event=audit_head", text, sizeof(text)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOGGED_TEST(test_each_day),
        LOGGED_TEST(test_looked_at),
        LOGGED_TEST(test_disk_is_full),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
