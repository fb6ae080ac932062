#include "core/delivery_report.h"

#include "core/journal.h"
#include "core/part_table.h"
#include "core/sender.h"
#include "sms/pdu.h"
#include "sms/tp_status.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

/* How long a report that was pushed is tried anew, whenever a send of its modem has settled. */
#define KEPT_USEC (10 * USEC_PER_SEC)
#define WAITING_MAX 16

struct delivery_report {
    struct store_job job;
    struct list_link link; /* among those that wait */
    struct delivery_reports *reports;
    const struct environment *env;
    struct modem *modem;
    uint32_t token;
    usec_t came;    /* CLOCK_BOOTTIME */
    bool has_waited;
    struct message_match match;
    struct message_outcome outcome;
    struct message_subject subject; /* the text it belongs to, once found */
};

/* On the store's thread. */
static int run(struct store_job *job, struct db *db)
{
    struct delivery_report *report = CONTAINER_OF(job, struct delivery_report, job);
    struct journal_entry entry;
    usec_t now_wall = moment_now(&report->env->timebase).wall;
    int r = part_set_delivery(db, &report->match, &report->outcome, now_wall, &report->subject);

    if (r == -ENOENT)
        r = message_set_delivery(
            db, &report->match, &report->outcome, now_wall, &report->subject);
    if (r < 0 || !report->subject.id[0])
        return r; /* a part of a text that waits for the others */
    entry = journal_entry_of_message(
        event_kind_of_message(report->outcome.status), &report->subject, NULL);
    entry.facts[1] = (struct journal_fact)FACT_TEXT("modem", report->match.modem);
    entry.facts[2] = (struct journal_fact)FACT_TEXT("error_class", report->outcome.error_class);
    entry.facts[3] = (struct journal_fact)FACT_TEXT("error", report->outcome.error_text);
    return journal_write(db, report->env, &entry);
}

/*
 * Whether a report of no text may be that of a send which is not recorded yet: the modem gave it
 * before its +CMGS or OK. One that lies in the modem's memory waits once, for nothing else is read
 * until it is answered for.
 */
static bool may_wait(const struct delivery_report *report)
{
    const struct delivery_reports *reports = report->reports;
    usec_t age = usec_sub(loop_now(report->env->loop), report->came);

    return reports->n_under_way > 0 && reports->n_waiting < WAITING_MAX &&
           (!report->has_waited || (report->token == 0 && age < KEPT_USEC));
}

static void on_done(struct store_job *job, int r)
{
    struct delivery_report *report = CONTAINER_OF(job, struct delivery_report, job);
    const struct log *log = report->env->log;
    const char *modem = modem_name(report->modem);

    if (r == -ENOENT && may_wait(report)) {
        list_append(&report->reports->waiting, &report->link);
        report->reports->n_waiting++;
        return;
    }
    if (r == -ENOENT)
        log_info(log, "modem=%s event=report_unmatched mr=%u", modem, report->match.reference);
    else if (r < 0)
        log_error(log, "modem=%s event=report_not_stored error=\"%s\"", modem, strerror(-r));
    else if (!report->subject.id[0])
        log_info(log, "modem=%s event=part_reported mr=%u", modem, report->match.reference);
    else
        log_info(log, "message=%s modem=%s status=%s", report->subject.id, modem,
            message_status_to_string(report->outcome.status));
    modem_inbound_stored(report->modem, report->token, r >= 0 || r == -ENOENT);
    free(report);
}

/* False: the network still tries, or cannot tell: so the text is as before. */
static bool read_outcome(uint8_t status, struct message_outcome *ret)
{
    *ret = (struct message_outcome){.reference = -1};
    switch (tp_status_kind(status)) {
    case TP_STATUS_TRYING:
    case TP_STATUS_UNSURE:
        return false;
    case TP_STATUS_DELIVERED:
        ret->status = MESSAGE_DELIVERED;
        return true;
    case TP_STATUS_EXPIRED:
        ret->status = MESSAGE_EXPIRED;
        break;
    case TP_STATUS_FAILED:
        ret->status = MESSAGE_FAILED;
        break;
    }
    ret->error_class = "report";
    ret->error_text = tp_status_text(status);
    return true;
}

/* A network may give it in national form, as it does with the sender of a text. */
static void read_number(const struct environment *env, const struct sms_address *number,
    struct message_match *match)
{
    struct sender sender;

    sender_read(env->policy, number, &sender);
    for (unsigned i = 0; i < sender.n_numbers; i++)
        otp_number_index(env->keyring, sender.numbers[i], match->number_indexes[i]);
    match->n_numbers = sender.n_numbers;
    match->is_exact = sender.n_numbers > 0 && number->text[0] == '+';
    sodium_memzero(&sender, sizeof(sender));
}

void delivery_report_take(struct delivery_reports *reports, uint32_t token, const uint8_t *pdu,
    size_t n_octets)
{
    const struct environment *env = reports->env;
    struct modem *modem = reports->modem;
    struct delivery_report *report;
    struct sms_decoded decoded;
    struct message_outcome outcome;

    if (sms_pdu_decode(pdu, n_octets, SMS_FROM_NETWORK, &decoded, NULL) < 0 ||
        decoded.type != SMS_TYPE_STATUS_REPORT) {
        log_notice(env->log, "modem=%s event=report_malformed octets=%zu", modem_name(modem),
            n_octets);
        modem_inbound_stored(modem, token, true);
        return;
    }
    report = read_outcome(decoded.status, &outcome) ? calloc(1, sizeof(*report)) : NULL;
    if (!report) {
        modem_inbound_stored(modem, token, true); /* one that changes nothing */
        return;
    }
    report->job.run = run;
    report->job.done = on_done;
    report->reports = reports;
    report->env = env;
    report->came = loop_now(env->loop);
    report->outcome = outcome;
    report->modem = modem;
    report->token = token;
    report->match = (struct message_match){
        .modem = modem_name(modem), .reference = decoded.message_reference};
    read_number(env, &decoded.number, &report->match);
    store_submit(env->store, &report->job);
}

void delivery_reports_init(
    struct delivery_reports *reports, const struct environment *env, struct modem *modem)
{
    *reports = (struct delivery_reports){.env = env, .modem = modem};
    list_init(&reports->waiting);
}

static struct delivery_report *take_first(struct list_link *waiting)
{
    struct delivery_report *report = CONTAINER_OF(waiting->next, struct delivery_report, link);

    list_unlink(&report->link);
    return report;
}

void delivery_reports_fini(struct delivery_reports *reports)
{
    while (reports->n_waiting > 0) {
        free(take_first(&reports->waiting));
        reports->n_waiting--;
    }
}

void delivery_reports_send_begins(struct delivery_reports *reports)
{
    reports->n_under_way++;
}

void delivery_reports_send_settled(struct delivery_reports *reports)
{
    reports->n_under_way--;
    for (; reports->n_waiting > 0; reports->n_waiting--) {
        struct delivery_report *report = take_first(&reports->waiting);

        report->has_waited = true;
        store_submit(reports->env->store, &report->job);
    }
}
