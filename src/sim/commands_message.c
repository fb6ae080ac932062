#include "sim/charset.h"
#include "sim/commands.h"
#include "sim/gsm7.h"
#include "sim/network.h"
#include "util/hex.h"

#include <string.h>

#define TPDU_MAX_OCTETS 164 /* SMS-SUBMIT, TS 23.040 §9.2.2.2 */

/* Final result of AT+CMGS and AT+CMSS, when the network's time is over. */
static struct result complete_send(struct modem *modem)
{
    unsigned code;
    uint8_t mr;

    code = network_submit(modem, &mr);
    if (code != 0) {
        modem->stats.sms_failed++;
        return modem->drop_result ? (struct result){.kind = RESULT_SILENT} : CMS(code);
    }
    modem->stats.sms_sent++;
    if (modem->drop_result)
        return (struct result){.kind = RESULT_SILENT};
    channel_info(&modem->channel, "%s: %u", modem->entry_command, mr);
    return OK;
}

static struct result begin_send(struct modem *modem)
{
    modem->outgoing_at = loop_realtime(modem->loop);
    modem->channel.complete = complete_send;
    return (struct result){.kind = RESULT_SUBMITTED};
}

/* Hex digits of a PDU at the prompt; line breaks between them do not count. */
static size_t join_lines(const char *text, size_t n, char *ret)
{
    size_t length = 0;

    for (size_t i = 0; i < n; i++) {
        if (text[i] != '\r' && text[i] != '\n' && text[i] != ' ')
            ret[length++] = text[i];
    }
    return length;
}

/* Reads the PDU and holds it against N. */
static bool read_pdu(const struct modem *modem, const char *text, size_t n, struct sms_slot *slot,
    struct sms_submit *ret)
{
    char digits[CHANNEL_LINE_SIZE];
    size_t tpdu_octets, n_digits = join_lines(text, n, digits);

    if (hex_decode(digits, n_digits, slot->pdu, sizeof(slot->pdu), &slot->n_pdu) < 0)
        return false;
    if (sms_submit_decode(slot->pdu, slot->n_pdu, &tpdu_octets, ret) < 0)
        return false;
    slot->smsc_octets = slot->n_pdu - tpdu_octets;
    return tpdu_octets == modem->entry_octets;
}

static struct result pdu_entry(struct modem *modem, const char *text, size_t n)
{
    struct sms_slot slot = {.kind = SMS_KIND_SUBMIT, .status = SMS_STO_UNSENT};
    unsigned index;

    if (!read_pdu(modem, text, n, &slot, &modem->outgoing))
        return CMS(304);
    if (strcmp(modem->entry_command, "+CMGS") == 0)
        return begin_send(modem);
    memcpy(slot.number, modem->outgoing.to, sizeof(slot.number));
    if (sms_store_add(&modem->stores[modem->memory[1]], &slot, &index) < 0)
        return CMS(322);
    channel_info(&modem->channel, "+CMGW: %u", index);
    return OK;
}

/* Text mode: the message as +CSCS and +CSMP say (TS 27.005 §4.3). */
static struct result text_entry(struct modem *modem, const char *text, size_t n)
{
    const unsigned *csmp = modem->settings.csmp;
    struct sms_submit *submit = &modem->outgoing;
    char utf8[SMS_PART_TEXT_SIZE];
    int r;

    *submit = (struct sms_submit){.validity_sec = -1, .pid = (uint8_t)csmp[2]};
    memcpy(submit->to, modem->entry_to, sizeof(submit->to));
    submit->report_requested = csmp[0] & 0x20;
    submit->body.dcs = (uint8_t)csmp[3];
    sms_dcs_decode(submit->body.dcs, &submit->body.alphabet, &submit->body.message_class);
    if (submit->body.alphabet != SMS_GSM7) { /* hex digits then, whatever +CSCS says */
        r = n / 2 > 140 ? -1
                        : hex_decode(text, n, submit->body.payload, 140, &submit->body.n_payload);
        return r < 0 ? CMS(305) : begin_send(modem);
    }
    r = charset_get(modem, text, n, utf8, sizeof(utf8));
    if (r < 0 || gsm7_from_utf8(utf8, strlen(utf8), submit->body.payload, SMS_PAYLOAD_MAX,
                     &submit->body.n_payload) < 0)
        return CMS(305);
    return begin_send(modem);
}

static struct result text_prompt(struct modem *modem, struct at_args *args)
{
    char number[4 * SMS_NUMBER_SIZE], digits[4 * SMS_NUMBER_SIZE];
    unsigned type;
    bool plus;

    if (at_args_string(args, number, sizeof(number)) < 0 || at_args_number(args, 0, 255, &type) < 0)
        return CMS(304);
    if (modem->settings.charset == CHARSET_UCS2) {
        if (charset_get(modem, number, strlen(number), digits, sizeof(digits)) < 0)
            return CMS(304);
        memcpy(number, digits, sizeof(number));
    }
    plus = number[0] == '+';
    if (strlen(number) < 1U + plus || strlen(number) > 20 ||
        strspn(number + plus, "0123456789*#") != strlen(number + plus))
        return CMS(304);
    strbuf_printf(&STRBUF_ON(modem->entry_to), "%s%s", !plus && type == 145 ? "+" : "", number);
    modem->channel.entry = text_entry;
    return (struct result){.kind = RESULT_PROMPT};
}

static struct result send_or_write(struct modem *modem, const struct at_command *command)
{
    struct at_args args = at_args_of(command);
    bool writes = strcmp(command->name, "+CMGW") == 0;

    if (command->op != AT_SET)
        return CMS(304);
    modem->entry_command = writes ? "+CMGW" : "+CMGS";
    if (modem->settings.cmgf == 1)
        return writes ? CMS(303) : text_prompt(modem, &args);
    if (at_args_number(&args, 0, TPDU_MAX_OCTETS, &modem->entry_octets) < 0 ||
        modem->entry_octets == 0)
        return CMS(304);
    modem->channel.entry = pdu_entry;
    return (struct result){.kind = RESULT_PROMPT};
}

static struct result send_from_memory(struct modem *modem, const struct at_command *command)
{
    struct at_args args = at_args_of(command);
    size_t tpdu_octets;
    struct sms_slot *slot;
    unsigned index;

    if (at_args_number(&args, 0, 1000, &index) < 0)
        return CMS(321);
    slot = sms_store_at(&modem->stores[modem->memory[1]], index);
    if (!slot || slot->kind != SMS_KIND_SUBMIT)
        return CMS(321);
    if (sms_submit_decode(slot->pdu, slot->n_pdu, &tpdu_octets, &modem->outgoing) < 0)
        return CMS(304);
    slot->status = SMS_STO_SENT;
    modem->entry_command = "+CMSS";
    return begin_send(modem);
}

static const struct command_row rows[] = {
    {"+CMGS", send_or_write, "", COMMAND_NEEDS_SMS},
    {"+CMGW", send_or_write, "", COMMAND_NEEDS_SMS},
    {"+CMSS", send_from_memory, "", COMMAND_NEEDS_SMS},
};

const struct command_table commands_message = {rows, ARRAY_SIZE(rows)};
