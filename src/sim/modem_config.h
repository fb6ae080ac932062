/* How one modem is, from the command line and the control socket. Plain data. */
#pragma once

#include "sim/persona.h"
#include "sim/sms_codec.h"

struct modem_config {
    const struct persona *persona;
    unsigned cmgs_ms;   /* Ctrl-Z to +CMGS */
    unsigned cmd_ms;    /* any other answer */
    unsigned prompt_ms; /* AT+CMGS to the prompt */
    unsigned search_ms; /* power-up to registered */
    bool reports;
    unsigned report_ms; /* accepted to delivery report */
    uint8_t report_status; /* what reports say: TP-ST, TS 23.040 §9.2.3.15; 0: delivered */
    bool hides_tries;      /* questions for the PIN tries left are not known */
    bool one_byte;
    char pin[9]; /* empty: none asked for */
    char imei[16];
    char iccid[21];
    char imsi[16];
    char number[SMS_NUMBER_SIZE]; /* its own; empty: the card does not say */
    char operator_name[33];
    char smsc[SMS_NUMBER_SIZE];
    unsigned signal;       /* 0…31, or 99 */
    unsigned registration; /* <stat> of +CREG, TS 27.007 §7.2 */
    bool time_off;         /* the network tells no time */
    int time_ahead_sec;    /* … or one so far ahead of this machine's */
    unsigned ussd_coding;  /* enum ussd_coding */
    unsigned ussd_ms;      /* a code to the network's answer */
    char balance[160];     /* what the network tells; empty: Rs 120.50 */
    int fail;              /* CMS code for every text, -1: none */
    uint8_t first_mr;
};
