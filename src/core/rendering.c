#include "core/rendering.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* SMS Retriever API: a message of at most 140 bytes, the app's hash at its end. */
#define ANDROID_MAX_BYTES 140

unsigned rendering_minutes(usec_t lifetime)
{
    return (unsigned)((lifetime + USEC_PER_MINUTE - 1) / USEC_PER_MINUTE);
}

void rendering_wipe(struct rendering *rendering)
{
    sodium_memzero(rendering->text, sizeof(rendering->text));
}

struct sms_outgoing rendering_outgoing(const struct policy *policy, const char *text)
{
    struct sms_outgoing outgoing = {SMS_OUTGOING_DEFAULT, .text = text};

    if (policy->national)
        outgoing.national = SMS_NATIONAL_AUTO;
    return outgoing;
}

static int size_text(const struct policy *policy, const char *text, struct sms_sizing *ret)
{
    struct sms_outgoing outgoing = rendering_outgoing(policy, text);

    return sms_outgoing_size(&outgoing, ret);
}

/* Rewrites typography if it is all that keeps the text out of the 7-bit alphabet. */
static int choose_wording(const struct policy *policy, struct rendering *rendering)
{
    char rewritten[OTP_TEXT_SIZE];
    struct strbuf sb = STRBUF_ON(rewritten);
    struct sms_sizing sizing;
    struct sms_replaced replaced;
    int r = size_text(policy, rendering->text, &rendering->sizing);

    rendering->replaced.n = 0;
    if ((r == 0 && rendering->sizing.forced_by == 0) || r == -EILSEQ)
        return r;
    if (sms_transliterate(rendering->text, &sb, &replaced) && !sb.overflow &&
        size_text(policy, rewritten, &sizing) == 0 && sizing.encoding == SMS_ENCODING_GSM7) {
        memcpy(rendering->text, rewritten, sb.length + 1);
        rendering->sizing = sizing;
        rendering->replaced = replaced;
        r = 0;
    }
    sodium_memzero(rewritten, sizeof(rewritten));
    return r;
}

/* The last line: of WebOTP (WICG sms-one-time-codes), or the app's hash. */
static int add_last_line(
    const struct purpose *purpose, const char *code, char text[static OTP_TEXT_SIZE])
{
    struct strbuf sb = {.data = text, .size = OTP_TEXT_SIZE, .length = strlen(text)};

    if (purpose->webotp[0])
        strbuf_printf(&sb, "\n@%s #%s", purpose->webotp, code);
    else if (purpose->android_hash[0])
        strbuf_printf(&sb, "\n%s", purpose->android_hash);
    return sb.overflow ? -ENOBUFS : 0;
}

static int render_template(const struct policy *policy, const struct purpose *purpose,
    const struct purpose_template *template, const struct otp_template_values *values,
    struct rendering *ret)
{
    struct otp_template_values with_shop = *values;
    int r;

    with_shop.shop = policy->shop;
    r = otp_template_render(template->text, &with_shop, ret->text);
    if (r >= 0)
        r = add_last_line(purpose, values->code, ret->text);
    if (r >= 0)
        r = choose_wording(policy, ret);
    if (r < 0)
        rendering_wipe(ret);
    ret->template = template;
    return r;
}

int rendering_make(const struct policy *policy, const struct purpose *purpose, const char *locale,
    const struct otp_template_values *values, struct rendering *ret)
{
    const struct purpose_template *template = purpose_template_for(purpose, locale);

    return template ? render_template(policy, purpose, template, values, ret) : -ENOKEY;
}

int rendering_of_text(const struct policy *policy, const char *text, struct rendering *ret)
{
    ret->template = NULL;
    if (snprintf(ret->text, sizeof(ret->text), "%s", text) >= (int)sizeof(ret->text))
        return -ENOBUFS;
    return choose_wording(policy, ret);
}

/* A value of so many letters, of which the first is `first`. */
static int add_letters(struct otp_context *context, const char *key, const char *first)
{
    char letters[OTP_CONTEXT_MAX_VALUE + 1] = "";
    struct strbuf sb = STRBUF_ON(letters);

    strbuf_puts(&sb, first);
    for (unsigned n = otp_template_sizing_chars(key); n > 1; n--)
        strbuf_putc(&sb, 'x');
    return otp_context_add(context, key, letters);
}

static int fill_longest(
    const struct purpose *purpose, const char *first, struct otp_context *context)
{
    int r = 0;

    for (unsigned i = 0; r >= 0 && i < purpose->n_required; i++)
        r = add_letters(context, purpose->required[i], first);
    for (const char *const *key = otp_template_optional_keys; r >= 0 && *key; key++)
        if (!otp_context_get(context, *key))
            r = add_letters(context, *key, first);
    return r;
}

/* With values that begin with that letter and are as long as is usual at most. */
static int render_longest(const struct policy *policy, const struct purpose *purpose,
    const struct purpose_template *template, const char *first, struct rendering *ret)
{
    struct otp_context context = {0};
    char code[OTP_CODE_SIZE] = "", reference[SMSOTP_REFERENCE_MAX + 1] = "";
    const struct otp_template_values values = {.code = code,
        .reference = reference,
        .minutes = rendering_minutes(purpose->ttl),
        .context = &context};
    int r = fill_longest(purpose, first, &context);

    memset(code, '0', purpose->length);
    memset(reference, 'x', otp_template_sizing_chars("reference"));
    return r < 0 ? r : render_template(policy, purpose, template, &values, ret);
}

int rendering_check(const struct policy *policy, const struct purpose *purpose,
    const struct purpose_template *template, char ret_error[static RENDERING_ERROR_SIZE])
{
    struct rendering longest;
    int r = render_longest(policy, purpose, template, "x", &longest);

    if (r < 0 || longest.sizing.parts > purpose->segments) {
        snprintf(ret_error, RENDERING_ERROR_SIZE,
            "with values of full length the text takes %s%u segments, and `segments` is %u: "
            "shorten the template",
            r < 0 ? "more than " : "", r < 0 ? SMS_MAX_PARTS : longest.sizing.parts,
            purpose->segments);
        return -EMSGSIZE;
    }
    if (purpose->android_hash[0] && strlen(longest.text) > ANDROID_MAX_BYTES) {
        snprintf(ret_error, RENDERING_ERROR_SIZE,
            "with values of full length and `android_hash` the text has %zu bytes, and Android "
            "reads %u: shorten the template",
            strlen(longest.text), ANDROID_MAX_BYTES);
        return -EMSGSIZE;
    }
    return 0;
}

/* A letter that no 7-bit table has, not even a national one: GREEK SMALL LETTER ALPHA. */
#define DEAR_LETTER "\xCE\xB1"

/*
 * One letter of a value, a payee's name in another script, makes the whole text one of 70
 * characters a segment. Such a request is refused when it comes; the owner should know before.
 */
static void report_dear_values(const struct policy *policy, const struct purpose *purpose,
    const struct purpose_template *template, const struct log *log)
{
    struct rendering longest = {.sizing.parts = SMS_MAX_PARTS + 1};
    int r = render_longest(policy, purpose, template, DEAR_LETTER, &longest);

    if (r == 0 && longest.sizing.parts <= purpose->segments)
        return;
    log_warning(log,
        "purpose=%s locale=%s event=dear_values segments=%u: with values of full length, one of "
        "which has a letter outside of the GSM alphabet, the text takes more, and requests are "
        "refused with 422; shorten the template or raise `segments`",
        purpose->name, template->locale, purpose->segments);
}

/* Which characters of a template are rewritten; the values are not known yet. */
static void report_template(
    const struct purpose *purpose, const struct purpose_template *template, const struct log *log)
{
    struct sms_sizing sizing;
    struct sms_replaced replaced;
    char rewritten[OTP_TEMPLATE_MAX * 3 + 1], names[SMS_REPLACED_MAX * 10 + 1];
    struct strbuf sb = STRBUF_ON(rewritten), list = STRBUF_ON(names);
    struct sms_outgoing outgoing = {SMS_OUTGOING_DEFAULT, .text = rewritten};

    if (!sms_transliterate(template->text, &sb, &replaced) ||
        sms_outgoing_size(&outgoing, &sizing) < 0 || sizing.encoding != SMS_ENCODING_GSM7)
        return;
    for (unsigned i = 0; i < replaced.n; i++)
        strbuf_printf(&list, "%sU+%04" PRIX32, i > 0 ? " " : "", replaced.code_points[i]);
    log_warning(log,
        "purpose=%s locale=%s event=transliterated characters=\"%s\": no GSM 7-bit table has them "
        "and the text would cost twice as much with them; write the template without",
        purpose->name, template->locale, names);
}

void rendering_report(const struct policy *policy, const struct log *log)
{
    for (unsigned i = 0; i < policy->n_purposes; i++)
        for (unsigned j = 0; j < policy->purposes[i]->n_templates; j++) {
            report_template(policy->purposes[i], &policy->purposes[i]->templates[j], log);
            report_dear_values(
                policy, policy->purposes[i], &policy->purposes[i]->templates[j], log);
        }
}
