/*
 * A simulated modem without a port: command lines are run by hand, what they answer lies in the
 * channel, and so do unsolicited lines, as if an answer were due. The clock is the test's.
 */
#pragma once

#include "sim/commands.h"
#include "util/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define SIM_WALL (UINT64_C(1795435200) * USEC_PER_SEC) /* 2026-11-23T12:00:00Z */

static inline usec_t sim_boottime(void *userdata)
{
    (void)userdata;
    return 40 * USEC_PER_SEC;
}

static inline usec_t sim_realtime(void *userdata)
{
    (void)userdata;
    return SIM_WALL;
}

static const struct clock sim_clock = {.boottime = sim_boottime, .realtime = sim_realtime};

/* Registered at home, with a SIM that is open, as `persona` is. */
static inline void sim_bench_start(struct modem *modem, const char *persona)
{
    *modem = (struct modem){.cfun = 1, .stat = 1, .sms_ready = true};
    modem->config.persona = persona_find(persona);
    assert_non_null(modem->config.persona);
    assert_int_equal(loop_new(&modem->loop, &sim_clock), 0);
    channel_init(&modem->channel, modem, modem->loop);
    modem->channel.state = CHANNEL_ANSWERING;
    modem_reset_settings(modem);
}

static inline void sim_bench_end(struct modem *modem)
{
    channel_fini(&modem->channel);
    loop_free(modem->loop);
}

/* Runs a line (without AT); the information text it answers, line breaks as they are. */
static inline const char *sim_bench_run(struct modem *modem, const char *line, struct result *ret)
{
    strbuf_reset(&modem->channel.response);
    *ret = commands_run(modem, line, strlen(line));
    return modem->channel.response.data;
}

/* Expects a line to be answered so, with OK. */
static inline void sim_bench_expect(struct modem *modem, const char *line, const char *answer)
{
    struct result result;

    assert_string_equal(sim_bench_run(modem, line, &result), answer);
    assert_int_equal(result.kind, RESULT_OK);
}
