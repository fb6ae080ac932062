/*
 * What the owner decided. Filled by the configuration reader, then immutable; on the loop's thread.
 */
#pragma once

#include "core/caller.h"
#include "core/limits.h"
#include "core/modem_policy.h"
#include "core/reply_words.h"
#include "otp/context.h"
#include "otp/keyring.h"
#include "smsotp/limits.h"
#include "util/e164.h"
#include "util/macros.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define POLICY_COUNTRIES_MAX 16
#define POLICY_DENIED_MAX 64
#define PURPOSE_TEMPLATES_MAX 32
#define PURPOSE_REQUIRED_MAX 8

struct purpose_template {
    char locale[SMSOTP_LOCALE_MAX + 1];
    char *text;      /* owned */
    bool is_default; /* ours, not the owner's */
};

struct purpose {
    char name[SMSOTP_PURPOSE_MAX + 1];
    usec_t ttl;
    unsigned length; /* of the code, in digits */
    unsigned attempts;
    unsigned resends;
    bool resend_new; /* a resend makes a new code */
    bool allow_short;
    bool allows_reverse; /* the customer may text a code to the shop instead */
    char required[PURPOSE_REQUIRED_MAX][OTP_CONTEXT_MAX_KEY + 1];
    unsigned n_required;
    struct purpose_template templates[PURPOSE_TEMPLATES_MAX];
    unsigned n_templates;
    unsigned segments;                           /* that one text may take */
    char webotp[SMSOTP_WEBOTP_MAX + 1];          /* host of the last line `@host #code`; or empty */
    char android_hash[SMSOTP_ANDROID_HASH + 1];  /* of the last line for an app; or empty */
};

#define POLICY_DIGEST_SIZE 32
#define POLICY_MARK_SIZE 33

struct policy {
    char shop[SMSOTP_SHOP_MAX + 1];
    char countries[POLICY_COUNTRIES_MAX][8]; /* prefixes with `+` */
    unsigned n_countries;                    /* 0: every country */
    char denied[POLICY_DENIED_MAX][E164_SIZE]; /* prefixes with `+` */
    unsigned n_denied;
    bool allows_special; /* premium rate and the like */
    char locale[SMSOTP_LOCALE_MAX + 1];      /* of texts that name none */
    bool national;                           /* language tables of TS 23.038 Annex A may be used */
    usec_t retention;
    uint8_t digest[POLICY_DIGEST_SIZE]; /* SHA-256 of the file that says it; all zero: of none */
    struct reply_words deny, stop, start; /* what replies begin with */
    char reverse_word[SMSOTP_REVERSE_WORD_MAX + 1]; /* what stands before a reverse code */
    struct limits limits;
    struct purpose *purposes[POLICY_PURPOSES_MAX]; /* owned */
    unsigned n_purposes;
    struct client *clients[POLICY_CLIENTS_MAX]; /* owned */
    unsigned n_clients;
    struct modem_policy *modems[SMSOTP_MODEMS_MAX]; /* owned */
    unsigned n_modems;
    bool has_proxy;
    uid_t proxy_uid; /* who may say whose certificate it has seen */
};

/* The defaults: five purposes with their texts in 13 languages, the default limits. -ENOMEM. */
int policy_new(struct policy **ret);

/* Takes NULL; returns NULL. */
struct policy *policy_free(struct policy *policy);
DEFINE_CLEANUP(struct policy *, policy_free);

/*
 * By what the audit log tells one configuration from another, in hex; empty: it is of no file.
 * Keyed, for a plain digest would give away a PIN in that file to who guesses the rest of it.
 */
void policy_mark(const struct policy *policy, const struct otp_keyring *keyring,
    char ret_mark[static POLICY_MARK_SIZE]);

/* The purpose or client of a name, or NULL. */
struct purpose *policy_find_purpose(const struct policy *policy, const char *name);
struct client *policy_find_client(const struct policy *policy, const char *name);

/* Adds one with defaults. -ENOSPC, -ENOMEM, -ENAMETOOLONG; -EINVAL for a malformed name. */
int policy_add_purpose(struct policy *policy, const char *name, struct purpose **ret);
int policy_add_client(struct policy *policy, const char *name, struct client **ret);

/* Whether a text has the form of a locale: `hi`, `en-IN`, `hi-Latn`. */
bool policy_is_locale(const char *text);

/* Sets the template of a locale ("en", "hi", "en-IN"). -EINVAL (locale), -ENOSPC, -ENOMEM. */
int purpose_set_template(struct purpose *purpose, const char *locale, const char *text);

/* Takes away a text. */
void purpose_drop_template(struct purpose *purpose, const char *locale);

/* The text for a locale, in whatever case: its own, that of its language, English, or the first
 * there is. */
const struct purpose_template *purpose_template_for(
    const struct purpose *purpose, const char *locale);

/* Whether numbers with this prefix are served. */
bool policy_allows_destination(const struct policy *policy, const char *number);
