#include "sms/user_data.h"

#include "sms/gsm7.h"
#include "sms/ucs2.h"

#include <string.h>

/* TP-UD as it lies in the PDU. */
struct region {
    const uint8_t *octets;
    size_t n_octets;
    size_t n_septets;     /* where they are counted, header included */
    size_t header_octets; /* with its length octet */
};

/* Compressed text is counted in octets too (§9.2.3.16). */
static bool counts_septets(const struct sms_dcs *dcs)
{
    return dcs->encoding == SMS_ENCODING_GSM7 && !dcs->compressed;
}

/*
 * Some senders count septets, up to 160, where octets are asked for. No more than 140 octets exist,
 * so such a length says only that the user data goes to the end.
 */
static enum sms_fault take_region(struct cursor *c, const struct sms_dcs *dcs, uint8_t length,
    struct region *ret, enum sms_field *ret_field)
{
    size_t n_octets = length;

    *ret_field = SMS_FIELD_UDL;
    if (counts_septets(dcs))
        n_octets = GSM7_OCTETS((size_t)length, 0);
    else if (length > SMS_USER_DATA_OCTETS)
        n_octets = c->left;
    if (length > SMS_USER_DATA_SEPTETS || n_octets > SMS_USER_DATA_OCTETS)
        return SMS_FAULT_TOO_LONG;
    *ret_field = SMS_FIELD_USER_DATA;
    if (cursor_take(c, n_octets, &ret->octets) < 0) {
        c->data += c->left; /* the fault is where the octets end */
        c->left = 0;
        return SMS_FAULT_CUT_OFF;
    }
    ret->n_octets = n_octets;
    ret->n_septets = length;
    return SMS_FAULT_NONE;
}

/* Puts the cursor back to `offset` in the region, for the place of a fault. */
static enum sms_fault fault_at(
    struct cursor *c, const struct region *ud, size_t offset, enum sms_fault fault)
{
    c->left += (size_t)(c->data - (ud->octets + offset));
    c->data = ud->octets + offset;
    return fault;
}

static enum sms_fault take_header(struct cursor *c, const struct sms_dcs *dcs, struct region *ud,
    struct sms_udh *udh, enum sms_field *ret_field)
{
    size_t consumed;

    *ret_field = SMS_FIELD_HEADER;
    ud->header_octets = 1U + ud->octets[0];
    if (ud->header_octets > ud->n_octets ||
        (counts_septets(dcs) && (ud->header_octets * 8 + 6) / 7 > ud->n_septets))
        return fault_at(c, ud, 0, SMS_FAULT_HEADER_LENGTH);
    if (sms_udh_decode(ud->octets + 1, ud->octets[0], udh, &consumed) < 0)
        return fault_at(c, ud, 1 + consumed, SMS_FAULT_ELEMENT);
    return SMS_FAULT_NONE;
}

static void decode_septets(const struct region *ud, struct sms_decoded *ret, struct strbuf *text)
{
    struct gsm7_shift shift = {ret->udh.locking, ret->udh.single};
    size_t header_septets = (ud->header_octets * 8 + 6) / 7;
    uint8_t septets[SMS_USER_DATA_SEPTETS];

    if (gsm7_unpack(ud->octets, ud->n_octets, 0, ud->n_septets, septets) < 0)
        return;
    gsm7_decode(shift, septets + header_septets, ud->n_septets - header_septets, text);
    ret->has_text = true;
}

static enum sms_fault decode_text(const struct region *ud, struct sms_decoded *ret)
{
    struct strbuf text = STRBUF_ON(ret->text);

    ret->n_data_octets = ud->n_octets - ud->header_octets;
    if (ret->n_data_octets > 0)
        memcpy(ret->data, ud->octets + ud->header_octets, ret->n_data_octets);
    if (ret->dcs.compressed)
        return SMS_FAULT_NONE;
    switch (ret->dcs.encoding) {
    case SMS_ENCODING_GSM7:
        decode_septets(ud, ret, &text);
        break;
    case SMS_ENCODING_8BIT:
        break;
    case SMS_ENCODING_UCS2:
        if (ucs2_decode(ret->data, ret->n_data_octets, &text) < 0)
            return SMS_FAULT_ODD;
        ret->has_text = true;
        break;
    }
    ret->text_length = text.length;
    return SMS_FAULT_NONE;
}

enum sms_fault sms_user_data_decode(
    struct cursor *c, bool has_header, struct sms_decoded *ret, enum sms_field *ret_field)
{
    struct cursor at_length = *c;
    struct region ud = {0};
    enum sms_fault fault;
    uint8_t length;

    *ret_field = SMS_FIELD_UDL;
    if (cursor_u8(c, &length) < 0)
        return SMS_FAULT_CUT_OFF;
    fault = take_region(c, &ret->dcs, length, &ud, ret_field);
    if (fault == SMS_FAULT_TOO_LONG)
        *c = at_length;
    if (fault != SMS_FAULT_NONE)
        return fault;
    if (has_header &&
        ud.n_octets > 0) { /* a header announced for no user data at all: there is none */
        fault = take_header(c, &ret->dcs, &ud, &ret->udh, ret_field);
        if (fault != SMS_FAULT_NONE)
            return fault;
    }
    ret->has_user_data = true;
    *ret_field = SMS_FIELD_USER_DATA;
    fault = decode_text(&ud, ret);
    return fault == SMS_FAULT_NONE ? fault : fault_at(c, &ud, ud.header_octets, fault);
}
