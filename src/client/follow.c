/* Following events, across restarts of the gateway. */
#include "client/decode.h"
#include "client/event_parser.h"
#include "client/exchange.h"
#include "client/handle.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Three beats of the stream: a peer that hangs, or is gone behind a tunnel, sends none. */
#define SILENCE_USEC (45 * USEC_PER_SEC)

struct following {
    int (*each)(void *userdata, const struct smsotp_event *event);
    void *userdata;
    int result; /* of `each`; anything but 0 ends it */
    char last_id[32];
    struct event_parser parser;
};

static bool on_event(void *userdata, const char *id, const char *event, const char *data)
{
    struct following *following = userdata;

    following->result = following->each(following->userdata,
        &(struct smsotp_event){.id = id, .name = event, .data = data});
    return following->result == 0;
}

static bool on_data(void *userdata, const char *data, size_t n)
{
    struct following *following = userdata;
    bool goes_on = event_parser_take(&following->parser, data, n, on_event, following);

    /*
     * Also of the block that opens a stream: it says where that begins, before there is an event.
     */
    if (following->parser.last_id[0])
        memcpy(following->last_id, following->parser.last_id, sizeof(following->last_id));
    return goes_on;
}

static bool on_idle(void *userdata)
{
    struct following *following = userdata;

    following->result = following->each(following->userdata, NULL);
    return following->result == 0;
}

/* One connection's worth. 0: it has ended, to be made again. */
static int follow_once(struct smsotp *smsotp, const char *route, struct following *following,
    struct smsotp_error *ret_error)
{
    char last_id[64], error[EXCHANGE_ERROR_SIZE];
    const char *headers[3] = {NULL};
    struct exchange exchange = {.socket_path = smsotp->socket_path,
        .method = "GET",
        .route = route,
        .headers = headers,
        .timeout_usec = USEC_INFINITY};
    struct exchange_reader reader = {.data = on_data, .idle = on_idle, .userdata = following,
        .silence_usec = SILENCE_USEC};
    struct reply reply = {0};
    unsigned n = 0;
    json_t *json;
    int r;

    if (following->last_id[0]) {
        snprintf(last_id, sizeof(last_id), "Last-Event-ID: %s", following->last_id);
        headers[n++] = last_id;
    }
    headers[n] = smsotp->authorization;
    following->parser = (struct event_parser){0};
    r = exchange_stream(&exchange, &reader, &reply, error);
    if (r < 0)
        return handle_explain(ret_error, r, error);
    if (reply.status == 200) {
        reply_fini(&reply);
        return 0;
    }
    json = json_loadb(reply.body, reply.n_body, 0, NULL);
    r = json ? decode_error(json, reply.status, ret_error)
             : handle_explain(ret_error, -EPROTO, "what came back is no answer of a gateway");
    json_decref(json);
    reply_fini(&reply);
    return r;
}

/* A gateway that is away or busy is waited for; one that will not have us is not. */
static bool is_worth_waiting(int r, const struct smsotp_error *error)
{
    return r == 0 || r == -ENOTCONN || r == -EIO ||
           r == -ETIMEDOUT ||
           (r == SMSOTP_REFUSED && (error->http_status == 503 || error->http_status == 429));
}

int smsotp_follow(struct smsotp *smsotp, const char *types, const char *after,
    int (*each)(void *userdata, const struct smsotp_event *event), void *userdata,
    struct smsotp_error *ret_error)
{
    struct following *following = calloc(1, sizeof(*following));
    struct smsotp_error error = {0};
    char route[256];
    int r;

    if (!following)
        return handle_explain(ret_error, -ENOMEM, "out of memory");
    following->each = each;
    following->userdata = userdata;
    if (snprintf(route, sizeof(route), "/v1/events%s%s", types ? "?types=" : "",
            types ? types : "") >= (int)sizeof(route) ||
        (after && snprintf(following->last_id, sizeof(following->last_id), "%s", after) >=
                      (int)sizeof(following->last_id)) ||
        (after && strspn(after, "0123456789") != strlen(after))) {
        free(following);
        return handle_explain(
            ret_error, -EINVAL, "`types` is too long, or `after` is no event's id");
    }
    do {
        r = follow_once(smsotp, route, following, &error);
        if (following->result == 0 && is_worth_waiting(r, &error) && on_idle(following))
            nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
    } while (following->result == 0 && is_worth_waiting(r, &error));
    if (following->result != 0)
        r = following->result;
    else if (ret_error)
        *ret_error = error;
    free(following);
    return r;
}
