/*
 * Messages in PDU mode as TS 27.005 §3 carries them: what +CMGS answers, the headers of +CMT, +CDS,
 * +CMGR and +CMGL with the line of hex behind them, and the notices +CMTI and +CDSI. The octets
 * themselves are for sms/. Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define AT_MESSAGE_MAX_OCTETS 512 /* of a PDU line; some phones pad with FF beyond the 176 in use */
#define AT_MEMORY_SIZE 4          /* "SM", "ME", "SR", "BM" … (TS 27.005 §2.2.2) and NUL */

struct at_message_header {
    int index;       /* of +CMGL; else -1 */
    int stat;        /* of +CMGR and +CMGL; -1: not given */
    unsigned octets; /* of the TPDU, without its SMSC field */
};

struct at_message_notice {
    char memory[AT_MEMORY_SIZE]; /* empty when not named */
    unsigned index;
};

/* TP-MR from "+CMGS: 183" (§3.5.1). -EINVAL. */
int at_parse_cmgs(const char *line, uint8_t *ret_reference);

/* A header of +CMT, +CDS, +CMGR or +CMGL. -EINVAL, and for one in text mode -EPROTO. */
int at_parse_message_header(const char *line, struct at_message_header *ret);

/*
 * The line of hex behind a header, `octets` from it: SMSC field and TPDU. Octets beyond the length
 * told are left out; fewer are handed on for the decoder to judge, as phones misstate the length.
 * -EINVAL: no PDU.
 */
int at_parse_message_pdu(const char *line, unsigned octets,
    uint8_t ret_pdu[static AT_MESSAGE_MAX_OCTETS], size_t *ret_n_octets);

/* +CMTI: and +CDSI: (§3.4.1). -EINVAL. */
int at_parse_message_notice(const char *line, struct at_message_notice *ret);
