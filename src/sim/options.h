/* The command line of smsotp-sim, read into plain data that borrows from argv. */
#pragma once

#include "sim/modem_config.h"

#define SIM_MAX_MODEMS 64

struct options {
    unsigned count;
    const char *dir;     /* NULL: no symlinks, the paths are printed */
    const char *handset; /* NULL: text on standard output */
    const char *control; /* NULL: no control socket */
    const char *scenario; /* file of a script for modem0; NULL: none */
    bool show_parts;
    int ready_fd; /* -1: "ready" on standard output */
    uint64_t seed;
    struct modem_config modem; /* base values; options_modem() makes them distinct */
};

enum options_verdict {
    OPTIONS_RUN,
    OPTIONS_DONE,  /* --help or --version was answered */
    OPTIONS_USAGE, /* the error has been told on standard error */
};

/* Reads the command line. */
enum options_verdict options_parse(int argc, char *argv[], struct options *ret);

/* The configuration of modem `index`: IMEI (check digit too), ICCID and IMSI of its own. */
void options_modem(const struct options *options, unsigned index, struct modem_config *ret);
