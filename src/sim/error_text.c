#include "sim/error_text.h"

#include "util/macros.h"

struct error_text {
    unsigned code;
    const char *text;
};

static const struct error_text cme_texts[] = {
    {0, "phone failure"},
    {3, "operation not allowed"},
    {4, "operation not supported"},
    {10, "SIM not inserted"},
    {11, "SIM PIN required"},
    {12, "SIM PUK required"},
    {13, "SIM failure"},
    {14, "SIM busy"},
    {16, "incorrect password"},
    {20, "memory full"},
    {21, "invalid index"},
    {22, "not found"},
    {30, "no network service"},
    {50, "incorrect parameters"},
    {100, "unknown"},
};

static const struct error_text cms_texts[] = {
    {1, "Unassigned (unallocated) number"},
    {8, "Operator determined barring"},
    {10, "Call barred"},
    {21, "Short message transfer rejected"},
    {27, "Destination out of service"},
    {28, "Unidentified subscriber"},
    {29, "Facility rejected"},
    {30, "Unknown subscriber"},
    {38, "Network out of order"},
    {41, "Temporary failure"},
    {42, "Congestion"},
    {47, "Resources unavailable, unspecified"},
    {50, "Requested facility not subscribed"},
    {69, "Requested facility not implemented"},
    {300, "ME failure"},
    {301, "SMS service of ME reserved"},
    {302, "operation not allowed"},
    {303, "operation not supported"},
    {304, "invalid PDU mode parameter"},
    {305, "invalid text mode parameter"},
    {310, "SIM not inserted"},
    {311, "SIM PIN required"},
    {313, "SIM failure"},
    {314, "SIM busy"},
    {316, "SIM PUK required"},
    {320, "memory failure"},
    {321, "invalid memory index"},
    {322, "memory full"},
    {330, "SMSC address unknown"},
    {331, "no network service"},
    {332, "network timeout"},
    {340, "no +CNMA acknowledgement expected"},
};

static const char *find(
    const struct error_text *texts, size_t n, unsigned code, const char *fallback)
{
    for (size_t i = 0; i < n; i++) {
        if (texts[i].code == code)
            return texts[i].text;
    }
    return fallback;
}

const char *cme_error_text(unsigned code)
{
    return find(cme_texts, ARRAY_SIZE(cme_texts), code, "unknown");
}

const char *cms_error_text(unsigned code)
{
    return find(cms_texts, ARRAY_SIZE(cms_texts), code, "unknown error");
}
