/* Contexts: what may be added, the canonical form and its digest, and that nothing else is read. */
#include "otp/context.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "otp_vectors.h"

#define KEY_32 "a2345678901234567890123456789012"
#define TEXT_128                                                                                   \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"                             \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void test_add(void **state)
{
    static const struct {
        const char *key, *value;
        int verdict;
    } cases[] = {
        {"amount", "1499.00", 0},
        {"a", "", 0},
        {"a_9", "रवि स्टोर्स", 0},
        {"item", "क्\xE2\x80\x8Dष न\xE2\x80\x8Cम", 0}, /* the joiners */
        {KEY_32, TEXT_128, 0},
        {"", "x", -EINVAL},
        {"9a", "x", -EINVAL},
        {"_a", "x", -EINVAL},
        {"Amount", "x", -EINVAL},
        {"a-b", "x", -EINVAL},
        {"a b", "x", -EINVAL},
        {"a\"", "x", -EINVAL},
        {"\xC3\xA9", "x", -EINVAL},
        {KEY_32 "3", "x", -EMSGSIZE},
        {"a", TEXT_128 "x", -EMSGSIZE},
        {"a", "tab\there", -EILSEQ},
        {"a", "line\nbreak", -EILSEQ},
        {"a", "esc\x1B[2J", -EILSEQ},
        {"a", "del\x7F", -EILSEQ},
        {"a", "c1\xC2\x85", -EILSEQ},
        {"a", "\xC0\xAF", -EILSEQ},          /* overlong */
        {"a", "\xED\xA0\x80", -EILSEQ},      /* surrogate */
        {"a", "\xF4\x90\x80\x80", -EILSEQ},  /* beyond U+10FFFF */
        {"a", "cut\xE0\xA4", -EILSEQ},
        {"a", "\xE2\x80\xAEtxt", -EILSEQ},   /* right-to-left override */
        {"a", "\xEF\xBB\xBFtxt", -EILSEQ},   /* byte order mark */
        {"a", "\xE2\x80\x8Btxt", -EILSEQ},   /* zero width space */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct otp_context context = {0};

        assert_int_equal(otp_context_add(&context, cases[i].key, cases[i].value), cases[i].verdict);
        assert_int_equal(context.n_entries, cases[i].verdict == 0);
        if (cases[i].verdict == 0)
            assert_string_equal(otp_context_get(&context, cases[i].key), cases[i].value);
    }
}

static void test_order_does_not_matter(void **state)
{
    static const char *const keys[] = {"b", "a_b", "a", "zz", "ab", "a0"};
    struct otp_context context = {0};
    char json[OTP_CONTEXT_MAX_JSON + 1];

    (void)state;
    for (size_t first = 0; first < 6; first++) {
        context = (struct otp_context){0};
        for (size_t i = 0; i < 6; i++)
            assert_int_equal(otp_context_add(&context, keys[(first + i) % 6], "x"), 0);
        assert_int_equal(otp_context_to_json(&context, json, sizeof(json)), 0);
        assert_string_equal(
            json, "{\"a\":\"x\",\"a0\":\"x\",\"a_b\":\"x\",\"ab\":\"x\",\"b\":\"x\",\"zz\":\"x\"}");
    }
    assert_int_equal(otp_context_add(&context, "a_b", "other"), -EEXIST);
    assert_string_equal(otp_context_get(&context, "a_b"), "x");
    assert_null(otp_context_get(&context, "a_"));
    assert_null(otp_context_get(&context, ""));
}

static void test_sixteen_entries(void **state)
{
    struct otp_context context = {0};
    char key[OTP_CONTEXT_MAX_KEY + 1];
    uint8_t digest[OTP_CONTEXT_DIGEST_SIZE];

    (void)state;
    for (unsigned i = 0; i < OTP_CONTEXT_MAX_ENTRIES; i++) {
        snprintf(key, sizeof(key), "k%u", i);
        assert_int_equal(otp_context_add(&context, key, TEXT_128), 0);
    }
    assert_int_equal(otp_context_digest(&context, digest), 0);
    assert_int_equal(otp_context_add(&context, "k5", "x"), -EEXIST);
    assert_int_equal(otp_context_add(&context, "more", "x"), -ENOSPC);
    assert_int_equal(context.n_entries, OTP_CONTEXT_MAX_ENTRIES);
}

static void test_too_long(void **state)
{
    struct otp_context context = {0};
    char value[OTP_CONTEXT_MAX_VALUE + 1] = {0}, json[8];
    char key[OTP_CONTEXT_MAX_KEY + 1];
    uint8_t digest[OTP_CONTEXT_DIGEST_SIZE];

    (void)state;
    assert_int_equal(otp_context_to_json(&context, json, 2), -ENOBUFS);
    assert_int_equal(otp_context_to_json(&context, json, 0), -ENOBUFS);
    assert_int_equal(otp_context_to_json(&context, json, 3), 0);
    assert_string_equal(json, "{}");
    memset(value, '"', sizeof(value) - 1); /* doubled by its escapes */
    for (unsigned i = 0; i < OTP_CONTEXT_MAX_ENTRIES; i++) {
        snprintf(key, sizeof(key), "k%u", i);
        assert_int_equal(otp_context_add(&context, key, value), 0);
    }
    assert_int_equal(otp_context_digest(&context, digest), -ENOBUFS);
}

static void check_vector(char *fields[])
{
    struct otp_context context;
    char json[OTP_CONTEXT_MAX_JSON + 1];
    uint8_t digest[OTP_CONTEXT_DIGEST_SIZE], expected[OTP_CONTEXT_DIGEST_SIZE];

    assert_int_equal(otp_context_from_json(&context, fields[0]), 0);
    assert_int_equal(otp_context_to_json(&context, json, sizeof(json)), 0);
    assert_string_equal(json, fields[0]);
    otp_vector_bytes(fields[1], expected, sizeof(expected));
    assert_int_equal(otp_context_digest(&context, digest), 0);
    assert_memory_equal(digest, expected, sizeof(digest));
}

static void test_known_answers(void **state)
{
    (void)state;
    assert_int_equal(otp_vectors_each("context", check_vector), 6);
}

static void test_other_json_is_refused(void **state)
{
    static const char *const texts[] = {"", "{", "}", "[]", "null", "\"a\"", "{} ", " {}", "{ }",
        "{}{}", "{\"a\"}", "{\"a\":}", "{\"a\":1}", "{\"a\":null}", "{\"a\":[]}", "{\"a\":\"b\"",
        "{\"a\":\"b\",}", "{,\"a\":\"b\"}", "{\"a\" :\"b\"}", "{\"a\": \"b\"}", "{\"a\":\"b\"}\n",
        "{\"a\":\"b\",\"a\":\"c\"}", "{\"b\":\"1\",\"a\":\"2\"}", "{\"a\":\"b\" ,\"c\":\"d\"}",
        "{\"A\":\"b\"}", "{\"\":\"b\"}", "{'a':'b'}", "{\"a\":\"\\u0041\"}", "{\"a\":\"\\/\"}",
        "{\"a\":\"\\n\"}", "{\"a\":\"\n\"}", "{\"a\":\"\\", "{\"a\":\"\\\"", "{\"a\":\"\xC0\xAF\"}",
        "{\"a\":\"" TEXT_128 "x\"}", "{\"" KEY_32 "3\":\"x\"}", "{\"\\a\":\"b\"}"};
    struct otp_context context = {.n_entries = 7};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_int_equal(otp_context_from_json(&context, texts[i]), -EINVAL);
    assert_int_equal(context.n_entries, 7);
}

static void assert_exact(const char *text)
{
    struct otp_context context;
    char json[OTP_CONTEXT_MAX_JSON + 1];

    if (otp_context_from_json(&context, text) < 0)
        return;
    assert_int_equal(otp_context_to_json(&context, json, sizeof(json)), 0);
    assert_string_equal(json, text);
}

/* Whatever one byte changed, left out or put in makes of a text: refused, or canonical. */
static void test_only_canonical_texts_are_read(void **state)
{
    static const char text[] = "{\"a\":\"1\",\"b\":\"q\\\"q\",\"c\":\"\\\\\"}";
    const size_t n = sizeof(text) - 1;
    char changed[sizeof(text) + 1];

    (void)state;
    for (size_t at = 0; at <= n; at++)
        for (unsigned byte = 1; byte < 256; byte++) {
            memcpy(changed, text, sizeof(text));
            if (at < n)
                changed[at] = (char)byte;
            assert_exact(changed);
            memcpy(changed + at + 1, text + at, sizeof(text) - at);
            memcpy(changed, text, at);
            changed[at] = (char)byte;
            assert_exact(changed);
            memcpy(changed, text, sizeof(text));
            memmove(changed + at, changed + at + (at < n), n - at + (at == n));
            assert_exact(changed);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add),
        cmocka_unit_test(test_order_does_not_matter),
        cmocka_unit_test(test_sixteen_entries),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_other_json_is_refused),
        cmocka_unit_test(test_only_canonical_texts_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
