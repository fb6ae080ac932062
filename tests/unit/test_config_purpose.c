/* [purpose NAME]: what a code is like, and its texts. */
#include "config_bench.h"

#include <stdio.h>

struct bench {
    struct config *config;
    struct purpose *purpose;
};

static int set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    void *object = NULL;

    bench->config = config_bench_new();
    assert_int_equal(config_purpose.open(bench->config, "refund", &object), 0);
    bench->purpose = object;
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    config_free(bench->config);
    free(bench);
    return 0;
}

#define LABEL_20 "a2345678901234567890"
static void test_values(void **state)
{
    static const struct config_row rows[] = {
        {"ttl", "60s", true},
        {"ttl", "1m", true},
        {"ttl", "10m", true},
        {"ttl", "59s", false},
        {"ttl", "601s", false},
        {"ttl", "soon", false},
        {"ttl", "", false},
        {"length", "6", true},
        {"length", "10", true},
        {"length", "5", false}, /* until short ones are allowed */
        {"length", "11", false},
        {"length", "six", false},
        {"attempts", "1", true},
        {"attempts", "10", true},
        {"attempts", "0", false},
        {"attempts", "11", false},
        {"resends", "0", true},
        {"resends", "5", true},
        {"resends", "6", false},
        {"resend", "new", true},
        {"resend", "same", true},
        {"resend", "n", false},
        {"resend", "", false},
        {"require_context", "amount payee", true},
        {"require_context", "amount,payee", true},
        {"require_context", "", true},
        {"require_context", "a b c d e f g h", true},
        {"require_context", "a b c d e f g h i", false},
        {"require_context", "amount payee amount", false},
        {"require_context", "Amount", false},
        {"segments", "1", true},
        {"segments", "6", true},
        {"segments", "0", false},
        {"segments", "7", false},
        {"webotp", "shop.example", true},
        {"webotp", "a-1.b.co", true},
        {"webotp", "shop", false},
        {"webotp", "Shop.example", false},
        {"webotp", ".example", false},
        {"webotp", "shop.", false},
        {"webotp", "shop..example", false},
        {"webotp", "-shop.example", false},
        {"webotp", "shop-.example", false},
        {"webotp", "shop.example/x", false},
        {"webotp", "shop example", false},
        {"webotp", "", false},
        {"webotp", LABEL_20 "." LABEL_20 "." LABEL_20, true},
        {"webotp", LABEL_20 "." LABEL_20 "." LABEL_20 ".", false},
        {"webotp", LABEL_20 "." LABEL_20 "." LABEL_20 "ab", false},
        {"android_hash", "FA+9qCX9VSu", true},
        {"android_hash", "FA+9qCX9VS/", true},
        {"android_hash", "FA+9qCX9VS", false},
        {"android_hash", "FA+9qCX9VSuu", false},
        {"android_hash", "FA+9qCX9VS=", false},
        {"allow_short", "maybe", false},
        {"allow_short", "", false},
        {"allow_short", "yes", true},
        {"length", "5", true},
        {"length", "4", true},
        {"length", "3", false},
        {"allow_short", "no", true},
        {"length", "4", false},
    };
    struct bench *bench = *state;

    config_bench_check(&config_purpose, bench->purpose, rows, ARRAY_SIZE(rows));
}

static void read_ok(struct bench *bench, const char *key, const char *value)
{
    assert_int_equal(config_bench_read(&config_purpose, bench->purpose, key, value), 0);
}

static void test_effect(void **state)
{
    struct bench *bench = *state;
    struct purpose *purpose = bench->purpose;

    read_ok(bench, "ttl", "90s");
    assert_int_equal(purpose->ttl, 90 * USEC_PER_SEC);
    read_ok(bench, "length", "8");
    read_ok(bench, "attempts", "3");
    read_ok(bench, "resends", "4");
    read_ok(bench, "segments", "5");
    assert_int_equal(purpose->length, 8);
    assert_int_equal(purpose->attempts, 3);
    assert_int_equal(purpose->resends, 4);
    assert_int_equal(purpose->segments, 5);
    read_ok(bench, "resend", "new");
    assert_true(purpose->resend_new);
    read_ok(bench, "resend", "same");
    assert_false(purpose->resend_new);
    read_ok(bench, "webotp", "shop.example");
    assert_string_equal(purpose->webotp, "shop.example");
    read_ok(bench, "android_hash", "FA+9qCX9VSu");
    assert_string_equal(purpose->android_hash, "FA+9qCX9VSu");
    read_ok(bench, "require_context", "bill, payee amount");
    read_ok(bench, "require_context", "amount payee"); /* the last line counts */
    assert_int_equal(purpose->n_required, 2);
    assert_string_equal(purpose->required[0], "amount");
    assert_string_equal(purpose->required[1], "payee");
    read_ok(bench, "require_context", "");
    assert_int_equal(purpose->n_required, 0);
}

/* What is refused changes nothing. */
static void test_refused_changes_nothing(void **state)
{
    static const char *const lines[][2] = {{"ttl", "1h"}, {"length", "20"}, {"attempts", "0"},
        {"resends", "9"}, {"resend", "old"}, {"segments", "0"}, {"webotp", "x"},
        {"android_hash", "x"}};
    struct bench *bench = *state;

    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        struct purpose before = *bench->purpose;

        assert_true(config_bench_read(
            &config_purpose, bench->purpose, lines[i][0], lines[i][1]) < 0);
        assert_memory_equal(bench->purpose, &before, sizeof(before));
    }
}

static const struct config_key *template_key(void)
{
    for (size_t i = 0; i < config_purpose.n_keys; i++)
        if (strcmp(config_purpose.keys[i].name, "template.") == 0)
            return &config_purpose.keys[i];
    fail_msg("there is no key for texts");
    return NULL;
}

static void test_templates(void **state)
{
    static const struct {
        bool appends;
        const char *locale, *value;
        bool is_taken;
        const char *text; /* of the locale, after it */
    } rows[] = {
        {false, "en", "{code} one", true, "{code} one"},
        {false, "hi", "{code} two", true, "{code} two"},
        {true, "en", "and more", true, "{code} one and more"},
        {true, "en", "and more", true, "{code} one and more and more"},
        {true, "hi", "x", true, "{code} two x"},
        {false, "en", "{code} anew", true, "{code} anew"},
        {false, "en", "", false, "{code} anew"},
        {false, "en-IN", "{code} three", true, "{code} three"},
        {false, "english!", "{code}", false, NULL},
        {false, "", "{code}", false, NULL},
        {true, "ta", "to nothing", false, NULL},
    };
    struct bench *bench = *state;
    const struct config_key *key = template_key();

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        int r = (rows[i].appends ? key->append : key->read)(
            bench->purpose, rows[i].locale, rows[i].value);
        const char *text = NULL;

        for (unsigned k = 0; k < bench->purpose->n_templates; k++)
            if (strcmp(bench->purpose->templates[k].locale, rows[i].locale) == 0)
                text = bench->purpose->templates[k].text;
        if ((r == 0) != rows[i].is_taken || !text != !rows[i].text ||
            (text && strcmp(text, rows[i].text) != 0))
            fail_msg("row %zu: %d, %s", i, r, text ? text : "none");
    }
    assert_int_equal(bench->purpose->n_templates, 3);
}

/*
 * One of ours is opened as it is; a new one begins with defaults. Only texts go on in a next line.
 */
static void test_open(void **state)
{
    struct bench *bench = *state;
    void *object = NULL;

    assert_int_equal(config_purpose.open(bench->config, "refund", &object), 0);
    assert_ptr_equal(object, bench->purpose);
    assert_string_equal(bench->purpose->name, "refund");
    assert_int_equal(bench->purpose->n_templates, 0);
    assert_int_equal(config_purpose.open(bench->config, "login", &object), 0);
    assert_ptr_equal(object, policy_find_purpose(bench->config->policy, "login"));
    assert_true(((struct purpose *)object)->n_templates > 0);
    assert_int_equal(config_purpose.open(bench->config, "Login", &object), -EINVAL);
    assert_int_equal(config_purpose.open(bench->config, "", &object), -EINVAL);
    for (size_t i = 0; i < config_purpose.n_keys; i++)
        assert_int_equal(
            config_purpose.keys[i].append != NULL, &config_purpose.keys[i] == template_key());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_effect, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_templates, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_open, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
