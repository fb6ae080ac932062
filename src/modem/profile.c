#include "modem/profile.h"

#include "util/macros.h"

#include <string.h>

static const char *const no_init[] = {NULL};
/* Huawei's status lines every few seconds can fill a buffer; this turns them off. */
static const char *const huawei_init[] = {"^CURC=0", NULL};

/*
 * TS 27.005 §3.4.1: mode, mt 1 (+CMTI; 2 would need +CNMA), bm, ds (1: +CDS, 2: +CDSI), bfr. The
 * order is the union of what ModemManager and oFono have found to work.
 */
static const char *const cnmi_ladder[] = {
    "2,1,0,1,0", "2,1,0,2,0", "1,1,0,1,0", "1,1,0,2,0", "2,1,0,0,0", "1,1,0,0,0", NULL};

static const struct modem_profile profiles[] = {
    {"huawei", "huawei", huawei_init, "^RESET", cnmi_ladder},
    {"generic", NULL, no_init, "+CFUN=1,1", cnmi_ladder},
};

const struct modem_profile *modem_profile_find(const char *manufacturer)
{
    for (size_t i = 0; i < ARRAY_SIZE(profiles) - 1; i++)
        if (strcasestr(manufacturer, profiles[i].manufacturer))
            return &profiles[i];
    return &profiles[ARRAY_SIZE(profiles) - 1];
}
