/*
 * Templates: input is a template text. One that the check lets through renders with the longest
 * values and with no optional value at all; a refusal is a sentence of one line.
 */
#include "otp/template.h"
#include "util/macros.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const keys[] = {"amount", "payee", "table"};

/* Ends the process where the promise is broken. */
static void require(int holds)
{
    if (!holds)
        abort();
}

static void render_with(
    const char *template_text, const char *value, const struct otp_context *context)
{
    struct otp_template_values values = {.code = "0123456789",
        .shop = value,
        .reference = context->n_entries > ARRAY_SIZE(keys) ? value : NULL,
        .minutes = 4294967295U,
        .context = context};
    char text[OTP_TEXT_SIZE];

    require(otp_template_render(template_text, &values, text) == 0);
    require(strstr(text, "0123456789") != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const optional[] = {
        "currency", "bill", "points", "change", "field", "terminal", "order", "item"};
    char template_text[2 * OTP_TEMPLATE_MAX], error[OTP_TEMPLATE_ERROR_SIZE];
    char value[OTP_CONTEXT_MAX_VALUE + 1] = {0};
    struct otp_context context = {0};

    if (size >= sizeof(template_text))
        return 0;
    memcpy(template_text, data, size);
    template_text[size] = '\0';
    if (otp_template_check(template_text, keys, ARRAY_SIZE(keys), error) < 0) {
        require(error[0] != '\0' && !strpbrk(error, "\r\n\x1B"));
        return 0;
    }
    memset(value, 'v', sizeof(value) - 1);
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        require(otp_context_add(&context, keys[i], value) == 0);
    render_with(template_text, "S", &context);
    for (size_t i = 0; i < ARRAY_SIZE(optional); i++)
        require(otp_context_add(&context, optional[i], value) == 0);
    render_with(template_text, value, &context);
    return 0;
}
