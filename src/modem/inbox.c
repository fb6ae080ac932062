#include "modem/inbox.h"

#include "modem/modem_internal.h"

#include <stdio.h>
#include <string.h>

void inbox_reset(struct inbox *inbox)
{
    inbox->n_waiting = 0;
    inbox->busy = false;
}

/*
 * TS 23.040 §9.2.3.1: TP-MTI, the two low bits of the TPDU's first octet; to the phone 2 is a
 * report.
 */
static bool is_report(const uint8_t *pdu, size_t n)
{
    size_t first = 1 + (size_t)pdu[0];

    return first < n && (pdu[first] & 0x03) == 0x02;
}

static void hand_on(struct modem *modem, const char *hex, unsigned octets)
{
    uint8_t pdu[AT_MESSAGE_MAX_OCTETS];
    size_t n;

    if (at_parse_message_pdu(hex, octets, pdu, &n) == 0) {
        if (is_report(pdu, n)) {
            if (modem->ops->report)
                modem->ops->report(modem->userdata, modem, pdu, n);
        } else if (modem->ops->inbound) {
            modem->ops->inbound(modem->userdata, modem, pdu, n);
        }
    }
    explicit_bzero(pdu, sizeof(pdu));
}

void inbox_pushed(struct modem *modem, const char *header, const char *body)
{
    struct at_message_header parsed;

    if (at_parse_message_header(header, &parsed) == 0)
        hand_on(modem, body, parsed.octets);
}

void inbox_notice(struct modem *modem, const char *line)
{
    struct inbox *inbox = &modem->inbox;
    struct at_message_notice notice;

    if (at_parse_message_notice(line, &notice) < 0 || inbox->n_waiting == INBOX_WAITING)
        return;
    inbox->waiting[inbox->n_waiting++] = notice;
    inbox_run(modem);
}

static void end_one(struct modem *modem)
{
    struct inbox *inbox = &modem->inbox;

    if (inbox->n_waiting > 0) {
        inbox->n_waiting--;
        memmove(&inbox->waiting[0], &inbox->waiting[1],
            inbox->n_waiting * sizeof(inbox->waiting[0]));
    }
    inbox->busy = false;
    inbox_run(modem);
}

static void on_deleted(void *userdata, const struct at_result *result)
{
    (void)result;
    end_one(userdata);
}

static void on_message_line(void *userdata, const char *line)
{
    struct modem *modem = userdata;
    struct inbox *inbox = &modem->inbox;
    struct at_message_header header;

    if (at_parse_message_header(line, &header) == 0) {
        inbox->has_header = true;
        inbox->octets = header.octets;
    } else if (inbox->has_header && !inbox->has_message) {
        inbox->has_message = true;
        hand_on(modem, line, inbox->octets);
    }
}

static void on_read(void *userdata, const struct at_result *result)
{
    struct modem *modem = userdata;
    char name[24];

    if (result->outcome == AT_OK && modem->inbox.has_message && modem->inbox.n_waiting > 0) {
        snprintf(name, sizeof(name), "+CMGD=%u", modem->inbox.waiting[0].index);
        if (modem_command(modem, name, NULL, MODEM_TIMER_SIM_COMMAND, NULL, on_deleted) == 0)
            return;
    }
    end_one(modem);
}

static void read_one(struct modem *modem)
{
    struct at_request request = {
        .prefix = "+CMGR:",
        .pdu_follows = true,
        .timeout_usec = modem_timer_usec(MODEM_TIMER_SIM_COMMAND),
        .line = on_message_line,
        .done = on_read,
    };

    modem->inbox.has_header = modem->inbox.has_message = false;
    at_encode_begin(&request.command, "+CMGR=");
    at_encode_number(&request.command, modem->inbox.waiting[0].index);
    if (at_encode_end(&request.command) < 0 ||
        at_chat_submit(&modem->chat, &request, loop_now(modem->loop)) < 0)
        modem->inbox.busy = false;
}

static void on_memory_selected(void *userdata, const struct at_result *result)
{
    struct modem *modem = userdata;
    struct inbox *inbox = &modem->inbox;

    if (result->outcome != AT_OK || inbox->n_waiting == 0) {
        end_one(modem);
        return;
    }
    memcpy(inbox->memory, inbox->waiting[0].memory, sizeof(inbox->memory));
    read_one(modem);
}

static int select_memory(struct modem *modem)
{
    struct at_request request = {
        .prefix = "+CPMS:",
        .timeout_usec = modem_timer_usec(MODEM_TIMER_SIM_COMMAND),
        .done = on_memory_selected,
    };
    int r;

    at_encode_begin(&request.command, "+CPMS=");
    at_encode_string(&request.command, modem->inbox.waiting[0].memory);
    r = at_encode_end(&request.command);
    return r < 0 ? r : at_chat_submit(&modem->chat, &request, loop_now(modem->loop));
}

void inbox_run(struct modem *modem)
{
    struct inbox *inbox = &modem->inbox;

    if (inbox->busy || inbox->n_waiting == 0 || modem->status.state != MODEM_READY ||
        !at_chat_is_idle(&modem->chat))
        return;
    inbox->busy = true;
    if (inbox->waiting[0].memory[0] == '\0' ||
        strcmp(inbox->waiting[0].memory, inbox->memory) == 0)
        read_one(modem);
    else if (select_memory(modem) < 0)
        end_one(modem);
}
