#include "core/sender.h"

#include <stdio.h>
#include <string.h>

/* From so many digits on it may be somebody's number: they are masked but for the last two. */
#define MASKED_FROM_DIGITS E164_MIN_DIGITS
#define DIGITS_SHOWN 2

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void add(struct sender *sender, const char *prefix, const char *digits)
{
    char *number = sender->numbers[sender->n_numbers];

    if (sender->n_numbers < SENDER_NUMBERS_MAX &&
        snprintf(number, E164_SIZE, "%s%s", prefix, digits) < E164_SIZE && e164_is_valid(number))
        sender->n_numbers++;
}

static void read_national(const struct policy *policy, const char *digits, struct sender *ret)
{
    const char *country = policy->countries[0];

    if (strncmp(digits, "00", 2) == 0)
        add(ret, "+", digits + 2);
    if (policy->n_countries != 1)
        return;
    add(ret, country, digits + strspn(digits, "0"));
    if (strncmp(digits, country + 1, strlen(country + 1)) == 0)
        add(ret, "+", digits);
}

/* A name may be a number in disguise. */
static void mask(const char *text, char ret_shown[static SMS_ADDRESS_TEXT_SIZE])
{
    size_t n = strnlen(text, SMS_ADDRESS_TEXT_SIZE - 1), n_digits = 0, n_masked;

    for (size_t i = 0; i < n; i++)
        n_digits += is_digit(text[i]);
    n_masked = n_digits >= MASKED_FROM_DIGITS ? n_digits - DIGITS_SHOWN : 0;
    for (size_t i = 0; i < n; i++) {
        bool hides = is_digit(text[i]) && n_masked > 0;

        ret_shown[i] = hides ? '*' : text[i];
        n_masked -= hides;
    }
    ret_shown[n] = '\0';
}

void sender_read(
    const struct policy *policy, const struct sms_address *address, struct sender *ret)
{
    *ret = (struct sender){.n_numbers = 0};
    if (address->type_of_number != SMS_TON_ALPHANUMERIC) {
        if (address->text[0] == '+')
            add(ret, "", address->text);
        else
            read_national(policy, address->text, ret);
    }
    if (ret->n_numbers > 0)
        e164_mask(ret->numbers[0], ret->shown);
    else
        mask(address->text, ret->shown);
}
