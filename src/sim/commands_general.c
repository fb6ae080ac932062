#include "sim/charset.h"
#include "sim/commands.h"

#include <string.h>

static struct result reset(struct modem *modem, const struct at_command *command _unused_)
{
    modem_reset_settings(modem);
    return OK;
}

static struct result manufacturer(struct modem *modem, const struct at_command *command _unused_)
{
    channel_info(&modem->channel, "%s", modem->config.persona->manufacturer);
    return OK;
}

static struct result model(struct modem *modem, const struct at_command *command _unused_)
{
    channel_info(&modem->channel, "%s", modem->config.persona->model);
    return OK;
}

static struct result revision(struct modem *modem, const struct at_command *command _unused_)
{
    channel_info(&modem->channel, "%s", modem->config.persona->revision);
    return OK;
}

static struct result serial_number(struct modem *modem, const struct at_command *command _unused_)
{
    channel_info(&modem->channel, "%s", modem->config.imei);
    return OK;
}

static struct result information(struct modem *modem, const struct at_command *command)
{
    manufacturer(modem, command);
    model(modem, command);
    return revision(modem, command);
}

static struct result capabilities(struct modem *modem, const struct at_command *command _unused_)
{
    channel_info(&modem->channel, "+GCAP: +CGSM");
    return OK;
}

/* S3, S4, S5 are fixed; the others take what they get and forget it. */
static struct result s_register(struct modem *modem, const struct at_command *command)
{
    unsigned value = 0;

    if (command->op != AT_READ)
        return OK;
    if (strcmp(command->name, "S3") == 0)
        value = '\r';
    else if (strcmp(command->name, "S4") == 0)
        value = '\n';
    else if (strcmp(command->name, "S5") == 0)
        value = '\b';
    channel_info(&modem->channel, "%03u", value);
    return OK;
}

static struct result dial(struct modem *modem _unused_, const struct at_command *command _unused_)
{
    return (struct result){.kind = RESULT_NO_CARRIER};
}

static struct result charset(struct modem *modem, const struct at_command *command)
{
    struct at_args args = at_args_of(command);
    enum charset chosen;
    char name[16];

    if (command->op == AT_READ) {
        channel_info(&modem->channel, "+CSCS: \"%s\"", charset_to_string(modem->settings.charset));
        return OK;
    }
    if (at_args_string(&args, name, sizeof(name)) < 0 || charset_from_string(&chosen, name) < 0)
        return BAD_PARAMETER;
    modem->settings.charset = chosen;
    return OK;
}

static struct result functionality(struct modem *modem, const struct at_command *command)
{
    struct at_args args = at_args_of(command);
    unsigned fun, restart;

    if (command->op == AT_READ) {
        channel_info(&modem->channel, "+CFUN: %u", modem->cfun);
        return OK;
    }
    if (at_args_number(&args, 1, 16, &fun) < 0 || at_args_number(&args, 0, 1, &restart) < 0 ||
        (fun != 0 && fun != 1 && fun != 4 && fun != 16))
        return BAD_PARAMETER;
    if (restart == 1 || fun == 16) {
        modem_restart(modem);
        return OK;
    }
    modem->cfun = fun;
    modem_search(modem);
    return OK;
}

static struct result restart(struct modem *modem, const struct at_command *command _unused_)
{
    modem_restart(modem);
    return OK;
}

static struct result battery(struct modem *modem, const struct at_command *command _unused_)
{
    channel_info(&modem->channel, "+CBC: 0,100");
    return OK;
}

static struct result activity(struct modem *modem, const struct at_command *command _unused_)
{
    channel_info(&modem->channel, "+CPAS: 0");
    return OK;
}

static const struct command_row rows[] = {
    {"Z", reset},
    {"&F", reset},
    {"&W", NULL},
    {"&C", NULL},
    {"&D", NULL},
    {"&K", NULL},
    {"&S", NULL},
    {"&V", NULL},
    {"H", NULL},
    {"X", NULL},
    {"L", NULL},
    {"M", NULL},
    {"O", dial},
    {"D", dial},
    {"I", information},
    {"S", s_register},
    {"S0", s_register},
    {"S3", s_register},
    {"S4", s_register},
    {"S5", s_register},
    {"S6", s_register},
    {"S7", s_register},
    {"S8", s_register},
    {"S10", s_register},
    COMMAND_SETTING("E", echo, 1, NULL),
    COMMAND_SETTING("Q", quiet, 1, NULL),
    COMMAND_SETTING("V", verbose, 1, NULL),
    COMMAND_SETTING("+CMEE", cmee, 2, "(0-2)"),
    COMMAND_SETTING("+CLIP", clip, 1, "(0,1)"),
    COMMAND_SETTING("+CCWA", ccwa, 1, "(0,1)"),
    {"+CGMI", manufacturer, ""},
    {"+GMI", manufacturer, ""},
    {"+CGMM", model, ""},
    {"+GMM", model, ""},
    {"+CGMR", revision, ""},
    {"+GMR", revision, ""},
    {"+CGSN", serial_number, ""},
    {"+GSN", serial_number, ""},
    {"+GCAP", capabilities, ""},
    {"+CSCS", charset, "(\"IRA\",\"GSM\",\"UCS2\",\"HEX\")"},
    {"+CFUN", functionality, "(0,1,4),(0,1)"},
    {"+CBC", battery, "(0-3),(0-100)"},
    {"+CPAS", activity, "(0,3,4)"},
    {"+CLAC", commands_list, ""},
    {"+IPR", NULL, "(0,9600,19200,38400,57600,115200)"},
    {"+ICF", NULL, ""},
    {"+IFC", NULL, "(0-2),(0-2)"},
    {"^CURC", NULL, "(0-2)", .only = PERSONA_HUAWEI},
    {"^U2DIAG", NULL, "", .only = PERSONA_HUAWEI},
    {"^PORTSEL", NULL, "(0,1)", .only = PERSONA_HUAWEI},
    {"^BOOT", NULL, "", .only = PERSONA_HUAWEI},
    {"+CIURC", NULL, "(0,1)", .only = PERSONA_SIM800},
    {"^RESET", restart, "", .only = PERSONA_HUAWEI},
    {"#REBOOT", restart, "", .only = PERSONA_TELIT},
    {"!RESET", restart, "", .only = PERSONA_SIERRA},
    {"+CRESET", restart, "", .only = PERSONA_SIM7600 | PERSONA_A7670},
    {"+QINDCFG", NULL, "", .only = PERSONA_QUECTEL},
    {"+CNSMOD", NULL, "(0,1)", .only = PERSONA_SIM7600 | PERSONA_A7670},
    {"+AUTOCSQ", NULL, "(0,1),(0,1)", .only = PERSONA_SIM7600 | PERSONA_A7670},
    {"#STIA", NULL, "(0-2)", .only = PERSONA_TELIT},
};

const struct command_table commands_general = {rows, ARRAY_SIZE(rows)};
