/*
 * What a status report says of a text: TP-Status, 3GPP TS 23.040 §9.2.3.15, as one of the outcomes
 * below and words for people. Constant data.
 */
#pragma once

#include <stdint.h>

enum tp_status_kind {
    TP_STATUS_DELIVERED, /* 00h, 10h–1Fh: the service centre is done with it */
    TP_STATUS_UNSURE,    /* 01h, 02h: so it is, but whether it has arrived it cannot tell */
    TP_STATUS_TRYING,    /* 20h–25h, 30h–3Fh: not yet, the service centre goes on trying */
    TP_STATUS_FAILED,    /* 40h–7Fh: the service centre has given up */
    TP_STATUS_EXPIRED,   /* 46h: given up because the validity period was over */
};

/*
 * The outcome. A value that is the service centre's own counts as the group it lies in; a reserved
 * one, wherever it lies, as "service rejected", 63h.
 */
enum tp_status_kind tp_status_kind(uint8_t status);

/* Words for it; a value without words of its own gets those of what it counts as. */
const char *tp_status_text(uint8_t status);
