#include "core/journal_feed.h"

#include "core/gateway_state.h"
#include "core/journal_head.h"

#include <errno.h>
#include <string.h>

#define BEAT_USEC (15 * USEC_PER_SEC) /* shorter than the idle time of proxies */
#define RETRY_USEC (2 * USEC_PER_SEC)

static struct journal_reader *reader_of(struct list_link *link)
{
    return CONTAINER_OF(link, struct journal_reader, link);
}

static int collect(void *userdata, const struct journal_row *row)
{
    struct journal_feed *feed = userdata;

    feed->rows[feed->n_rows++] = *row;
    return 0;
}

/* On the store's thread. */
static int run(struct store_job *job, struct db *db)
{
    struct journal_feed *feed = CONTAINER_OF(job, struct journal_feed, job);
    struct journal_end head;
    int r;

    feed->n_written_then = atomic_load(&feed->n_written);
    feed->n_rows = 0;
    r = journal_head_load(feed->env->journal_head, db, &head);
    if (r < 0)
        return r;
    feed->head = head.seq;
    return journal_each(db, feed->after, JOURNAL_FEED_ROWS, collect, feed);
}

/* Whether there is something for a reader that it has not got. */
static bool is_behind(const struct journal_feed *feed, const struct journal_reader *reader)
{
    return !reader->is_placed || reader->seq < feed->head;
}

/* Reads on for the next one who is behind; he goes to the end of the line. */
static void pump(struct journal_feed *feed)
{
    bool is_new = atomic_load(&feed->n_written) != feed->n_seen;

    if (feed->is_running)
        return;
    LIST_FOREACH (link, &feed->readers) {
        struct journal_reader *reader = reader_of(link);

        if (!is_new && !is_behind(feed, reader))
            continue;
        list_unlink(link);
        list_append(&feed->readers, link);
        feed->after = reader->is_placed || !reader->is_from_now ? reader->seq : feed->head;
        feed->is_running = true;
        store_submit(feed->env->store, &feed->job);
        return;
    }
}

static void tell_gap(struct journal_feed *feed, uint64_t from, uint64_t to)
{
    feed->current->gap(feed->current->userdata, from, to);
}

static void place(struct journal_feed *feed)
{
    struct journal_reader *reader = feed->current;
    uint64_t asked = reader->seq;

    reader->is_placed = true;
    if (reader->is_from_now || asked > feed->head)
        reader->seq = feed->head;
    reader->placed(reader->userdata, reader->seq);
    if (feed->current && !reader->is_from_now && asked > feed->head)
        tell_gap(feed, feed->head + 1, asked);
}

/* Gives the current reader what was read, if that goes on where he is; he may leave meanwhile. */
static void give(struct journal_feed *feed)
{
    struct journal_reader *reader = feed->current;
    uint64_t last = feed->n_rows > 0 ? feed->rows[feed->n_rows - 1].seq : feed->head;

    if (reader->seq < feed->after || reader->seq >= last)
        return;
    for (unsigned i = 0; i < feed->n_rows; i++) {
        const struct journal_row *row = &feed->rows[i];
        uint64_t expected = reader->seq + 1;

        if (row->seq < expected)
            continue;
        reader->seq = row->seq;
        if (row->seq > expected)
            tell_gap(feed, expected, row->seq - 1);
        if (feed->current)
            reader->row(reader->userdata, row);
        if (!feed->current)
            return;
    }
    if (feed->n_rows == 0) { /* all that he has not got is purged */
        uint64_t expected = reader->seq + 1;

        reader->seq = feed->head;
        tell_gap(feed, expected, feed->head);
    }
}

static void on_done(struct store_job *job, int r)
{
    struct journal_feed *feed = CONTAINER_OF(job, struct journal_feed, job);

    feed->is_running = false;
    if (r < 0) {
        log_error(feed->env->log, "event=events_not_read error=\"%s\"", strerror(-r));
        timer_arm_in(&feed->retry, RETRY_USEC);
        return;
    }
    feed->n_seen = feed->n_written_then;
    LIST_FOREACH_SAFE (link, following, &feed->readers) {
        feed->current = reader_of(link);
        if (!feed->current->is_placed)
            place(feed);
        if (feed->current)
            give(feed);
    }
    feed->current = NULL;
    pump(feed);
}

static void on_retry(void *userdata)
{
    pump(userdata);
}

static void on_beat(void *userdata)
{
    struct journal_feed *feed = userdata;

    LIST_FOREACH_SAFE (link, following, &feed->readers)
        reader_of(link)->beat(reader_of(link)->userdata);
    if (feed->n_readers > 0)
        timer_arm_in(&feed->beat, BEAT_USEC);
}

int journal_feed_new(struct journal_feed **ret, const struct environment *env)
{
    struct journal_feed *feed = calloc(1, sizeof(*feed));

    if (!feed)
        return -ENOMEM;
    feed->env = env;
    feed->job.run = run;
    feed->job.done = on_done;
    list_init(&feed->readers);
    timer_init(&feed->beat, env->loop, on_beat, feed);
    timer_init(&feed->retry, env->loop, on_retry, feed);
    *ret = feed;
    return 0;
}

struct journal_feed *journal_feed_free(struct journal_feed *feed)
{
    if (!feed)
        return NULL;
    timer_fini(&feed->beat);
    timer_fini(&feed->retry);
    free(feed);
    return NULL;
}

void journal_feed_wrote(struct journal_feed *feed)
{
    atomic_fetch_add(&feed->n_written, 1);
}

void journal_feed_look(void *userdata)
{
    struct journal_feed *feed = userdata;

    if (feed->n_readers > 0 && !timer_is_armed(&feed->retry))
        pump(feed);
}

static int find_room(const struct journal_feed *feed, const char *client)
{
    unsigned n_clients = 0, n_own = 0;

    LIST_FOREACH (link, &feed->readers) {
        const char *other = reader_of(link)->client;

        n_clients += other != NULL;
        n_own += other && client && strcmp(other, client) == 0;
    }
    if (n_own >= SMSOTP_STREAMS_PER_CLIENT_MAX)
        return -EDQUOT;
    if (feed->n_readers >= SMSOTP_STREAMS_MAX ||
        (client && n_clients >= SMSOTP_STREAMS_MAX - SMSOTP_STREAMS_KEPT))
        return -EBUSY;
    return 0;
}

int gateway_follow(struct gateway *gateway, struct journal_reader *reader)
{
    struct journal_feed *feed = gateway->env.feed;
    int r = find_room(feed, reader->client);

    if (r < 0)
        return r;
    if (feed->n_readers++ == 0)
        timer_arm_in(&feed->beat, BEAT_USEC);
    list_init(&reader->link);
    list_append(&feed->readers, &reader->link);
    pump(feed);
    return 0;
}

void gateway_unfollow(struct gateway *gateway, struct journal_reader *reader)
{
    struct journal_feed *feed = gateway->env.feed;

    if (feed->current == reader)
        feed->current = NULL;
    list_unlink(&reader->link);
    feed->n_readers--;
}
