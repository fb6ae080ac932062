#include "sim/charset.h"
#include "sim/commands.h"

#include <errno.h>
#include <string.h>

static const char *const status_names[] = {"REC UNREAD", "REC READ", "STO UNSENT", "STO SENT"};

#define STATUS_ALL 4

static struct sms_store *reading_store(struct modem *modem)
{
    return &modem->stores[modem->memory[0]];
}

static void put_pdu(struct modem *modem, const struct sms_slot *slot, const char *head)
{
    char hex[SMS_PDU_MAX_OCTETS * 2 + 1];
    struct strbuf sb = STRBUF_ON(hex);

    strbuf_put_hex(&sb, slot->pdu, slot->n_pdu);
    channel_info(&modem->channel, "%s%u,,%zu\r\n%s", head, slot->status,
        slot->n_pdu - slot->smsc_octets, hex);
}

/* Text mode, TS 27.005 §3.4.2 and §3.4.3. */
static void put_text(struct modem *modem, const struct sms_slot *slot, const char *head)
{
    char text[SMS_PART_TEXT_SIZE * 2], when[MODEM_TIME_SIZE];
    struct strbuf sb = STRBUF_ON(text);

    modem_format_time(slot->at, when);
    charset_put(modem, &sb, slot->text);
    if (slot->kind == SMS_KIND_SUBMIT) /* no time: not sent yet */
        channel_info(&modem->channel, "%s\"%s\",\"%s\",\r\n%s", head, status_names[slot->status],
            slot->number, text);
    else
        channel_info(&modem->channel, "%s\"%s\",\"%s\",,\"%s\"\r\n%s", head,
            status_names[slot->status], slot->number, when, text);
}

static void put_message(struct modem *modem, struct sms_slot *slot, const char *head)
{
    if (modem->settings.cmgf == 0)
        put_pdu(modem, slot, head);
    else
        put_text(modem, slot, head);
    if (slot->status == SMS_REC_UNREAD)
        slot->status = SMS_REC_READ;
}

/* <stat> as a number in PDU mode, as a name in text mode. */
static int status_of(const struct modem *modem, struct at_args *args, unsigned *ret)
{
    char name[16];

    if (modem->settings.cmgf == 0)
        return at_args_number(args, 0, STATUS_ALL, ret);
    if (at_args_string(args, name, sizeof(name)) < 0)
        return -EINVAL;
    if (name[0] == '\0' || strcmp(name, "ALL") == 0) {
        *ret = name[0] == '\0' ? SMS_REC_UNREAD : STATUS_ALL;
        return 0;
    }
    for (unsigned i = 0; i < ARRAY_SIZE(status_names); i++) {
        if (strcmp(name, status_names[i]) == 0) {
            *ret = i;
            return 0;
        }
    }
    return -EINVAL;
}

static struct result list(struct modem *modem, const struct at_command *command)
{
    struct sms_store *store = reading_store(modem);
    struct at_args args = at_args_of(command);
    unsigned status;

    if (command->op == AT_TEST) {
        channel_info(&modem->channel, "%s",
            modem->settings.cmgf == 0
                ? "+CMGL: (0-4)"
                : "+CMGL: (\"REC UNREAD\",\"REC READ\",\"STO UNSENT\",\"STO SENT\",\"ALL\")");
        return OK;
    }
    if (status_of(modem, &args, &status) < 0)
        return modem->settings.cmgf == 0 ? CMS(304) : CMS(305);
    for (size_t i = 0; i < store->n_slots; i++) {
        struct sms_slot *slot = &store->slots[i];
        char head[32];

        if (!slot->used || (status != STATUS_ALL && slot->status != status))
            continue;
        strbuf_printf(&STRBUF_ON(head), "+CMGL: %zu,", store->first_index + i);
        put_message(modem, slot, head);
    }
    return modem->channel.response.overflow ? CMS(320) : OK;
}

static struct result read_one(struct modem *modem, const struct at_command *command)
{
    struct at_args args = at_args_of(command);
    struct sms_slot *slot;
    unsigned index;

    if (at_args_number(&args, 0, 1000, &index) < 0)
        return CMS(321);
    slot = sms_store_at(reading_store(modem), index);
    if (!slot)
        return CMS(321);
    put_message(modem, slot, "+CMGR: ");
    return OK;
}

/* <delflag> of TS 27.005 §3.5.4: 1 read, 2 and sent, 3 and unsent, 4 all. */
static bool flag_deletes(unsigned flag, enum sms_status status)
{
    switch (status) {
    case SMS_REC_READ:
        return flag >= 1;
    case SMS_STO_SENT:
        return flag >= 2;
    case SMS_STO_UNSENT:
        return flag >= 3;
    case SMS_REC_UNREAD:
        return flag == 4;
    }
    return false;
}

static struct result delete (struct modem *modem, const struct at_command *command)
{
    struct sms_store *store = reading_store(modem);
    struct at_args args = at_args_of(command);
    unsigned index, flag;

    if (command->op == AT_TEST) {
        channel_info(&modem->channel, "+CMGD: (%u-%zu),(0-4)", store->first_index,
            store->first_index + store->n_slots - 1);
        return OK;
    }
    if (at_args_number(&args, 0, 1000, &index) < 0 || at_args_number(&args, 0, 4, &flag) < 0)
        return CMS(321);
    if (flag == 0) {
        if (index < store->first_index || index - store->first_index >= store->n_slots)
            return CMS(321);
        store->slots[index - store->first_index].used = false;
        return OK;
    }
    for (size_t i = 0; i < store->n_slots; i++) {
        if (store->slots[i].used && flag_deletes(flag, store->slots[i].status))
            store->slots[i].used = false;
    }
    return OK;
}

static const struct command_row rows[] = {
    {"+CMGL", list, NULL, COMMAND_NEEDS_SMS},
    {"+CMGR", read_one, "", COMMAND_NEEDS_SMS},
    {"+CMGD", delete, NULL, COMMAND_NEEDS_SMS},
};

const struct command_table commands_memory = {rows, ARRAY_SIZE(rows)};
