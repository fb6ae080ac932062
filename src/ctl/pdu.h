/*
 * `smsotpctl pdu decode` and `pdu encode`: short messages in hex to fields and back, for
 * technicians and tests. Needs neither daemon nor socket. Writes to stdout and stderr.
 */
#pragma once

#include <stdbool.h>

/* sysexits.h: the command line is wrong; the data it names is. */
#define CTL_PDU_EXIT_USAGE 64
#define CTL_PDU_EXIT_DATA 65

/*
 * Runs `pdu decode [--mo] HEX…|-` or `pdu encode …`; argv begins after the word `pdu`. Returns the
 * exit status: 0, 64 with what was expected on stderr, or 65 when a PDU is malformed or a text
 * cannot be encoded.
 */
int ctl_pdu(int argc, char **argv, bool json);

/* The two commands; argv[0] is their name. */
int ctl_pdu_decode(int argc, char **argv, bool json);
int ctl_pdu_encode(int argc, char **argv, bool json);
