/*
 * A decoded short message as the fields of `pdu decode`: a JSON object on one line, or aligned
 * lines for people in which text from outside is escaped. Writes to stdout.
 */
#pragma once

#include "sms/pdu.h"

#include <jansson.h>

/* The fields as a JSON object that the caller owns; NULL: out of memory. */
json_t *pdu_fields_to_json(const struct sms_decoded *decoded);

/* Prints the fields. */
void pdu_fields_print(const struct sms_decoded *decoded, bool json);

/*
 * Prints why a PDU was refused: as {"error":"…"} in its place on stdout, or on stderr with the
 * number of the PDU, from 1.
 */
void pdu_fields_print_error(const char *reason, bool json, unsigned number);

/* Prints an object as one line of JSON, or each field on a line of its own and an empty line after.
 */
void pdu_fields_print_object(const json_t *object, bool json);
