#include "sim/commands.h"

#include <string.h>

static const struct command_table *const tables[] = {&commands_general, &commands_card,
    &commands_network, &commands_sms, &commands_message, &commands_memory};

static bool is_known(const struct modem *modem, const struct command_row *row)
{
    return row->only == 0 || row->only & modem->config.persona->bit;
}

static const struct command_row *find_row(const struct modem *modem, const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
        for (size_t j = 0; j < tables[i]->n_rows; j++) {
            const struct command_row *row = &tables[i]->rows[j];

            if (strcmp(row->name, name) == 0 && is_known(modem, row))
                return row;
        }
    }
    return NULL;
}

static struct result run_setting(
    struct modem *modem, const struct command_row *row, const struct at_command *command)
{
    unsigned *setting = (unsigned *)(void *)((char *)&modem->settings + row->setting);
    struct at_args args = at_args_of(command);
    unsigned value;

    if (command->op == AT_READ) {
        channel_info(&modem->channel, "%s: %u", row->name, *setting);
        return OK;
    }
    if (at_args_number(&args, 0, row->max, &value) < 0)
        return BAD_PARAMETER;
    *setting = value;
    return OK;
}

static struct result run_command(struct modem *modem, const struct at_command *command)
{
    const struct command_row *row = find_row(modem, command->name);

    if (!row) /* TS 27.007 §9.1: unknown commands get ERROR, whatever +CMEE says */
        return ERROR;
    if (modem->card.locked && row->flags & COMMAND_NEEDS_SIM)
        return modem->card.pin_tries > 0 ? CME(11) : CME(12);
    if (modem->card.locked && row->flags & COMMAND_NEEDS_SMS)
        return modem->card.pin_tries > 0 ? CMS(311) : CMS(316);
    if (command->op == AT_TEST && row->test) {
        if (row->test[0] != '\0')
            channel_info(&modem->channel, "%s: %s", row->name, row->test);
        return OK;
    }
    if (row->has_setting && command->op != AT_TEST)
        return run_setting(modem, row, command);
    if (row->handler)
        return row->handler(modem, command);
    return OK;
}

struct result commands_run(struct modem *modem, const char *body, size_t n)
{
    struct at_command commands[AT_MAX_COMMANDS];
    size_t n_commands;
    int parsed;

    parsed = at_parse(body, n, commands, &n_commands);
    for (size_t i = 0; i < n_commands; i++) {
        struct result result;

        modem->stats.commands++;
        result = run_command(modem, &commands[i]);
        if (result.kind != RESULT_OK)
            return result;
    }
    return parsed < 0 ? ERROR : OK;
}

struct result commands_list(struct modem *modem, const struct at_command *command _unused_)
{
    for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
        for (size_t j = 0; j < tables[i]->n_rows; j++) {
            if (is_known(modem, &tables[i]->rows[j]))
                channel_info(&modem->channel, "%s", tables[i]->rows[j].name);
        }
    }
    return OK;
}
