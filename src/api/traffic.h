/* How many requests each route has answered with which status, since the start. On the loop's
 * thread. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define TRAFFIC_ROUTE_SIZE 96

/* Routes and statuses that occur together: some forty routes, and few answer more than six. */
#define TRAFFIC_ROWS_MAX 512

struct traffic_row {
    char method[8];
    char route[TRAFFIC_ROUTE_SIZE]; /* "/v1/verifications/{id}"; "unread"; empty: of no route */
    unsigned status;                /* HTTP */
    uint64_t count;
};

struct traffic {
    struct traffic_row rows[TRAFFIC_ROWS_MAX];
    size_t n;
};

/* Counts an answer; what has no row any more is not counted. */
void traffic_count(
    struct traffic *traffic, const char *method, const char *route, unsigned status);
