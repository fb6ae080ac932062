#include "ctl/client.h"
#include "ctl/command.h"
#include "ctl/pdu.h"
#include "ctl/usage.h"
#include "smsotp/api.h"
#include "smsotp/version.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int (*run)(struct ctl *ctl, int argc, char **argv);
    const char *help;
} commands[] = {
    {"status", ctl_status, "whether the gateway is ready, and why not"},
    {"modems", ctl_modems, "what is known of each modem"},
    {"modem", ctl_modem, "NAME reset, enable, disable, ussd CODE, at COMMAND, pin"},
    {"inbound", ctl_inbound, "texts that came in: [--since ID] [--limit N]"},
    {"limits", ctl_limits, "what a request would meet: NUMBER; or reset conversion NUMBER"},
    {"optout", ctl_optout, "numbers that get no texts: list, add NUMBER, remove NUMBER"},
    {"request", ctl_request, "send a code: NUMBER PURPOSE [KEY=VALUE]…"},
    {"message", ctl_message, "send a plain text and follow it: --to NUMBER --text TEXT"},
    {"render", ctl_render, "a text as it would be sent: PURPOSE [KEY=VALUE]…"},
    {"check", ctl_check, "check a code: ID [CODE|-] [KEY=VALUE]…"},
    {"events", ctl_events, "what happens, as it happens: [--since ID] [--types KIND,…]"},
    {"audit", ctl_audit, "the audit log: verify [--head LINE], head, export [--since TIME]"},
    {"key", ctl_key, "master keys: list, rotate"},
    {"clock", ctl_clock, "the system's clock is right although it was ahead: accept"},
    {"receipt", ctl_receipt, "check a receipt: verify [--key KEY] RECEIPT|-"},
};

static void print_help(FILE *file)
{
    fprintf(file, "Usage: smsotpctl [--socket PATH] [--json] COMMAND …\n\n");
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        fprintf(file, "  %-10s %s\n", commands[i].name, commands[i].help);
    fprintf(
        file, "  %-10s %s\n", "client", "add a till to the configuration: add NAME, with a token");
    fprintf(
        file, "  %-10s %s\n\n", "pdu", "decode HEX… and encode short messages, without a daemon");
    fprintf(file,
        "  --socket PATH  the daemon's socket (%s/%s)\n  --json         print JSON\n"
        "  --version, --help; COMMAND --help says how it is called\n",
        SMSOTP_RUNTIME_DIR, SMSOTP_SOCKET_ADMIN);
}

/* Behind a command or two words of one, so that no value of an option is taken for it. */
static bool asks_for_help(int argc, char **argv)
{
    char words[64];

    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return ctl_usage_print(argv[0]);
    if (argc != 3 || strcmp(argv[2], "--help") != 0)
        return false;
    snprintf(words, sizeof(words), "%s %s", argv[0], argv[1]);
    return ctl_usage_print(words);
}

static int run_command(struct ctl *ctl, int argc, char **argv)
{
    if (asks_for_help(argc, argv))
        return CTL_EXIT_OK;
    if (strcmp(argv[0], "pdu") == 0)
        return ctl_pdu(argc - 1, argv + 1, ctl->json);
    if (strcmp(argv[0], "client") == 0)
        return ctl_client(argc, argv, ctl->json);
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        int status;

        if (strcmp(argv[0], commands[i].name) != 0)
            continue;
        status = smsotp_new(&ctl->smsotp, ctl->socket_path);
        if (status < 0) {
            fprintf(stderr, "smsotpctl: %s\n", status == -ENAMETOOLONG
                ? "--socket: the path is too long; a socket's path has at most 107 bytes"
                : "out of memory");
            return status == -ENAMETOOLONG ? CTL_EXIT_USAGE : CTL_EXIT_OFFLINE;
        }
        status = commands[i].run(ctl, argc, argv);
        smsotp_free(ctl->smsotp);
        return status;
    }
    fprintf(stderr, "smsotpctl: there is no command `%s`; see --help\n", argv[0]);
    return CTL_EXIT_USAGE;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"socket", required_argument, NULL, 's'},
        {"json", no_argument, NULL, 'j'},
        {"version", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    struct ctl ctl = {.socket_path = SMSOTP_RUNTIME_DIR "/" SMSOTP_SOCKET_ADMIN};
    int c;

    argv[0] = program_invocation_short_name; /* in what getopt says */
    while ((c = getopt_long(argc, argv, "+h", options, NULL)) >= 0) {
        switch (c) {
        case 's':
            ctl.socket_path = optarg;
            break;
        case 'j':
            ctl.json = true;
            break;
        case 'v':
            printf("smsotpctl %s\n", SMSOTP_VERSION);
            return CTL_EXIT_OK;
        case 'h':
            print_help(stdout);
            return CTL_EXIT_OK;
        default: /* getopt has said what is wrong */
            fprintf(stderr, "smsotpctl: see --help\n");
            return CTL_EXIT_USAGE;
        }
    }
    if (optind == argc) {
        print_help(stderr);
        return CTL_EXIT_USAGE;
    }
    return run_command(&ctl, argc - optind, argv + optind);
}
