#include "api/metrics_routes.h"

#include "api/exposition.h"
#include "core/balance.h"
#include "core/quota_view.h"
#include "core/storage_watch.h"
#include "core/warnings.h"
#include "smsotp/version.h"

#include <stdio.h>
#include <string.h>

#define KIND_(constant, name, audience) constant,
static const enum event_kind kinds[] = {SMSOTP_EVENT_LIST(KIND_)};

/* Kinds of one subject, `verification.` say, with the rest of their name as a label. */
static void put_events(FILE *file, const char *name, const char *label, const char *subject,
    bool by_purpose, const struct statistics_figures *figures)
{
    size_t n = strlen(subject);

    for (unsigned p = 0; p < figures->n_purposes; p++) {
        if (by_purpose == !figures->purposes[p].name[0])
            continue;
        for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
            const char *kind = event_kind_to_string(kinds[i]);
            double value = by_purpose ? (double)figures->purposes[p].events[kinds[i]]
                                      : (double)statistics_total(figures, kinds[i]);

            if (strncmp(kind, subject, n) != 0)
                continue;
            if (by_purpose)
                exposition_sample(file, name, value, "purpose", figures->purposes[p].name, label,
                    kind + n, NULL);
            else
                exposition_sample(file, name, value, label, kind + n, NULL);
        }
        if (!by_purpose)
            return;
    }
}

static void put_work(FILE *file, const struct statistics_figures *figures)
{
    double created = (double)statistics_total(figures, EVENT_VERIFICATION_CREATED);
    double approved = (double)statistics_total(figures, EVENT_VERIFICATION_APPROVED);

    exposition_family(file, "smsotp_verifications_total", "counter",
        "Verifications by purpose and what happened to them.");
    put_events(file, "smsotp_verifications_total", "result", "verification.", true, figures);
    exposition_family(
        file, "smsotp_messages_total", "counter", "Texts by what happened to them.");
    put_events(file, "smsotp_messages_total", "status", "message.", false, figures);
    exposition_family(file, "smsotp_conversion_ratio", "gauge",
        "Share of the verifications since the start that were approved.");
    exposition_sample(
        file, "smsotp_conversion_ratio", created > 0 ? approved / created : 0, NULL);
    exposition_family(
        file, "smsotp_inbound_total", "counter", "Texts that came in.");
    exposition_sample(file, "smsotp_inbound_total",
        (double)statistics_total(figures, EVENT_INBOUND_RECEIVED), NULL);
    exposition_family(file, "smsotp_refusals_total", "counter",
        "Requests that were refused by a limit, a policy or the state of things.");
    exposition_sample(file, "smsotp_refusals_total",
        (double)statistics_total(figures, EVENT_REQUEST_REFUSED), NULL);
    exposition_family(file, "smsotp_send_seconds", "histogram",
        "Time from a request or a resend until the network has the text.");
    exposition_histogram(
        file, "smsotp_send_seconds", &figures->send_time, &statistics_send_scale);
    exposition_family(file, "smsotp_verify_seconds", "histogram",
        "Time from a request until its code was approved.");
    exposition_histogram(
        file, "smsotp_verify_seconds", &figures->verify_time, &statistics_verify_scale);
}

static void put_store(FILE *file, const struct store_stats *stats)
{
    exposition_family(file, "smsotp_store_jobs_total", "counter", "Jobs of the database.");
    exposition_sample(file, "smsotp_store_jobs_total", (double)stats->jobs, NULL);
    exposition_family(
        file, "smsotp_store_commits_total", "counter", "Transactions by how they ended.");
    exposition_sample(
        file, "smsotp_store_commits_total", (double)stats->commits, "result", "ok", NULL);
    exposition_sample(file, "smsotp_store_commits_total", (double)stats->failed_commits, "result",
        "failed", NULL);
    exposition_family(file, "smsotp_store_commit_seconds", "histogram", "Time of a commit.");
    exposition_histogram(file, "smsotp_store_commit_seconds", &stats->commit_time, &store_scale);
    exposition_family(file, "smsotp_loop_lag_seconds", "histogram",
        "Time from the end of a transaction until the loop takes up its answers.");
    exposition_histogram(file, "smsotp_loop_lag_seconds", &stats->loop_lag, &store_scale);
}

static void put_traffic(FILE *file, const struct traffic *traffic)
{
    char code[16];

    exposition_family(file, "smsotp_http_requests_total", "counter",
        "Requests by route and HTTP status; of no route: empty; refused before they were read: "
        "unread.");
    for (size_t i = 0; traffic && i < traffic->n; i++) {
        const struct traffic_row *row = &traffic->rows[i];

        snprintf(code, sizeof(code), "%u", row->status);
        exposition_sample(file, "smsotp_http_requests_total", (double)row->count, "method",
            row->method, "route", row->route, "code", code, NULL);
    }
}

static void put_states(FILE *file, const struct modem *modem)
{
    static const enum modem_state states[] = {MODEM_ABSENT, MODEM_OPENING, MODEM_PROBING,
        MODEM_CONFIGURING, MODEM_LOCKED, MODEM_SEARCHING, MODEM_READY, MODEM_SENDING,
        MODEM_RECOVERING, MODEM_DISABLED};

    for (size_t i = 0; i < ARRAY_SIZE(states); i++)
        exposition_sample(file, "smsotp_modem_state", modem_status(modem)->state == states[i],
            "modem", modem_name(modem), "state", modem_state_to_string(states[i]), NULL);
}

/* A figure that each modem has; `unknown`: the value that stands for none, and is left out. */
struct modem_figure {
    const char *name, *type, *help;
    double (*read)(const struct modem_status *status);
    double unknown;
};

static double read_signal(const struct modem_status *s) { return s->signal_dbm; }
static double read_used(const struct modem_status *s) { return s->storage_used; }
static double read_total(const struct modem_status *s) { return s->storage_total; }
static double read_sent(const struct modem_status *s) { return (double)s->sent; }
static double read_refused(const struct modem_status *s) { return (double)s->refused; }
static double read_unknown(const struct modem_status *s) { return (double)s->unknown; }
static double read_timeouts(const struct modem_status *s) { return (double)s->timeouts; }
static double read_recoveries(const struct modem_status *s) { return (double)s->recoveries; }
static double read_opens(const struct modem_status *s) { return (double)s->opens; }
static double read_losses(const struct modem_status *s) { return (double)s->supply.losses; }
static double read_power(const struct modem_status *s) { return (double)s->supply.complaints; }

static const struct modem_figure modem_figures[] = {
    {"smsotp_modem_signal_dbm", "gauge", "Signal strength.", read_signal, 0},
    {"smsotp_modem_storage_used", "gauge", "Texts in the SIM's memory.", read_used, -1},
    {"smsotp_modem_storage_places", "gauge", "Places in the SIM's memory.", read_total, -1},
    {"smsotp_modem_sent_total", "counter", "Parts of texts that the network took.", read_sent, -1},
    {"smsotp_modem_refused_total", "counter", "Parts that were refused.", read_refused, -1},
    {"smsotp_modem_unknown_total", "counter", "Parts of which nobody knows.", read_unknown, -1},
    {"smsotp_modem_timeouts_total", "counter", "Commands without an answer.", read_timeouts, -1},
    {"smsotp_modem_recoveries_total", "counter", "Recoveries.", read_recoveries, -1},
    {"smsotp_modem_opens_total", "counter", "Times that the port was opened.", read_opens, -1},
    {"smsotp_modem_losses_total", "counter", "Times that it went or restarted by itself.",
        read_losses, -1},
    {"smsotp_modem_power_warnings_total", "counter", "Lines about a voltage too low or too high.",
        read_power, -1},
};

static void put_modems(FILE *file, struct gateway *gateway)
{
    exposition_family(
        file, "smsotp_modem_state", "gauge", "1 for the state that a modem is in, 0 for others.");
    for (unsigned i = 0; gateway_modem(gateway, i); i++)
        put_states(file, gateway_modem(gateway, i));
    for (size_t f = 0; f < ARRAY_SIZE(modem_figures); f++) {
        const struct modem_figure *figure = &modem_figures[f];

        exposition_family(file, figure->name, figure->type, figure->help);
        for (unsigned i = 0; gateway_modem(gateway, i); i++) {
            const struct modem *modem = gateway_modem(gateway, i);
            double value = figure->read(modem_status(modem));

            if (value != figure->unknown)
                exposition_sample(file, figure->name, value, "modem", modem_name(modem), NULL);
        }
    }
}

/* By their index: 0 what there is, 1 since when that is known. */
static void put_balances(FILE *file, struct gateway *gateway)
{
    static const char *const families[][2] = {
        {"smsotp_modem_balance", "What the SIM has, as the network last said."},
        {"smsotp_modem_balance_age_seconds", "Time since the network said so."}};

    for (size_t f = 0; f < ARRAY_SIZE(families); f++) {
        exposition_family(file, families[f][0], "gauge", families[f][1]);
        for (unsigned i = 0; gateway_modem(gateway, i); i++) {
            const struct balance_view *view = gateway_balance(gateway, i);

            if (view->is_asked_for && view->is_known)
                exposition_sample(file, families[f][0],
                    f == 0 ? (double)view->hundredths / 100 : (double)(view->age / USEC_PER_SEC),
                    "modem", modem_name(gateway_modem(gateway, i)), NULL);
        }
    }
}

static void put_barred(FILE *file, struct gateway *gateway)
{
    exposition_family(file, "smsotp_modem_barred", "gauge",
        "1 while the operator lets the SIM send no more, 0 for others.");
    for (unsigned i = 0; gateway_modem(gateway, i); i++)
        exposition_sample(file, "smsotp_modem_barred", gateway_barred(gateway, i) != NULL, "modem",
            modem_name(gateway_modem(gateway, i)), NULL);
}

/* A family with a sample for each window in which a SIM has a limit. */
static void put_quotas(
    FILE *file, struct gateway *gateway, const char *name, const char *help, bool is_limit)
{
    exposition_family(file, name, "gauge", help);
    for (unsigned i = 0; gateway_modem(gateway, i); i++) {
        struct quota_view view;

        gateway_quota(gateway, i, &view);
        for (enum quota_window window = QUOTA_MINUTE; window <= QUOTA_RECIPIENTS; window++)
            if (view.limits.max[window] > 0)
                exposition_sample(file, name,
                    is_limit ? view.limits.max[window] : view.used[window], "modem",
                    modem_name(gateway_modem(gateway, i)), "window",
                    quota_window_to_string(window), NULL);
    }
}

static void put_storage(FILE *file, const struct gateway *gateway)
{
    struct db_room room;

    gateway_read_storage(gateway, &room);
    exposition_family(file, "smsotp_storage_bytes", "gauge", "The file system of the database.");
    exposition_sample(file, "smsotp_storage_bytes", (double)room.total, NULL);
    exposition_family(file, "smsotp_storage_available_bytes", "gauge", "Of that, what is left.");
    exposition_sample(file, "smsotp_storage_available_bytes", (double)room.available, NULL);
}

static void put_gateway(FILE *file, struct gateway *gateway)
{
    enum gateway_error reason;

    exposition_family(file, "smsotp_info", "gauge", "1, with the version.");
    exposition_sample(file, "smsotp_info", 1, "version", SMSOTP_VERSION, NULL);
    exposition_family(file, "smsotp_ready", "gauge", "1 while requests are taken.");
    exposition_sample(file, "smsotp_ready", gateway_is_ready(gateway, &reason), NULL);
    exposition_family(file, "smsotp_queue_texts", "gauge", "Texts that wait for a modem.");
    exposition_sample(file, "smsotp_queue_texts", gateway_n_queued(gateway), NULL);
    exposition_family(file, "smsotp_warning", "gauge", "1 for a warning that is up.");
    for (unsigned i = 0; i < GATEWAY_WARNINGS; i++)
        exposition_sample(file, "smsotp_warning",
            gateway_warning_detail(gateway, (enum gateway_warning)i) != NULL, "warning",
            gateway_warning_to_string((enum gateway_warning)i), NULL);
}

void metrics_read(struct call *call)
{
    struct statistics_figures *figures = malloc(sizeof(*figures));
    _cleanup_free_ char *text = NULL;
    struct store_stats stats;
    size_t n;
    FILE *file = figures ? open_memstream(&text, &n) : NULL;

    if (file) {
        gateway_read_statistics(call->gateway, figures);
        gateway_read_store_stats(call->gateway, &stats);
        put_gateway(file, call->gateway);
        put_work(file, figures);
        put_modems(file, call->gateway);
        put_balances(file, call->gateway);
        put_barred(file, call->gateway);
        put_quotas(file, call->gateway, "smsotp_modem_quota_used",
            "Parts of texts that went by the SIM within a window; of recipients, their numbers.",
            false);
        put_quotas(
            file, call->gateway, "smsotp_modem_quota_limit", "How many of them may go.", true);
        put_store(file, &stats);
        put_storage(file, call->gateway);
        put_traffic(file, call->traffic);
        fclose(file);
    }
    free(figures);
    if (text)
        call_answer_text(call, 200, EXPOSITION_CONTENT_TYPE, text);
    else
        call_answer(call, 200, NULL); /* out of memory */
}
