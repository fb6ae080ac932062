/*
 * Who a modem and its SIM say they are: the answers to +CGMI, +CGMM, +CGMR, +CGSN, +CIMI and the
 * many forms of the SIM's number. Pure. Everything given out is printable ASCII, terminated.
 */
#pragma once

#include <stddef.h>

#define AT_ICCID_SIZE 21 /* 20 digits (ITU-T E.118 §4.1: 19 with the check digit) and NUL */
#define AT_IMEI_SIZE 18  /* up to 17 digits and NUL; TS 23.003 §6.2: 15, IMEISV 16 */
#define AT_IMSI_SIZE 16  /* TS 23.003 §2.2: at most 15 digits */

/*
 * A line of free text: `Quectel`, `+CGMM: "MC35"` with prefix "+CGMM:". Blanks around it are left
 * out, what is not printable ASCII becomes `?`, what does not fit is cut. -EINVAL when empty.
 */
int at_parse_text(const char *line, const char *prefix, char *ret_text, size_t size);

/* The IMEI within a +CGSN answer, bare, quoted or behind a word. -EINVAL. */
int at_parse_imei(const char *line, char ret_imei[static AT_IMEI_SIZE]);

/* The IMSI within a +CIMI answer. -EINVAL. */
int at_parse_imsi(const char *line, char ret_imsi[static AT_IMSI_SIZE]);

/*
 * The SIM's number from +CCID, +ICCID, ^ICCID, +QCCID, +CICCID or a bare line. The filler F is left
 * out; a number with its digits swapped in pairs, as the file is stored (TS 51.011 §10.1.1), is
 * turned round. Some operators' numbers contain A…E. -EINVAL.
 */
int at_parse_iccid(const char *line, char ret_iccid[static AT_ICCID_SIZE]);
