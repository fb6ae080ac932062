#include "sim/options.h"

#include "smsotp/version.h"
#include "util/parse.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define MAX_MS (24U * 3600 * 1000)

enum {
    OPT_COUNT = 256,
    OPT_DIR,
    OPT_CMGS_MS,
    OPT_CMD_MS,
    OPT_PROMPT_MS,
    OPT_SEARCH_MS,
    OPT_REPORT_MS,
    OPT_HANDSET,
    OPT_PARTS,
    OPT_PIN,
    OPT_IMEI,
    OPT_ICCID,
    OPT_IMSI,
    OPT_OPERATOR,
    OPT_SMSC,
    OPT_NUMBER,
    OPT_SIGNAL,
    OPT_REGISTRATION,
    OPT_ONE_BYTE,
    OPT_FAIL,
    OPT_READY_FD,
    OPT_SEED,
    OPT_CONTROL,
    OPT_PERSONA,
    OPT_SCENARIO,
};

static const struct option long_options[] = {
    {"count", required_argument, NULL, OPT_COUNT},
    {"dir", required_argument, NULL, OPT_DIR},
    {"cmgs-ms", required_argument, NULL, OPT_CMGS_MS},
    {"cmd-ms", required_argument, NULL, OPT_CMD_MS},
    {"prompt-ms", required_argument, NULL, OPT_PROMPT_MS},
    {"search-ms", required_argument, NULL, OPT_SEARCH_MS},
    {"report-ms", required_argument, NULL, OPT_REPORT_MS},
    {"handset", required_argument, NULL, OPT_HANDSET},
    {"parts", no_argument, NULL, OPT_PARTS},
    {"pin", required_argument, NULL, OPT_PIN},
    {"imei", required_argument, NULL, OPT_IMEI},
    {"iccid", required_argument, NULL, OPT_ICCID},
    {"imsi", required_argument, NULL, OPT_IMSI},
    {"operator", required_argument, NULL, OPT_OPERATOR},
    {"smsc", required_argument, NULL, OPT_SMSC},
    {"number", required_argument, NULL, OPT_NUMBER},
    {"signal", required_argument, NULL, OPT_SIGNAL},
    {"registration", required_argument, NULL, OPT_REGISTRATION},
    {"one-byte", no_argument, NULL, OPT_ONE_BYTE},
    {"fail", required_argument, NULL, OPT_FAIL},
    {"ready-fd", required_argument, NULL, OPT_READY_FD},
    {"seed", required_argument, NULL, OPT_SEED},
    {"control", required_argument, NULL, OPT_CONTROL},
    {"scenario", required_argument, NULL, OPT_SCENARIO},
    {"persona", required_argument, NULL, OPT_PERSONA},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {0},
};

static const char help_text[] =
    "Usage: smsotp-sim [OPTION]…\n"
    "GSM modems on ptys, and a handset that shows the texts they send.\n"
    "\n"
    "  --count N           modems, 1 to 64 (1)\n"
    "  --dir DIR           symlinks modem0, modem1, … to the ptys go there\n"
    "                      (without it, the paths are printed)\n"
    "  --persona NAME      make: huawei, zte, quectel, quectel-m, sim800, sim7600, a7670,\n"
    "                      ublox, telit, sierra, cinterion, awkward, generic (generic)\n"
    "  --handset FILE      append each text as a JSON line to FILE, or - for standard output\n"
    "  --parts             show each part of a long text, too\n"
    "  --control SOCKET    take commands for faults on this UNIX socket (try `help`)\n"
    "  --scenario FILE     modem0 follows this script (docs/MODEMS.md)\n"
    "  --ready-fd N        write `ready` to this descriptor, not to standard output\n"
    "  --seed N            first message reference and such (1)\n"
    "times, in milliseconds:\n"
    "  --cmgs-ms MS        from Ctrl-Z to the result (300)\n"
    "  --prompt-ms MS      from AT+CMGS to the prompt (0)\n"
    "  --cmd-ms MS         any other answer (0)\n"
    "  --search-ms MS      from power-up to registered (0)\n"
    "  --report-ms MS      from accepted to delivery report (no reports)\n"
    "card and network:\n"
    "  --pin PIN           the SIM asks for it\n"
    "  --imei, --iccid, --imsi DIGITS   of modem0; the others count up\n"
    "  --operator NAME     (Sim Telecom)\n"
    "  --smsc NUMBER       (+919800000001)\n"
    "  --number NUMBER     its own, if the card knows it (it does not)\n"
    "  --signal N          0 to 31, or 99 (20)\n"
    "  --registration N    <stat> of +CREG, 0 to 10 (1)\n"
    "faults:\n"
    "  --fail CODE         every text fails with +CMS ERROR: CODE\n"
    "  --one-byte          answers leave one byte at a time\n";

static int usage_error(const char *option, const char *value, const char *expected)
{
    (void)fprintf(stderr, "smsotp-sim: --%s %s: expected %s\n", option, value, expected);
    return -1;
}

static int set_number(
    const char *option, const char *value, unsigned min, unsigned max, unsigned *ret)
{
    char expected[64];

    if (parse_unsigned(value, min, max, ret) == 0)
        return 0;
    strbuf_printf(&STRBUF_ON(expected), "a number from %u to %u", min, max);
    return usage_error(option, value, expected);
}

static int set_digits(
    const char *option, const char *value, size_t min, size_t max, char *ret, size_t size)
{
    bool is_number = strcmp(option, "smsc") == 0 || strcmp(option, "number") == 0;
    size_t plus = value[0] == '+' && is_number;
    size_t n = strlen(value + plus);
    char expected[64];

    if (n >= min && n <= max && n + plus < size && strspn(value + plus, "0123456789") == n) {
        memcpy(ret, value, n + plus + 1);
        return 0;
    }
    strbuf_printf(&STRBUF_ON(expected), "%zu to %zu digits", min, max);
    return usage_error(option, value, expected);
}

static int set_operator(const char *value, struct modem_config *config)
{
    size_t n = strlen(value);

    if (n == 0 || n >= sizeof(config->operator_name) || strpbrk(value, "\"\r\n"))
        return usage_error("operator", value, "1 to 32 characters without quotes");
    memcpy(config->operator_name, value, n + 1);
    return 0;
}

static int set_persona(const char *value, struct modem_config *config)
{
    const struct persona *persona = persona_find(value);

    if (!persona)
        return usage_error("persona", value, persona_names());
    config->persona = persona;
    return 0;
}

static int set_modem_option(
    int option, const char *name, const char *value, struct options *options)
{
    struct modem_config *config = &options->modem;
    unsigned number = 0;
    int r = 0;

    switch (option) {
    case OPT_CMGS_MS:
        return set_number(name, value, 0, MAX_MS, &config->cmgs_ms);
    case OPT_CMD_MS:
        return set_number(name, value, 0, MAX_MS, &config->cmd_ms);
    case OPT_PROMPT_MS:
        return set_number(name, value, 0, MAX_MS, &config->prompt_ms);
    case OPT_SEARCH_MS:
        return set_number(name, value, 0, MAX_MS, &config->search_ms);
    case OPT_REPORT_MS:
        config->reports = true;
        return set_number(name, value, 0, MAX_MS, &config->report_ms);
    case OPT_PIN:
        return set_digits(name, value, 4, 8, config->pin, sizeof(config->pin));
    case OPT_IMEI:
        return set_digits(name, value, 14, 15, config->imei, sizeof(config->imei));
    case OPT_ICCID:
        return set_digits(name, value, 18, 20, config->iccid, sizeof(config->iccid));
    case OPT_IMSI:
        return set_digits(name, value, 14, 15, config->imsi, sizeof(config->imsi));
    case OPT_SMSC:
        return set_digits(name, value, 3, 20, config->smsc, sizeof(config->smsc));
    case OPT_NUMBER:
        return set_digits(name, value, 3, 20, config->number, sizeof(config->number));
    case OPT_OPERATOR:
        return set_operator(value, config);
    case OPT_SIGNAL:
        r = set_number(name, value, 0, 99, &config->signal);
        return r == 0 && config->signal > 31 && config->signal != 99
                   ? usage_error(name, value, "0 to 31, or 99")
                   : r;
    case OPT_REGISTRATION:
        return set_number(name, value, 0, 10, &config->registration);
    case OPT_FAIL:
        r = set_number(name, value, 0, 65535, &number);
        config->fail = (int)number;
        return r;
    case OPT_PERSONA:
        return set_persona(value, config);
    default:
        return -1;
    }
}

static int set_seed(const char *value, struct options *options)
{
    if (parse_u64(value, 0, UINT64_MAX, &options->seed) < 0)
        return usage_error("seed", value, "a number");
    return 0;
}

static int set_option(int option, const char *name, const char *value, struct options *options)
{
    unsigned fd;
    int r;

    switch (option) {
    case OPT_COUNT:
        return set_number(name, value, 1, SIM_MAX_MODEMS, &options->count);
    case OPT_DIR:
        options->dir = value;
        return 0;
    case OPT_HANDSET:
        options->handset = value;
        return 0;
    case OPT_CONTROL:
        options->control = value;
        return 0;
    case OPT_PARTS:
        options->show_parts = true;
        return 0;
    case OPT_ONE_BYTE:
        options->modem.one_byte = true;
        return 0;
    case OPT_SCENARIO:
        options->scenario = value;
        return 0;
    case OPT_SEED:
        return set_seed(value, options);
    case OPT_READY_FD:
        r = set_number(name, value, 0, 65535, &fd);
        options->ready_fd = r < 0 ? -1 : (int)fd;
        return r;
    default:
        return set_modem_option(option, name, value, options);
    }
}

static const struct options defaults = {
    .count = 1,
    .ready_fd = -1,
    .seed = 1,
    .modem =
        {
            .cmgs_ms = 300,
            .imei = "350000000000000",
            .iccid = "8991000000000000000",
            .imsi = "404450000000000",
            .operator_name = "Sim Telecom",
            .smsc = "+919800000001",
            .signal = 20,
            .registration = 1,
            .fail = -1,
        },
};

enum options_verdict options_parse(int argc, char *argv[], struct options *ret)
{
    int option, index = -1;

    *ret = defaults;
    ret->modem.persona = persona_find("generic");
    while ((option = getopt_long(argc, argv, "hV", long_options, &index)) != -1) {
        if (option == 'h') {
            (void)fputs(help_text, stdout);
            return OPTIONS_DONE;
        }
        if (option == 'V') {
            (void)puts("smsotp-sim " SMSOTP_VERSION);
            return OPTIONS_DONE;
        }
        if (option == '?' || set_option(option, long_options[index].name, optarg, ret) < 0)
            return OPTIONS_USAGE;
    }
    if (optind < argc) {
        (void)fprintf(stderr, "smsotp-sim: %s: expected no argument\n", argv[optind]);
        return OPTIONS_USAGE;
    }
    return OPTIONS_RUN;
}

/* Adds to a decimal number of fixed length; wraps. */
static void add_decimal(char *digits, size_t n, unsigned value)
{
    while (n-- > 0 && value > 0) {
        value += (unsigned)(digits[n] - '0');
        digits[n] = (char)('0' + value % 10);
        value /= 10;
    }
}

/* Luhn check digit over 14 digits, as in an IMEI (3GPP TS 23.003 annex B). */
static char imei_check_digit(const char *imei)
{
    unsigned sum = 0;

    for (size_t i = 0; i < 14; i++) {
        unsigned digit = (unsigned)(imei[i] - '0') * (i % 2 == 0 ? 1 : 2);
        sum += digit / 10 + digit % 10;
    }
    return (char)('0' + (10 - sum % 10) % 10);
}

void options_modem(const struct options *options, unsigned index, struct modem_config *ret)
{
    *ret = options->modem;
    add_decimal(ret->imei, 14, index);
    ret->imei[14] = imei_check_digit(ret->imei);
    ret->imei[15] = '\0';
    add_decimal(ret->iccid, strlen(ret->iccid), index);
    add_decimal(ret->imsi, strlen(ret->imsi), index);
    /* Spread, so that references of two modems are not mistaken for each other. */
    ret->first_mr = (uint8_t)(options->seed * 17 + index * 37);
}
