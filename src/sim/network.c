#include "sim/network.h"

#include "sim/gsm7.h"
#include "sim/sms_encode.h"
#include "util/utf8.h"

#include <errno.h>
#include <string.h>

#define STORE_SM 0
#define STORE_SR 2

/* +CNMI <mt> and <ds>, TS 27.005 §3.4.1. */
#define CNMI_MT 1
#define CNMI_DS 3

bool network_carries_sms(const struct modem *modem)
{
    switch (modem->stat) {
    case 1: /* home */
    case 5: /* roaming */
    case 6: /* home, SMS only */
    case 7: /* roaming, SMS only */
        return modem->cfun == 1;
    default:
        return false;
    }
}

static time_t now_sec(const struct modem *modem)
{
    return (time_t)(loop_realtime(modem->loop) / USEC_PER_SEC);
}

static void arm_reports(struct modem *modem)
{
    usec_t earliest = USEC_INFINITY;

    for (size_t i = 0; i < ARRAY_SIZE(modem->reports); i++) {
        if (modem->reports[i].used)
            earliest = MIN(earliest, modem->reports[i].due);
    }
    timer_arm_at(&modem->report_timer, earliest);
}

static void schedule_report(struct modem *modem, uint8_t mr)
{
    for (size_t i = 0; i < ARRAY_SIZE(modem->reports); i++) {
        struct report *report = &modem->reports[i];

        if (report->used)
            continue;
        *report = (struct report){.used = true,
            .due = usec_add(loop_now(modem->loop), modem->config.report_ms * USEC_PER_MSEC),
            .mr = mr,
            .submitted_at = modem->outgoing_at};
        memcpy(report->to, modem->outgoing.to, sizeof(report->to));
        break;
    }
    arm_reports(modem);
}

unsigned network_submit(struct modem *modem, uint8_t *ret_mr)
{
    struct handset_origin origin = {.modem = modem->name, .submitted_at = modem->outgoing_at};
    uint8_t mr;

    if (modem->config.fail >= 0)
        return (unsigned)modem->config.fail;
    if (modem->outgoing.smsc[0] == '\0' && modem->config.smsc[0] == '\0')
        return 330;
    if (!network_carries_sms(modem))
        return 331;
    mr = modem->mr++;
    origin.mr = mr;
    origin.arrived_at = loop_realtime(modem->loop);
    if (handset_receive(modem->handset, &origin, &modem->outgoing) < 0)
        return 500;
    if (modem->outgoing.report_requested && modem->config.reports)
        schedule_report(modem, mr);
    *ret_mr = mr;
    return 0;
}

/* Hands over a message, or a report, as a URC with its PDU; acknowledged with +CNMA if +CSMS=1. */
static void route_pdu(struct modem *modem, const char *prefix, const struct sms_slot *message)
{
    char line[SMS_PDU_MAX_OCTETS * 2 + 64];
    struct strbuf sb = STRBUF_ON(line);

    strbuf_printf(&sb, "%s%zu\r\n", prefix, message->n_pdu - message->smsc_octets);
    strbuf_put_hex(&sb, message->pdu, message->n_pdu);
    modem_urc(modem, line);
    modem->awaits_acknowledge = modem->settings.csms == 1;
}

static int store_and_tell(
    struct modem *modem, unsigned store, const char *urc, const struct sms_slot *message)
{
    unsigned index;
    char line[64];
    int r;

    r = sms_store_add(&modem->stores[store], message, &index);
    if (r < 0)
        return r;
    if (urc) {
        bool misnamed = store == STORE_SR && modem->config.persona->report_misnamed;

        strbuf_printf(&STRBUF_ON(line), "%s: \"%s\",%u", urc,
            modem->stores[misnamed ? STORE_SM : store].name, index);
        modem_urc(modem, line);
    }
    return 0;
}

static void send_report(struct modem *modem, const struct report *report)
{
    struct sms_report pdu = {.mr = report->mr,
        .status = modem->config.report_status,
        .sent_at = (time_t)(report->submitted_at / USEC_PER_SEC),
        .discharged_at = now_sec(modem)};
    struct sms_slot message = {.kind = SMS_KIND_REPORT, .at = pdu.discharged_at};

    if (!network_carries_sms(modem) || modem->settings.cnmi[CNMI_DS] == 0 ||
        modem->config.persona->report_lost_ds & 1U << modem->settings.cnmi[CNMI_DS])
        return;
    memcpy(pdu.smsc, modem->config.smsc, sizeof(pdu.smsc));
    memcpy(pdu.to, report->to, sizeof(pdu.to));
    memcpy(message.number, report->to, sizeof(message.number));
    message.n_pdu = sms_report_encode(&pdu, message.pdu, &message.smsc_octets);
    modem->stats.reports_sent++;
    if (modem->settings.cnmi[CNMI_DS] == 1)
        route_pdu(modem, modem->config.persona->report_comma ? "+CDS: ," : "+CDS: ", &message);
    else
        (void)store_and_tell(modem, STORE_SR, "+CDSI", &message);
}

void network_send_reports(struct modem *modem)
{
    usec_t now = loop_now(modem->loop);

    for (size_t i = 0; i < ARRAY_SIZE(modem->reports); i++) {
        struct report *report = &modem->reports[i];

        if (!report->used || report->due > now)
            continue;
        report->used = false;
        send_report(modem, report);
    }
    arm_reports(modem);
}

/* How many septets or octets of a text go in one part, with and without a header of six octets. */
struct shape {
    size_t alone;
    size_t in_part;
};

static const struct shape gsm7_shape = {160, 153};
static const struct shape ucs2_shape = {140, 134};

static int encode_ucs2(const char *text, size_t n, uint8_t *octets, size_t *ret_n)
{
    size_t length = 0;

    while (n > 0) {
        uint32_t code_point;
        int r;

        r = utf8_decode(text, n, &code_point);
        if (r < 0)
            return -EILSEQ;
        if (code_point >= 0x10000) {
            uint32_t high = 0xd7c0 + (code_point >> 10);
            octets[length++] = (uint8_t)(high >> 8);
            octets[length++] = (uint8_t)high;
            code_point = 0xdc00 + (code_point & 0x3ff);
        }
        octets[length++] = (uint8_t)(code_point >> 8);
        octets[length++] = (uint8_t)code_point;
        text += r;
        n -= (size_t)r;
    }
    *ret_n = length;
    return 0;
}

static int deliver_part(struct modem *modem, const struct sms_deliver *deliver)
{
    struct sms_slot message = {.kind = SMS_KIND_DELIVER, .at = deliver->sent_at};
    struct strbuf text = STRBUF_ON(message.text);

    memcpy(message.number, deliver->from, sizeof(message.number));
    sms_put_text(&text, &deliver->body, deliver->body.payload, deliver->body.n_payload);
    message.n_pdu = sms_deliver_encode(deliver, message.pdu, &message.smsc_octets);
    modem->stats.sms_received++;
    if (modem->settings.cnmi[CNMI_MT] >= 2 && modem->settings.cmgf == 0) {
        route_pdu(modem, "+CMT: ,", &message);
        return 0;
    }
    return store_and_tell(
        modem, STORE_SM, modem->settings.cnmi[CNMI_MT] == 0 ? NULL : "+CMTI", &message);
}

/* End of the part that begins at `from`: a character of two septets or units is not torn apart. */
static size_t part_end(
    const struct sms_body *body, const uint8_t *payload, size_t from, size_t n, size_t limit)
{
    size_t end = MIN(from + limit, n);

    if (end == n)
        return end;
    if (body->alphabet == SMS_GSM7 && payload[end - 1] == GSM7_ESCAPE)
        return end - 1;
    if (body->alphabet == SMS_UCS2 && (payload[end - 2] & 0xfc) == 0xd8)
        return end - 2;
    return end;
}

static unsigned count_parts(
    const struct sms_body *body, const uint8_t *payload, size_t n, const struct shape *shape)
{
    unsigned parts = 0;

    if (n <= shape->alone)
        return 1;
    for (size_t from = 0; from < n; parts++)
        from = part_end(body, payload, from, n, shape->in_part);
    return parts;
}

static int deliver_parts(struct modem *modem, struct sms_deliver *deliver, const uint8_t *payload,
    size_t n, const struct shape *shape)
{
    struct sms_body *body = &deliver->body;
    size_t from = 0;

    body->total = count_parts(body, payload, n, shape);
    if (body->total > 255)
        return -E2BIG;
    body->has_concat = body->total > 1;
    body->ref = (unsigned)(modem->stats.sms_received & 0xff);
    for (body->seq = 1; body->seq <= body->total; body->seq++) {
        size_t end =
            part_end(body, payload, from, n, body->has_concat ? shape->in_part : shape->alone);
        int r;

        body->n_payload = end - from;
        memcpy(body->payload, payload + from, body->n_payload);
        from = end;
        r = deliver_part(modem, deliver);
        if (r < 0)
            return r;
    }
    return 0;
}

int network_deliver(struct modem *modem, const char *from, const char *text)
{
    struct sms_deliver deliver = {
        .sent_at = now_sec(modem), .body = {.alphabet = SMS_GSM7, .message_class = -1}};
    size_t n = strlen(text), n_payload, size = 4 * n + 1;
    _cleanup_free_ uint8_t *payload = NULL;
    int r;

    if (!network_carries_sms(modem))
        return -ENETDOWN;
    payload = malloc(size);
    if (!payload)
        return -ENOMEM;
    strbuf_puts(&STRBUF_ON(deliver.from), from);
    memcpy(deliver.smsc, modem->config.smsc, sizeof(deliver.smsc));
    if (gsm7_from_utf8(text, n, payload, size, &n_payload) == 0)
        return deliver_parts(modem, &deliver, payload, n_payload, &gsm7_shape);
    r = encode_ucs2(text, n, payload, &n_payload);
    if (r < 0)
        return r;
    deliver.body.alphabet = SMS_UCS2;
    deliver.body.dcs = 0x08;
    return deliver_parts(modem, &deliver, payload, n_payload, &ucs2_shape);
}
