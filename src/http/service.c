#include "http/service.h"

#include "http/connection.h"
#include "smsotp/limits.h"

void http_service_init(struct http_service *service, struct loop *loop)
{
    *service = (struct http_service){.loop = loop};
    crowd_init(&service->crowd, SMSOTP_CONNECTIONS_MAX, SMSOTP_CONNECTIONS_PER_USER_MAX);
}

void http_service_fini(struct http_service *service)
{
    struct crowd_member *member;

    if (!service->loop)
        return;
    while ((member = crowd_any(&service->crowd)))
        http_connection_end(http_connection_of(member));
    crowd_fini(&service->crowd);
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
