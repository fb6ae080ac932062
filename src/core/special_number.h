/*
 * Numbers that cost the caller, or that no customer has: premium and shared-cost services, personal
 * numbers that forward at a price, satellite and other worldwide networks, telemarketers' blocks,
 * short codes behind a country code. Texts to them are how gateways are emptied. Pure.
 */
#pragma once

/* What a number is, as words for people ("a premium-rate number"); NULL: nothing special. */
const char *special_number_kind(const char *number);
