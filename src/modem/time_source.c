#include "modem/time_source.h"

#include "at/network_time.h"
#include "modem/modem_internal.h"

#include <errno.h>

/* The network tells its time some seconds after registration, or never; crystals drift slowly. */
#define PAUSE_FIRST (30 * USEC_PER_SEC)
#define PAUSE_MAX USEC_PER_HOUR
#define TELL_PAUSE USEC_PER_SEC /* upwards, whatever a modem babbles */

void time_source_reset(struct time_source *source)
{
    *source = (struct time_source){
        .pause = PAUSE_FIRST, .told_at = source->told_at, .unanswered = source->unanswered};
}

static int take(struct modem *modem, const char *line)
{
    struct time_source *source = &modem->time_source;
    struct modem_status *status = &modem->status;
    usec_t wall, now = loop_now(modem->loop);
    int r = at_parse_network_time(line, &wall);

    if (r < 0 || (source->told_at && now < usec_add(source->told_at, TELL_PAUSE)))
        return r;
    if (status->network_time == 0)
        log_info(modem->log, "modem=%s event=network_time", modem->name);
    status->network_time = wall;
    status->network_time_at = loop_realtime(modem->loop);
    status->network_time_boot = now;
    source->told_at = now;
    source->pause = PAUSE_MAX;
    source->ask_at = MAX(source->ask_at, usec_add(now, PAUSE_MAX));
    if (modem->ops->network_time)
        modem->ops->network_time(modem->userdata, modem, wall);
    return 0;
}

void time_source_told(struct modem *modem, const char *line)
{
    usec_t now = loop_now(modem->loop);

    if (take(modem, line) == -ENODATA) /* some modems say so five times a second */
        modem->time_source.ask_at = MIN(modem->time_source.ask_at, usec_add(now, PAUSE_FIRST));
}

static void on_line(void *userdata, const char *line)
{
    (void)take(userdata, line);
}

static void on_done(void *userdata, const struct at_result *result)
{
    struct modem *modem = userdata;
    struct time_source *source = &modem->time_source;
    bool is_last = source->choice > 0 || !modem->profile.time_query;

    source->asking = false;
    source->unanswered |= result->outcome == AT_TIMEOUT;
    if (result->outcome == AT_ERROR && !is_last) {
        source->choice++;
        source->ask_at = 0;
        time_source_poll(modem);
    }
    inbox_run(modem); /* a notice may have come meanwhile */
}

void time_source_poll(struct modem *modem)
{
    const struct modem_profile *profile = &modem->profile;
    struct time_source *source = &modem->time_source;
    usec_t now = loop_now(modem->loop);
    bool own = profile->time_query && source->choice == 0;

    if (source->asking || source->unanswered || now < source->ask_at)
        return;
    source->ask_at = usec_add(now, source->pause);
    source->pause = MIN(2 * source->pause, PAUSE_MAX);
    source->asking = true; /* before the command: its answer may come from within */
    if (modem_command(modem, own ? profile->time_query : "+CCLK?",
            own ? profile->time_reply : "+CCLK:", MODEM_TIMER_COMMAND, on_line, on_done) < 0)
        source->asking = false;
}
