#include "otp/default_templates.h"

#include "util/macros.h"

#include <string.h>

/*
 * At the till the customer is to say the code to the cashier; anywhere else to nobody. One sentence
 * for both would teach the wrong habit. Each begins so that its kind shows in a notification.
 */
const struct otp_default_template otp_default_templates[] = {
    {"checkout", "en",
        "{code} is your OTP to pay {currency} {amount} to {payee}. Valid {minutes} min. "
        "Say it only to the cashier billing you now. Not you? Reply NO",
        {"amount", "payee"}, 2},
    {"loyalty", "en",
        "{code} is your OTP to use {points} points at {shop}, bill {bill}. Valid {minutes} min. "
        "Say it only to the cashier billing you now. Not you? Reply NO",
        {"points", "bill"}, 2},
    {"account", "en",
        "{code} is your OTP to change the {change} of your account at {shop}. "
        "Valid {minutes} min. Share it with nobody. Not you? Reply NO",
        {"change"}, 1},
    {"payment", "en",
        "{code} is your OTP for an online payment of {currency} {amount} to {payee}. "
        "Valid {minutes} min. Never share it by phone or chat. Not you? Reply NO",
        {"amount", "payee"}, 2},
    {"login", "en",
        "{code} is your OTP to sign in at {shop}. Valid {minutes} min. "
        "Our staff will never ask for it. Not you? Reply NO",
        {NULL}, 0},
};
const size_t otp_n_default_templates = ARRAY_SIZE(otp_default_templates);

const struct otp_default_template *otp_default_template_find(
    const char *purpose, const char *locale)
{
    for (size_t i = 0; i < otp_n_default_templates; i++)
        if (strcmp(otp_default_templates[i].purpose, purpose) == 0 &&
            strcmp(otp_default_templates[i].locale, locale) == 0)
            return &otp_default_templates[i];
    return NULL;
}
