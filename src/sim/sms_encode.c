#include "sim/sms_encode.h"

#include "sim/gsm7.h"

#include <string.h>

#define TP_MTI_DELIVER 0x00
#define TP_MTI_STATUS_REPORT 0x02
#define TP_MMS 0x04 /* no more messages are waiting, TS 23.040 §9.2.3.2 */
#define TP_UDHI 0x40
#define TOA_INTERNATIONAL 0x91
#define TOA_ALPHANUMERIC 0xd0
#define TOA_UNKNOWN 0x81

/* Bytes that grow; every PDU written here is far below the bound, so the check is a backstop. */
struct pdu {
    uint8_t *octets;
    size_t n;
};

static void put_octet(struct pdu *pdu, unsigned octet)
{
    if (pdu->n < SMS_PDU_MAX_OCTETS)
        pdu->octets[pdu->n++] = (uint8_t)octet;
}

static void put_digits(struct pdu *pdu, const char *digits, size_t n)
{
    for (size_t i = 0; i < n; i += 2) {
        unsigned low = (unsigned)(digits[i] - '0') & 0x0f;
        unsigned high = i + 1 < n ? (unsigned)(digits[i + 1] - '0') & 0x0f : 0x0f;
        put_octet(pdu, high << 4 | low);
    }
}

static bool is_digits(const char *text)
{
    return text[0] != '\0' && strspn(text, "0123456789") == strlen(text);
}

static void put_alphanumeric(struct pdu *pdu, const char *name)
{
    uint8_t septets[11], packed[10];
    size_t n_septets = 0;

    if (gsm7_from_utf8(name, strlen(name), septets, sizeof(septets), &n_septets) < 0)
        n_septets = 0;
    size_t n_octets = gsm7_pack(septets, n_septets, 0, packed);
    put_octet(pdu, (unsigned)(n_septets * 7 + 3) / 4);
    put_octet(pdu, TOA_ALPHANUMERIC);
    for (size_t i = 0; i < n_octets; i++)
        put_octet(pdu, packed[i]);
}

/* TP-OA and TP-RA, TS 23.040 §9.1.2.5. */
static void put_address(struct pdu *pdu, const char *number)
{
    const char *digits = number[0] == '+' ? number + 1 : number;

    if (!is_digits(digits)) {
        put_alphanumeric(pdu, number);
        return;
    }
    put_octet(pdu, (unsigned)strlen(digits));
    put_octet(pdu, number[0] == '+' ? TOA_INTERNATIONAL : TOA_UNKNOWN);
    put_digits(pdu, digits, strlen(digits));
}

static void put_smsc(struct pdu *pdu, const char *number)
{
    const char *digits = number[0] == '+' ? number + 1 : number;

    if (!is_digits(digits)) {
        put_octet(pdu, 0);
        return;
    }
    put_octet(pdu, (unsigned)(1 + (strlen(digits) + 1) / 2));
    put_octet(pdu, number[0] == '+' ? TOA_INTERNATIONAL : TOA_UNKNOWN);
    put_digits(pdu, digits, strlen(digits));
}

static void put_swapped_decimal(struct pdu *pdu, int value)
{
    put_octet(pdu, (unsigned)(value % 10 << 4 | value / 10 % 10));
}

/* Service centre time stamp, §9.2.3.11, at offset zero. */
static void put_timestamp(struct pdu *pdu, time_t when)
{
    struct tm tm = {0};

    gmtime_r(&when, &tm);
    put_swapped_decimal(pdu, tm.tm_year % 100);
    put_swapped_decimal(pdu, tm.tm_mon + 1);
    put_swapped_decimal(pdu, tm.tm_mday);
    put_swapped_decimal(pdu, tm.tm_hour);
    put_swapped_decimal(pdu, tm.tm_min);
    put_swapped_decimal(pdu, tm.tm_sec);
    put_octet(pdu, 0);
}

static void put_concat(struct pdu *pdu, const struct sms_body *body)
{
    put_octet(pdu, 5); /* UDHL */
    put_octet(pdu, 0); /* IEI: concatenation, 8-bit reference */
    put_octet(pdu, 3);
    put_octet(pdu, body->ref);
    put_octet(pdu, body->total);
    put_octet(pdu, body->seq);
}

#define CONCAT_OCTETS 6
#define CONCAT_SEPTETS 7 /* six octets and one fill bit */

static void put_user_data(struct pdu *pdu, const struct sms_body *body)
{
    uint8_t packed[SMS_PAYLOAD_MAX];
    const uint8_t *octets = body->payload;
    size_t n_octets = body->n_payload, length = body->n_payload;

    if (body->alphabet == SMS_GSM7) {
        n_octets = gsm7_pack(body->payload, body->n_payload, body->has_concat ? 1 : 0, packed);
        octets = packed;
    }
    if (body->has_concat)
        length += body->alphabet == SMS_GSM7 ? CONCAT_SEPTETS : CONCAT_OCTETS;
    put_octet(pdu, (unsigned)length);
    if (body->has_concat)
        put_concat(pdu, body);
    for (size_t i = 0; i < n_octets; i++)
        put_octet(pdu, octets[i]);
}

size_t sms_deliver_encode(const struct sms_deliver *deliver,
    uint8_t ret_pdu[static SMS_PDU_MAX_OCTETS], size_t *ret_smsc_octets)
{
    struct pdu pdu = {.octets = ret_pdu};

    put_smsc(&pdu, deliver->smsc);
    *ret_smsc_octets = pdu.n;
    put_octet(&pdu, TP_MTI_DELIVER | TP_MMS | (deliver->body.has_concat ? TP_UDHI : 0));
    put_address(&pdu, deliver->from);
    put_octet(&pdu, 0); /* TP-PID */
    put_octet(&pdu, deliver->body.dcs);
    put_timestamp(&pdu, deliver->sent_at);
    put_user_data(&pdu, &deliver->body);
    return pdu.n;
}

size_t sms_report_encode(const struct sms_report *report,
    uint8_t ret_pdu[static SMS_PDU_MAX_OCTETS], size_t *ret_smsc_octets)
{
    struct pdu pdu = {.octets = ret_pdu};

    put_smsc(&pdu, report->smsc);
    *ret_smsc_octets = pdu.n;
    put_octet(&pdu, TP_MTI_STATUS_REPORT | TP_MMS);
    put_octet(&pdu, report->mr);
    put_address(&pdu, report->to);
    put_timestamp(&pdu, report->sent_at);
    put_timestamp(&pdu, report->discharged_at);
    put_octet(&pdu, report->status);
    return pdu.n;
}
