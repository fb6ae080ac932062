#include "daemon/options.h"

#include "smsotp/api.h"
#include "smsotp/version.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>

enum {
    OPTION_STATE_DIR = 256,
    OPTION_RUNTIME_DIR,
    OPTION_LOG_LEVEL,
    OPTION_CHECK_CONFIG,
    OPTION_VERSION,
};

static const struct option long_options[] = {
    {"config", required_argument, NULL, 'c'},
    {"state-dir", required_argument, NULL, OPTION_STATE_DIR},
    {"runtime-dir", required_argument, NULL, OPTION_RUNTIME_DIR},
    {"log-level", required_argument, NULL, OPTION_LOG_LEVEL},
    {"check-config", no_argument, NULL, OPTION_CHECK_CONFIG},
    {"version", no_argument, NULL, OPTION_VERSION},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static void print_help(void)
{
    printf("Usage: smsotpd [OPTION]…\n"
"Sends one-time codes through a GSM modem; shop systems ask for them on a UNIX socket.\n\n"
"  -c, --config FILE     configuration (%s)\n"
"      --state-dir DIR   database and key (%s)\n"
"      --runtime-dir DIR both sockets (%s)\n"
"      --log-level LEVEL error, warning, notice, info or debug (info)\n"
"      --check-config    check the configuration, its key and devices, and leave\n"
"      --version         print the version and leave\n"
"  -h, --help            print this and leave\n\n"
"Runs in the foreground and logs to stderr.\n",
        SMSOTP_CONFIG_FILE, SMSOTP_STATE_DIR, SMSOTP_RUNTIME_DIR);
}

int options_parse(struct options *ret, int argc, char **argv)
{
    struct options options = {.config_path = SMSOTP_CONFIG_FILE,
        .state_dir = SMSOTP_STATE_DIR,
        .runtime_dir = SMSOTP_RUNTIME_DIR,
        .log_level = LOG_LEVEL_INFO};
    int c;

    argv[0] = program_invocation_short_name; /* in what getopt says */
    while ((c = getopt_long(argc, argv, "c:h", long_options, NULL)) >= 0) {
        switch (c) {
        case 'c':
            options.config_path = optarg;
            break;
        case OPTION_STATE_DIR:
            options.state_dir = optarg;
            break;
        case OPTION_RUNTIME_DIR:
            options.runtime_dir = optarg;
            break;
        case OPTION_LOG_LEVEL:
            if (log_level_from_string(&options.log_level, optarg) < 0) {
                fprintf(stderr, "smsotpd: --log-level: expected error, warning, notice, info or "
                                "debug\n");
                return -EINVAL;
            }
            break;
        case OPTION_CHECK_CONFIG:
            options.check_config = true;
            break;
        case OPTION_VERSION:
            printf("smsotpd %s\n", SMSOTP_VERSION);
            return 1;
        case 'h':
            print_help();
            return 1;
        default: /* getopt has said what is wrong */
            fprintf(stderr, "smsotpd: see --help\n");
            return -EINVAL;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "smsotpd: unexpected argument `%s`; see --help\n", argv[optind]);
        return -EINVAL;
    }
    *ret = options;
    return 0;
}
