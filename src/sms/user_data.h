/*
 * User data of a TPDU (3GPP TS 23.040 §9.2.3.16, §9.2.3.24): TP-UDL, the header if there is one,
 * and the text or the octets behind it. Pure.
 */
#pragma once

#include "sms/pdu.h"

/*
 * Reads TP-UDL and TP-UD into the user data fields of `ret`, whose `dcs` is set. On a fault the
 * cursor stands at it and *ret_field names the field.
 */
enum sms_fault sms_user_data_decode(
    struct cursor *c, bool has_header, struct sms_decoded *ret, enum sms_field *ret_field);
