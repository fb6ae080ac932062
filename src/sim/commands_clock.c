#include "sim/commands.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define ZONE_QUARTERS 22 /* of an hour: India */
#define QUARTER_SEC (15 * 60)
#define FACTORY_TIME 1072915200 /* 2004-01-01T00:00:00Z: where a clock stands that nobody has set */

static time_t network_time(const struct modem *modem)
{
    return (time_t)(loop_realtime(modem->loop) / USEC_PER_SEC) + modem->config.time_ahead_sec;
}

static bool is_heard(const struct modem *modem)
{
    unsigned stat = modem->stat;

    return !modem->config.time_off && (stat == 1 || stat == 5 || stat == 6 || stat == 7);
}

/* Whether the modem's own clock takes over what the network tells. */
static bool follows(const struct modem *modem)
{
    switch (modem->config.persona->bit) {
    case PERSONA_SIM800:
        return modem->settings.clts == 1;
    case PERSONA_TELIT:
        return modem->settings.nitz & 1;
    case PERSONA_HUAWEI:
        return false;
    default:
        return modem->settings.ctzu != 0;
    }
}

/* "yy/MM/dd,hh:mm:ss±zz"; `shift_sec` makes it local. */
static void put_time(struct strbuf *sb, time_t when, int shift_sec, const char *zone)
{
    char text[MODEM_TIME_SIZE];

    modem_format_time(when + shift_sec, text);
    text[strlen(text) - strlen("+00")] = '\0';
    strbuf_printf(sb, "%s%s", text, zone);
}

static struct result clock_read(struct modem *modem, const struct at_command *command)
{
    bool is_quectel = modem->config.persona->bit & (PERSONA_QUECTEL | PERSONA_QUECTEL_M);
    char text[MODEM_TIME_SIZE + 8];
    struct strbuf sb = STRBUF_ON(text);

    if (command->op == AT_SET)
        return OK;
    if (is_heard(modem) && follows(modem)) /* Quectel's manual: 1 sets GMT, 3 the local time */
        put_time(&sb, network_time(modem),
            is_quectel && modem->settings.ctzu == 1 ? 0 : ZONE_QUARTERS * QUARTER_SEC, "+22");
    else
        put_time(
            &sb, (time_t)(FACTORY_TIME + loop_now(modem->loop) / USEC_PER_SEC % 1000), 0, "+00");
    channel_info(&modem->channel, "+CCLK: \"%s\"", text);
    return OK;
}

static void put_nwtime(struct strbuf *sb, const struct modem *modem)
{
    strbuf_puts(sb, "^NWTIME: ");
    put_time(sb, network_time(modem), ZONE_QUARTERS * QUARTER_SEC, "+22,00");
}

static struct result nwtime(struct modem *modem, const struct at_command *command _unused_)
{
    char line[64];
    struct strbuf sb = STRBUF_ON(line);

    if (!is_heard(modem))
        return ERROR;
    put_nwtime(&sb, modem);
    channel_info(&modem->channel, "%s", line);
    return OK;
}

/* AT#NITZ=<val>,<mode>: what follows the network, and whether #NITZ is told. */
static struct result nitz(struct modem *modem, const struct at_command *command)
{
    struct at_args args = at_args_of(command);
    struct settings *settings = &modem->settings;

    if (command->op == AT_READ)
        channel_info(&modem->channel, "#NITZ: %u,%u", settings->nitz, settings->nitz_told);
    else if (at_args_number(&args, 0, 15, &settings->nitz) < 0 ||
             at_args_number(&args, 0, 1, &settings->nitz_told) < 0)
        return BAD_PARAMETER;
    return OK;
}

/* The extended forms of TS 27.007 §8.41, with four digits for the year. */
static void put_ctzr(struct strbuf *sb, const struct modem *modem)
{
    time_t when = network_time(modem);

    if (modem->settings.ctzr == 1) {
        strbuf_printf(sb, "+CTZV: +%02d", ZONE_QUARTERS);
        return;
    }
    strbuf_printf(sb,
        modem->settings.ctzr == 2 ? "+CTZE: \"+%02d\",0,\"20" : "+CTZEU: \"+%02d\",0,\"20",
        ZONE_QUARTERS);
    put_time(sb, when, modem->settings.ctzr == 2 ? ZONE_QUARTERS * QUARTER_SEC : 0, "\"");
}

static void put_psuttz(struct strbuf *sb, const struct modem *modem)
{
    time_t when = network_time(modem);
    struct tm tm = {0};

    gmtime_r(&when, &tm);
    strbuf_printf(sb, "*PSUTTZ: %d,%d,%d,%d,%d,%d,\"+22\",0", tm.tm_year + 1900, tm.tm_mon + 1,
        tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void commands_tell_time(struct modem *modem)
{
    const struct settings *settings = &modem->settings;
    unsigned bit = modem->config.persona->bit;
    char line[64];
    struct strbuf sb = STRBUF_ON(line);

    if (!is_heard(modem))
        return;
    if (bit & PERSONA_SIM800 && settings->clts) {
        put_psuttz(&sb, modem);
    } else if (bit & PERSONA_TELIT && settings->nitz_told) {
        strbuf_puts(&sb, "#NITZ: ");
        put_time(&sb, network_time(modem), ZONE_QUARTERS * QUARTER_SEC, "+22");
    } else if (bit & PERSONA_HUAWEI && modem->noise_ms > 0) {
        put_nwtime(&sb, modem);
    } else if (bit & (PERSONA_SIM7600 | PERSONA_A7670)) {
        strbuf_puts(&sb, "+NITZ: ");
        put_time(&sb, network_time(modem), 0, "+22,0");
    } else if (settings->ctzr > 0) {
        put_ctzr(&sb, modem);
    }
    if (sb.length > 0)
        modem_urc(modem, line);
}

static const struct command_row rows[] = {
    {"+CCLK", clock_read, ""},
    {"^NWTIME", nwtime, "", .only = PERSONA_HUAWEI},
    {"#NITZ", nitz, "(0-15),(0,1)", .only = PERSONA_TELIT},
    {.name = "+CTZU", .test = "(0,1,3)", .only = PERSONA_QUECTEL | PERSONA_QUECTEL_M,
        .setting = offsetof(struct settings, ctzu), .has_setting = true, .max = 3},
    COMMAND_SETTING("+CTZU", ctzu, 1, "(0,1)"),
    COMMAND_SETTING("+CTZR", ctzr, 3, "(0-3)"),
    {.name = "+CLTS", .test = "(0,1)", .only = PERSONA_SIM800,
        .setting = offsetof(struct settings, clts), .has_setting = true, .max = 1},
};

const struct command_table commands_clock = {rows, ARRAY_SIZE(rows)};
