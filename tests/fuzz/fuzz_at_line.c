/* Any bytes from a modem, through the splitter and every reader of lines. */
#include "at/error.h"
#include "at/identity.h"
#include "at/line.h"
#include "at/message.h"
#include "at/registration.h"
#include "at/response.h"
#include "at/result.h"
#include "at/sim_lock.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_line(const char *line)
{
    char text[64], iccid[AT_ICCID_SIZE], imei[AT_IMEI_SIZE], imsi[AT_IMSI_SIZE];
    char number[AT_NUMBER_SIZE];
    uint8_t pdu[AT_MESSAGE_MAX_OCTETS], reference;
    struct at_registration registration;
    struct at_message_header header;
    struct at_message_notice notice;
    struct at_cnmi_range range;
    struct at_result result;
    struct at_cusd cusd;
    enum at_sim_lock lock;
    unsigned values[5], rssi;
    int a, b;
    bool international;
    size_t n;

    if (at_result_parse(line, &result) && result.code >= 0 && !at_cms_error(result.code)->text)
        abort();
    (void)at_registration_parse(line, &registration);
    (void)at_parse_text(line, "+CGMI:", text, sizeof(text));
    if (at_parse_iccid(line, iccid) == 0 && strncmp(iccid, "89", 2) != 0)
        abort();
    (void)at_parse_imei(line, imei);
    (void)at_parse_imsi(line, imsi);
    (void)at_parse_cpin(line, &lock);
    (void)at_parse_pin_tries(line, &a, &b);
    (void)at_parse_cmgs(line, &reference);
    if (at_parse_message_header(line, &header) == 0 && header.octets > 255)
        abort();
    if (at_parse_message_pdu(line, 160, pdu, &n) == 0 && n > sizeof(pdu))
        abort();
    (void)at_parse_message_notice(line, &notice);
    (void)at_parse_csq(line, &rssi, &a);
    (void)at_parse_cops(line, text, sizeof(text));
    (void)at_parse_csca(line, number, &international);
    (void)at_parse_cnum(line, number);
    (void)at_parse_cnmi_range(line, &range);
    (void)at_parse_cnmi(line, values);
    (void)at_cpms_offers(line, 2, "SM");
    if (at_parse_cusd(line, &cusd) == 0 && cusd.n > AT_LINE_SIZE)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cursor input = cursor_on(data, size);
    struct at_splitter splitter;
    struct at_token token;

    at_splitter_init(&splitter);
    while (at_splitter_next(&splitter, &input, &token)) {
        if (token.n >= AT_LINE_SIZE || strlen(token.text) != token.n)
            abort();
        read_line(token.text);
    }
    return 0;
}
