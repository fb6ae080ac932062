#include "sms/outgoing.h"

#include "sms/address.h"
#include "sms/dcs.h"
#include "sms/gsm7.h"
#include "sms/gsm7_tables.h"
#include "sms/plan.h"
#include "sms/ucs2.h"
#include "sms/udh.h"
#include "sms/validity.h"
#include "util/macros.h"
#include "util/strbuf.h"

#include <errno.h>
#include <string.h>

/* First octet of SMS-SUBMIT (TS 23.040 §9.2.2.2). */
#define FIRST_SUBMIT 0x01
#define FIRST_REJECT_DUPLICATES 0x04
#define FIRST_VALIDITY_RELATIVE 0x10
#define FIRST_REPORT_REQUESTED 0x20
#define FIRST_HEADER 0x40

#define TPDU_MAX_OCTETS (SMS_MAX_PDU_OCTETS - SMS_ADDRESS_MAX_OCTETS)

ENUM_DEFINE(sms_encoding, SMS_ENCODING_LIST);

/* TP-UD with its length. */
struct user_data {
    uint8_t octets[SMS_USER_DATA_OCTETS];
    size_t n_octets;
    size_t length; /* TP-UDL: septets or octets */
};

/* What was rendered on the stack holds the code. */
static void wipe_plan(struct sms_plan *plan)
{
    explicit_bzero(plan, sizeof(*plan));
}

static void wipe_user_data(struct user_data *ud)
{
    explicit_bzero(ud, sizeof(*ud));
}

struct tpdu {
    uint8_t octets[TPDU_MAX_OCTETS];
    size_t n_octets;
};

static void wipe_tpdu(struct tpdu *tpdu)
{
    explicit_bzero(tpdu, sizeof(*tpdu));
}

static bool is_in_range(const struct sms_outgoing *o)
{
    return o->message_class >= SMS_CLASS_NONE && o->message_class <= 3 &&
           (o->reference_bits == 8 || o->reference_bits == 16) &&
           o->reference < 1U << o->reference_bits && o->validity_sec <= SMS_VALIDITY_MAX_SEC &&
           o->national >= SMS_NATIONAL_AUTO && o->national < GSM7_LANGUAGES &&
           (o->force_encoding == -1 || o->force_encoding == SMS_ENCODING_GSM7 ||
               o->force_encoding == SMS_ENCODING_UCS2);
}

int sms_outgoing_size(const struct sms_outgoing *outgoing, struct sms_sizing *ret)
{
    _cleanup_(wipe_plan) struct sms_plan plan;
    int r;

    plan.n_chars = 0;
    if (!is_in_range(outgoing))
        return -EINVAL;
    r = sms_plan_make(outgoing, &plan);
    if (r == 0 || r == -ENOTSUP)
        *ret = plan.sizing;
    return r;
}

static int put_septets(const struct sms_plan *plan, size_t begin, size_t end, struct user_data *ud)
{
    struct gsm7_shift shift = {plan->sizing.locking, plan->sizing.single};
    size_t header_septets = (ud->n_octets * 8 + 6) / 7;
    unsigned fill_bits = (unsigned)(header_septets * 7 - ud->n_octets * 8);
    uint8_t septets[SMS_USER_DATA_SEPTETS + 1];
    size_t n = 0, n_packed;
    int r = 0;

    for (size_t i = begin; r >= 0 && i < end; i++) {
        r = n < SMS_USER_DATA_SEPTETS
                ? gsm7_encode_char(shift, plan->chars[i].code_point, septets + n)
                : -EMSGSIZE;
        n += r > 0 ? (size_t)r : 0;
    }
    if (r >= 0)
        r = gsm7_pack(septets, n, fill_bits, ud->octets + ud->n_octets,
            sizeof(ud->octets) - ud->n_octets, &n_packed);
    explicit_bzero(septets, sizeof(septets));
    if (r < 0)
        return r;
    ud->n_octets += n_packed;
    ud->length = header_septets + n;
    return 0;
}

static int put_units(const struct sms_plan *plan, size_t begin, size_t end, struct user_data *ud)
{
    for (size_t i = begin; i < end; i++) {
        uint8_t octets[UCS2_MAX_OCTETS];
        int n = ucs2_encode_char(plan->chars[i].code_point, octets);

        if (n < 0)
            return n;
        if ((size_t)n > sizeof(ud->octets) - ud->n_octets)
            return -EMSGSIZE;
        memcpy(ud->octets + ud->n_octets, octets, (size_t)n);
        ud->n_octets += (size_t)n;
    }
    ud->length = ud->n_octets;
    return 0;
}

static int make_user_data(const struct sms_outgoing *outgoing, const struct sms_plan *plan,
    unsigned index, struct user_data *ud)
{
    const struct sms_sizing *sizing = &plan->sizing;
    struct sms_udh udh = {.locking = sizing->locking, .single = sizing->single};
    size_t begin, end;

    if (sizing->parts > 1)
        udh.concat = (struct sms_concat){.reference = (uint16_t)outgoing->reference,
            .reference_bits = (uint8_t)outgoing->reference_bits,
            .total = (uint8_t)sizing->parts,
            .sequence = (uint8_t)(index + 1)};
    ud->n_octets = sms_udh_encode(&udh, ud->octets);
    sms_plan_part(plan, index, &begin, &end);
    return sizing->encoding == SMS_ENCODING_GSM7 ? put_septets(plan, begin, end, ud)
                                                 : put_units(plan, begin, end, ud);
}

static uint8_t first_octet(const struct sms_outgoing *outgoing, bool has_header)
{
    uint8_t first = FIRST_SUBMIT;

    if (outgoing->reject_duplicates)
        first |= FIRST_REJECT_DUPLICATES;
    if (outgoing->validity_sec > 0)
        first |= FIRST_VALIDITY_RELATIVE;
    if (outgoing->report_requested)
        first |= FIRST_REPORT_REQUESTED;
    if (has_header)
        first |= FIRST_HEADER;
    return first;
}

static int make_tpdu(const struct sms_outgoing *outgoing, const struct sms_sizing *sizing,
    unsigned index, const struct user_data *ud, struct tpdu *tpdu)
{
    bool has_header = sizing->parts > 1 || sizing->locking != 0 || sizing->single != 0;
    uint8_t *out = tpdu->octets;
    size_t n_address;
    int r;

    *out++ = first_octet(outgoing, has_header);
    *out++ = (uint8_t)(outgoing->message_reference + index); /* one more per part, §9.2.3.6 */
    r = sms_address_encode(outgoing->number, out, &n_address);
    if (r < 0)
        return r;
    out += n_address;
    *out++ = 0; /* TP-PID: plain MS to SC, §9.2.3.9 */
    *out++ = sms_dcs_encode(sizing->encoding, outgoing->message_class);
    if (outgoing->validity_sec > 0) {
        r = sms_validity_relative_encode(outgoing->validity_sec, out++);
        if (r < 0)
            return r;
    }
    *out++ = (uint8_t)ud->length;
    memcpy(out, ud->octets, ud->n_octets);
    tpdu->n_octets = (size_t)(out - tpdu->octets) + ud->n_octets;
    return 0;
}

int sms_outgoing_encode(const struct sms_outgoing *outgoing, unsigned index, struct sms_pdu *ret)
{
    _cleanup_(wipe_plan) struct sms_plan plan;
    _cleanup_(wipe_user_data) struct user_data ud = {0};
    _cleanup_(wipe_tpdu) struct tpdu tpdu = {0};
    uint8_t smsc[SMS_ADDRESS_MAX_OCTETS];
    struct strbuf hex;
    size_t n_smsc;
    int r;

    plan.n_chars = 0;
    if (!is_in_range(outgoing) || sms_address_encode_smsc(outgoing->smsc, smsc, &n_smsc) < 0)
        return -EINVAL;
    r = sms_plan_make(outgoing, &plan);
    if (r < 0)
        return r;
    if (index >= plan.sizing.parts)
        return -EINVAL;
    r = make_user_data(outgoing, &plan, index, &ud);
    if (r < 0)
        return r;
    r = make_tpdu(outgoing, &plan.sizing, index, &ud, &tpdu);
    if (r < 0)
        return r;
    strbuf_init(&hex, ret->hex, sizeof(ret->hex));
    strbuf_put_hex(&hex, smsc, n_smsc);
    strbuf_put_hex(&hex, tpdu.octets, tpdu.n_octets);
    ret->tpdu_octets = (unsigned)tpdu.n_octets;
    return 0;
}
