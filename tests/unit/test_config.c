/* The configuration: what is taken, and for everything else the line and what was expected. */
#include "daemon/config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static const struct config_defaults defaults = {.state_dir = "/state", .runtime_dir = "/run/x"};

#define FIFTY "x2345678901234567890123456789012345678901234567890"

static int load_octets(
    const char *text, size_t n, struct config **ret, char ret_error[static CONFIG_ERROR_SIZE])
{
    char path[] = "/tmp/smsotp-config-XXXXXX", *in_error;
    int fd = mkstemp(path);
    int r;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, n), n);
    close(fd);
    r = config_load(ret, path, &defaults, ret_error);
    unlink(path);
    in_error = strstr(ret_error, path);
    if (r < 0) { /* ":LINE: …" is left of an error */
        assert_ptr_equal(in_error, ret_error);
        memmove(ret_error, ret_error + strlen(path), strlen(ret_error) - strlen(path) + 1);
    } else {
        assert_string_equal(ret_error, "");
    }
    return r;
}

static struct config *load(const char *text)
{
    char error[CONFIG_ERROR_SIZE];
    struct config *config = NULL;

    if (load_octets(text, strlen(text), &config, error) < 0)
        fail_msg("%s: %s", text, error);
    return config;
}

static void refuse_at(const char *text, unsigned line, const char *words)
{
    char error[CONFIG_ERROR_SIZE], place[32];
    struct config *config = NULL;

    snprintf(place, sizeof(place), ":%u: ", line);
    if (load_octets(text, strlen(text), &config, error) != -EINVAL)
        fail_msg("taken: %s", text);
    assert_null(config);
    if (strncmp(error, place, strlen(place)) != 0 || !strstr(error, words))
        fail_msg("%s\nanswered %s\nexpected line %u and `%s`", text, error, line, words);
}

/* Each key with values that cannot be, and what must be said about them. */
static const struct {
    const char *section, *line, *expected;
} bad_values[] = {
    {"gateway", "shop =", "1 to 40 bytes"},
    {"gateway", "shop = x2345678901234567890123456789012345678901", "1 to 40 bytes"},
    {"gateway", "shop = a\xE2\x80\x8B", "1 to 40 bytes"},
    {"gateway", "shop = \xE2\x80\xAEihsrok", "1 to 40 bytes"},
    {"gateway", "shop = a\x1B[2J", "1 to 40 bytes"},
    {"gateway", "country =", "`+91`"},
    {"gateway", "country = 91", "`+91`"},
    {"gateway", "country = +", "`+91`"},
    {"gateway", "country = +0", "`+91`"},
    {"gateway", "country = +91 India", "`+91`"},
    {"gateway", "country = +91x", "`+91`"},
    {"gateway", "country = +12345678", "`+91`"},
    {"gateway", "country = +1 +2 +3 +4 +5 +6 +7 +8 +9 +11 +12 +13 +14 +15 +16 +17 +18", "16"},
    {"gateway", "deny =", "`+91140 +917`"},
    {"gateway", "deny = 140", "`+91140 +917`"},
    {"gateway", "deny = +911234567890123456", "`+91140 +917`"},
    {"gateway", "special = no", "`refuse` or `allow`"},
    {"gateway", "retention =", "`30d`"},
    {"gateway", "retention = 23h", "`30d`"},
    {"gateway", "retention = 3661d", "`30d`"},
    {"gateway", "retention = 30 days", "`30d`"},
    {"gateway", "retention = -1d", "`30d`"},
    {"gateway", "retention = 99999999999999999999d", "`30d`"},
    {"gateway", "shopname = x", "shop, country, deny, special"},
    {"gateway", "Shop = x", "shop, country, deny, special"},
    {"api", "socket =", "absolute path"},
    {"api", "socket = api.sock", "absolute path"},
    {"api", "admin_socket = ./x", "absolute path"},
    {"api", "port = 80", "socket, admin_socket"},
    {"store", "url =", "sqlite:/"},
    {"store", "url = /var/lib/x.db", "sqlite:/"},
    {"store", "url = sqlite:x.db", "sqlite:/"},
    {"store", "url = postgresql://x", "sqlite:/"},
    {"store", "path = /x", "known are url"},
    {"keys", "master =", "ephemeral"},
    {"keys", "master = Ephemeral", "ephemeral"},
    {"keys", "master = file:key", "file:/PATH"},
    {"keys", "master = credential:", "credential:NAME"},
    {"keys", "master = credential:../key", "credential:NAME"},
    {"keys", "key = x", "known are master"},
    {"modem a", "device =", "path of a tty"},
    {"modem a", "device = ttyUSB0", "path of a tty"},
    {"modem a", "device = automatic", "path of a tty"},
    {"modem a", "pin =", "4 to 8 digits"},
    {"modem a", "pin = 123", "4 to 8 digits"},
    {"modem a", "pin = 123456789", "4 to 8 digits"},
    {"modem a", "pin = 12a4", "4 to 8 digits"},
    {"modem a", "pin = 12 34", "4 to 8 digits"},
    {"modem a", "pin = file:/no/such/file", "readable file"},
    {"modem a", "pin = file:/etc/passwd", "its owner alone"},
    {"modem a", "prefixes =", "beginnings of numbers"},
    {"modem a", "prefixes = 9198", "beginnings of numbers"},
    {"modem a", "prefixes = +0198", "beginnings of numbers"},
    {"modem a", "prefixes = +9198 +91x", "beginnings of numbers"},
    {"modem a", "prefixes = +9198123456781234", "beginnings of numbers"},
    {"modem a", "roaming = no", "`allow` or `refuse`"},
    {"modem a", "balance_ussd =", "a code like"},
    {"modem a", "balance_ussd = 123", "a code like"},
    {"modem a", "balance_ussd = *12a#", "a code like"},
    {"modem a", "balance_ussd = **04*1234*1111*1111#", "a code like"},
    {"modem a", "balance_ussd = *12345678901234567890123456789012#", "a code like"},
    {"modem a", "balance_every = 59m", "1h to 30d"},
    {"modem a", "balance_every = 31d", "1h to 30d"},
    {"modem a", "balance_pattern = [0-9]+", "whose first group"},
    {"modem a", "balance_pattern = ([0-9]+", "whose first group"},
    {"modem a", "balance_low = 0", "an amount above 0"},
    {"modem a", "balance_low = much", "an amount above 0"},
    {"modem a", "usb_reset = on", "`auto` or `off`"},
    {"modem a", "power_hook =", "absolute path of a program"},
    {"modem a", "power_hook = true", "absolute path of a program"},
    {"modem a", "power_hook = /no/such/program", "absolute path of a program"},
    {"modem a", "power_hook = /tmp", "absolute path of a program"},
    {"modem a", "power_hook = /etc/passwd", "absolute path of a program"},
    {"modem a", "pin = file:/tmp", "readable file"},
    {"modem a", "pin = file:/dev/null", "readable file"},
    {"modem a", "number =", "the SIM's own number"},
    {"modem a", "number = 9812345678", "the SIM's own number"},
    {"modem a", "number = +91 98123 45678", "the SIM's own number"},
    {"modem a", "baud = 0", "1200 to 4000000"},
    {"modem a", "baud = 4000001", "1200 to 4000000"},
    {"modem a", "baud = fast", "1200 to 4000000"},
    {"modem a", "quota_minute = 0", "`off`, or 1 to 1000000"},
    {"modem a", "quota_day = 90/1d", "`off`, or 1 to 1000000"},
    {"modem a", "quota_month = 1000001", "`off`, or 1 to 1000000"},
    {"modem a", "quota_recipients =", "`off`, or 1 to 1000000"},
    {"modem a", "quota_reserve = off", "less than `quota_day`"},
    {"purpose p", "ttl = 59s", "60s to 10m"},
    {"purpose p", "ttl = 601", "60s to 10m"},
    {"purpose p", "ttl = 5 m", "60s to 10m"},
    {"purpose p", "ttl =", "60s to 10m"},
    {"purpose p", "length = 5", "6 to 10"},
    {"purpose p", "length = 11", "6 to 10"},
    {"purpose p", "length = six", "6 to 10"},
    {"purpose p", "length = 06x", "6 to 10"},
    {"purpose p", "allow_short = maybe", "yes or no"},
    {"purpose p", "attempts = 0", "1 to 10"},
    {"purpose p", "attempts = 11", "1 to 10"},
    {"purpose p", "attempts = -1", "1 to 10"},
    {"purpose p", "resends = 6", "0 to 5"},
    {"purpose p", "resends = 4294967296", "0 to 5"},
    {"purpose p", "resend = newer", "`same` or `new`"},
    {"purpose p", "resend =", "`same` or `new`"},
    {"purpose p", "require_context = Amount", "lower-case"},
    {"purpose p", "require_context = 1st", "lower-case"},
    {"purpose p", "require_context = a b c d e f g h i", "up to 8"},
    {"purpose p", "segments = 0", "1 to 6"},
    {"purpose p", "segments = 7", "1 to 6"},
    {"purpose p", "webotp = https://shop.example", "host name"},
    {"purpose p", "webotp = Shop.example", "host name"},
    {"purpose p", "webotp = shop", "host name"},
    {"purpose p", "webotp = shop..example", "host name"},
    {"purpose p", "webotp = shop.example.", "host name"},
    {"purpose p", "webotp = -shop.example", "host name"},
    {"purpose p", "android_hash = FA+9qCX9VS", "11 characters"},
    {"purpose p", "android_hash = FA+9qCX9VS%", "11 characters"},
    {"gateway", "locale = Hindi", "locale"},
    {"gateway", "national = on", "auto"},
    {"purpose p", "template.en =", "template.LOCALE"},
    {"purpose p", "template. = {code}", "template.LOCALE"},
    {"purpose p", "template.e = {code}", "template.LOCALE"},
    {"purpose p", "template.EN = {code}", "template.LOCALE"},
    {"purpose p", "template.e_n = {code}", "template.LOCALE"},
    {"purpose p", "template.en-aaaaaaaaaaaaaa = {code}", "template.LOCALE"},
    {"purpose p", "template = {code}", "template.LOCALE"},
    {"purpose p", "template.en = no gap for it", "{code}"},
    {"purpose p", "template.en = {code} {code", "}"},
    {"purpose p", "template.en = {code} {nobody}", "nobody"},
    {"limits", "number =", "COUNT/TIME"},
    {"limits", "number = 0/1d", "COUNT/TIME"},
    {"limits", "number = 1/0s", "COUNT/TIME"},
    {"limits", "number = 1 / 30s", "COUNT/TIME"},
    {"limits", "number = off 1/30s", "COUNT/TIME"},
    {"limits", "number = 1/1s 2/2s 3/3s 4/4s 5/5s 6/6s 7/7s", "up to 6"},
    {"limits", "number = 1/367d", "COUNT/TIME"},
    {"limits", "guesses = Off", "COUNT/TIME"},
    {"limits", "client = -1/1m", "COUNT/TIME"},
    {"limits", "gateway = 1/1y", "COUNT/TIME"},
    {"limits", "gateway = 1000001/1d", "COUNT/TIME"},
    {"limits", "prefix = 30", "COUNT/TIME"},
    {"limits", "purpose = checkout", "COUNT/TIME"},
    {"limits", "failures = 50%", "COUNT/TIME"},
    {"limits", "spray = yes", "COUNT/TIME"},
    {"limits", "share = 60", "`60%`"},
    {"limits", "share = 0%", "`60%`"},
    {"limits", "pending = 0", "1 to 20"},
    {"limits", "pending = 21", "1 to 20"},
    {"limits", "pending = 2/1h", "1 to 20"},
    {"limits", "conversion = 30%", "`30%/20`"},
    {"limits", "conversion = 20/1h", "`30%/20`"},
    {"limits", "numbers = 1/1m", "number, share, pending, prefix, purpose, client, gateway"},
    {"client c", "user =", "a user"},
    {"client c", "user = no-such-user-here", "a user"},
    {"client c", "user = -1", "a user"},
    {"client c", "user = 4294967295", "a user"}, /* (uid_t)-1 is nobody */
    {"client c", "token_hash = 3c469e9d", "64 hex digits"},
    {"client c", "token_hash = token", "64 hex digits"},
    {"client c", "certificate =", "1 to 64 letters"},
    {"client c", "certificate = a b", "1 to 64 letters"},
    {"client c", "certificate = O=x,CN=till", "1 to 64 letters"},
    {"client c", "inbound = maybe", "yes or no"},
    {"proxy", "user = no-such-user-here", "the user"},
    {"client c", "group = no-such-group-here", "a group"},
    {"client c", "group = 4294967295", "a group"},
    {"client c", "purposes =", "names of purposes"},
    {"client c", "purposes = x23456789012345678901234567890123", "names of purposes"},
    {"client c", "token = abc", "unknown key `token`"},
};

static void test_bad_values(void **state)
{
    char text[512];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad_values); i++) {
        snprintf(text, sizeof(text), "; a remark\n\n[%s]\n%s\n", bad_values[i].section,
            bad_values[i].line);
        refuse_at(text, 4, bad_values[i].expected);
    }
}

static void test_a_pin_is_not_quoted(void **state)
{
    char error[CONFIG_ERROR_SIZE];
    struct config *config = NULL;
    const char *text = "[modem a]\ndevice = /dev/x\npin = 123456789\n";

    (void)state;
    assert_int_equal(load_octets(text, strlen(text), &config, error), -EINVAL);
    assert_null(strstr(error, "123456789"));
}

/* Whole files that cannot be. */
static const struct {
    const char *text;
    unsigned line;
    const char *words;
} bad_files[] = {
    {"shop = x\n", 1, "before any [section]"},
    {"\n# x\nshop = x\n", 3, "before any [section]"},
    {"nonsense\n", 1, "key = value"},
    {"[gateway]\nshop = x\nnonsense\n", 3, "key = value"},
    {"[gateway\nshop = x\n", 1, "ends with `]`"},
    {"[]\n", 1, "unknown section []"},
    {"[nonsense]\n", 1, "unknown section [nonsense]"},
    {"[gateway]\nshop = x\n[nonsense]\nx = y\n", 3, "unknown section"},
    {"[Gateway]\n", 1, "unknown section"},
    {"[ gateway]\n", 1, "unknown section"},
    {"[gateway x]\n", 1, "unknown section"},
    {"[modem]\n", 1, "unknown section"},
    {"[purpose]\n", 1, "unknown section"},
    {"[modem a b]\ndevice = /dev/x\n", 1, "[modem a b]"},
    {"[purpose Login]\n", 1, "lower case"},
    {"[purpose 1st]\n", 1, "lower case"},
    {"[purpose x23456789012345678901234567890123]\n", 1, "[purpose"},
    {"[modem x23456789012345678901234567890123]\n", 1, "[modem"},
    {"[client " FIFTY "]\nuser = root\n", 1, "[client"},
    {"[client \xC3\xA9]\nuser = root\n", 1, "lower case"},
    {"[gateway] shop = x\n", 1, "a line of its own"},
    {"[gateway]]\n", 1, "a line of its own"},
    {"[modem a]\n\n\n", 1, "no `device`"},
    {"[modem a]\ndevice = /dev/x\n[modem b]\nbaud = 9600\n[limits]\nnumber = off\n", 3,
        "no `device`"},
    {"[purpose p]\nttl = 5m\n", 1, "no text"},
    {"[purpose p]\nrequire_context = amount\n\ntemplate.en = {code} {amount}\ntemplate.hi = {code} "
     "{amount} {payee\n",
        5, "template.hi"},
    {"[purpose p]\ntemplate.en = {code}\n  for {nobody}\n", 2, "nobody"},
    {"[client c]\n", 1, "names nobody"},
    {"[client c]\ncertificate = till\n", 1, "expected [proxy]"},
    {"[client c]\nuser = root\npurposes = login novel\n", 1, "no purpose `novel`"},
    {"[gateway]\nshop = x\n  country = +91\n", 3, "begin it at the margin"},
    {"[modem a]\n device = /dev/x\n baud = 9600\n", 3, "begin it at the margin"},
    {"[purpose p]\nlength = 4\nallow_short = yes\ntemplate.en = {code}\n", 2, "allow_short"},
    {"\xEF\xBB\xBF[nonsense]\n", 1, "unknown section"},
    {"\xEF\xBB\xBFshop = x\n", 1, "before any"},
    {" [nonsense]\n", 1, "unknown section"},
    {"[gateway]\r\nshop = x\r\nnonsense = y\r\n", 3, "unknown key `nonsense`"},
    {"[gateway]\nshop = a\n[gateway]\nshop =\n", 4, "1 to 40 bytes"},
    {"[modem a]\ndevice = auto\n[modem  a]\n", 3, "[modem a] began in line 1"},
    {"[gateway]\nretention = soon\nshop =\n", 2, "retention"}, /* the first is told */
    {"[gateway]\nnonsense\nshop =\n", 2, "key = value"},
};

static void test_bad_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bad_files); i++)
        refuse_at(bad_files[i].text, bad_files[i].line, bad_files[i].words);
}

static void test_overlong_lines(void **state)
{
    char text[12000];
    int n = snprintf(text, sizeof(text), "[gateway]\n; ");

    (void)state;
    memset(text + n, 'x', sizeof(text) - (size_t)n);
    text[sizeof(text) - 1] = '\0';
    refuse_at(text, 2, "longer than");
    memcpy(text + sizeof(text) - 12, "\nshop = y\n", 11);
    refuse_at(text, 2, "longer than");
    memcpy(text, "[gateway]\nshop = ", 17);
    refuse_at(text, 2, "longer than");
}

static void test_octets_that_are_no_text(void **state)
{
    static const char nul[] = "[gateway]\nsh\0op = x\n";
    char error[CONFIG_ERROR_SIZE];
    struct config *config = NULL;

    (void)state;
    assert_int_equal(load_octets(nul, sizeof(nul) - 1, &config, error), -EINVAL);
    assert_int_equal(strncmp(error, ":2: ", 4), 0);
}

static void test_too_many(void **state)
{
    static const struct {
        const char *kind, *key;
        unsigned max;
    } rows[] = {
        {"modem", "device = /dev/x", SMSOTP_MODEMS_MAX},
        {"client", "user = 0", POLICY_CLIENTS_MAX},
        {"purpose", "template.en = {code}", POLICY_PURPOSES_MAX - 5}, /* five are there */
    };
    char text[8192];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        size_t n = 0;

        for (unsigned k = 0; k < rows[i].max; k++)
            n += (size_t)snprintf(
                text + n, sizeof(text) - n, "[%s x%u]\n%s\n", rows[i].kind, k, rows[i].key);
        config_free(load(text));
        snprintf(text + n, sizeof(text) - n, "[%s y]\n%s\n", rows[i].kind, rows[i].key);
        refuse_at(text, 2 * rows[i].max + 1, "too many");
    }
}

static void test_defaults(void **state)
{
    static const char *const texts[] = {"", "\n\n", "; only a remark", "[gateway]\n",
        "\xEF\xBB\xBF", "\xEF\xBB\xBF[gateway]\r\n", "[gateway] ; a remark\n[api] # another\n",
        " [gateway]\n"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        _cleanup_(config_freep) struct config *config = load(texts[i]);

        assert_string_equal(config->policy->shop, "the shop");
        assert_string_equal(config->api_socket, "/run/x/api.sock");
        assert_string_equal(config->admin_socket, "/run/x/admin.sock");
        assert_string_equal(config->store_url, "sqlite:/state/smsotp.db");
        assert_null(config->master_key);
        assert_int_equal(config->n_modems, 0);
        assert_int_equal(config->policy->n_purposes, 5);
        assert_int_equal(config->policy->n_clients, 0);
        assert_int_equal(config->policy->n_countries, 0);
    }
}

/* One of each kind of section. */
static const char example[] =
    "[gateway]\n"
    "shop = Ravi Stores              ; name in texts\n"
    "country = +91                   ; allow-list\n"
    "retention = 30d\n"
    "[api]\n"
    "socket = /run/smsotp/api.sock\n"
    "admin_socket = /run/smsotp/admin.sock\n"
    "[store]\n"
    "url = sqlite:/var/lib/smsotp/smsotp.db\n"
    "[keys]\n"
    "master = credential:smsotp.key  ; or file:/etc/smsotp/key, or ephemeral\n"
    "[modem counter]\n"
    "device = /dev/serial/by-path/x\n"
    "pin = 0042\n"
    "baud = 115200\n"
    "roaming = refuse\n"
    "balance_ussd = *123#\n"
    "balance_every = 12h\n"
    "balance_pattern = Rs ([0-9.]+)\n"
    "balance_low = 50\n"
    "prefixes = +9198, +919912\n"
    "quota_minute = 10\n"
    "quota_day = 90                  ; texts per SIM and day, counted by ICCID, of which\n"
    "quota_reserve = 30              ; this many are kept for codes\n"
    "quota_month = off\n"
    "quota_recipients = 250\n"
    "[purpose checkout]\n"
    "ttl = 5m\n"
    "length = 6\n"
    "attempts = 5\n"
    "resends = 2\n"
    "require_context = amount payee\n"
    "template.en = {code} is your OTP to pay {currency} {amount} to {payee}. Valid {minutes} min.\n"
    "    Never share it by phone.\n"
    "    Not you? Reply NO\n"
    "template.hi = {code} {amount} {payee} \xE0\xA4\x86\xE0\xA4\xAA\xE0\xA4\x95\xE0\xA4\xBE\n"
    "[limits]\n"
    "number = 1/30s 3/10m 5/1h 10/1d   ; any limit may be `off`\n"
    "guesses = 15/1d                 ; wrong codes per number\n"
    "client = 60/1m\n"
    "gateway = off\n"
    "pending = off\n"
    "share = 75%\n"
    "conversion = 40%/50\n"
    "spray = 100/1h\n"
    "[client till]\n"
    "user = 1234\n"
    "purposes = checkout loyalty\n"
    "[client office]\n"
    "group = root\n";

static void check_modem(const struct modem_policy *modem)
{
    assert_int_equal(modem->quota.max[QUOTA_MINUTE], 10);
    assert_int_equal(modem->quota.max[QUOTA_DAY], 90);
    assert_int_equal(modem->quota.max[QUOTA_MONTH], 0);
    assert_int_equal(modem->quota.max[QUOTA_RECIPIENTS], 250);
    assert_int_equal(modem->quota.reserve, 30);
    assert_string_equal(modem->balance.ussd, "*123#");
    assert_int_equal(modem->balance.every, 12 * USEC_PER_HOUR);
    assert_true(modem->balance.has_pattern && modem->balance.has_low);
    assert_int_equal(modem->balance.low, 5000);
    assert_int_equal(modem->n_prefixes, 2);
    assert_string_equal(modem->prefixes[1], "+919912");
}

static void check_example(const struct config *config)
{
    const struct policy *policy = config->policy;
    const struct purpose *checkout = policy_find_purpose(policy, "checkout");
    const struct client *till = policy_find_client(policy, "till");
    const struct client *office = policy_find_client(policy, "office");

    assert_string_equal(policy->shop, "Ravi Stores");
    assert_string_equal(policy->countries[0], "+91");
    assert_int_equal(policy->retention, 30 * USEC_PER_DAY);
    assert_string_equal(config->api_socket, "/run/smsotp/api.sock");
    assert_string_equal(config->admin_socket, "/run/smsotp/admin.sock");
    assert_string_equal(config->store_url, "sqlite:/var/lib/smsotp/smsotp.db");
    assert_string_equal(config->master_key, "credential:smsotp.key");
    assert_int_equal(config->n_modems, 1);
    assert_string_equal(config->modems[0].name, "counter");
    assert_string_equal(config->modems[0].device, "/dev/serial/by-path/x");
    assert_string_equal(config->modems[0].pin, "0042");
    assert_int_equal(config->modems[0].baud, 115200);
    assert_true(config->modems[0].no_roaming);
    check_modem(policy_find_modem(policy, "counter"));
    assert_int_equal(checkout->ttl, 5 * USEC_PER_MINUTE);
    assert_int_equal(checkout->n_required, 2);
    assert_string_equal(checkout->required[1], "payee");
    assert_string_equal(purpose_template_for(checkout, "en")->text,
        "{code} is your OTP to pay {currency} {amount} to {payee}. Valid {minutes} min. "
        "Never share it by phone. Not you? Reply NO");
    assert_int_equal(policy->limits.number.n_windows, 4);
    assert_int_equal(policy->limits.guesses.windows[0].max, 15);
    assert_int_equal(policy->limits.client.windows[0].span, USEC_PER_MINUTE);
    assert_int_equal(policy->limits.gateway.n_windows, 0);
    assert_int_equal(policy->limits.pending, 0);
    assert_int_equal(policy->limits.share, 75);
    assert_int_equal(policy->limits.conversion.percent, 40);
    assert_int_equal(policy->limits.spray.windows[0].max, 100);
    assert_true(till->has_uid && !till->has_gid && till->uid == 1234);
    assert_int_equal(till->n_purposes, 2);
    assert_true(office->has_gid && !office->has_uid && office->gid == 0);
}

static void test_example(void **state)
{
    _cleanup_(config_freep) struct config *config = load(example);

    (void)state;
    check_example(config);
}

/* As an editor on Windows writes it. */
static void test_example_with_crlf_and_mark(void **state)
{
    _cleanup_(config_freep) struct config *config = NULL;
    char text[2 * sizeof(example)] = "\xEF\xBB\xBF";
    size_t n = 3;

    (void)state;
    for (const char *p = example; *p; p++) {
        if (*p == '\n')
            text[n++] = '\r';
        text[n++] = *p;
    }
    text[n] = '\0';
    config = load(text);
    check_example(config);
}

static void test_a_key_that_comes_again(void **state)
{
    _cleanup_(config_freep) struct config *config =
        load("[modem a]\ndevice = /dev/x\nbaud = 9600\n[gateway]\nshop = one\ncountry = +1 +2\n"
             "shop = two\ncountry = +3\n[modem b]\ndevice = /dev/y\n"
             "[purpose login]\ntemplate.en = {code} one\ntemplate.en = {code} two\n");

    (void)state;
    assert_string_equal(config->policy->shop, "two");
    assert_int_equal(config->policy->n_countries, 1);
    assert_int_equal(config->n_modems, 2);
    assert_string_equal(config->modems[0].device, "/dev/x");
    assert_int_equal(config->modems[0].baud, 9600);
    assert_string_equal(
        policy_find_purpose(config->policy, "login")->templates[0].text, "{code} two");
}

/* Good values at the edges, each with a look at what came of it. */
static void test_edges(void **state)
{
    _cleanup_(config_freep) struct config *config =
        load("[gateway]\nshop = x234567890123456789012345\xE0\xA4\xAE\xE0\xA5\x8D\xE2\x80\x8D"
             "\xE0\xA4\xAE\xE2\x80\x8C\nretention = 1d\n"
             "[purpose p]\nttl = 60\nallow_short = on\nlength = 4\nattempts = 10\nresends = 0\n"
             "resend = new\nrequire_context =\ntemplate.en-IN = {code}\n"
             "[client x23456789012345678901234567890123456789012345678]\nuser = root\n"
             "[modem x2345678901234567890123456789012]\ndevice = /d\npin = 12345678\n");
    const struct purpose *p = policy_find_purpose(config->policy, "p");

    (void)state;
    assert_int_equal(strlen(config->policy->shop), 40);
    assert_int_equal(config->policy->retention, USEC_PER_DAY);
    assert_int_equal(p->ttl, 60 * USEC_PER_SEC);
    assert_int_equal(p->length, 4);
    assert_int_equal(p->attempts, 10);
    assert_int_equal(p->resends, 0);
    assert_true(p->resend_new);
    assert_int_equal(p->n_required, 0);
    assert_string_equal(p->templates[0].locale, "en-IN");
    assert_int_equal(config->policy->n_clients, 1);
    assert_int_equal(strlen(config->policy->clients[0]->name), 48);
    assert_int_equal(strlen(config->modems[0].name), 32);
}

/* Texts of ours that do not suit the section are left out; the owner's are refused. */
static void test_texts_that_do_not_fit(void **state)
{
    const struct purpose *purpose;
    _cleanup_(config_freep) struct config *config =
        load("[gateway]\nshop = Ravi\n[purpose loyalty]\nsegments = 1\n"
             "[purpose login]\nrequire_context = amount payee\n"
             "template.en = {code} {amount} {payee}\n");

    (void)state;
    purpose = policy_find_purpose(config->policy, "loyalty");
    assert_string_equal(purpose_template_for(purpose, "en")->locale, "en");
    assert_string_equal(purpose_template_for(purpose, "ml")->locale, "en"); /* too long with 1 */
    purpose = policy_find_purpose(config->policy, "login");
    assert_int_equal(purpose->n_templates, 1);
    refuse_at("[purpose loyalty]\nsegments = 1\n\ntemplate.en = {code} {points} {bill} "
              "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\n"
              "  0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\n",
        4, "2 segments, and `segments` is 1");
    refuse_at("[purpose login]\nrequire_context = amount\n", 1, "{amount} is missing");
    refuse_at("[purpose login]\nwebotp = a.example\nandroid_hash = FA+9qCX9VSu\n", 1, "last line");
}

/* Rows that are gone count in no window. */
static void test_windows_within_retention(void **state)
{
    static const char *const names[] = {"number", "prefix", "purpose", "client", "gateway",
        "inbound", "guesses", "failures", "spray"};
    char text[128];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        _cleanup_(config_freep) struct config *config = NULL;

        snprintf(text, sizeof(text), "[limits]\n%s = 5/1h 9/721h\n", names[i]);
        refuse_at(text, 1, names[i]);
        snprintf(text, sizeof(text),
            "[gateway]\nshop = Ravi\nretention = 31d\n[limits]\n%s = 5/1h 9/721h\n", names[i]);
        config = load(text);
        assert_non_null(config);
    }
}

static void test_pin_file(void **state)
{
    static const struct {
        const char *content;
        const char *pin; /* NULL: refused */
    } rows[] = {{"1234", "1234"}, {"12345678\n", "12345678"}, {" 0000 \r\n", "0000"}, {"", NULL},
        {"\n", NULL}, {"123\n", NULL}, {"1234 5678\n", NULL}, {"pin\n", NULL},
        {"123456789\n", NULL}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char path[] = "/tmp/smsotp-pin-XXXXXX", text[128];
        int fd = mkstemp(path);

        assert_int_equal(write(fd, rows[i].content, strlen(rows[i].content)),
            strlen(rows[i].content));
        snprintf(text, sizeof(text), "[modem a]\ndevice = /dev/x\npin = file:%s\n", path);
        assert_int_equal(fchmod(fd, 0640), 0); /* the group could read it */
        refuse_at(text, 3, "its owner alone");
        assert_int_equal(fchmod(fd, 0600), 0);
        close(fd);
        if (rows[i].pin) {
            _cleanup_(config_freep) struct config *config = load(text);

            assert_string_equal(config->modems[0].pin, rows[i].pin);
        } else {
            refuse_at(text, 3, "4 to 8 digits");
        }
        unlink(path);
    }
}

static void test_files_that_cannot_be_read(void **state)
{
    static const struct {
        const char *path;
        const char *words;
    } rows[] = {{"/no/such/file", "/no/such/file: No such file"}, {"/tmp", "/tmp:"}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char error[CONFIG_ERROR_SIZE];
        struct config *config = NULL;

        assert_true(config_load(&config, rows[i].path, &defaults, error) < 0);
        assert_null(config);
        assert_ptr_equal(strstr(error, rows[i].words), error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_values),
        cmocka_unit_test(test_a_pin_is_not_quoted),
        cmocka_unit_test(test_bad_files),
        cmocka_unit_test(test_overlong_lines),
        cmocka_unit_test(test_octets_that_are_no_text),
        cmocka_unit_test(test_too_many),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_example),
        cmocka_unit_test(test_example_with_crlf_and_mark),
        cmocka_unit_test(test_a_key_that_comes_again),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_texts_that_do_not_fit),
        cmocka_unit_test(test_windows_within_retention),
        cmocka_unit_test(test_pin_file),
        cmocka_unit_test(test_files_that_cannot_be_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
