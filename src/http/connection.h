/*
 * One connection of an HTTP/1.1 server: requests one after the other, each answered before the next
 * is looked at, all within time. Nothing is read while an answer is awaited or leaves, so that a
 * peer that never reads costs one answer. Requests that come together are looked at in turn with
 * those of other connections. It owns itself: it ends when its peer has gone and its request is
 * answered. On the loop's thread.
 */
#pragma once

#include "http/peer.h"
#include "http/service.h"

/*
 * Serves an accepted socket, which must not block; takes it over on success. `userdata` goes to the
 * callbacks of the service. One that is refused, or for which nobody can make room, gets its answer
 * before it has asked: HTTP_FAULT_CROWDED. -ENOMEM, -EIO, or errno of asking for the peer.
 */
int http_connection_new(struct http_service *service, int fd, bool is_refused, void *userdata);

/* Drops the connection; a request under way is still to be answered. */
void http_connection_end(struct http_connection *connection);

/* Takes the next request of a connection whose turn it is, see http_service_put_off(). */
void http_connection_go_on(struct list_link *turn);

/* The connection that a member of the crowd is embedded in. */
struct http_connection *http_connection_of(struct crowd_member *member);

/* The user at the other end, and the groups, which are asked for at the first call. Borrowed. */
const struct peer *http_connection_peer(const struct http_connection *connection);
const gid_t *http_connection_groups(struct http_connection *connection, size_t *ret_n);

/* Answers the request. Everything is borrowed for the time of the call. */
void http_connection_answer(
    struct http_connection *connection, const struct http_answer *answer);

/*
 * Answers with a body that goes on; of `answer` the body is left out. `gone` says that the peer has
 * left, or does not read any more. After that, or when a function below has failed, the stream is
 * over. False: it is over at once (to HEAD, or to nobody), and `gone` is not called.
 */
bool http_connection_stream(struct http_connection *connection, const struct http_answer *answer,
    void (*gone)(void *userdata), void *userdata);

/* Sends a part, n > 0. -EPIPE: the peer has gone; -ENOBUFS: it does not read, and was left. */
int http_connection_stream_send(struct http_connection *connection, const char *bytes, size_t n);

/* Ends the stream well. */
void http_connection_stream_end(struct http_connection *connection);
