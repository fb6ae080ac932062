/* What the tests of received texts share: a gateway, and texts handed to it as a modem would. */
#pragma once

#include "core/inbound_intake.h"
#include "deliver_pdu.h"
#include "gateway_fixture.h"

#define INDIA 22 /* quarters of an hour: +05:30 */

/* A modem that nobody starts: what is taken by hand comes from it. */
static inline struct modem *make_modem(struct gateway_fixture *f)
{
    static const struct modem_ops ops = {.state = NULL};
    struct modem_config config = {.name = "other", .device = "/dev/other"};
    struct modem *modem = NULL;

    assert_int_equal(modem_new(&modem, f->store.loop, &fixture_log, &config, &ops, NULL), 0);
    return modem;
}

static inline usec_t wall(void)
{
    return fake_now + fake_wall_ahead;
}

static inline void take(struct gateway_fixture *f, const struct deliver_pdu *pdu)
{
    struct modem *modem = make_modem(f);
    uint8_t octets[DELIVER_MAX_OCTETS];

    inbound_intake(
        &f->gateway->env, &f->gateway->outbox, modem, 7, octets, deliver_make(pdu, octets));
    gateway_settle(f);
    modem_free(modem);
}

static inline void take_text(struct gateway_fixture *f, const char *from, const char *text)
{
    take(f, &(struct deliver_pdu){
                .from = from, .text = text, .sent_wall = wall(), .zone_quarters = INDIA});
}
