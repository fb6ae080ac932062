/* What AT commands set, and AT&F brings back. Plain data. */
#pragma once

struct settings {
    unsigned echo, quiet, verbose;
    unsigned cmee, creg, cgreg, cereg, cops_format;
    unsigned cmgf, csms, cmms, csdh, clip, ccwa, ctzu, ctzr, cgerep;
    unsigned clts, nitz, nitz_told;
    unsigned cnmi[5];
    unsigned csmp[4]; /* first octet, VP, PID, DCS */
    unsigned charset; /* index into charset_names */
};
