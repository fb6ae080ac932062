/* How many entries refusals make, and what they say. */
#include "core/refusal_journal.h"

#include "core/journal.h"
#include "util/strbuf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Stands in for core/journal.c: the linker takes this before it looks into the library. */
static struct {
    char line[8][160];
    unsigned n;
} posted;

void journal_post(const struct environment *env, const struct journal_entry *entry)
{
    char *line = posted.line[posted.n++ % ARRAY_SIZE(posted.line)];
    struct strbuf sb;

    assert_non_null(env);
    assert_int_equal(entry->kind, EVENT_REQUEST_REFUSED);
    strbuf_init(&sb, line, sizeof(posted.line[0]));
    strbuf_printf(&sb, "%s %d %s %s:", entry->client ? entry->client : "-",
        entry->actor ? (int)*entry->actor : -1,
        entry->object && entry->object[0] ? entry->object : "-",
        entry->number_masked && entry->number_masked[0] ? entry->number_masked : "-");
    for (unsigned i = 0; i < JOURNAL_FACTS_MAX && entry->facts[i].name; i++)
        if (entry->facts[i].is_number)
            strbuf_printf(&sb, " %s=%d", entry->facts[i].name, (int)entry->facts[i].number);
        else if (entry->facts[i].text && entry->facts[i].text[0])
            strbuf_printf(&sb, " %s=%s", entry->facts[i].name, entry->facts[i].text);
}

static unsigned n_saved;

/* In for store/store.c: what is to be saved is counted. */
void store_submit(struct store *store, struct store_job *job)
{
    assert_null(store);
    n_saved++;
    job->done(job, 0);
}

int journal_write(struct db *db, const struct environment *env, const struct journal_entry *entry)
{
    assert_null(db);
    journal_post(env, entry);
    return 0;
}

struct journal_entry journal_entry_of(
    enum event_kind kind, const struct verification *verification, const uid_t *actor)
{
    (void)actor;
    return (struct journal_entry){.kind = kind,
        .object = verification->id,
        .number_masked = verification->number_masked,
        .number_index = verification->number_index};
}

struct bench {
    struct environment env;
    struct refusal_journal journal;
};

static usec_t now = USEC_PER_HOUR;

static usec_t read_clock(void *userdata)
{
    (void)userdata;
    return now;
}

static const struct clock test_clock = {read_clock, read_clock, NULL};

static int set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));

    assert_int_equal(loop_new(&bench->env.loop, &test_clock), 0);
    refusal_journal_init(&bench->journal, &bench->env);
    memset(&posted, 0, sizeof(posted));
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    refusal_journal_fini(&bench->journal);
    loop_free(bench->env.loop);
    free(bench);
    return 0;
}

/* Fires the timer if it is due, as the loop would. */
static void pass(struct bench *bench, usec_t usec)
{
    now += usec;
    if (timer_is_armed(&bench->journal.timer) && bench->journal.timer.deadline <= now) {
        timer_disarm(&bench->journal.timer);
        bench->journal.timer.callback(bench->journal.timer.userdata);
    }
    if (timer_is_armed(&bench->journal.save_timer) && bench->journal.save_timer.deadline <= now) {
        timer_disarm(&bench->journal.save_timer);
        bench->journal.save_timer.callback(bench->journal.save_timer.userdata);
    }
}

static void refuse_with(
    struct bench *bench, const char *client, uid_t uid, enum gateway_error error)
{
    struct refusal refusal;

    refuse(&refusal, error, "to", "A sentence");
    refusal_journal_note(&bench->journal, client, uid, &refusal);
}

/* The first is there at once with all that is known; those behind it are one entry. */
static void test_first_and_rest(void **state)
{
    struct bench *bench = *state;
    struct refusal refusal;

    refuse(&refusal, ERROR_LIMITED, "to", "A sentence");
    refusal.limit_name = "number";
    snprintf(refusal.object, sizeof(refusal.object), "vf_1");
    snprintf(refusal.number_masked, sizeof(refusal.number_masked), "+91******5678");
    refusal_journal_note(&bench->journal, "till", 1000, &refusal);
    assert_int_equal(posted.n, 1);
    assert_string_equal(
        posted.line[0], "till 1000 vf_1 +91******5678: code=limited limit=number param=to");
    for (unsigned i = 0; i < 1000; i++)
        refusal_journal_note(&bench->journal, "till", 1000, &refusal);
    pass(bench, 4 * USEC_PER_MINUTE);
    assert_int_equal(posted.n, 1);
    pass(bench, USEC_PER_MINUTE);
    assert_int_equal(posted.n, 2);
    assert_string_equal(posted.line[1], "till 1000 - -: code=limited limit=number count=1000");
    /* silence for an interval makes the next a first */
    refusal_journal_note(&bench->journal, "till", 1000, &refusal);
    assert_int_equal(posted.n, 2);
    pass(bench, 5 * USEC_PER_MINUTE);
    assert_string_equal(posted.line[2], "till 1000 - -: code=limited limit=number");
    pass(bench, 5 * USEC_PER_MINUTE);
    assert_int_equal(posted.n, 3);
    assert_false(timer_is_armed(&bench->journal.timer));
    refusal_journal_note(&bench->journal, "till", 1000, &refusal);
    assert_int_equal(posted.n, 4);
}

/* Counts are saved within a second, and not more often; and that they were written, at once. */
static void test_saved(void **state)
{
    struct bench *bench = *state;

    n_saved = 0;
    refuse_with(bench, "till", 1000, ERROR_INVALID);
    pass(bench, USEC_PER_SEC);
    assert_int_equal(n_saved, 0); /* the first is an entry already */
    for (unsigned second = 1; second <= 3; second++) {
        for (unsigned i = 0; i < 100; i++)
            refuse_with(bench, "till", 1000, ERROR_INVALID);
        pass(bench, USEC_PER_SEC);
        assert_int_equal(n_saved, second);
    }
    pass(bench, USEC_PER_MINUTE);
    assert_int_equal(n_saved, 3);
    refusal_journal_flush(&bench->journal);
    assert_int_equal(n_saved, 4);
    refusal_journal_flush(&bench->journal);
    assert_int_equal(n_saved, 4);
}

/* Callers and reasons are told apart. */
static void test_apart(void **state)
{
    struct bench *bench = *state;
    const struct verification v = {.id = "vf_2", .number_masked = "+91******5678"};

    refuse_with(bench, "till", 1000, ERROR_NOT_FOUND);
    refuse_with(bench, "till", 1001, ERROR_NOT_FOUND);
    refuse_with(bench, "web", 1000, ERROR_NOT_FOUND);
    refuse_with(bench, "", 1000, ERROR_UNAUTHENTICATED);
    refuse_with(bench, "till", 1000, ERROR_INVALID);
    refusal_journal_note_late(&bench->journal, "till", 1000, &v, CHECK_ALREADY_APPROVED);
    refusal_journal_note_late(&bench->journal, "till", 1000, &v, CHECK_EXPIRED);
    assert_int_equal(posted.n, 7);
    assert_string_equal(posted.line[3], " 1000 - -: code=unauthenticated param=to");
    assert_string_equal(posted.line[5], "till 1000 vf_2 +91******5678: code=already_approved");
    refusal_journal_note_late(&bench->journal, "till", 1000, &v, CHECK_EXPIRED);
    assert_int_equal(posted.n, 7);
    refusal_journal_flush(&bench->journal);
    assert_int_equal(posted.n, 8);
    assert_string_equal(posted.line[7], "till 1000 - -: code=expired");
}

/* However many callers there are, an interval has a bounded number of entries. */
static void test_bounded(void **state)
{
    struct bench *bench = *state;

    for (uid_t uid = 0; uid < 1000; uid++)
        refuse_with(bench, "", uid, ERROR_UNAUTHENTICATED);
    assert_int_equal(posted.n, REFUSAL_SLOTS);
    for (uid_t uid = 0; uid < 1000; uid++)
        refuse_with(bench, "", uid, ERROR_UNAUTHENTICATED);
    pass(bench, 5 * USEC_PER_MINUTE);
    assert_int_equal(posted.n, 2 * REFUSAL_SLOTS + 1);
    assert_string_equal(posted.line[(posted.n - 1) % ARRAY_SIZE(posted.line)],
        "- -1 - -: code=various count=1872");
}

#define REFUSAL_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        REFUSAL_TEST(test_first_and_rest),
        REFUSAL_TEST(test_saved),
        REFUSAL_TEST(test_apart),
        REFUSAL_TEST(test_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
