#include "api/traffic.h"

#include "util/macros.h"

#include <stdio.h>
#include <string.h>

static struct traffic_row *row_of(
    struct traffic *traffic, const char *method, const char *route, unsigned status)
{
    struct traffic_row *row;

    for (size_t i = 0; i < traffic->n; i++) {
        row = &traffic->rows[i];
        if (row->status == status && strcmp(row->route, route) == 0 &&
            strcmp(row->method, method) == 0)
            return row;
    }
    if (traffic->n == TRAFFIC_ROWS_MAX)
        return NULL;
    row = &traffic->rows[traffic->n++];
    *row = (struct traffic_row){.status = status};
    snprintf(row->method, sizeof(row->method), "%s", method);
    snprintf(row->route, sizeof(row->route), "%s", route);
    return row;
}

/* Methods that nobody knows are one, or a peer could fill the rows with them. */
static const char *known_method(const char *method)
{
    static const char *const known[] = {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"};

    for (size_t i = 0; i < ARRAY_SIZE(known); i++)
        if (strcmp(known[i], method) == 0)
            return known[i];
    return "other";
}

void traffic_count(struct traffic *traffic, const char *method, const char *route, unsigned status)
{
    struct traffic_row *row = row_of(traffic, known_method(method), route, status);

    if (row)
        row->count++;
}
