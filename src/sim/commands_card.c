#include "sim/commands.h"

#include <string.h>

static const char *pin_state(const struct modem *modem)
{
    if (!modem->card.locked)
        return "READY";
    return modem->card.pin_tries > 0 ? "SIM PIN" : "SIM PUK";
}

static void unlock(struct modem *modem)
{
    modem->card.locked = false;
    modem->card.pin_tries = PIN_TRIES;
    modem->card.puk_tries = PUK_TRIES;
    modem_unlocked(modem);
}

/* The PUK of a simulated card is eight times the digit 1. */
static struct result enter_puk(struct modem *modem, const char *puk)
{
    if (modem->card.puk_tries == 0)
        return CME(13);
    if (strcmp(puk, "11111111") != 0) {
        modem->card.puk_tries--;
        return CME(16);
    }
    unlock(modem);
    return OK;
}

static struct result pin(struct modem *modem, const struct at_command *command)
{
    struct at_args args = at_args_of(command);
    char code[16];

    if (modem->card.absent)
        return CME(10);
    if (loop_now(modem->loop) < modem->sim_busy_until)
        return CME(14);
    if (command->op == AT_READ) {
        channel_info(&modem->channel, "+CPIN: %s", pin_state(modem));
        return OK;
    }
    if (command->op != AT_SET || at_args_string(&args, code, sizeof(code)) < 0)
        return BAD_PARAMETER;
    if (!modem->card.locked)
        return CME(3);
    if (modem->card.pin_tries == 0)
        return enter_puk(modem, code);
    if (strcmp(code, modem->config.pin) != 0) {
        modem->card.pin_tries--;
        return modem->card.pin_tries > 0 ? CME(16) : CME(12);
    }
    unlock(modem);
    return OK;
}

/* Tries left, TS 27.007 §8.65. */
static struct result pin_tries(struct modem *modem, const struct at_command *command _unused_)
{
    channel_info(&modem->channel, "+CPINR: SIM PIN,%u,%u", modem->card.pin_tries, PIN_TRIES);
    channel_info(&modem->channel, "+CPINR: SIM PUK,%u,%u", modem->card.puk_tries, PUK_TRIES);
    return OK;
}

static struct result simcom_pin_tries(
    struct modem *modem, const struct at_command *command _unused_)
{
    channel_info(&modem->channel, "+SPIC: %u,%u,%u,%u", modem->card.pin_tries,
        modem->card.puk_tries, modem->card.pin_tries, modem->card.puk_tries);
    return OK;
}

static struct result quectel_pin_tries(
    struct modem *modem, const struct at_command *command _unused_)
{
    channel_info(
        &modem->channel, "+QPINC: \"SC\",%u,%u", modem->card.pin_tries, modem->card.puk_tries);
    return OK;
}

/* PIN, PIN2, PUK, PUK2: ZTE and u-blox. */
static struct result four_tries(struct modem *modem, const struct at_command *command)
{
    channel_info(&modem->channel, "%s: %u,%u,%u,%u", command->name, modem->card.pin_tries,
        PIN_TRIES, modem->card.puk_tries, PUK_TRIES);
    return OK;
}

/* Of what the card asks for now: Telit and Cinterion. */
static struct result one_tries(struct modem *modem, const struct at_command *command)
{
    channel_info(&modem->channel, "%s: %u", command->name,
        modem->card.pin_tries > 0 ? modem->card.pin_tries : modem->card.puk_tries);
    return OK;
}

static struct result huawei_pin_tries(
    struct modem *modem, const struct at_command *command _unused_)
{
    channel_info(&modem->channel, "^CPIN: %s,,%u,%u,%u,%u", pin_state(modem), modem->card.puk_tries,
        modem->card.pin_tries, modem->card.puk_tries, modem->card.pin_tries);
    return OK;
}

/* VERIFY without a PIN answers the tries left: SW 63Cx (TS 102 221 §11.1.9). */
static struct result generic_access(struct modem *modem, const struct at_command *command)
{
    struct at_args args = at_args_of(command);
    char apdu[64];
    unsigned length;

    if (at_args_number(&args, 0, 512, &length) < 0 || at_args_string(&args, apdu, sizeof(apdu)) < 0)
        return BAD_PARAMETER;
    if (strcmp(apdu, "0020000100") == 0)
        channel_info(&modem->channel, "+CSIM: 4,\"63C%X\"", modem->card.pin_tries);
    else if (strcmp(apdu, "002C000100") == 0)
        channel_info(&modem->channel, "+CSIM: 4,\"63C%X\"", modem->card.puk_tries);
    else
        channel_info(&modem->channel, "+CSIM: 4,\"6D00\"");
    return OK;
}

static struct result facility_lock(struct modem *modem, const struct at_command *command)
{
    struct at_args args = at_args_of(command);
    char facility[8];
    unsigned mode;

    if (command->op != AT_SET || at_args_string(&args, facility, sizeof(facility)) < 0 ||
        at_args_number(&args, 2, 2, &mode) < 0)
        return BAD_PARAMETER;
    if (mode != 2)
        return CME(3);
    channel_info(
        &modem->channel, "+CLCK: %d", strcmp(facility, "SC") == 0 && modem->config.pin[0] != '\0');
    return OK;
}

static struct result imsi(struct modem *modem, const struct at_command *command _unused_)
{
    channel_info(&modem->channel, "%s", modem->config.imsi);
    return OK;
}

static struct result iccid(struct modem *modem, const struct at_command *command)
{
    if (modem->card.absent)
        return CME(10);
    channel_info(&modem->channel, "%s: %s",
        strcmp(command->name, "+CICCID") == 0 ? "+ICCID" : command->name, modem->config.iccid);
    return OK;
}

static struct result own_number(struct modem *modem, const struct at_command *command _unused_)
{
    const char *number = modem->config.number;

    if (number[0])
        channel_info(
            &modem->channel, "+CNUM: \"\",\"%s\",%d", number, number[0] == '+' ? 145 : 129);
    return OK;
}

static const struct command_row rows[] = {
    {"+CPIN", pin, ""},
    {"+CPINR", pin_tries, "", COMMAND_TRIES, .only = PERSONA_GENERIC},
    {"+SPIC", simcom_pin_tries, "", COMMAND_TRIES,
        .only = PERSONA_SIM800 | PERSONA_SIM7600 | PERSONA_A7670},
    {"+QPINC", quectel_pin_tries, "", COMMAND_TRIES, .only = PERSONA_QUECTEL},
    {"+ZPINPUK", four_tries, NULL, COMMAND_TRIES, .only = PERSONA_ZTE},
    {"+UPINCNT", four_tries, "", COMMAND_TRIES, .only = PERSONA_UBLOX},
    {"#PCT", one_tries, "", COMMAND_TRIES, .only = PERSONA_TELIT},
    {"^SPIC", one_tries, "", COMMAND_TRIES, .only = PERSONA_CINTERION},
    {"^CPIN", huawei_pin_tries, "", COMMAND_TRIES, .only = PERSONA_HUAWEI},
    {"+CSIM", generic_access, "", COMMAND_TRIES},
    {"+CLCK", facility_lock, "(\"SC\")"},
    {"+CIMI", imsi, "", COMMAND_NEEDS_SIM},
    {"+CCID", iccid, "",
        .only = PERSONA_GENERIC | PERSONA_SIM800 | PERSONA_UBLOX | PERSONA_TELIT |
                PERSONA_CINTERION},
    {"+ICCID", iccid, "", .only = PERSONA_GENERIC | PERSONA_SIERRA},
    {"+CICCID", iccid, "", .only = PERSONA_SIM7600 | PERSONA_A7670},
    {"^ICCID", iccid, "", .only = PERSONA_HUAWEI},
    {"+QCCID", iccid, "", .only = PERSONA_QUECTEL | PERSONA_QUECTEL_M},
    {"+CNUM", own_number, "", COMMAND_NEEDS_SIM},
};

const struct command_table commands_card = {rows, ARRAY_SIZE(rows)};
