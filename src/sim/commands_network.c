#include "sim/charset.h"
#include "sim/commands.h"

#include <string.h>

#define OPERATOR_CODE "40445"
#define ACT_GSM 0
#define ACT_EUTRAN 7

/* +CREG, +CGREG, +CEREG of TS 27.007 §7.2, §10.1.20, §10.1.22. */
static struct result registration(struct modem *modem, const struct at_command *command)
{
    bool packet = command->name[2] == 'E';
    unsigned *mode = command->name[2] == 'R' ? &modem->settings.creg
                     : packet                ? &modem->settings.cereg
                                             : &modem->settings.cgreg;
    unsigned stat = modem_domain_stat(modem, command->name[2] == 'R' ? 0 : packet ? 2 : 1);
    struct at_args args = at_args_of(command);

    if (command->op == AT_SET)
        return at_args_number(&args, 0, 2, mode) < 0 ? BAD_PARAMETER : OK;
    if (*mode == 2 && (stat == 1 || stat == 5))
        channel_info(&modem->channel, "%s: 2,%u,\"1A2B\",\"01C3D4E5\",%d", command->name, stat,
            packet ? ACT_EUTRAN : ACT_GSM);
    else
        channel_info(&modem->channel, "%s: %u,%u", command->name, *mode, stat);
    return OK;
}

static bool is_registered(const struct modem *modem)
{
    return modem->stat == 1 || modem->stat == 5 || modem->stat == 6 || modem->stat == 7;
}

static struct result signal_quality(struct modem *modem, const struct at_command *command _unused_)
{
    channel_info(&modem->channel, "+CSQ: %u,99", modem->cfun == 1 ? modem->config.signal : 99);
    return OK;
}

static void put_operator(struct modem *modem)
{
    char name[160];
    struct strbuf sb = STRBUF_ON(name);

    if (modem->settings.cops_format == 2)
        strbuf_puts(&sb, OPERATOR_CODE);
    else
        charset_put(modem, &sb, modem->config.operator_name);
    channel_info(
        &modem->channel, "+COPS: 0,%u,\"%s\",%d", modem->settings.cops_format, name, ACT_GSM);
}

static struct result operator_selection(struct modem *modem, const struct at_command *command)
{
    struct at_args args = at_args_of(command);
    unsigned mode, format;

    if (command->op == AT_TEST) {
        channel_info(&modem->channel, "+COPS: (2,\"%s\",\"%s\",\"%s\",0),,(0-4),(0-2)",
            modem->config.operator_name, modem->config.operator_name, OPERATOR_CODE);
        return OK;
    }
    if (command->op != AT_SET) {
        if (is_registered(modem))
            put_operator(modem);
        else
            channel_info(&modem->channel, "+COPS: 0");
        return OK;
    }
    if (at_args_number(&args, 0, 4, &mode) < 0 ||
        at_args_number(&args, modem->settings.cops_format, 2, &format) < 0)
        return BAD_PARAMETER;
    modem->settings.cops_format = format;
    if (mode == 0 && !is_registered(modem))
        modem_search(modem);
    else if (mode == 2)
        modem_set_registration(modem, 0);
    return OK;
}

static struct result attachment(struct modem *modem, const struct at_command *command)
{
    if (command->op == AT_READ)
        channel_info(&modem->channel, "+CGATT: %d", is_registered(modem));
    return OK;
}

static const struct command_row rows[] = {
    {"+CREG", registration, "(0-2)"},
    {"+CGREG", registration, "(0-2)"},
    {"+CEREG", registration, "(0-2)"},
    {"+CSQ", signal_quality, "(0-31,99),(99)"},
    {"+COPS", operator_selection, NULL, COMMAND_NEEDS_SIM},
    {"+CGATT", attachment, "(0,1)"},
    {"+CUSD", ussd_run, "(0-2)", COMMAND_NEEDS_SIM},
    COMMAND_SETTING("+CGEREP", cgerep, 2, "(0-2),(0)"),
};

const struct command_table commands_network = {rows, ARRAY_SIZE(rows)};
