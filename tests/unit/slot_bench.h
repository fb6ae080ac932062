/*
 * A dispatcher whose modems are what a test says they are, with a clock that the test moves. Stands
 * in for modem/modem.c: the linker takes these definitions before it looks into the library. For
 * one test program; state is static.
 */
#pragma once

#include "core/dispatcher_state.h"
#include "util/macros.h"

#include <stdio.h>
#include <string.h>

struct modem {
    struct modem_status status;
    char name[8];
};

const char *modem_name(const struct modem *modem)
{
    return modem->name;
}

const struct modem_status *modem_status(const struct modem *modem)
{
    return &modem->status;
}

/* On both clocks. Whole seconds are what tests add. */
static usec_t bench_now;

static inline usec_t bench_clock_now(void *userdata)
{
    (void)userdata;
    return bench_now;
}

static const struct clock bench_clock = {.boottime = bench_clock_now, .realtime = bench_clock_now};

#define BENCH_MODEMS 3

struct bench {
    struct environment env;
    struct policy policy; /* empty */
    struct outbox outbox;
    struct dispatcher dispatcher;
    struct slot slots[BENCH_MODEMS];
    struct modem modems[BENCH_MODEMS];
    struct outgoing_text in_hand[BENCH_MODEMS];
};

/* Three modems that are absent, and nothing to send. */
static inline int bench_set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));

    bench_now = 100 * USEC_PER_DAY;
    if (!bench || loop_new(&bench->env.loop, &bench_clock) < 0 ||
        timebase_init(&bench->env.timebase, &bench_clock) < 0)
        return -1;
    outbox_init(&bench->outbox, 100);
    bench->env.policy = &bench->policy;
    bench->dispatcher.env = &bench->env;
    bench->dispatcher.outbox = &bench->outbox;
    bench->dispatcher.n_slots = BENCH_MODEMS;
    for (unsigned i = 0; i < BENCH_MODEMS; i++) {
        struct slot *slot = bench->dispatcher.slots[i] = &bench->slots[i];

        slot->dispatcher = &bench->dispatcher;
        slot->bit = UINT64_C(1) << i;
        slot->modem = &bench->modems[i];
        slot->account.is_known = true;
        snprintf(bench->modems[i].name, sizeof(bench->modems[i].name), "m%u", i);
    }
    *state = bench;
    return 0;
}

static inline int bench_tear_down(void **state)
{
    struct bench *bench = *state;

    for (unsigned i = 0; i < BENCH_MODEMS; i++)
        quota_fini(&bench->slots[i].account.quota);
    outbox_fini(&bench->outbox);
    loop_free(bench->env.loop);
    free(bench);
    return 0;
}

#define BENCH_TEST(name) cmocka_unit_test_setup_teardown(name, bench_set_up, bench_tear_down)
