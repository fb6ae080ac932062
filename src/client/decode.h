/*
 * The gateway's JSON into the structures of client.h. What is missing or of another type is empty.
 */
#pragma once

#include "smsotp/client.h"

#include <jansson.h>
#include <stdbool.h>

/* A struct smsotp_verification, a struct smsotp_message. False: it has no id. */
bool decode_verification(const json_t *json, void *ret_verification);
bool decode_message(const json_t *json, void *ret_message);
void decode_check(const json_t *json, struct smsotp_check *ret);

/* A problem document (RFC 9457); `ret` may be NULL. Returns SMSOTP_REFUSED. */
int decode_error(const json_t *json, unsigned http_status, struct smsotp_error *ret);
