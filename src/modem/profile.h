/*
 * What is particular about a vendor's modems, as data: a row per family, the first whose pattern
 * fits the manufacturer (+CGMI) wins, `generic` is the last and fits all.
 */
#pragma once

struct modem_profile {
    const char *name;
    const char *manufacturer;  /* upper or lower case, part of +CGMI; NULL: any */
    const char *const *init;   /* commands without AT, after the identity; may fail */
    const char *reset;         /* the command that restarts the modem, without AT */
    const char *const *cnmi;   /* message routings to try, best first */
};

/* The row for a manufacturer, empty when not known. */
const struct modem_profile *modem_profile_find(const char *manufacturer);
