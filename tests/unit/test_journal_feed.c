/* Who follows the journal gets each entry once, in order, whatever the others do. */
#include "core/journal.h"
#include "core/journal_feed.h"
#include "gateway_fixture.h"

struct follower {
    struct journal_reader reader;
    struct gateway_fixture *f;
    uint64_t place, first, last; /* of the entries that came */
    uint64_t gap_from, gap_to;
    unsigned n_placed, n_rows, n_beats;
    unsigned leave_after; /* entries; 0: never */
    bool has_left;
};

static void on_placed(void *userdata, uint64_t seq)
{
    struct follower *follower = userdata;

    follower->n_placed++;
    follower->place = seq;
}

static void on_gap(void *userdata, uint64_t from, uint64_t to)
{
    struct follower *follower = userdata;

    follower->gap_from = from;
    follower->gap_to = to;
}

static void on_row(void *userdata, const struct journal_row *row)
{
    struct follower *follower = userdata;

    assert_int_equal(follower->n_placed, 1);
    assert_false(follower->has_left);
    if (follower->n_rows++ == 0)
        follower->first = row->seq;
    else
        assert_int_equal(row->seq, follower->last + 1);
    follower->last = row->seq;
    if (follower->n_rows == follower->leave_after) {
        gateway_unfollow(follower->f->gateway, &follower->reader);
        follower->has_left = true;
    }
}

static void on_beat(void *userdata)
{
    ((struct follower *)userdata)->n_beats++;
}

/* Behind `after`; NULL: from now on. */
static void follow(struct gateway_fixture *f, struct follower *follower, const uint64_t *after)
{
    follower->f = f;
    follower->reader = (struct journal_reader){.is_from_now = !after,
        .seq = after ? *after : 0,
        .client = follower->reader.client,
        .placed = on_placed,
        .gap = on_gap,
        .row = on_row,
        .beat = on_beat,
        .userdata = follower};
    assert_int_equal(gateway_follow(f->gateway, &follower->reader), 0);
    gateway_settle(f);
}

static void leave(struct follower *follower)
{
    gateway_unfollow(follower->f->gateway, &follower->reader);
}

static void post(struct gateway_fixture *f, unsigned n)
{
    const struct journal_entry entry = {.kind = EVENT_ADMIN_ACTION};

    for (unsigned i = 0; i < n; i++)
        journal_post(&f->gateway->env, &entry);
    gateway_settle(f);
}

static uint64_t head(struct gateway_fixture *f)
{
    return (uint64_t)gateway_query(f, "SELECT max(seq) FROM journal");
}

static void test_follow(void **state)
{
    struct gateway_fixture *f = *state;
    struct follower now = {0}, all = {0}, one = {.leave_after = 1};
    const uint64_t start = 0;
    uint64_t before;

    post(f, 300); /* more than one read */
    before = head(f);
    follow(f, &now, NULL);
    assert_int_equal(now.place, before);
    assert_int_equal(now.n_rows, 0);
    follow(f, &all, &start);
    assert_int_equal(all.first, 1);
    assert_int_equal(all.last, before);
    follow(f, &one, &start);
    assert_int_equal(one.n_rows, 1);
    post(f, 100);
    assert_int_equal(now.n_rows, 100);
    assert_int_equal(now.last, before + 100);
    assert_int_equal(all.last, before + 100);
    assert_int_equal(one.n_rows, 1);
    assert_int_equal(now.gap_to + all.gap_to, 0);
    leave(&now);
    post(f, 1);
    assert_int_equal(now.n_rows, 100);
    gateway_pass(f, 31 * USEC_PER_SEC);
    assert_int_equal(all.n_beats, 2);
    leave(&all);
}

/* What is not there is said. */
static void test_gaps(void **state)
{
    struct gateway_fixture *f = *state;
    struct follower purged = {0}, ahead = {0}, nothing = {0};
    const uint64_t start = 3;
    uint64_t last, far;

    post(f, 20);
    last = head(f);
    gateway_sql(f, "DELETE FROM journal WHERE seq <= 10");
    follow(f, &purged, &start);
    assert_int_equal(purged.gap_from, 4);
    assert_int_equal(purged.gap_to, 10);
    assert_int_equal(purged.first, 11);
    assert_int_equal(purged.last, last);
    far = last + 50;
    follow(f, &ahead, &far);
    assert_int_equal(ahead.place, last);
    assert_int_equal(ahead.gap_from, last + 1);
    assert_int_equal(ahead.gap_to, far);
    post(f, 1);
    assert_int_equal(ahead.first, last + 1);
    gateway_sql(f, "DELETE FROM journal");
    follow(f, &nothing, &start);
    assert_int_equal(nothing.n_rows, 0);
    assert_int_equal(nothing.gap_from, 4);
    assert_int_equal(nothing.gap_to, last + 1);
    leave(&purged);
    leave(&ahead);
    leave(&nothing);
}

static void test_cap(void **state)
{
    struct gateway_fixture *f = *state;
    static struct follower followers[SMSOTP_STREAMS_MAX];
    struct follower one = {0};

    for (unsigned i = 0; i < SMSOTP_STREAMS_MAX; i++)
        follow(f, &followers[i], NULL);
    assert_int_equal(gateway_follow(f->gateway, &one.reader), -EBUSY);
    for (unsigned i = 0; i < SMSOTP_STREAMS_MAX; i++)
        leave(&followers[i]);
}

/* One client has eight of them, all together leave eight to technicians. */
static void test_cap_of_clients(void **state)
{
    static const char *const clients[] = {"a", "b", "c", "d", "e", "f", "g"};
    struct gateway_fixture *f = *state;
    static struct follower followers[SMSOTP_STREAMS_MAX];
    struct follower one = {0};
    unsigned n = 0;

    for (unsigned i = 0; i < ARRAY_SIZE(clients); i++) {
        one.reader.client = clients[i];
        for (unsigned k = 0; k < 8; k++) {
            followers[n].reader.client = clients[i];
            follow(f, &followers[n++], NULL);
        }
        assert_int_equal(gateway_follow(f->gateway, &one.reader), -EDQUOT);
    }
    one.reader.client = "h";
    assert_int_equal(gateway_follow(f->gateway, &one.reader), -EBUSY);
    while (n < SMSOTP_STREAMS_MAX)
        follow(f, &followers[n++], NULL);
    one.reader.client = NULL;
    assert_int_equal(gateway_follow(f->gateway, &one.reader), -EBUSY);
    leave(&followers[0]); /* makes room for another */
    followers[0] = (struct follower){.reader.client = "h"};
    follow(f, &followers[0], NULL);
    while (n > 0)
        leave(&followers[--n]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_follow),
        GATEWAY_TEST(test_gaps),
        GATEWAY_TEST(test_cap),
        GATEWAY_TEST(test_cap_of_clients),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
