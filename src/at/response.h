/*
 * Answers that stand for themselves: signal, operator, service centre, own number, message routing
 * and stores, USSD. Registration, identity, SIM locks and messages have files of their own. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AT_NUMBER_SIZE 24 /* `+`, 20 digits (TS 24.011 §8.2.5.2) and NUL */

/*
 * Signal strength from +CSQ (TS 27.007 §8.5): `rssi` as sent, dBm with 0 for not known (99, 199).
 * 100…191 is the scale of TD-SCDMA and of some LTE modems, RSCP -116 dBm + n. -EINVAL.
 */
int at_parse_csq(const char *line, unsigned *ret_rssi, int *ret_dbm);

/* What +CFUN? tells (TS 27.007 §8.2): 1 full, 0 minimum, 4 radio off, others a maker's. -EINVAL. */
int at_parse_cfun(const char *line, unsigned *ret_functionality);

/* The operator's name from +COPS?; printable ASCII, empty while there is none. -EINVAL. */
int at_parse_cops(const char *line, char *ret_name, size_t size);

/*
 * The service centre from +CSCA?, as sent, also where it is sent as UCS2 in hex; empty when none is
 * set. `ret_international` tells whether the type of address says so. -EINVAL.
 */
int at_parse_csca(
    const char *line, char ret_number[static AT_NUMBER_SIZE], bool *ret_international);

/*
 * The SIM's own number from +CNUM, with `+` in front where the type of address says international;
 * also where it is sent as UCS2 in hex. -ENODATA when it has none, -EINVAL.
 */
int at_parse_cnum(const char *line, char ret_number[static AT_NUMBER_SIZE]);

/* What AT+CNMI=? allows (TS 27.005 §3.4.1): a set of numbers per argument, bit n for n. */
struct at_cnmi_range {
    uint32_t mode, mt, bm, ds, bfr;
};
int at_parse_cnmi_range(const char *line, struct at_cnmi_range *ret);

/* The five numbers of AT+CNMI?; those not sent are 0. -EINVAL. */
int at_parse_cnmi(const char *line, unsigned ret_values[static 5]);

/* Whether AT+CPMS=? offers `memory` as argument `position` (0…2). */
bool at_cpms_offers(const char *line, unsigned position, const char *memory);

/*
 * From AT+CPMS? or what AT+CPMS= answers: messages in the memory that takes what is received, the
 * last one named, and its size (§3.2.2). -EINVAL.
 */
int at_parse_cpms_usage(const char *line, int *ret_used, int *ret_total);

/* +CUSD (TS 27.007 §7.15). The text is as sent, borrowed, not terminated. -EINVAL. */
struct at_cusd {
    unsigned type;
    const char *text;
    size_t n;
    int dcs; /* -1: not sent */
};
int at_parse_cusd(const char *line, struct at_cusd *ret);

/* Copies its text with the octets that the network sent: at/line.h has another for NUL. */
void at_cusd_octets(const struct at_cusd *cusd, char *ret);
