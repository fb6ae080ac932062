#include "core/policy.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state)
{
    struct policy *policy;

    if (policy_new(&policy) < 0)
        return -1;
    *state = policy;
    return 0;
}

static int tear_down(void **state)
{
    policy_free(*state);
    return 0;
}

/* smsotpd.conf(5): five purposes, 6 digits, 300 s, 5 attempts, 3 sends, no client. */
static void test_defaults(void **state)
{
    static const struct {
        const char *name;
        const char *required;
    } rows[] = {{"checkout", "amount payee"}, {"loyalty", "points bill"}, {"account", "change"},
        {"payment", "amount payee"}, {"login", ""}};
    struct policy *policy = *state;

    assert_int_equal(policy->n_purposes, ARRAY_SIZE(rows));
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const struct purpose *purpose = policy_find_purpose(policy, rows[i].name);
        char required[100] = "";

        assert_non_null(purpose);
        assert_int_equal(purpose->length, 6);
        assert_int_equal(purpose->ttl, 300 * USEC_PER_SEC);
        assert_int_equal(purpose->attempts, 5);
        assert_int_equal(purpose->resends, 2);
        assert_false(purpose->resend_new || purpose->allow_short);
        for (unsigned j = 0; j < purpose->n_required; j++)
            snprintf(required + strlen(required), sizeof(required) - strlen(required), "%s%s",
                j ? " " : "", purpose->required[j]);
        assert_string_equal(required, rows[i].required);
        assert_string_equal(purpose_template_for(purpose, "en")->locale, "en");
    }
    assert_null(policy_find_purpose(policy, "check"));
    assert_null(policy_find_client(policy, "till"));
    assert_int_equal(policy->n_clients, 0);
    assert_int_equal(policy->limits.number.n_windows, 4);
    assert_int_equal(limit_pause(&policy->limits.number), 30 * USEC_PER_SEC);
    assert_int_equal(policy->limits.guesses.windows[0].max, 15);
}

static void test_names(void **state)
{
    static const struct {
        const char *name;
        int r;
    } rows[] = {
        {"a", 0}, {"refund", 0}, {"re-fund_2", 0}, {"abcdefghijklmnopqrstuvwxyz012345", 0},
        {"abcdefghijklmnopqrstuvwxyz0123456", -EINVAL}, {"", -EINVAL}, {"2fa", -EINVAL},
        {"-a", -EINVAL}, {"Refund", -EINVAL}, {"re fund", -EINVAL}, {"re.fund", -EINVAL},
        {"r\xC3\xA9""fund", -EINVAL},
    };
    struct policy *policy = *state;
    struct purpose *purpose = NULL;
    struct client *client = NULL;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        assert_int_equal(policy_add_purpose(policy, rows[i].name, &purpose), rows[i].r);
        if (rows[i].r == 0)
            assert_ptr_equal(policy_find_purpose(policy, rows[i].name), purpose);
    }
    assert_int_equal(policy_add_client(policy, "Till", &client), -EINVAL);
    assert_int_equal(policy_add_client(policy, "till", &client), 0);
    assert_ptr_equal(policy_find_client(policy, "till"), client);
}

static void test_bounds(void **state)
{
    struct policy *policy = *state;
    struct purpose *purpose;
    struct client *client;
    char name[16];

    for (unsigned i = policy->n_purposes; i <= POLICY_PURPOSES_MAX; i++) {
        snprintf(name, sizeof(name), "p%u", i);
        assert_int_equal(policy_add_purpose(policy, name, &purpose),
            i < POLICY_PURPOSES_MAX ? 0 : -ENOSPC);
    }
    for (unsigned i = 0; i <= POLICY_CLIENTS_MAX; i++) {
        snprintf(name, sizeof(name), "c%u", i);
        assert_int_equal(
            policy_add_client(policy, name, &client), i < POLICY_CLIENTS_MAX ? 0 : -ENOSPC);
    }
    for (unsigned i = purpose->n_templates; i <= PURPOSE_TEMPLATES_MAX; i++) {
        snprintf(name, sizeof(name), "x%u", i);
        assert_int_equal(purpose_set_template(purpose, name, "{code}"),
            i < PURPOSE_TEMPLATES_MAX ? 0 : -ENOSPC);
    }
    assert_int_equal(purpose_set_template(purpose, "x1", "again: {code}"), 0);
    assert_string_equal(purpose_template_for(purpose, "x1")->text, "again: {code}");
}

static void test_locale_names(void **state)
{
    static const struct {
        const char *locale;
        int r;
    } rows[] = {
        {"en", 0}, {"en-IN", 0}, {"zh-Hant", 0}, {"abcdefghijklmnop", 0},
        {"abcdefghijklmnopq", -EINVAL}, {"e", -EINVAL}, {"", -EINVAL}, {"EN", -EINVAL},
        {"en_IN", -EINVAL}, {"en IN", -EINVAL}, {"-en", -EINVAL},
    };
    struct purpose *purpose = policy_find_purpose(*state, "login");

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        assert_int_equal(purpose_set_template(purpose, rows[i].locale, "{code}"), rows[i].r);
}

static void test_template_fallback(void **state)
{
    static const struct {
        const char *has; /* locales, space between */
        const char *asked;
        const char *found; /* empty: none */
    } rows[] = {
        {"en hi hi-IN", "hi-IN", "hi-IN"},
        {"en hi", "hi-IN", "hi"},
        {"en hi-IN", "hi", "en"}, /* another region's is not the language's */
        {"hi en", "ta", "en"},
        {"hi en", "ta-IN", "en"},
        {"hi ta", "ml", "hi"},
        {"en", "english", "en"},
        {"hi en", "", "en"},
        {"hi en", "e", "en"},
        {"hi en-GB", "en", "hi"},
        {"", "en", ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        _cleanup_(policy_freep) struct policy *policy = NULL;
        const struct purpose_template *found;
        struct purpose *purpose;
        char locales[64], *rest = locales, *locale;

        assert_int_equal(policy_new(&policy), 0);
        assert_int_equal(policy_add_purpose(policy, "refund", &purpose), 0);
        snprintf(locales, sizeof(locales), "%s", rows[i].has);
        while ((locale = strsep(&rest, " ")) && locale[0])
            assert_int_equal(purpose_set_template(purpose, locale, "{code}"), 0);
        found = purpose_template_for(purpose, rows[i].asked);
        assert_string_equal(found ? found->locale : "", rows[i].found);
    }
}

static void test_destinations(void **state)
{
    static const struct {
        const char *number;
        bool with_none, with_two; /* +91 and +1868 */
    } rows[] = {
        {"+919812345678", true, true}, {"+18681234567", true, true},
        {"+18691234567", true, false}, {"+9", true, false}, {"+4915112345678", true, false},
    };
    struct policy *policy = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        policy->n_countries = 0;
        assert_int_equal(policy_allows_destination(policy, rows[i].number), rows[i].with_none);
        snprintf(policy->countries[0], sizeof(policy->countries[0]), "+91");
        snprintf(policy->countries[1], sizeof(policy->countries[1]), "+1868");
        policy->n_countries = 2;
        assert_int_equal(policy_allows_destination(policy, rows[i].number), rows[i].with_two);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* The same file under the same key has the same mark, everything else another; no file has none. */
static void test_mark(void **state)
{
    static const struct {
        uint8_t key, file; /* 0: of no file */
        unsigned mark;     /* rows with the same number have the same */
    } rows[] = {{1, 1, 0}, {1, 2, 1}, {2, 1, 2}, {1, 1, 0}, {2, 1, 2}, {1, 0, 3}};
    char marks[ARRAY_SIZE(rows)][POLICY_MARK_SIZE];
    struct policy *policy;

    (void)state;
    assert_int_equal(policy_new(&policy), 0);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const uint8_t master[OTP_MASTER_KEY_SIZE] = {rows[i].key};
        struct otp_keyring *keyring;

        assert_int_equal(otp_keyring_new(&keyring, master), 0);
        policy->digest[POLICY_DIGEST_SIZE - 1] = rows[i].file;
        policy_mark(policy, keyring, marks[i]);
        otp_keyring_free(keyring);
        assert_int_equal(strlen(marks[i]), rows[i].file ? POLICY_MARK_SIZE - 1 : 0);
        for (size_t j = 0; j < i; j++)
            assert_int_equal(strcmp(marks[i], marks[j]) == 0, rows[i].mark == rows[j].mark);
    }
    policy_free(policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_defaults),
        TEST(test_names),
        TEST(test_bounds),
        TEST(test_locale_names),
        TEST(test_template_fallback),
        TEST(test_destinations),
        cmocka_unit_test(test_mark),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
