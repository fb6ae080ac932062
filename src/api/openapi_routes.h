/*
 * The description of this API in OpenAPI, docs/openapi.yaml, as part of the program. Static data.
 */
#pragma once

#include "api/call.h"

/* The document, made of the file by src/api/meson.build; terminated. */
extern const char openapi_document[];

/* GET /v1/openapi.yaml. Takes over the call. */
void openapi_read(struct call *call);
