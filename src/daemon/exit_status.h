/* Exit statuses of smsotpd, from sysexits.h, so that a script can tell what to mend. */
#pragma once

#include <sysexits.h>

#define EXIT_STATUS_USAGE EX_USAGE        /* 64: wrong command line */
#define EXIT_STATUS_DATABASE EX_DATAERR   /* 65: the database is not ours, newer, or damaged */
#define EXIT_STATUS_DEVICE EX_UNAVAILABLE /* 69: --check-config: a modem's device is not there */
#define EXIT_STATUS_SOFTWARE EX_SOFTWARE  /* 70: out of memory and the like */
#define EXIT_STATUS_SOCKET EX_CANTCREAT   /* 73: a socket cannot be made */
#define EXIT_STATUS_STORAGE EX_IOERR      /* 74: the database cannot be opened or written */
#define EXIT_STATUS_RUNNING EX_TEMPFAIL   /* 75: another smsotpd is running */
#define EXIT_STATUS_KEY EX_NOPERM         /* 77: the master key cannot be read, or others can */
#define EXIT_STATUS_CONFIG EX_CONFIG      /* 78: the configuration */
