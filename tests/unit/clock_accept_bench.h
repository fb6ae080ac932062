/* A technician's word for the clock, and what comes back; for a program on gateway_fixture.h. */
#pragma once

#include "core/clock_accept.h"
#include "gateway_fixture.h"

struct clock_accepted {
    unsigned n, n_void;
    usec_t wall;
    struct refusal refusal;
};

static inline void clock_accept_take(void *userdata, const struct clock_accept_answer *answer)
{
    struct clock_accepted *accepted = userdata;

    accepted->n++;
    accepted->n_void = answer->n_void;
    accepted->wall = answer->wall;
    if (answer->refusal)
        accepted->refusal = *answer->refusal;
}

static inline struct clock_accepted accept_clock(struct gateway_fixture *f)
{
    struct clock_accepted accepted = {0};

    gateway_accept_clock(f->gateway, &f->admin, clock_accept_take, &accepted);
    gateway_wait(f, &accepted.n, 1);
    return accepted;
}
