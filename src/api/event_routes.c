/*
 * Events as a stream of Server-Sent Events. A stream owns itself: it ends when the peer has gone or
 * does not read, and whoever comes again goes on behind the last identifier that he has.
 */
#include "api/event_routes.h"

#include "api/event_json.h"
#include "api/server.h"
#include "core/journal_feed.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define RETRY_MS 2000 /* for the peer, before it comes again */

struct event_stream {
    struct call *call; /* NULL: over */
    struct gateway *gateway;
    struct caller caller; /* as it came; its client may be of a policy that has gone */
    struct journal_reader reader;
    char *types; /* owned; NULL: all */
    bool is_open;
};

static void stream_free(struct event_stream *stream)
{
    gateway_unfollow(stream->gateway, &stream->reader);
    free(stream->types);
    free(stream);
}

/* False: the stream is over. */
static bool send_text(struct event_stream *stream, const char *text)
{
    if (call_stream_send(stream->call, text, strlen(text)) == 0)
        return true;
    stream_free(stream);
    return false;
}

static void on_gone(void *userdata)
{
    stream_free(userdata);
}

static void on_placed(void *userdata, uint64_t seq)
{
    struct event_stream *stream = userdata;
    char text[64];

    if (!call_stream(stream->call, "text/event-stream", on_gone, stream)) {
        stream_free(stream);
        return;
    }
    stream->is_open = true;
    snprintf(text, sizeof(text), "retry: %d\nid: %" PRIu64 "\n\n", RETRY_MS, seq);
    send_text(stream, text);
}

static void on_gap(void *userdata, uint64_t from, uint64_t to)
{
    char text[160];

    snprintf(text, sizeof(text),
        "event: gap\ndata: {\"type\":\"gap\",\"from\":%" PRIu64 ",\"to\":%" PRIu64 "}\n\n", from,
        to);
    send_text(userdata, text);
}

/* Whether a kind is one of a list like `verification,message.sent`: a whole name, or its first
 * part. */
static bool is_listed(const char *types, const char *kind)
{
    size_t n_group = strcspn(kind, ".");

    for (const char *p = types; *p;) {
        size_t n = strcspn(p, ",");

        if (strncmp(p, kind, n) == 0 && (n == n_group || n == strlen(kind)))
            return true;
        p += n + (p[n] == ',');
    }
    return false;
}

/*
 * Whether he would still be let in as who he is: by what he showed then and the policy as it is
 * now, which may know another token, certificate or user. False: the stream is over.
 */
static bool is_still_known(struct event_stream *stream, struct caller *ret)
{
    if (server_identify(stream->call, ret) && ret->is_admin == stream->caller.is_admin &&
        strcmp(ret->name, stream->caller.name) == 0)
        return true;
    call_stream_end(stream->call);
    stream_free(stream);
    return false;
}

/* The same rule as of the routes that tell what an event is about. */
static bool may_see(
    const struct event_stream *stream, const struct caller *caller, const struct journal_row *row)
{
    enum event_kind kind;

    if (event_kind_from_string(&kind, row->kind) < 0 ||
        (stream->types && !is_listed(stream->types, row->kind)))
        return false;
    switch (event_kind_audience(kind)) {
    case EVENT_FOR_AUDIT:
        return false;
    case EVENT_FOR_READER:
        return caller_may_read_inbound(caller);
    case EVENT_FOR_WATCHER:
        return caller_may_watch(caller);
    case EVENT_FOR_OWNER:
        return caller_may_watch(caller) || strcmp(row->client, caller->name) == 0;
    }
    return false;
}

static void on_row(void *userdata, const struct journal_row *row)
{
    struct event_stream *stream = userdata;
    _cleanup_free_ char *data = NULL;
    _cleanup_free_ char *text = NULL;
    struct caller caller;
    json_t *json;

    if (!is_still_known(stream, &caller) || !may_see(stream, &caller, row))
        return;
    json = event_to_json(row);
    data = json ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    if (!data || asprintf(&text, "id: %" PRIu64 "\nevent: %s\ndata: %s\n\n", row->seq, row->kind,
                     data) < 0) {
        text = NULL;
        call_stream_end(stream->call); /* the peer comes again behind the last one */
        stream_free(stream);
        return;
    }
    send_text(stream, text);
}

static void on_beat(void *userdata)
{
    struct event_stream *stream = userdata;
    struct caller caller;

    if (stream->is_open && is_still_known(stream, &caller))
        send_text(stream, ":\n\n");
}

/* Every item names a kind, or the first part of one. */
static bool are_types_known(const char *types)
{
    for (const char *p = types; *p || p == types;) {
        size_t n = strcspn(p, ",");
        _cleanup_free_ char *item = strndup(p, n);
        bool is_known = false;

        for (unsigned kind = 0; item && n > 0 && kind <= EVENT_AUDIT_HEAD; kind++)
            is_known |= event_kind_audience((enum event_kind)kind) != EVENT_FOR_AUDIT &&
                        is_listed(item, event_kind_to_string((enum event_kind)kind));
        if (!is_known)
            return false;
        p += n + (p[n] == ',');
    }
    return true;
}

/* Where to begin: behind Last-Event-ID, or `after`, or from now on. False: refused. */
static bool read_place(struct call *call, struct journal_reader *reader)
{
    _cleanup_free_ char *after = call_query(call, "after");
    const char *last = call_header(call, "Last-Event-ID");
    const char *text = last && last[0] ? last : after;
    struct refusal refusal;
    char *end = NULL;

    reader->is_from_now = !text;
    if (!text)
        return true;
    errno = 0;
    reader->seq = strtoull(text, &end, 10);
    if (text[0] >= '0' && text[0] <= '9' && !*end && errno == 0 && reader->seq <= INT64_MAX)
        return true;
    refuse(&refusal, ERROR_INVALID, last && last[0] ? "Last-Event-ID" : "after",
        "The place to go on behind must be the `id` of an event, a number");
    call_refuse(call, &refusal);
    return false;
}

/* -EDQUOT or -EBUSY, of gateway_follow(). */
static void refuse_reader(struct call *call, int error)
{
    bool is_own = error == -EDQUOT;
    unsigned max = is_own ? SMSOTP_STREAMS_PER_CLIENT_MAX : SMSOTP_STREAMS_MAX;
    struct refusal refusal;

    refuse(&refusal, ERROR_LIMITED, NULL, "%u readers%s follow the events already", max,
        is_own ? " of this client" : ", or as many as clients may be,");
    refusal.limit_name = "streams";
    refusal.limit_scope = is_own ? "client" : "gateway";
    refusal.limit_window.max = max;
    refusal.retry_after_sec = 5;
    call_refuse(call, &refusal);
}

static void start(struct call *call, const struct journal_reader *reader, char *types)
{
    struct event_stream *stream = calloc(1, sizeof(*stream));
    struct refusal refusal;
    int r;

    if (!stream) {
        free(types);
        refuse_no_memory(&refusal);
        call_refuse(call, &refusal);
        return;
    }
    *stream = (struct event_stream){.call = call,
        .gateway = call->gateway,
        .caller = call->caller,
        .reader = *reader,
        .types = types};
    stream->reader.client = stream->caller.is_admin ? NULL : stream->caller.name;
    stream->reader.placed = on_placed;
    stream->reader.gap = on_gap;
    stream->reader.row = on_row;
    stream->reader.beat = on_beat;
    stream->reader.userdata = stream;
    r = gateway_follow(call->gateway, &stream->reader);
    if (r == 0)
        return;
    free(types);
    free(stream);
    refuse_reader(call, r);
}

void event_follow(struct call *call)
{
    _cleanup_free_ char *types = call_query(call, "types");
    struct journal_reader reader = {0};
    struct refusal refusal;

    if (types && !are_types_known(types)) {
        refuse(&refusal, ERROR_INVALID, "types",
            "`types` must be kinds of events with commas between them, like "
            "verification,message.sent");
        call_refuse(call, &refusal);
    } else if (read_place(call, &reader)) {
        start(call, &reader, TAKE_PTR(types));
    }
}
