#include "api/time_json.h"

json_t *time_to_json(usec_t wall)
{
    char text[CLOCK_RFC3339_SIZE];

    clock_format_rfc3339(wall, text);
    return json_string(text);
}

json_t *time_or_null(usec_t wall)
{
    return wall == 0 ? json_null() : time_to_json(wall);
}
