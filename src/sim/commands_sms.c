#include "sim/commands.h"

#include <string.h>

#define MEMORY_TEST "(\"SM\",\"ME\",\"SR\")"

static struct result service(struct modem *modem, const struct at_command *command)
{
    struct at_args args = at_args_of(command);
    unsigned value;

    if (command->op == AT_READ) {
        channel_info(&modem->channel, "+CSMS: %u,1,1,1", modem->settings.csms);
        return OK;
    }
    if (at_args_number(&args, 0, 1, &value) < 0)
        return CMS(302);
    modem->settings.csms = value;
    channel_info(&modem->channel, "+CSMS: 1,1,1");
    return OK;
}

/* How far the card has been read: 3 when texts can be sent (Quectel, 2G, and Telit). */
static struct result service_state(struct modem *modem, const struct at_command *command)
{
    unsigned state = modem->card.absent ? 0 : modem->card.locked ? 1 : modem->sms_ready ? 3 : 2;

    if (command->op == AT_SET)
        return OK;
    channel_info(&modem->channel,
        strcmp(command->name, "#QSS") == 0 ? "#QSS: 2,%u" : "+QINISTAT: %u", state);
    return OK;
}

static int find_memory(const struct modem *modem, const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(modem->stores); i++) {
        if (strcmp(modem->stores[i].name, name) == 0)
            return (int)i;
    }
    return strcmp(name, "MT") == 0 ? 0 : -1;
}

static void put_memories(struct modem *modem, bool names)
{
    char line[128];
    struct strbuf sb = STRBUF_ON(line);

    for (size_t i = 0; i < ARRAY_SIZE(modem->memory); i++) {
        const struct sms_store *store = &modem->stores[modem->memory[i]];

        if (names)
            strbuf_printf(&sb, "%s\"%s\",", i > 0 ? "," : "", store->name);
        else if (i > 0)
            strbuf_puts(&sb, ",");
        strbuf_printf(&sb, "%zu,%zu", sms_store_used(store), store->n_slots);
    }
    channel_info(&modem->channel, "+CPMS: %s", line);
}

static struct result preferred_memory(struct modem *modem, const struct at_command *command)
{
    struct at_args args = at_args_of(command);
    unsigned memory[ARRAY_SIZE(modem->memory)];

    if (command->op == AT_READ) {
        put_memories(modem, true);
        return OK;
    }
    memcpy(memory, modem->memory, sizeof(memory));
    for (size_t i = 0; i < ARRAY_SIZE(memory) && args.more; i++) {
        char name[8];
        int found;

        if (at_args_string(&args, name, sizeof(name)) < 0)
            return CMS(302);
        if (name[0] == '\0')
            continue;
        found = find_memory(modem, name);
        if (found < 0)
            return CMS(302);
        memory[i] = (unsigned)found;
    }
    memcpy(modem->memory, memory, sizeof(memory));
    put_memories(modem, false);
    return OK;
}

static struct result service_centre(struct modem *modem, const struct at_command *command)
{
    struct at_args args = at_args_of(command);
    char number[SMS_NUMBER_SIZE];
    const char *digits;

    if (command->op == AT_READ) {
        channel_info(&modem->channel, "+CSCA: \"%s\",%d", modem->config.smsc,
            modem->config.smsc[0] == '+' ? 145 : 129);
        return OK;
    }
    if (at_args_string(&args, number, sizeof(number)) < 0)
        return CMS(304);
    digits = number[0] == '+' ? number + 1 : number;
    if (strspn(digits, "0123456789") != strlen(digits) || strlen(digits) > 20)
        return CMS(304);
    memcpy(modem->config.smsc, number, sizeof(number));
    return OK;
}

static struct result text_parameters(struct modem *modem, const struct at_command *command)
{
    struct at_args args = at_args_of(command);
    unsigned csmp[ARRAY_SIZE(modem->settings.csmp)];

    if (command->op == AT_READ) {
        const unsigned *set = modem->settings.csmp;

        channel_info(&modem->channel, "+CSMP: %u,%u,%u,%u", set[0], set[1], set[2], set[3]);
        return OK;
    }
    for (size_t i = 0; i < ARRAY_SIZE(csmp); i++) {
        if (at_args_number(&args, modem->settings.csmp[i], 255, &csmp[i]) < 0)
            return CMS(304);
    }
    memcpy(modem->settings.csmp, csmp, sizeof(csmp));
    return OK;
}

static struct result indications(struct modem *modem, const struct at_command *command)
{
    static const unsigned max[5] = {3, 3, 3, 2, 1};
    struct at_args args = at_args_of(command);
    unsigned cnmi[5];

    if (command->op == AT_READ) {
        const unsigned *set = modem->settings.cnmi;

        channel_info(
            &modem->channel, "+CNMI: %u,%u,%u,%u,%u", set[0], set[1], set[2], set[3], set[4]);
        return OK;
    }
    if (command->op == AT_TEST) {
        channel_info(&modem->channel, "+CNMI: %s", modem->config.persona->cnmi_test);
        return OK;
    }
    for (size_t i = 0; i < ARRAY_SIZE(cnmi); i++) {
        if (at_args_number(
                &args, command->op == AT_SET ? modem->settings.cnmi[i] : 0, max[i], &cnmi[i]) < 0)
            return CMS(302);
    }
    if (modem->config.persona->cnmi_refused_ds & 1U << cnmi[3])
        return CMS(303);
    memcpy(modem->settings.cnmi, cnmi, sizeof(cnmi));
    return OK;
}

/* TS 27.005 §3.4.4: expected after a +CMT or +CDS, once +CSMS=1 was chosen. */
static struct result acknowledge(struct modem *modem, const struct at_command *command _unused_)
{
    if (modem->settings.csms == 0)
        return CMS(303);
    if (!modem->awaits_acknowledge)
        return CMS(340);
    modem->awaits_acknowledge = false;
    return OK;
}

static const struct command_row rows[] = {
    {.name = "+CMGF", .test = "(0,1)", .flags = COMMAND_EARLY,
        .setting = offsetof(struct settings, cmgf), .has_setting = true, .max = 1},
    {"+QINISTAT", service_state, "", .only = PERSONA_QUECTEL_M},
    {"#QSS", service_state, "(0-2)", .only = PERSONA_TELIT},
    COMMAND_SETTING("+CMMS", cmms, 2, "(0-2)"),
    COMMAND_SETTING("+CSDH", csdh, 1, "(0,1)"),
    {"+CSMS", service, "(0,1)"},
    {"+CPMS", preferred_memory, MEMORY_TEST "," MEMORY_TEST "," MEMORY_TEST, COMMAND_NEEDS_SMS},
    {"+CSCA", service_centre, "", COMMAND_NEEDS_SMS},
    {"+CSMP", text_parameters, ""},
    {"+CNMI", indications, NULL},
    {"+CNMA", acknowledge, "(0-2)"},
    {"+CSCB", NULL, "(0,1)"},
    {"+CSAS", NULL, "(0)"},
    {"+CRES", NULL, "(0)"},
};

const struct command_table commands_sms = {rows, ARRAY_SIZE(rows)};
