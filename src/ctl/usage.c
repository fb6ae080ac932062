#include "ctl/usage.h"

#include "ctl/command.h"

#include <stdio.h>
#include <string.h>

/* Each line follows "Usage: smsotpctl ", the further ones of a command their own indentation. */
static const struct {
    const char *command;
    const char *text;
} usages[] = {
    {"audit", "audit verify [--json] [--head LINE]\n"
              "       smsotpctl audit head [--json]\n"
              "       smsotpctl audit export [--from SEQUENCE] [--since TIME]\n"},
    {"check", "check [--attempt-id A] ID [CODE|-] [KEY=VALUE]…\n"
              "Without CODE, or with -, the code is read from standard input.\n"},
    {"client", "client add NAME [--json] [--token | --user USER | --group GROUP |\n"
               "       --certificate NAME] [--purposes \"NAME …\"] [--config FILE] [--write]\n"},
    {"clock", "clock accept\n"},
    {"events", "events [--json] [--since ID] [--types KIND,…]\n"},
    {"inbound", "inbound [--json] [--since ID] [--limit N]\n"},
    {"key", "key list|rotate\n"},
    {"limits", "limits [--json] [--inbound] [--purpose PURPOSE] [--client CLIENT] NUMBER\n"
               "       smsotpctl limits reset conversion NUMBER | --client CLIENT\n"
               "       smsotpctl limits reset streak NUMBER\n"
               "       smsotpctl limits reset rollback\n"},
    {"message", "message [--reference R] [--validity 1h] [--timeout 2m] --to NUMBER --text TEXT|-\n"
                "With - the text is a line of standard input. --timeout 0: does not wait.\n"},
    {"modem", "modem NAME reset|enable|disable\n"
              "       smsotpctl modem NAME ussd CODE [--reply TEXT]…\n"
              "       smsotpctl modem NAME ussd --reply TEXT…|--cancel\n"
              "       smsotpctl modem NAME at COMMAND\n"
              "       smsotpctl modem NAME pin [PIN|-]\n"
              "Without PIN, or with -, the PIN is read from standard input.\n"},
    {"modems", "modems\n"},
    {"optout", "optout list\n"
               "       smsotpctl optout add|remove NUMBER\n"},
    {"pdu", "pdu [--json] decode|encode …; `pdu decode --help`, `pdu encode --help` say more\n"},
    {"pdu decode", "pdu decode [--json] [--mo] HEX…|-\n"
                   "With -, one a line is read from standard input. --mo: as a phone sends it.\n"},
    {"pdu encode", "pdu encode [--json] --to NUMBER --text TEXT [--smsc NUMBER]\n"
                   "       [--validity 5m] [--class N] [--report] [--reject-duplicates] [--ref N]\n"
                   "       [--ref-bits 8|16] [--mr N] [--national auto|off|LANG]\n"
                   "       [--coding auto|gsm7|ucs2]\n"},
    {"receipt", "receipt verify [--key PUBLIC_KEY] RECEIPT|-\n"
                "With -, the receipt is read from standard input.\n"},
    {"render", "render [--locale L] [--reference R] PURPOSE [KEY=VALUE]…\n"
               "       smsotpctl render --text TEXT\n"},
    {"request", "request [--inbound] [--locale L] [--reference R [--resume]]\n"
                "       [--idempotency-key K] NUMBER PURPOSE [KEY=VALUE]…\n"},
    {"status", "status\n"},
};

static bool print(FILE *file, const char *command)
{
    for (size_t i = 0; i < sizeof(usages) / sizeof(usages[0]); i++)
        if (strcmp(usages[i].command, command) == 0)
            return fprintf(file, "Usage: smsotpctl %s", usages[i].text) >= 0;
    return false;
}

int ctl_usage(const char *command)
{
    print(stderr, command);
    return CTL_EXIT_USAGE;
}

bool ctl_usage_print(const char *command)
{
    return print(stdout, command);
}
