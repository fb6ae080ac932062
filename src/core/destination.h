/*
 * Where texts may go: how a caller may write a number, and which numbers are refused whoever asks.
 * What is refused with 403 `destination_blocked` says why. Who has opted out is in the database, so
 * that is looked at later, in the transaction (core/optout_table.h). On the loop's thread.
 */
#pragma once

#include "core/gateway.h"

ENUM_DECLARE(destination_block, SMSOTP_BLOCK_LIST);

/*
 * Reads a number, in E.164 or as the owner's country writes it. False: it is none, and *ret says
 * how to write one.
 */
bool destination_read(const struct policy *policy, const char *text,
    char ret_number[static E164_SIZE], struct refusal *ret);

/* Whether texts may go to a number; false: *ret_block and *ret say why not. */
bool destination_is_open(const struct gateway *gateway, const char *number,
    enum destination_block *ret_block, struct refusal *ret);

/* Both. */
bool destination_accept(const struct gateway *gateway, const char *text,
    char ret_number[static E164_SIZE], struct refusal *ret);

/* The E.164 number of the SIM in a modem, however it names it. False: it is not known. */
bool destination_of_modem(
    const struct policy *policy, const struct modem *modem, char ret_number[static E164_SIZE]);

/* The refusal for a number whose owner wants no texts. */
void destination_refuse_opted_out(struct refusal *ret);
