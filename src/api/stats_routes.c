#include "api/stats_routes.h"

#include "api/time_json.h"
#include "core/statistics.h"
#include "smsotp/version.h"

#include <string.h>

#define KIND_(constant, name, audience) constant,
static const enum event_kind kinds[] = {SMSOTP_EVENT_LIST(KIND_)};

/* Counts of the kinds of one subject, named by the rest of their name. `purpose` NULL: of all. */
static json_t *events_to_json(const struct statistics_figures *figures,
    const struct statistics_purpose *purpose, const char *subject)
{
    json_t *json = json_object();
    size_t n = strlen(subject);

    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        const char *kind = event_kind_to_string(kinds[i]);
        uint64_t count = purpose ? purpose->events[kinds[i]] : statistics_total(figures, kinds[i]);

        if (strncmp(kind, subject, n) == 0)
            json_object_set_new(json, kind + n, json_integer((json_int_t)count));
    }
    return json;
}

static json_t *purposes_to_json(const struct statistics_figures *figures)
{
    json_t *json = json_object();

    for (unsigned i = 1; i < figures->n_purposes; i++) /* the first is of no purpose */
        json_object_set_new(json, figures->purposes[i].name,
            events_to_json(figures, &figures->purposes[i], "verification."));
    return json;
}

/* Milliseconds; null where nothing was measured, or beyond the last range. */
static json_t *ms_or_null(usec_t usec)
{
    return usec == 0 || usec == USEC_INFINITY ? json_null()
                                              : json_integer((json_int_t)(usec / USEC_PER_MSEC));
}

static json_t *histogram_to_json(
    const struct histogram *histogram, const struct histogram_scale *scale)
{
    return json_pack("{s:I, s:o, s:o, s:o}", "count", (json_int_t)histogram->total, "mean_ms",
        ms_or_null(histogram_mean(histogram)), "p50_ms",
        ms_or_null(histogram_percentile(histogram, scale, 50)), "p95_ms",
        ms_or_null(histogram_percentile(histogram, scale, 95)));
}

static json_t *mean_to_json(const struct statistics_mean *mean)
{
    return mean->n > 0 ? json_integer((json_int_t)(mean->sum / mean->n / USEC_PER_MSEC))
                       : json_null();
}

/* Of verifications what they came to, of texts whether they left. */
static json_t *hour_to_json(const struct statistics_hour *hour)
{
    static const enum event_kind shown[] = {EVENT_VERIFICATION_CREATED, EVENT_VERIFICATION_APPROVED,
        EVENT_VERIFICATION_INCORRECT, EVENT_VERIFICATION_EXPIRED, EVENT_VERIFICATION_EXHAUSTED,
        EVENT_VERIFICATION_CANCELED, EVENT_VERIFICATION_DENIED, EVENT_VERIFICATION_UNDELIVERABLE,
        EVENT_MESSAGE_SENT, EVENT_MESSAGE_DELIVERED, EVENT_MESSAGE_FAILED, EVENT_MESSAGE_UNKNOWN};
    json_t *json = json_pack("{s:o, s:o, s:o}", "begin", time_to_json(hour->begin_wall), "send_ms",
        mean_to_json(&hour->send), "verify_ms", mean_to_json(&hour->verify));

    for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
        json_object_set_new(json, strchr(event_kind_to_string(shown[i]), '.') + 1,
            json_integer(hour->events[shown[i]]));
    return json;
}

static json_t *hours_to_json(const struct statistics_figures *figures)
{
    json_t *json = json_array();

    for (unsigned i = STATISTICS_HOURS; i-- > 0;)
        if (figures->hours[i].begin_wall > 0)
            json_array_append_new(json, hour_to_json(&figures->hours[i]));
    return json;
}

static json_t *store_to_json(struct gateway *gateway)
{
    struct store_stats stats;

    gateway_read_store_stats(gateway, &stats);
    return json_pack("{s:I, s:I, s:I, s:o, s:o}", "jobs", (json_int_t)stats.jobs, "commits",
        (json_int_t)stats.commits, "failed_commits", (json_int_t)stats.failed_commits, "commit",
        histogram_to_json(&stats.commit_time, &store_scale), "loop_lag",
        histogram_to_json(&stats.loop_lag, &store_scale));
}

static json_t *stats_to_json(struct gateway *gateway, const struct statistics_figures *figures)
{
    uint64_t created = statistics_total(figures, EVENT_VERIFICATION_CREATED);
    uint64_t approved = statistics_total(figures, EVENT_VERIFICATION_APPROVED);

    return json_pack("{s:s, s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "version",
        SMSOTP_VERSION, "shop", gateway_policy(gateway)->shop, "queued",
        (int)gateway_n_queued(gateway), "verifications",
        events_to_json(figures, NULL, "verification."), "purposes", purposes_to_json(figures),
        "conversion", created > 0 ? json_real((double)approved / (double)created) : json_null(),
        "messages", events_to_json(figures, NULL, "message."), "send",
        histogram_to_json(&figures->send_time, &statistics_send_scale), "verify",
        histogram_to_json(&figures->verify_time, &statistics_verify_scale), "hours",
        hours_to_json(figures), "store", store_to_json(gateway));
}

void stats_read(struct call *call)
{
    struct statistics_figures *figures = malloc(sizeof(*figures));
    json_t *json = NULL;

    if (figures) {
        gateway_read_statistics(call->gateway, figures);
        json = stats_to_json(call->gateway, figures);
    }
    free(figures);
    call_answer(call, 200, json);
}
