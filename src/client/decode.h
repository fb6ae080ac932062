/* The gateway's JSON into the structures of client.h. What is missing or of another type is empty. */
#pragma once

#include "smsotp/client.h"

#include <jansson.h>

void decode_verification(const json_t *json, struct smsotp_verification *ret);
void decode_message(const json_t *json, struct smsotp_message *ret);
void decode_check(const json_t *json, struct smsotp_check *ret);

/* A problem document (RFC 9457); `ret` may be NULL. Returns SMSOTP_REFUSED. */
int decode_error(const json_t *json, unsigned http_status, struct smsotp_error *ret);
