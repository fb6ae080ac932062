/*
 * What a status report says of a text: TP-Status, 3GPP TS 23.040 §9.2.3.15, as one of four outcomes
 * and words for people. Constant data.
 */
#pragma once

#include <stdint.h>

enum tp_status_kind {
    TP_STATUS_DELIVERED, /* 00h–1Fh: the service centre is done with it */
    TP_STATUS_TRYING,    /* 20h–3Fh: not yet, the service centre goes on trying */
    TP_STATUS_FAILED,    /* 40h–7Fh: the service centre has given up */
    TP_STATUS_EXPIRED,   /* 46h: given up because the validity period was over */
};

/* The outcome; a reserved value counts as the group it lies in, 80h–FFh as failed. */
enum tp_status_kind tp_status_kind(uint8_t status);

/* Words for it; a value without words of its own gets those of its group. */
const char *tp_status_text(uint8_t status);
