/* The status page: what a browser is told of it, and that its hashes are those of what is in it. */
#include "server_fixture.h"

#include "api/status_page.h"

#include <sodium.h>

/* 'sha256-…' of the text between two tags of the page. */
static void hash(const char *tag, char *ret_source, size_t size)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    char opening[16], closing[16], text[64];
    const char *begin;

    snprintf(opening, sizeof(opening), "<%s>", tag);
    snprintf(closing, sizeof(closing), "</%s>", tag);
    begin = strstr(status_page_html, opening);
    assert_non_null(begin);
    begin += strlen(opening);
    assert_non_null(strstr(begin, closing));
    crypto_hash_sha256(
        digest, (const unsigned char *)begin, (unsigned long long)(strstr(begin, closing) - begin));
    sodium_bin2base64(text, sizeof(text), digest, sizeof(digest), sodium_base64_VARIANT_ORIGINAL);
    snprintf(ret_source, size, "'sha256-%s'", text);
}

static void test_hashes(void **state)
{
    char source[96];

    (void)state;
    hash("script", source, sizeof(source));
    assert_string_equal(status_page_script_source, source);
    hash("style", source, sizeof(source));
    assert_string_equal(status_page_style_source, source);
}

static void test_page(void **state)
{
    struct http_said *said = malloc(sizeof(*said));
    char policy[512];

    server_ask(*state, "GET", "/", NULL, said);
    assert_int_equal(said->status, 200);
    assert_string_equal(said->body, status_page_html);
    snprintf(policy, sizeof(policy),
        "Content-Security-Policy: default-src 'none'; script-src %s; style-src %s; connect-src "
        "'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n",
        status_page_script_source, status_page_style_source);
    assert_non_null(strstr(said->head, policy));
    assert_non_null(strstr(said->head, "Content-Type: text/html; charset=utf-8\r\n"));
    assert_non_null(strstr(said->head, "X-Frame-Options: DENY\r\n"));
    assert_non_null(strstr(said->head, "X-Content-Type-Options: nosniff\r\n"));
    assert_non_null(strstr(said->head, "Referrer-Policy: no-referrer\r\n"));
    free(said);
}

static void test_rows(void **state)
{
    static const struct server_row rows[] = {
        {"GET", "/?x=1", NULL, 200, "<!DOCTYPE html>"},
        {"POST", "/", "{}", 405, "GET, HEAD"},
        {"GET", "/index.html", NULL, 404, "no such route"},
    };

    server_run_rows(*state, rows, ARRAY_SIZE(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hashes),
        SERVER_TEST(test_page),
        SERVER_TEST(test_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
