/* Texts of error codes for AT+CMEE=2: 3GPP TS 27.007 §9.2.1 (+CME), TS 27.005 §3.2.5 (+CMS). */
#pragma once

/* "SIM PIN required", or "unknown". */
const char *cme_error_text(unsigned code);

/* "SMSC address unknown", or "unknown error". */
const char *cms_error_text(unsigned code);
