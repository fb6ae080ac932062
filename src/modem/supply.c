#include "modem/supply.h"

#include <string.h>

static bool is_recent(usec_t at, usec_t now)
{
    return at > 0 && now - at < SUPPLY_MEMORY_USEC;
}

void supply_complain(struct supply *supply, const char *line, usec_t now)
{
    supply->complaints++;
    supply->complained_at = now;
    supply->is_too_much = strcasestr(line, "OVER") != NULL;
}

void supply_lose(struct supply *supply, usec_t now)
{
    supply->lost_at[supply->losses++ % SUPPLY_LOSSES_MANY] = now;
}

const char *supply_advice(const struct supply *supply, usec_t now)
{
    unsigned n = 0;

    if (is_recent(supply->complained_at, now))
        return supply->is_too_much
                   ? "the modem says that its voltage is too high: take another supply"
                   : "the modem says that its voltage is too low: use a stronger supply or a "
                     "powered hub, and a shorter cable";
    for (unsigned i = 0; i < SUPPLY_LOSSES_MANY; i++)
        n += is_recent(supply->lost_at[i], now);
    return n < SUPPLY_LOSSES_MANY
               ? NULL
               : "the modem goes and comes back by itself, as with a weak supply or a loose plug: "
                 "use a powered hub, and a shorter cable";
}

bool supply_is_news(struct supply *supply, usec_t now)
{
    if (!supply_advice(supply, now) || is_recent(supply->told_at, now))
        return false;
    supply->told_at = now;
    return true;
}
