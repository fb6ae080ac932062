/*
 * What the connections of a server have in common: the loop, who is told of requests, the crowd
 * that they are, and the line of those who have sent more than one request at once. Embedded in the
 * server; on the loop's thread.
 */
#pragma once

#include "http/answer.h"
#include "http/crowd.h"
#include "http/reader.h"
#include "loop/deferred.h"

struct http_connection;

struct http_service {
    struct loop *loop;
    struct crowd crowd;
    struct list_link put_off; /* connections that wait for their turn, in its order */
    struct deferred next_turn;
    /* A request, which is the receiver's. It is answered once, at once or later, whether or not the
     * peer is still there. */
    void (*on_request)(
        void *userdata, struct http_connection *connection, struct http_request *request);
    /* One that cannot be read. It is answered too, and that is the connection's last answer. */
    void (*on_fault)(void *userdata, struct http_connection *connection, enum http_fault fault);
    char date[HTTP_DATE_SIZE];
    usec_t dated; /* the second of `date` */
};

/* Without connections; the callbacks are the owner's to fill in. */
void http_service_init(struct http_service *service, struct loop *loop);

/* Ends all connections; each request has been answered before. Harmless on zeroed memory. */
void http_service_fini(struct http_service *service);

/* Ends the connection that is missed least. False: all are at work. */
bool http_service_make_room(struct http_service *service);

/* Has http_connection_go_on() called after those who wait already and whatever else is due. */
void http_service_put_off(struct http_service *service, struct list_link *turn);

/* Now, as the header `Date` has it. */
const char *http_service_date(struct http_service *service);
