#include "at/result.h"

#include "at/error.h"
#include "util/macros.h"
#include "util/parse.h"

#include <string.h>

ENUM_DEFINE(at_outcome, AT_OUTCOME_LIST);

static const struct {
    const char *line;
    enum at_outcome outcome;
} plain[] = {
    {"OK", AT_OK},
    {"ERROR", AT_ERROR},
    {"COMMAND NOT SUPPORT", AT_ERROR},     /* Huawei */
    {"TOO MANY PARAMETERS", AT_ERROR},     /* Huawei */
    {"NOT SUPPORTED", AT_ERROR},
    {"NO CARRIER", AT_CALL_ENDED},
    {"BUSY", AT_CALL_ENDED},
    {"NO ANSWER", AT_CALL_ENDED},
    {"NO DIALTONE", AT_CALL_ENDED},        /* V.250 table 1; modems write it both ways */
    {"NO DIAL TONE", AT_CALL_ENDED},
};

/* The reason behind "+CMS ERROR:" as a number, given as digits or, by +CMEE=2, in words. */
static int reason_code(const char *reason, size_t n, bool cms)
{
    uint64_t code;

    if (parse_u64_n(reason, n, 0, 65535, &code) == 0)
        return (int)code;
    return cms ? at_cms_error_from_text(reason, n) : at_cme_error_from_text(reason, n);
}

static bool parse_numbered(const char *line, size_t n, const char *prefix,
    enum at_outcome outcome, struct at_result *ret)
{
    size_t skip = strlen(prefix);

    if (n < skip || memcmp(line, prefix, skip) != 0)
        return false;
    while (skip < n && line[skip] == ' ')
        skip++;
    *ret = (struct at_result){
        .outcome = outcome,
        .code = reason_code(line + skip, n - skip, outcome == AT_CMS_ERROR),
    };
    return true;
}

bool at_result_parse(const char *line, struct at_result *ret)
{
    size_t n = strlen(line);

    while (n > 0 && line[n - 1] == ' ')
        n--;
    for (size_t i = 0; i < ARRAY_SIZE(plain); i++)
        if (n == strlen(plain[i].line) && memcmp(line, plain[i].line, n) == 0) {
            *ret = (struct at_result){.outcome = plain[i].outcome, .code = -1};
            return true;
        }
    return parse_numbered(line, n, "+CME ERROR:", AT_CME_ERROR, ret) ||
           parse_numbered(line, n, "+CMS ERROR:", AT_CMS_ERROR, ret);
}
