/* What a stream of events takes, and who sees what in it. */
#include "api/event_routes.h"

#include "api/server.h"
#include "core/journal_feed.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Stand in for api/call.c and core/journal_feed.c: the linker takes these first. */
static struct {
    const char *after, *types, *last_event_id;
    struct journal_reader *reader; /* of who follows */
    struct refusal refusal;
    bool is_refused, has_left, has_ended;
    bool is_stranger; /* by the policy as it is now */
    const char *name; /* by the same, NULL: as before */
    int follow_result;
    int send_result;
    char sent[1024];
} with;

char *call_query(const struct call *call, const char *name)
{
    const char *value = strcmp(name, "after") == 0 ? with.after : with.types;

    (void)call;
    return value ? strdup(value) : NULL;
}

const char *call_header(const struct call *call, const char *name)
{
    (void)call;
    assert_string_equal(name, "Last-Event-ID");
    return with.last_event_id;
}

void call_refuse(struct call *call, const struct refusal *refusal)
{
    (void)call;
    with.refusal = *refusal;
    with.is_refused = true;
}

bool call_stream(
    struct call *call, const char *content_type, void (*gone)(void *userdata), void *userdata)
{
    (void)call;
    (void)gone;
    (void)userdata;
    assert_string_equal(content_type, "text/event-stream");
    return with.send_result == 0;
}

int call_stream_send(struct call *call, const char *bytes, size_t n)
{
    (void)call;
    snprintf(with.sent, sizeof(with.sent), "%.*s", (int)n, bytes);
    return with.send_result;
}

void call_stream_end(struct call *call)
{
    (void)call;
    with.has_ended = true;
}

static struct client till = {.name = "till"};

bool server_identify(const struct call *call, struct caller *ret)
{
    *ret = call->caller;
    if (!ret->is_admin)
        ret->client = &till;
    if (with.name)
        snprintf(ret->name, sizeof(ret->name), "%s", with.name);
    return !with.is_stranger;
}

int gateway_follow(struct gateway *gateway, struct journal_reader *reader)
{
    (void)gateway;
    if (with.follow_result == 0)
        with.reader = reader;
    return with.follow_result;
}

void gateway_unfollow(struct gateway *gateway, struct journal_reader *reader)
{
    (void)gateway;
    assert_ptr_equal(reader, with.reader);
    with.has_left = true;
}

static struct journal_reader *follow(struct call *call)
{
    event_follow(call);
    assert_non_null(with.reader);
    with.reader->placed(with.reader->userdata, 41);
    return with.reader;
}

/* Leaves as one whose peer has gone. */
static void leave(void)
{
    with.send_result = -EPIPE;
    with.reader->beat(with.reader->userdata);
    assert_true(with.has_left);
    memset(&with, 0, sizeof(with));
}

static void test_places(void **state)
{
    static const struct {
        const char *after, *last, *param; /* NULL: taken */
        bool is_from_now;
        uint64_t seq;
    } rows[] = {
        {NULL, NULL, NULL, true, 0}, {"7", NULL, NULL, false, 7}, {NULL, "8", NULL, false, 8},
        {"7", "8", NULL, false, 8}, {"7", "", NULL, false, 7},
        {"9223372036854775807", NULL, NULL, false, INT64_MAX},
        {"9223372036854775808", NULL, "after"}, {"99999999999999999999", NULL, "after"},
        {"-1", NULL, "after"}, {"", NULL, "after"}, {" 7", NULL, "after"}, {"7x", NULL, "after"},
        {"7", "x", "Last-Event-ID"},
    };
    struct call call = {.caller.name = "till"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        with.after = rows[i].after;
        with.last_event_id = rows[i].last;
        if (rows[i].param) {
            event_follow(&call);
            assert_true(with.is_refused);
            assert_string_equal(with.refusal.param, rows[i].param);
            memset(&with, 0, sizeof(with));
            continue;
        }
        follow(&call);
        assert_int_equal(with.reader->is_from_now, rows[i].is_from_now);
        assert_true(with.reader->seq == rows[i].seq);
        assert_string_equal(with.sent, "retry: 2000\nid: 41\n\n");
        leave();
    }
}

static void test_no_room(void **state)
{
    static const struct {
        int result;
        const char *scope;
        unsigned max;
    } rows[] = {{-EDQUOT, "client", 8}, {-EBUSY, "gateway", 64}};
    struct call call = {.caller.name = "till"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        with.follow_result = rows[i].result;
        event_follow(&call);
        assert_int_equal(with.refusal.error, ERROR_LIMITED);
        assert_string_equal(with.refusal.limit_name, "streams");
        assert_string_equal(with.refusal.limit_scope, rows[i].scope);
        assert_int_equal(with.refusal.limit_window.max, rows[i].max);
        assert_int_equal(with.refusal.limit_window.span, 0);
        assert_int_equal(with.refusal.retry_after_sec, 5);
        memset(&with, 0, sizeof(with));
    }
}

/* Whose a reader is, for the caps. */
static void test_whose(void **state)
{
    struct call call = {.caller.name = "till"};

    (void)state;
    assert_string_equal(follow(&call)->client, "till");
    leave();
    call.caller.is_admin = true;
    assert_null(follow(&call)->client);
    leave();
}

/* Whose events a caller sees, and of what kind. */
static void test_who_sees_what(void **state)
{
    static const struct {
        bool is_admin;
        const char *types, *kind, *client;
        bool is_seen;
    } rows[] = {
        {false, NULL, "verification.approved", "till", true},
        {false, NULL, "verification.approved", "web", false},
        {false, NULL, "verification.approved", "", false},
        {true, NULL, "verification.approved", "web", true},
        {false, NULL, "inbound.received", "till", false},
        {true, NULL, "inbound.received", "", true},
        {false, NULL, "modem.ready", "", false}, {true, NULL, "modem.ready", "", true},
        {true, "audit", "audit.head", "", true}, {false, NULL, "audit.head", "", false},
        {true, NULL, "request.refused", "till", false}, {true, NULL, "daemon.started", "", false},
        {true, NULL, "of.a.later.version", "till", false},
        {false, "message", "verification.approved", "till", false},
        {false, "inbound", "inbound.received", "", false},
        {false, "message", "message.sent", "till", true},
        {false, "modem,message.sent", "message.sent", "till", true},
        {false, "modem,message.sent", "message.failed", "till", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct call call = {.caller = {.name = "till", .is_admin = rows[i].is_admin}};
        struct journal_row row = {.seq = 42};

        with.types = rows[i].types;
        follow(&call);
        snprintf(row.kind, sizeof(row.kind), "%s", rows[i].kind);
        snprintf(row.client, sizeof(row.client), "%s", rows[i].client);
        with.sent[0] = '\0';
        with.reader->row(with.reader->userdata, &row);
        assert_int_equal(strncmp(with.sent, "id: 42\nevent: ", 14) == 0, rows[i].is_seen);
        if (!rows[i].is_seen)
            assert_string_equal(with.sent, "");
        leave();
    }
}

/* What the owner allows a client, and takes back while it follows. */
static void test_permissions(void **state)
{
    static const struct {
        bool may_watch, may_read_inbound;
        const char *kind, *client;
        bool is_seen;
    } rows[] = {
        {false, true, "inbound.received", "", true},
        {true, false, "inbound.received", "", false},
        {true, false, "modem.ready", "", true},
        {false, true, "modem.ready", "", false},
        {true, false, "number.opted_out", "", true},
        {true, false, "verification.approved", "web", true},
        {false, true, "verification.approved", "web", false},
        {true, false, "request.refused", "till", false},
    };
    struct call call = {.caller = {.name = "till", .client = &till}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct journal_row row = {.seq = 42};

        follow(&call);
        till.may_watch = rows[i].may_watch;
        till.may_read_inbound = rows[i].may_read_inbound;
        snprintf(row.kind, sizeof(row.kind), "%s", rows[i].kind);
        snprintf(row.client, sizeof(row.client), "%s", rows[i].client);
        with.sent[0] = '\0';
        with.reader->row(with.reader->userdata, &row);
        assert_int_equal(with.sent[0] != '\0', rows[i].is_seen);
        leave();
    }
    till.may_watch = till.may_read_inbound = false;
}

/* Who would not be let in any more, or as another, gets nothing more: at the next event or beat. */
static void test_ends(void **state)
{
    static const struct {
        bool is_stranger, is_beat;
        const char *name;
    } rows[] = {
        {true, false, NULL}, {true, true, NULL}, {false, false, "web"}, {false, true, "web"}};
    struct call call = {.caller = {.name = "till", .client = &till}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct journal_row row = {.seq = 42, .kind = "verification.approved", .client = "till"};

        follow(&call);
        with.is_stranger = rows[i].is_stranger;
        with.name = rows[i].name;
        with.sent[0] = '\0';
        if (rows[i].is_beat)
            with.reader->beat(with.reader->userdata);
        else
            with.reader->row(with.reader->userdata, &row);
        assert_true(with.has_ended && with.has_left);
        assert_string_equal(with.sent, "");
        memset(&with, 0, sizeof(with));
    }
}

static void test_gap_and_beat(void **state)
{
    struct call call = {.caller.name = "till"};

    (void)state;
    follow(&call);
    with.reader->gap(with.reader->userdata, 5, 9);
    assert_string_equal(
        with.sent, "event: gap\ndata: {\"type\":\"gap\",\"from\":5,\"to\":9}\n\n");
    with.reader->beat(with.reader->userdata);
    assert_string_equal(with.sent, ":\n\n");
    leave();
    /* gone before the stream could begin */
    with.send_result = -EPIPE;
    event_follow(&call);
    with.reader->placed(with.reader->userdata, 41);
    assert_true(with.has_left);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_whose),
        cmocka_unit_test(test_who_sees_what),
        cmocka_unit_test(test_permissions),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_gap_and_beat),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
