/* The tables of sections and keys, and what their readers share. */
#include "config_bench.h"

/* Each kind once, each key once in its section, and each says what it expects. */
static void test_tables(void **state)
{
    (void)state;
    assert_true(config_n_sections >= 9);
    for (size_t i = 0; i < config_n_sections; i++) {
        const struct config_section *section = config_sections[i];

        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(section->kind, config_sections[j]->kind);
        assert_true(section->n_keys > 0 && section->open);
        for (size_t k = 0; k < section->n_keys; k++) {
            assert_true(section->keys[k].expected[0] != '\0');
            assert_non_null(section->keys[k].read);
            for (size_t l = 0; l < k; l++)
                assert_string_not_equal(section->keys[k].name, section->keys[l].name);
        }
    }
}

/* The first stands for one that is not there: then every row about it goes red. */
static const struct config_section *section_of(const char *kind)
{
    size_t found = 0;

    for (size_t i = 0; i < config_n_sections; i++)
        if (strcmp(config_sections[i]->kind, kind) == 0)
            found = i;
    return config_sections[found];
}

static void test_places(void **state)
{
    static const struct {
        const char *kind;
        struct config_row row;
    } rows[] = {{"api", {"socket", "/run/a.sock", true}}, {"api", {"socket", "a.sock", false}},
        {"api", {"socket", "", false}}, {"api", {"admin_socket", "/run/b.sock", true}},
        {"api", {"admin_socket", "./b", false}}, {"store", {"url", "sqlite:/x.db", true}},
        {"store", {"url", "sqlite:x.db", false}}, {"store", {"url", "/x.db", false}},
        {"keys", {"master", "ephemeral", true}}, {"keys", {"master", "file:/key", true}},
        {"keys", {"master", "file:key", false}},
        {"keys", {"master", "credential:smsotp.key", true}},
        {"keys", {"master", "credential:", false}}, {"keys", {"master", "credential:a/b", false}},
        {"keys", {"master", "", false}}};
    struct config *config = config_bench_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        config_bench_check(section_of(rows[i].kind), config, &rows[i].row, 1);
    assert_string_equal(config->api_socket, "/run/a.sock");
    assert_string_equal(config->admin_socket, "/run/b.sock");
    assert_string_equal(config->store_url, "sqlite:/x.db");
    assert_string_equal(config->master_key, "credential:smsotp.key");
    config_free(config);
}

static void test_set_string(void **state)
{
    char *field = NULL;

    (void)state;
    assert_int_equal(config_set_string(&field, ""), -EINVAL);
    assert_null(field);
    assert_int_equal(config_set_string(&field, "one"), 0);
    assert_int_equal(config_set_string(&field, "two"), 0);
    assert_string_equal(field, "two");
    assert_int_equal(config_set_string(&field, ""), -EINVAL);
    assert_string_equal(field, "two");
    free(field);
}

static int note(void *object, const char *word)
{
    char *words = object;

    if (strcmp(word, "bad") == 0)
        return -EINVAL;
    memcpy(words + strlen(words), word, strlen(word) + 1);
    memcpy(words + strlen(words), "|", 2);
    return 0;
}

static void test_each_word(void **state)
{
    static const struct {
        const char *value, *words; /* NULL: refused */
    } rows[] = {{"a", "a|"}, {"a b", "a|b|"}, {" a,b ,\tc ", "a|b|c|"}, {"a,,b", "a|b|"},
        {"", NULL}, {" , ", NULL}, {"a bad c", NULL}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char words[64] = "";
        int r = config_each_word(rows[i].value, note, words);

        if (r != (rows[i].words ? 0 : -EINVAL) ||
            (rows[i].words && strcmp(words, rows[i].words) != 0))
            fail_msg("\"%s\": %d, %s", rows[i].value, r, words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_set_string),
        cmocka_unit_test(test_each_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
