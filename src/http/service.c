#include "http/service.h"

#include "http/connection.h"
#include "smsotp/limits.h"

/* Requests of those who wait, before the rest of the loop has its turn: some 50 µs. */
#define REQUESTS_A_TURN 8

static void on_turn(void *userdata)
{
    struct http_service *service = userdata;

    for (unsigned i = 0; i < REQUESTS_A_TURN && !list_is_empty(&service->put_off); i++) {
        struct list_link *turn = service->put_off.next;

        list_unlink(turn);
        http_connection_go_on(turn);
    }
    if (list_is_empty(&service->put_off))
        deferred_cancel(&service->next_turn); /* who was put off and had another turn at once */
    else
        deferred_schedule(&service->next_turn);
}

void http_service_put_off(struct http_service *service, struct list_link *turn)
{
    list_append(&service->put_off, turn);
    deferred_schedule(&service->next_turn);
}

void http_service_init(struct http_service *service, struct loop *loop)
{
    *service = (struct http_service){.loop = loop};
    crowd_init(&service->crowd, SMSOTP_CONNECTIONS_MAX, SMSOTP_CONNECTIONS_PER_USER_MAX);
    list_init(&service->put_off);
    deferred_init(&service->next_turn, loop, on_turn, service);
}

void http_service_fini(struct http_service *service)
{
    struct crowd_member *member;

    if (!service->loop)
        return;
    while ((member = crowd_any(&service->crowd)))
        http_connection_end(http_connection_of(member));
    crowd_fini(&service->crowd);
    deferred_fini(&service->next_turn);
}

bool http_service_make_room(struct http_service *service)
{
    struct crowd_member *victim = crowd_first_to_leave(&service->crowd);

    if (victim)
        http_connection_end(http_connection_of(victim));
    return victim != NULL;
}

const char *http_service_date(struct http_service *service)
{
    usec_t second = loop_realtime(service->loop) / USEC_PER_SEC;

    if (second != service->dated || !service->date[0])
        http_date(second, service->date);
    service->dated = second;
    return service->date;
}
