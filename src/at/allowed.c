#include "at/allowed.h"

#include "util/macros.h"

#include <errno.h>
#include <string.h>

/*
 * As typed behind AT; `?` asks for the value, `=?` for the values there are. TS 27.005, TS 27.007.
 */
static const char *const commands[] = {
    "", "I", "&V", /* V.250 */
    /* who they are */
    "+CGMI", "+CGMM", "+CGMR", "+CGSN", "+GMI", "+GMM", "+GMR", "+GSN", "+GCAP", "+CIMI", "+CCID",
    "+ICCID", "+QCCID", "^ICCID?", "#CCID", "+CNUM", "^VERSION?", "+CSUB",
    /* SIM, and tries left */
    "+CPIN?", "+CPINR", "+SPIC", "+SPIC?", "+QPINC", "+QPINC?", "+ZPINPUK=?", "+UPINCNT", "#PCT",
    "^SPIC", "^CPIN?", "#QSS?", "+QINISTAT", "+QSIMSTAT?", "^SIMST?", "+CSIM=?",
    /* network */
    "+CREG?", "+CGREG?", "+CEREG?", "+C5GREG?", "+CREG=?", "+CGREG=?", "+CEREG=?", "+COPS?", "+CSQ",
    "+CSQ=?", "+CESQ", "+CGATT?", "+CGACT?", "+CGDCONT?", "+CGPADDR", "+CEER", "+CIND?", "+CIND=?",
    "+CPSI?", "+QNWINFO", "+QCSQ", "+QSPN", "+QENG=\"servingcell\"", "^SYSINFO", "^SYSINFOEX",
    "^HCSQ?", "^SYSCFG?", "^SYSCFGEX?", "+CNSMOD?", "+CNMP?", "+CNMP=?", "+CMNB?", "+ZPAS?",
    "#RFSTS", "#SERVINFO", "#MONI", "!GSTATUS?", "!SELRAT?", "^SMONI", "+URAT?", "+UCGED?",
    "+WS46?", "+WS46=?",
    /* the message service, without its messages */
    "+CSCA?", "+CSMS?", "+CSMS=?", "+CPMS?", "+CPMS=?", "+CNMI?", "+CNMI=?", "+CMGF?", "+CMGF=?",
    "+CSMP?", "+CSDH?", "+CMMS?", "+CMMS=?", "+CGSMS?", "+CGSMS=?", "+CSCS?", "+CSCS=?", "+CUSD?",
    "+CUSD=?", "+CNMA=?",
    /* clock, supply, port */
    "+CCLK?", "+CTZU?", "+CTZR?", "+CTZU=?", "+CTZR=?", "+QLTS", "^NWTIME?", "+CLTS?", "#NITZ?",
    "+CFUN?", "+CFUN=?", "+CPAS", "+CBC", "+CMEE?", "+CMEE=?", "+CMTE?", "+CPMUTEMP", "#TEMPMON?",
    "+IPR?", "+IPR=?", "+IFC?", "+ICF?", "^CURC?", "^SETPORT?", "^SETPORT=?", "+QCFG=?",
};

/* Answers that begin otherwise than the command. */
static const struct {
    const char *command;
    const char *prefix;
} prefixes[] = {{"I", "+GCAP:"}, {"+QENG=\"servingcell\"", "+QENG:"}};

static void set_prefix(const char *command, char ret_prefix[static AT_ALLOWED_PREFIX_SIZE])
{
    size_t n = strcspn(command, "=?");

    for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
        if (strcmp(prefixes[i].command, command) == 0) {
            memcpy(ret_prefix, prefixes[i].prefix, strlen(prefixes[i].prefix) + 1);
            return;
        }
    memcpy(ret_prefix, command, n);
    memcpy(ret_prefix + n, ":", 2);
}

int at_allowed_command(const char *typed, struct at_command *ret_command,
    char ret_prefix[static AT_ALLOWED_PREFIX_SIZE])
{
    if (strncasecmp(typed, "AT", 2) == 0)
        typed += 2;
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
        if (strcasecmp(commands[i], typed) != 0)
            continue;
        set_prefix(commands[i], ret_prefix);
        return at_encode_plain(ret_command, commands[i]);
    }
    return -EPERM;
}

const char *at_allowed_at(unsigned index)
{
    return index < ARRAY_SIZE(commands) ? commands[index] : NULL;
}
