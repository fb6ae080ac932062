#include "modem/timers.h"

#define ROW(name, text, usec, min, max, reason) {text, usec, min, max, reason},
static const struct modem_timer_row rows[] = {MODEM_TIMER_LIST(ROW)};

const struct modem_timer_row *modem_timer_row(enum modem_timer timer)
{
    return &rows[timer];
}

usec_t modem_timer_usec(enum modem_timer timer)
{
    return rows[timer].default_usec;
}
