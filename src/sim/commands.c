#include "sim/commands.h"

#include <string.h>

static const struct command_table *const tables[] = {&commands_general, &commands_clock,
    &commands_card, &commands_network, &commands_sms, &commands_message, &commands_memory};

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

/* What a command gets that the card, or the message service, is not ready for. */
static bool is_refused(
    const struct modem *modem, const struct command_row *row, struct result *ret)
{
    const struct persona *persona = modem->config.persona;
    bool has_tries = modem->card.pin_tries > 0;

    if (modem->card.absent && row->flags & (COMMAND_NEEDS_SIM | COMMAND_NEEDS_SMS))
        *ret = row->flags & COMMAND_NEEDS_SIM ? CME(10) : CMS(310);
    else if (modem->card.locked && row->flags & COMMAND_NEEDS_SIM)
        *ret = has_tries ? CME(11) : CME(12);
    else if (modem->card.locked && row->flags & COMMAND_NEEDS_SMS)
        *ret = has_tries ? CMS(311) : CMS(316);
    else if (loop_now(modem->loop) < modem->sim_busy_until && row->flags & COMMAND_NEEDS_SIM)
        *ret = CME(14);
    else if (!modem->sms_ready && persona->early == PERSONA_EARLY_ERROR &&
             row->flags & (COMMAND_NEEDS_SMS | COMMAND_EARLY))
        *ret = ERROR;
    else if (!modem->sms_ready && row->flags & COMMAND_NEEDS_SMS)
        *ret = CMS(314);
    else
        return false;
    return true;
}

static struct result run_unknown(struct modem *modem)
{
    if (!modem->config.persona->unknown)
        return ERROR; /* TS 27.007 §9.1: whatever +CMEE says */
    channel_info(&modem->channel, "%s", modem->config.persona->unknown);
    return (struct result){.kind = RESULT_TOLD};
}

static struct result run_command(struct modem *modem, const struct at_command *command)
{
    const struct command_row *row = find_row(modem, command->name);
    const char *noise_end = modem->config.persona->noise_end;
    struct result refusal;

    if (!row || (row->flags & COMMAND_TRIES && modem->config.hides_tries))
        return run_unknown(modem);
    if (is_refused(modem, row, &refusal))
        return refusal;
    if (noise_end && strcmp(noise_end, command->name) == 0)
        modem_set_noise(modem, "", 0);
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
