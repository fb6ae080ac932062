#include "sms/pdu.h"

#include "sms/user_data.h"

#include <errno.h>

/* First octet: TP-MTI (§9.2.3.1) and flags, by the figures of §9.2.2. */
#define MTI(first) ((first)&0x03)
#define MTI_DELIVER 0
#define MTI_SUBMIT 1
#define MTI_STATUS_REPORT 2
#define FIRST_REJECT_DUPLICATES 0x04
#define FIRST_VALIDITY(first) ((enum sms_validity_format)((first) >> 3 & 0x03))
#define FIRST_REPORT 0x20
#define FIRST_HEADER 0x40
#define FIRST_REPLY_PATH 0x80

/* TP-PI (§9.2.3.27) */
#define PARAMETER_PID 0x01
#define PARAMETER_DCS 0x02
#define PARAMETER_USER_DATA 0x04
#define PARAMETER_EXTENSION 0x80

ENUM_DEFINE(sms_type, SMS_TYPE_LIST);
ENUM_DEFINE(sms_field, SMS_FIELD_LIST);
ENUM_DEFINE(sms_fault, SMS_FAULT_LIST);

/* The first fault stays; every read after it does nothing, so it is asked for once, at the end. */
struct reader {
    struct cursor c;
    enum sms_fault fault;
    enum sms_field field; /* being read */
};

/* Turns the result of one of the codecs into the fault it stands for. */
static void settle(struct reader *rd, int r)
{
    if (r == -ENODATA)
        rd->fault = SMS_FAULT_CUT_OFF;
    else if (r == -EMSGSIZE)
        rd->fault = SMS_FAULT_ADDRESS_LENGTH;
    else if (r == -EBADMSG)
        rd->fault = SMS_FAULT_DIGITS;
    else if (r < 0)
        rd->fault = SMS_FAULT_TIME;
}

static bool begin(struct reader *rd, enum sms_field field)
{
    if (rd->fault == SMS_FAULT_NONE)
        rd->field = field;
    return rd->fault == SMS_FAULT_NONE;
}

static void read_octet(struct reader *rd, enum sms_field field, uint8_t *ret)
{
    if (begin(rd, field))
        settle(rd, cursor_u8(&rd->c, ret));
}

static void read_address(struct reader *rd, struct sms_address *ret)
{
    if (begin(rd, SMS_FIELD_ADDRESS))
        settle(rd, sms_address_decode(&rd->c, ret));
}

static void read_timestamp(struct reader *rd, enum sms_field field, struct sms_timestamp *ret)
{
    if (begin(rd, field))
        settle(rd, sms_timestamp_decode(&rd->c, ret));
}

static void read_dcs(struct reader *rd, struct sms_dcs *ret)
{
    uint8_t octet;

    read_octet(rd, SMS_FIELD_DCS, &octet);
    if (rd->fault == SMS_FAULT_NONE)
        *ret = sms_dcs_decode(octet);
}

static void read_user_data(struct reader *rd, uint8_t first, struct sms_decoded *ret)
{
    if (begin(rd, SMS_FIELD_UDL))
        rd->fault = sms_user_data_decode(&rd->c, (first & FIRST_HEADER) != 0, ret, &rd->field);
}

/* §9.2.2.1 */
static void read_deliver(struct reader *rd, uint8_t first, struct sms_decoded *ret)
{
    ret->type = SMS_TYPE_DELIVER;
    ret->reply_path = (first & FIRST_REPLY_PATH) != 0;
    ret->report_requested = (first & FIRST_REPORT) != 0;
    read_address(rd, &ret->number);
    read_octet(rd, SMS_FIELD_PID, &ret->pid);
    read_dcs(rd, &ret->dcs);
    read_timestamp(rd, SMS_FIELD_TIMESTAMP, &ret->timestamp);
    read_user_data(rd, first, ret);
}

/* §9.2.2.2 */
static void read_submit(struct reader *rd, uint8_t first, struct sms_decoded *ret)
{
    enum sms_validity_format format = FIRST_VALIDITY(first);

    ret->type = SMS_TYPE_SUBMIT;
    ret->reply_path = (first & FIRST_REPLY_PATH) != 0;
    ret->report_requested = (first & FIRST_REPORT) != 0;
    ret->reject_duplicates = (first & FIRST_REJECT_DUPLICATES) != 0;
    read_octet(rd, SMS_FIELD_REFERENCE, &ret->message_reference);
    read_address(rd, &ret->number);
    read_octet(rd, SMS_FIELD_PID, &ret->pid);
    read_dcs(rd, &ret->dcs);
    if (begin(rd, SMS_FIELD_VALIDITY))
        settle(rd, sms_validity_decode(&rd->c, format, &ret->validity));
    ret->has_validity =
        ret->validity.sec > 0 || (ret->validity.is_absolute && ret->validity.until.known);
    read_user_data(rd, first, ret);
}

/* The optional end of a report: TP-PI, with what it announces. Later indicator octets are reserved.
 */
static void read_parameters(struct reader *rd, uint8_t first, struct sms_decoded *ret)
{
    uint8_t parameters = 0, more;

    read_octet(rd, SMS_FIELD_PARAMETERS, &parameters);
    for (more = parameters; rd->fault == SMS_FAULT_NONE && more & PARAMETER_EXTENSION;)
        read_octet(rd, SMS_FIELD_PARAMETERS, &more);
    if (parameters & PARAMETER_PID)
        read_octet(rd, SMS_FIELD_PID, &ret->pid);
    if (parameters & PARAMETER_DCS)
        read_dcs(rd, &ret->dcs);
    if (parameters & PARAMETER_USER_DATA)
        read_user_data(rd, first, ret);
}

/* §9.2.2.3 */
static void read_status_report(struct reader *rd, uint8_t first, struct sms_decoded *ret)
{
    ret->type = SMS_TYPE_STATUS_REPORT;
    read_octet(rd, SMS_FIELD_REFERENCE, &ret->message_reference);
    read_address(rd, &ret->number);
    read_timestamp(rd, SMS_FIELD_TIMESTAMP, &ret->timestamp);
    read_timestamp(rd, SMS_FIELD_DISCHARGE, &ret->discharge);
    read_octet(rd, SMS_FIELD_STATUS, &ret->status);
    if (rd->c.left > 0)
        read_parameters(rd, first, ret);
}

static void read_tpdu(struct reader *rd, enum sms_direction direction, struct sms_decoded *ret)
{
    struct cursor at_first = rd->c;
    uint8_t first = 0;

    read_octet(rd, SMS_FIELD_FIRST_OCTET, &first);
    if (rd->fault != SMS_FAULT_NONE)
        return;
    if (MTI(first) == MTI_SUBMIT) {
        read_submit(rd, first, ret);
    } else if (direction == SMS_FROM_PHONE) {
        rd->c = at_first;
        rd->fault = SMS_FAULT_TYPE;
    } else if (MTI(first) == MTI_STATUS_REPORT) {
        read_status_report(rd, first, ret);
    } else { /* the reserved value is to be processed as a DELIVER, §9.2.3.1 */
        read_deliver(rd, first, ret);
    }
}

int sms_pdu_decode(const uint8_t *octets, size_t n_octets, enum sms_direction direction,
    struct sms_decoded *ret, struct sms_pdu_error *ret_error)
{
    struct reader rd = {.c = cursor_on(octets, n_octets), .fault = SMS_FAULT_NONE};
    struct sms_decoded decoded = {.dcs = sms_dcs_decode(0)};

    if (begin(&rd, SMS_FIELD_SMSC))
        settle(&rd, sms_address_decode_smsc(&rd.c, &decoded.smsc));
    if (rd.fault == SMS_FAULT_NONE)
        read_tpdu(&rd, direction, &decoded);
    if (rd.fault != SMS_FAULT_NONE) {
        if (ret_error)
            *ret_error = (struct sms_pdu_error){
                .fault = rd.fault, .field = rd.field, .offset_octets = n_octets - rd.c.left};
        return -EBADMSG;
    }
    *ret = decoded;
    return 0;
}

void sms_pdu_error_format(const struct sms_pdu_error *error, struct strbuf *text)
{
    strbuf_printf(text, "octet %zu: %s %s", error->offset_octets, sms_field_to_string(error->field),
        sms_fault_to_string(error->fault));
}
