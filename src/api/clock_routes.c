#include "api/clock_routes.h"

#include "api/body.h"
#include "api/time_json.h"
#include "core/clock_accept.h"

static void on_accepted(void *userdata, const struct clock_accept_answer *answer)
{
    struct call *call = userdata;

    if (answer->refusal)
        call_refuse(call, answer->refusal);
    else
        call_answer(call, 200,
            json_pack("{s:o, s:i}", "at", time_to_json(answer->wall), "codes_void",
                (int)answer->n_void));
}

void clock_accept(struct call *call)
{
    struct refusal refusal = {0};

    if (body_is_empty(call, &refusal))
        gateway_accept_clock(call->gateway, &call->caller, on_accepted, call);
    else
        call_refuse(call, &refusal);
}
