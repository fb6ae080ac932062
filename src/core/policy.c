#include "core/policy.h"

#include "otp/default_templates.h"
#include "otp/keyed_hash.h"
#include "util/e164.h"
#include "util/hex.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MARK_LABEL "smsotp configuration v1"

/* A name of lower-case letters, digits, `-` and `_` that begins with a letter. */
static bool is_name(const char *text, size_t max)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-");

    return n > 0 && n <= max && text[n] == '\0' && text[0] >= 'a' && text[0] <= 'z';
}

static int add_default_purpose(struct policy *policy, const struct otp_default_purpose *row)
{
    struct purpose *purpose;
    int r = policy_add_purpose(policy, row->name, &purpose);

    if (r < 0)
        return r;
    for (size_t i = 0; i < row->n_context_keys; i++)
        snprintf(purpose->required[purpose->n_required++], sizeof(purpose->required[0]), "%s",
            row->context_keys[i]);
    for (size_t i = 0; i < row->n_texts; i++) {
        r = purpose_set_template(purpose, row->texts[i].locale, row->texts[i].text);
        if (r < 0)
            return r;
        purpose->templates[i].is_default = true;
    }
    return 0;
}

static void set_words(struct reply_words *words, const char *const *list)
{
    for (; *list; list++)
        (void)reply_words_add(words, *list);
}

int policy_new(struct policy **ret)
{
    _cleanup_(policy_freep) struct policy *policy = calloc(1, sizeof(*policy));

    if (!policy)
        return -ENOMEM;
    policy->retention = 30 * USEC_PER_DAY;
    snprintf(policy->locale, sizeof(policy->locale), "en");
    snprintf(policy->reverse_word, sizeof(policy->reverse_word), "SHOP");
    reply_words_default(&policy->deny);
    set_words(&policy->stop, (const char *const[]){"STOP", "STOPALL", "UNSUBSCRIBE", NULL});
    set_words(&policy->start, (const char *const[]){"START", "UNSTOP", NULL});
    limits_default(&policy->limits);
    for (size_t i = 0; i < OTP_DEFAULT_PURPOSES; i++) {
        int r = add_default_purpose(policy, &otp_default_purposes[i]);

        if (r < 0)
            return r;
    }
    *ret = TAKE_PTR(policy);
    return 0;
}

static void purpose_free(struct purpose *purpose)
{
    for (unsigned i = 0; i < purpose->n_templates; i++)
        free(purpose->templates[i].text);
    free(purpose);
}

struct policy *policy_free(struct policy *policy)
{
    if (!policy)
        return NULL;
    for (unsigned i = 0; i < policy->n_purposes; i++)
        purpose_free(policy->purposes[i]);
    for (unsigned i = 0; i < policy->n_clients; i++)
        free(policy->clients[i]);
    for (unsigned i = 0; i < policy->n_modems; i++) {
        balance_rule_fini(&policy->modems[i]->balance);
        free(policy->modems[i]);
    }
    free(policy);
    return NULL;
}

struct purpose *policy_find_purpose(const struct policy *policy, const char *name)
{
    for (unsigned i = 0; i < policy->n_purposes; i++)
        if (strcmp(policy->purposes[i]->name, name) == 0)
            return policy->purposes[i];
    return NULL;
}

struct client *policy_find_client(const struct policy *policy, const char *name)
{
    for (unsigned i = 0; i < policy->n_clients; i++)
        if (strcmp(policy->clients[i]->name, name) == 0)
            return policy->clients[i];
    return NULL;
}

int policy_add_purpose(struct policy *policy, const char *name, struct purpose **ret)
{
    struct purpose *purpose;

    if (!is_name(name, SMSOTP_PURPOSE_MAX))
        return -EINVAL;
    if (policy->n_purposes == POLICY_PURPOSES_MAX)
        return -ENOSPC;
    purpose = calloc(1, sizeof(*purpose));
    if (!purpose)
        return -ENOMEM;
    snprintf(purpose->name, sizeof(purpose->name), "%s", name);
    purpose->ttl = SMSOTP_TTL_DEFAULT_SEC * USEC_PER_SEC;
    purpose->length = SMSOTP_CODE_LENGTH_DEFAULT;
    purpose->attempts = SMSOTP_ATTEMPTS_DEFAULT;
    purpose->resends = SMSOTP_RESENDS_DEFAULT;
    purpose->segments = SMSOTP_SEGMENTS_DEFAULT;
    policy->purposes[policy->n_purposes++] = purpose;
    *ret = purpose;
    return 0;
}

int policy_add_client(struct policy *policy, const char *name, struct client **ret)
{
    struct client *client;

    if (!is_name(name, SMSOTP_CLIENT_MAX))
        return -EINVAL;
    if (policy->n_clients == POLICY_CLIENTS_MAX)
        return -ENOSPC;
    client = calloc(1, sizeof(*client));
    if (!client)
        return -ENOMEM;
    snprintf(client->name, sizeof(client->name), "%s", name);
    policy->clients[policy->n_clients++] = client;
    *ret = client;
    return 0;
}

bool policy_is_locale(const char *text)
{
    size_t n = strspn(
        text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    return n >= 2 && n <= SMSOTP_LOCALE_MAX && text[n] == '\0' && text[0] >= 'a' && text[0] <= 'z';
}

int purpose_set_template(struct purpose *purpose, const char *locale, const char *text)
{
    struct purpose_template *slot = NULL;
    char *copy;

    if (!policy_is_locale(locale))
        return -EINVAL;
    for (unsigned i = 0; i < purpose->n_templates; i++)
        if (strcmp(purpose->templates[i].locale, locale) == 0)
            slot = &purpose->templates[i];
    if (!slot && purpose->n_templates == PURPOSE_TEMPLATES_MAX)
        return -ENOSPC;
    copy = strdup(text);
    if (!copy)
        return -ENOMEM;
    if (!slot) {
        slot = &purpose->templates[purpose->n_templates++];
        snprintf(slot->locale, sizeof(slot->locale), "%s", locale);
    }
    free(slot->text);
    slot->text = copy;
    slot->is_default = false;
    return 0;
}

void purpose_drop_template(struct purpose *purpose, const char *locale)
{
    for (unsigned i = 0; i < purpose->n_templates; i++)
        if (strcmp(purpose->templates[i].locale, locale) == 0) {
            free(purpose->templates[i].text);
            purpose->templates[i] = purpose->templates[--purpose->n_templates];
            return;
        }
}

static const struct purpose_template *find_template(
    const struct purpose *purpose, const char *locale, size_t n)
{
    for (unsigned i = 0; i < purpose->n_templates; i++)
        if (strlen(purpose->templates[i].locale) == n &&
            strncasecmp(purpose->templates[i].locale, locale, n) == 0)
            return &purpose->templates[i];
    return NULL;
}

/* hi-Latn-IN, then hi-Latn, then hi (RFC 4647 §3.4, lookup). */
const struct purpose_template *purpose_template_for(
    const struct purpose *purpose, const char *locale)
{
    const struct purpose_template *found = find_template(purpose, locale, strlen(locale));

    for (size_t n = strlen(locale); !found && n > 0; n--)
        if (locale[n] == '-')
            found = find_template(purpose, locale, n);
    if (!found)
        found = find_template(purpose, "en", 2);
    if (!found && purpose->n_templates > 0)
        found = &purpose->templates[0];
    return found;
}

bool policy_allows_destination(const struct policy *policy, const char *number)
{
    for (unsigned i = 0; i < policy->n_countries; i++)
        if (strncmp(number, policy->countries[i], strlen(policy->countries[i])) == 0)
            return true;
    return policy->n_countries == 0;
}

void policy_mark(const struct policy *policy, const struct otp_keyring *keyring,
    char ret_mark[static POLICY_MARK_SIZE])
{
    uint8_t mark[(POLICY_MARK_SIZE - 1) / 2];
    struct keyed_hash hash;

    ret_mark[0] = '\0';
    if (sodium_is_zero(policy->digest, sizeof(policy->digest)))
        return;
    keyed_hash_init(&hash, otp_keyring_journal_key(keyring), sizeof(mark), MARK_LABEL);
    keyed_hash_put(&hash, policy->digest, sizeof(policy->digest));
    keyed_hash_final(&hash, mark);
    hex_encode(mark, sizeof(mark), ret_mark);
}
