/* `smsotpctl client add`: the section that is made, where it goes, and what is refused before. */
#include "ctl/client.h"

#include "ctl/command.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "capture.h"

#define TOKEN_PREFIX "smsotp_"
#define WORDS_MAX 8

static json_t *printed; /* by --json; NULL: nothing */

void ctl_print_json(const json_t *json)
{
    assert_null(printed);
    printed = json_deep_copy(json);
}

struct bench {
    char folder[32], path[64]; /* of the configuration, given with --config */
    char out[2048], err[2048];
};

static int set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));

    snprintf(bench->folder, sizeof(bench->folder), "/tmp/client.XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    snprintf(bench->path, sizeof(bench->path), "%s/conf", bench->folder);
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    json_decref(printed);
    printed = NULL;
    (void)remove(bench->path);
    assert_int_equal(rmdir(bench->folder), 0);
    free(bench);
    return 0;
}

static void put(struct bench *bench, const char *content)
{
    FILE *file = fopen(bench->path, "w");

    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* What the configuration is now, in a static buffer. */
static const char *content_of(struct bench *bench)
{
    static char content[4096];
    FILE *file = fopen(bench->path, "r");

    assert_non_null(file);
    content[fread(content, 1, sizeof(content) - 1, file)] = '\0';
    (void)fclose(file);
    return content;
}

/* `client` with the words up to NULL, and --config behind them. */
static int run(struct bench *bench, const char *const *words, bool json)
{
    char copies[WORDS_MAX][128] = {"client"};
    char config[] = "--config";
    char *argv[WORDS_MAX + 3] = {copies[0]};
    int argc = 1, status, saved_out, saved_err;

    for (; argc < WORDS_MAX && words[argc - 1]; argc++) {
        snprintf(copies[argc], sizeof(copies[argc]), "%s", words[argc - 1]);
        argv[argc] = copies[argc];
    }
    argv[argc++] = config;
    argv[argc++] = bench->path;
    saved_out = capture_begin(stdout, "");
    saved_err = capture_begin(stderr, "");
    status = ctl_client(argc, argv, json);
    capture_end(stderr, saved_err, bench->err, sizeof(bench->err));
    capture_end(stdout, saved_out, bench->out, sizeof(bench->out));
    return status;
}

/* Without a token: the section is the whole of what is told. */
static void test_sections(void **state)
{
    static const struct {
        const char *words[WORDS_MAX], *section;
    } rows[] = {
        {{"add", "pos", "--user", "till"}, "[client pos]\nuser = till\n"},
        {{"add", "pos", "--group", "tills"}, "[client pos]\ngroup = tills\n"},
        {{"add", "--certificate", "till.shop", "pos-2"},
            "[client pos-2]\ncertificate = till.shop\n"},
        {{"add", "p_o", "--user", "a", "--group", "b"}, "[client p_o]\nuser = a\ngroup = b\n"},
        {{"add", "pos", "--purposes", "login checkout", "--user", "a"},
            "[client pos]\nuser = a\npurposes = login checkout\n"},
        {{"add", "a23456789012345678901234567890123456789012345678", "--user", "a"},
            "[client a23456789012345678901234567890123456789012345678]\nuser = a\n"},
    };
    struct bench *bench = *state;

    put(bench, "[client till]\nuser = root\n");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char expected[256];

        snprintf(expected, sizeof(expected), "For %s:\n\n%s", bench->path, rows[i].section);
        assert_int_equal(run(bench, rows[i].words, false), CTL_EXIT_OK);
        assert_string_equal(bench->out, expected);
        assert_string_equal(bench->err, "");
    }
    assert_string_equal(content_of(bench), "[client till]\nuser = root\n");
}

/* The token in a text, in a static buffer; it is told with this before it. */
static const char *token_in(const char *text)
{
    static char token[64];
    const char *begin = strstr(text, TOKEN_PREFIX);

    assert_non_null(begin);
    snprintf(token, sizeof(token), "%.*s", (int)strcspn(begin, " \n\""), begin);
    return token;
}

/* 32 octets of chance, of which the section has the SHA-256 and nothing else. */
static void check_token(const char *token, const char *section)
{
    unsigned char octets[40], hash[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof(hash) + 1], line[128];
    size_t n;

    assert_int_equal(sodium_base642bin(octets, sizeof(octets), token + strlen(TOKEN_PREFIX),
        strlen(token) - strlen(TOKEN_PREFIX), NULL, &n, NULL,
        sodium_base64_VARIANT_URLSAFE_NO_PADDING), 0);
    assert_int_equal(n, 32);
    crypto_hash_sha256(hash, (const unsigned char *)token, strlen(token));
    sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
    snprintf(line, sizeof(line), "\ntoken_hash = %s\n", hex);
    assert_non_null(strstr(section, line));
    assert_null(strstr(section, token));
}

static void test_tokens(void **state)
{
    static const char *const rows[][WORDS_MAX] = {
        {"add", "pos"},
        {"add", "pos", "--token"},
        {"add", "pos", "--token", "--user", "till"},
        {"add", "pos", "--purposes", "login"},
    };
    struct bench *bench = *state;
    char before[64] = "";

    put(bench, "");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const char *token, *section;

        assert_int_equal(run(bench, rows[i], false), CTL_EXIT_OK);
        token = token_in(bench->out);
        section = strstr(bench->out, "[client pos]\n");
        assert_non_null(section);
        check_token(token, section);
        assert_string_not_equal(token, before); /* another each time */
        snprintf(before, sizeof(before), "%s", token);
    }
}

static void test_json(void **state)
{
    static const char *const words[] = {"add", "pos", NULL};
    static const char *const by_user[] = {"add", "pos", "--user", "till", "--json", NULL};
    struct bench *bench = *state;
    const char *section;

    put(bench, "");
    assert_int_equal(run(bench, words, true), CTL_EXIT_OK);
    assert_string_equal(bench->out, "");
    section = json_string_value(json_object_get(printed, "section"));
    check_token(json_string_value(json_object_get(printed, "token")), section);
    assert_string_equal(json_string_value(json_object_get(printed, "name")), "pos");
    assert_true(json_is_false(json_object_get(printed, "written")));
    json_decref(printed);
    printed = NULL;
    assert_int_equal(run(bench, by_user, false), CTL_EXIT_OK);
    assert_string_equal(
        json_string_value(json_object_get(printed, "section")), "[client pos]\nuser = till\n");
    assert_null(json_object_get(printed, "token"));
}

/* With --write the section stands behind what was there, once. */
static void test_write(void **state)
{
    static const char *const words[] = {"add", "pos", "--user", "till", "--write", NULL};
    static const char *const more[] = {"add", "door", "--write", NULL};
    struct bench *bench = *state;
    const char *section;

    put(bench, "[gateway]\nshop = x\n");
    assert_int_equal(run(bench, words, false), CTL_EXIT_OK);
    assert_string_equal(
        content_of(bench), "[gateway]\nshop = x\n\n[client pos]\nuser = till\n");
    assert_non_null(strstr(bench->out, "reload"));
    assert_null(strstr(bench->out, "[client"));
    assert_int_equal(run(bench, words, false), CTL_EXIT_USAGE);
    assert_non_null(strstr(bench->err, "already"));
    assert_int_equal(run(bench, more, false), CTL_EXIT_OK);
    section = strstr(content_of(bench), "\n\n[client door]\n");
    assert_non_null(section);
    check_token(token_in(bench->out), section);
}

/* What there is already, however it is written. */
static void test_names_that_are_taken(void **state)
{
    static const struct {
        const char *content;
        bool is_taken;
    } rows[] = {{"[client pos]\n", true}, {"[gateway]\n  [client\tpos] ; till\n", true},
        {"\xEF\xBB\xBF[client pos]\n", true}, {"", false}, {"[client pos-2]\n", false},
        {"[client apos]\n", false}, {"[modem pos]\n", false}, {"; [client pos]\n", false},
        {"[clientpos]\n", true}}; /* none that the daemon would read: better refused */
    static const char *const words[] = {"add", "pos", "--user", "till", NULL};
    struct bench *bench = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        put(bench, rows[i].content);
        if (run(bench, words, false) != (rows[i].is_taken ? CTL_EXIT_USAGE : CTL_EXIT_OK))
            fail_msg("row %zu: %s%s", i, bench->out, bench->err);
    }
}

static void test_refusals(void **state)
{
    static const struct {
        const char *words[WORDS_MAX], *said;
    } rows[] = {
        {{NULL}, "Usage"},
        {{"remove", "pos"}, "Usage"},
        {{"add"}, "Usage"},
        {{"add", "pos", "door"}, "Usage"},
        {{"add", "pos", "--colour", "red"}, "Usage"},
        {{"add", "Pos"}, "lower-case"},
        {{"add", "1pos"}, "lower-case"},
        {{"add", ""}, "lower-case"},
        {{"add", "a234567890123456789012345678901234567890123456789"}, "1 to 48"},
        {{"add", "pos]"}, "lower-case"},
        {{"add", "pos", "--user", "a\nuser = root"}, "one line"},
        {{"add", "pos", "--group", "a\rb"}, "one line"},
        {{"add", "pos", "--certificate", "a;b"}, "one line"},
        {{"add", "pos", "--purposes", "a # b"}, "one line"},
        {{"add", "pos", "--user", ""}, "one line"},
    };
    struct bench *bench = *state;

    put(bench, "");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        if (run(bench, rows[i].words, false) != CTL_EXIT_USAGE ||
            !strstr(bench->err, rows[i].said) || bench->out[0])
            fail_msg("row %zu: %s%s", i, bench->out, bench->err);
    assert_string_equal(content_of(bench), "");
}

/* A configuration that was named has to be there. */
static void test_files_that_are_not_there(void **state)
{
    static const char *const words[] = {"add", "pos", NULL};
    struct bench *bench = *state;

    assert_int_equal(run(bench, words, false), CTL_EXIT_USAGE);
    assert_non_null(strstr(bench->err, strerror(ENOENT)));
    assert_non_null(strstr(bench->err, bench->path));
    assert_string_equal(bench->out, "");
    assert_int_equal(mkdir(bench->path, 0700), 0);
    assert_int_equal(run(bench, words, false), CTL_EXIT_USAGE);
    assert_string_equal(bench->out, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_sections, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_tokens, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_json, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_write, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names_that_are_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_files_that_are_not_there, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
