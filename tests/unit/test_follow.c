/* Following events: over a restart from where it was, and to whatever ends it. */
#include "smsotp/client.h"

#include "http_peer.h"

#include <errno.h>

#define STREAM "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"

struct seen {
    unsigned n, n_idle, enough;
    char last[200];
};

static int on_event(void *userdata, const struct smsotp_event *event)
{
    struct seen *seen = userdata;

    if (!event)
        return ++seen->n_idle > 20 ? -ETIME : 0;
    seen->n++;
    snprintf(seen->last, sizeof(seen->last), "%s %s %s", event->id, event->name, event->data);
    return seen->n == seen->enough ? 7 : 0;
}

static int follow(struct peer *peer, const char *says, const char *types, const char *after,
    struct seen *seen, struct smsotp_error *error)
{
    struct smsotp *smsotp;
    int r;

    peer_start(peer, says, strlen(says));
    assert_int_equal(smsotp_new(&smsotp, peer->path), 0);
    r = smsotp_follow(smsotp, types, after, on_event, seen, error);
    smsotp_free(smsotp);
    peer_end(peer);
    return r;
}

/* The peer ends after its events; the second time it is asked for what came after them. */
static void test_goes_on(void **state)
{
    struct peer peer = {.times = 2};
    struct seen seen = {.enough = 3};
    struct smsotp_error error;

    (void)state;
    assert_int_equal(
        follow(&peer, STREAM "id: 41\nevent: a\ndata: {}\n\nid: 42\nevent: b\ndata: {}\n\n",
            "verification,message", "40", &seen, &error),
        7);
    assert_string_equal(seen.last, "41 a {}");
    assert_non_null(strstr(peer.heard, "GET /v1/events?types=verification,message HTTP/1.1\r\n"));
    assert_non_null(strstr(peer.heard, "\r\nLast-Event-ID: 40\r\n"));
    assert_non_null(strstr(peer.heard, "\r\nLast-Event-ID: 42\r\n"));
}

/* The peer is away before the first event: the second time it is asked for what came meanwhile. */
static void test_goes_on_before_the_first(void **state)
{
    struct peer peer = {.times = 2};
    struct seen seen = {0};
    struct smsotp_error error;

    (void)state;
    assert_int_equal(
        follow(&peer, STREAM "retry: 2000\nid: 40\n\n", NULL, NULL, &seen, &error), -ETIME);
    assert_int_equal(seen.n, 0);
    assert_non_null(strstr(peer.heard, "\r\nLast-Event-ID: 40\r\n"));
}

static void test_refused(void **state)
{
    static const struct {
        const char *says;
        int r;
        unsigned http_status;
    } rows[] = {
        {"HTTP/1.1 401 No\r\n\r\n{\"code\":\"unauthenticated\"}", SMSOTP_REFUSED, 401},
        {"HTTP/1.1 404 No\r\n\r\nnonsense", -EPROTO, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct peer peer = {0};
        struct seen seen = {0};
        struct smsotp_error error = {0};

        assert_int_equal(follow(&peer, rows[i].says, NULL, NULL, &seen, &error), rows[i].r);
        assert_int_equal(error.http_status, rows[i].http_status);
        assert_null(strstr(peer.heard, "Last-Event-ID"));
    }
}

static int stop(void *userdata, const struct smsotp_event *event)
{
    (void)userdata;
    assert_null(event);
    return 9;
}

/* Nobody listens: waited for, until the caller has had enough. */
static void test_waits(void **state)
{
    struct smsotp *smsotp;
    struct smsotp_error error;

    (void)state;
    assert_int_equal(smsotp_new(&smsotp, "/nonexistent"), 0);
    assert_int_equal(smsotp_follow(smsotp, NULL, NULL, stop, NULL, &error), 9);
    assert_int_equal(smsotp_follow(smsotp, NULL, "x", stop, NULL, &error), -EINVAL);
    smsotp_free(smsotp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_goes_on),
        cmocka_unit_test(test_goes_on_before_the_first),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
