#include "modem/flood.h"

enum flood_verdict flood_take(struct flood *flood, unsigned max, usec_t now)
{
    if (flood->n == 0 || now - flood->since >= USEC_PER_MINUTE)
        *flood = (struct flood){.since = now};
    if (flood->n < max) {
        flood->n++;
        return FLOOD_PASS;
    }
    if (flood->n > max)
        return FLOOD_GOES_ON;
    flood->n++;
    return FLOOD_BEGINS;
}
