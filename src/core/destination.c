#include "core/destination.h"

#include "core/national_number.h"
#include "core/special_number.h"

#include <stdio.h>
#include <string.h>

ENUM_DEFINE(destination_block, SMSOTP_BLOCK_LIST);

/* The rule for numbers without `+`: there is one where one country is served. */
static const struct national_rule *rule_of(const struct policy *policy)
{
    return policy->n_countries == 1 ? national_rule_of(policy->countries[0]) : NULL;
}

static void refuse_not_national(const struct national_rule *rule, struct refusal *ret)
{
    char trunk[64] = "";

    if (rule->trunk[0])
        snprintf(trunk, sizeof(trunk), ", with or without %s in front", rule->trunk);
    refuse(ret, ERROR_INVALID, "to",
        "Without `+` a number is read as a mobile number of %s: %u to %u digits that begin with "
        "%s%s. This is none; write `+`, country code and number",
        rule->code, rule->digits_min, rule->digits_max, rule->begins, trunk);
}

bool destination_read(const struct policy *policy, const char *text,
    char ret_number[static E164_SIZE], struct refusal *ret)
{
    const struct national_rule *rule = rule_of(policy);

    switch (number_read(rule, text, ret_number)) {
    case NUMBER_READ:
        return true;
    case NUMBER_MALFORMED:
        refuse(ret, ERROR_INVALID, "to",
            "`to` must be a phone number in E.164: `+`, country code, subscriber number, 7 to 15 "
            "digits, like +919812345678; spaces and - . ( ) / between them do no harm");
        break;
    case NUMBER_WITH_TRUNK:
        refuse(ret, ERROR_INVALID, "to",
            "What is dialled in front of a number within the country only, as the (0) of many "
            "countries, has no place behind `+` and the country code: leave it out, like "
            "+919812345678");
        break;
    case NUMBER_WRONG_LENGTH:
        refuse(ret, ERROR_INVALID, "to",
            "Mobile numbers of this country have more digits than this, or fewer: look whether one "
            "is missing or was typed twice");
        break;
    case NUMBER_NOT_NATIONAL:
        refuse_not_national(rule, ret);
        break;
    case NUMBER_UNRULED:
        refuse(ret, ERROR_INVALID, "to",
            "`to` must begin with `+` and the country code, like +919812345678. Without, a number "
            "is understood where `country` in [gateway] is one country whose way to write them is "
            "known, see smsotpd.conf(5)");
        break;
    }
    return false;
}

static bool has_prefix(const struct policy *policy, const char *number)
{
    for (unsigned i = 0; i < policy->n_denied; i++)
        if (strncmp(number, policy->denied[i], strlen(policy->denied[i])) == 0)
            return true;
    return false;
}

bool destination_of_modem(
    const struct policy *policy, const struct modem *modem, char ret_number[static E164_SIZE])
{
    return number_read(rule_of(policy), modem_status(modem)->number, ret_number) == NUMBER_READ;
}

static bool is_own(const struct gateway *gateway, const char *number)
{
    const struct modem *modem;

    for (unsigned i = 0; (modem = gateway_modem(gateway, i)); i++) {
        char own[E164_SIZE];

        if (destination_of_modem(gateway_policy(gateway), modem, own) && strcmp(own, number) == 0)
            return true;
    }
    return false;
}

bool destination_is_open(const struct gateway *gateway, const char *number,
    enum destination_block *ret_block, struct refusal *ret)
{
    const struct policy *policy = gateway_policy(gateway);
    const char *special = policy->allows_special ? NULL : special_number_kind(number);

    if (!policy_allows_destination(policy, number)) {
        *ret_block = BLOCK_COUNTRY;
        refuse(ret, ERROR_DESTINATION_BLOCKED, "to",
            "Numbers outside the countries that this gateway serves are refused; the owner sets "
            "`country` in [gateway]");
    } else if (has_prefix(policy, number)) {
        *ret_block = BLOCK_DENIED;
        refuse(ret, ERROR_DESTINATION_BLOCKED, "to",
            "The owner has closed this range of numbers, by `deny` in [gateway]");
    } else if (special) {
        *ret_block = BLOCK_SPECIAL;
        refuse(ret, ERROR_DESTINATION_BLOCKED, "to",
            "This is %s: nothing is sent there; the owner may set `special = allow` in [gateway]",
            special);
    } else if (is_own(gateway, number)) {
        *ret_block = BLOCK_OWN;
        refuse(ret, ERROR_DESTINATION_BLOCKED, "to",
            "This is the number of the gateway's own SIM; write the customer's");
    } else {
        return true;
    }
    return false;
}

bool destination_accept(const struct gateway *gateway, const char *text,
    char ret_number[static E164_SIZE], struct refusal *ret)
{
    enum destination_block block;

    return destination_read(gateway_policy(gateway), text, ret_number, ret) &&
           destination_is_open(gateway, ret_number, &block, ret);
}

void destination_refuse_opted_out(struct refusal *ret)
{
    refuse(ret, ERROR_DESTINATION_BLOCKED, "to",
        "The owner of this number has answered STOP and gets no texts until he answers START; "
        "after he has agreed, `smsotpctl optout remove` lets them go again");
}
