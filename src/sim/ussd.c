#include "sim/ussd.h"

#include "sim/charset.h"
#include "sim/commands.h"
#include "sim/gsm7.h"
#include "util/hex.h"

#include <string.h>

ENUM_DEFINE(ussd_coding, USSD_CODING_LIST);

#define BALANCE "Your balance is Rs 120.50. Valid till 31-12-2026."
#define CARRIAGE_RETURN 0x0d

static void on_due(void *userdata)
{
    struct modem *modem = userdata;

    channel_urc(&modem->channel, modem->ussd.line.data, modem->ussd.line.length);
}

void ussd_init(struct ussd *ussd, struct modem *modem, struct loop *loop)
{
    *ussd = (struct ussd){.menu = 0};
    ussd->line = STRBUF_ON(ussd->line_data);
    timer_init(&ussd->timer, loop, on_due, modem);
}

void ussd_fini(struct ussd *ussd)
{
    timer_fini(&ussd->timer);
}

/* Septets packed for USSD: seven bits that are left over hold a carriage return (TS 23.038). */
static void put_packed(struct strbuf *sb, const char *text)
{
    uint8_t septets[200], packed[200];
    size_t n;

    if (gsm7_from_utf8(text, strlen(text), septets, sizeof(septets) - 1, &n) < 0)
        return;
    if (n % 8 == 7 || (n % 8 == 0 && n > 0 && septets[n - 1] == CARRIAGE_RETURN))
        septets[n++] = CARRIAGE_RETURN;
    strbuf_put_hex(sb, packed, gsm7_pack(septets, n, 0, packed));
}

static void put_text(struct modem *modem, struct strbuf *sb, const char *text)
{
    unsigned before = modem->settings.charset;

    if (modem->config.ussd_coding == USSD_PACKED) {
        put_packed(sb, text);
        return;
    }
    if (modem->config.ussd_coding == USSD_UCS2)
        modem->settings.charset = CHARSET_UCS2;
    charset_put(modem, sb, text);
    modem->settings.charset = before;
}

static void answer(struct modem *modem, unsigned type, const char *text)
{
    struct strbuf *sb = &modem->ussd.line;

    strbuf_reset(sb);
    modem->ussd.menu = type == 1 ? MAX(modem->ussd.menu, 1U) : 0;
    strbuf_printf(sb, "+CUSD: %u", type);
    if (text) {
        strbuf_puts(sb, ",\"");
        put_text(modem, sb, text);
        strbuf_puts(sb, modem->config.ussd_coding == USSD_UCS2 ? "\",72" : "\",15");
    }
    if (modem->config.ussd_ms == 0)
        on_due(modem);
    else
        timer_arm_in(&modem->ussd.timer, modem->config.ussd_ms * USEC_PER_MSEC);
}

static void show_menu(struct modem *modem, unsigned menu, const char *text)
{
    modem->ussd.menu = menu;
    answer(modem, 1, text);
}

static void reply(struct modem *modem, const char *choice)
{
    const char *balance = modem->config.balance[0] ? modem->config.balance : BALANCE;

    if (strcmp(choice, "1") == 0)
        answer(modem, 0, balance);
    else if (modem->ussd.menu == 1 && strcmp(choice, "2") == 0)
        show_menu(modem, 2, "Data: 1.5 GB\n1 Balance\n0 Back");
    else if (modem->ussd.menu == 2 && strcmp(choice, "0") == 0)
        show_menu(modem, 1, "1 Balance\n2 Data\n0 Exit");
    else if (strcmp(choice, "0") == 0)
        answer(modem, 2, NULL);
    else
        show_menu(modem, modem->ussd.menu, "Wrong choice");
}

static void take(struct modem *modem, const char *code)
{
    if (modem->ussd.menu > 0)
        reply(modem, code);
    else if (strcmp(code, "*111#") == 0)
        show_menu(modem, 1, "1 Balance\n2 Data\n0 Exit");
    else if (strcmp(code, "*100#") == 0)
        answer(modem, 4, NULL);
    else if (strcmp(code, "*999#") != 0)
        answer(modem, 0, modem->config.balance[0] ? modem->config.balance : BALANCE);
}

/* The code as the modem's coding has it; -1: it has not. */
static int read_code(const struct modem *modem, char *code, size_t size)
{
    uint8_t octets[256], septets[sizeof(octets) * 8 / 7];
    size_t n_octets, n_septets;
    struct strbuf sb;

    if (modem->config.ussd_coding != USSD_PACKED)
        return 0;
    if (hex_decode(code, strlen(code), octets, sizeof(octets), &n_octets) < 0)
        return -1;
    n_septets = n_octets * 8 / 7;
    if (gsm7_unpack(octets, n_octets, 0, n_septets, septets) < 0)
        return -1;
    if (n_septets > 0 && n_septets % 8 == 0 && septets[n_septets - 1] == CARRIAGE_RETURN)
        n_septets--;
    strbuf_init(&sb, code, size);
    gsm7_put_utf8(&sb, septets, n_septets, 0, 0);
    return 0;
}

struct result ussd_run(struct modem *modem, const struct at_command *command)
{
    struct at_args args = at_args_of(command);
    unsigned stat = modem->stat, mode;
    char code[512];

    if (command->op == AT_READ) {
        channel_info(&modem->channel, "+CUSD: 1");
        return OK;
    }
    if (at_args_number(&args, 0, 2, &mode) < 0 || at_args_string(&args, code, sizeof(code)) < 0)
        return BAD_PARAMETER;
    if (mode == 2) {
        modem->ussd.menu = 0;
        timer_disarm(&modem->ussd.timer);
    }
    if (code[0] == '\0')
        return OK;
    if (stat != 1 && stat != 5 && stat != 6 && stat != 7)
        return CME(30);
    if (read_code(modem, code, sizeof(code)) < 0)
        return ERROR;
    take(modem, code);
    return OK;
}
