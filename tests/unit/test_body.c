/*
 * Bodies: what is read, and what is refused with which error and parameter. HTTP is played below.
 */
#include "api/body.h"

#include "smsotp/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define DEEPEST "{\"a\":[[[[[]]]]]}" /* six levels */

/* What a test sends; the functions of call.c that body.c asks, so that no HTTP is needed. */
static struct {
    const char *content_type;
    const char *bytes;
    size_t n;
} sent;

const char *call_header(const struct call *call, const char *name)
{
    (void)call;
    assert_string_equal(name, "Content-Type");
    return sent.content_type;
}

const char *call_body_bytes(const struct call *call, size_t *ret_n)
{
    (void)call;
    *ret_n = sent.n;
    return sent.n > 0 ? sent.bytes : NULL; /* as evbuffer_pullup() does */
}

static bool read_octets(
    struct call *call, const char *content_type, const char *bytes, size_t n, struct refusal *ret)
{
    sent.content_type = content_type;
    sent.bytes = bytes;
    sent.n = n;
    *call = (struct call){0};
    *ret = (struct refusal){0};
    return body_read(call, ret);
}

static bool read_text(struct call *call, const char *text, struct refusal *ret)
{
    return read_octets(call, "application/json", text, strlen(text), ret);
}

#define OCTETS(text) text, sizeof(text) - 1
static const struct {
    const char *bytes;
    size_t n;
    const char *detail; /* NULL: read */
} bodies[] = {
    {OCTETS("{}"), NULL},
    {OCTETS(" \r\n\t{ } \n"), NULL},
    {OCTETS("{\"a\":\"\xE0\xA4\x95\"}"), NULL},
    {OCTETS("{\"a\":\"\\u0915 \\\\ \\\" [[[[[[[[ {{{{{{{{\"}"), NULL},
    {OCTETS(DEEPEST), NULL},
    {OCTETS("{\"a\":[" DEEPEST "]}"), "deeper than 6"},
    {OCTETS("[[[[[[["), "deeper than 6"},
    {OCTETS("{\"a\":[[[[[[\"]]]]]]\"]]]]]]}"), "deeper than 6"},
    {OCTETS("{\"a\":\"\\\\\",\"b\":[[[[[[]]]]]]}"), "deeper than 6"},
    {OCTETS(""), "not JSON"},
    {OCTETS(" "), "not JSON"},
    {OCTETS("{"), "not JSON"},
    {OCTETS("}"), "not JSON"},
    {OCTETS("{\"a\":1}x"), "not JSON"},
    {OCTETS("{\"a\":1}{}"), "not JSON"},
    {OCTETS("{}\0"), "not JSON"},
    {OCTETS("{\"a\":\"x\0y\"}"), "not JSON"},
    {OCTETS("{\"a\":\"x\\u0000y\"}"), "not JSON"},
    {OCTETS("{\"a\\u0000b\":1}"), "not JSON"},
    {OCTETS("{\"a\":\"\xFF\"}"), "not JSON"},
    {OCTETS("{\"a\":\"\xC0\xAF\"}"), "not JSON"},         /* overlong, RFC 3629 §3 */
    {OCTETS("{\"a\":\"\xED\xA0\x80\"}"), "not JSON"},     /* a surrogate */
    {OCTETS("{\"a\":\"\\uD800\"}"), "not JSON"},          /* half of a pair */
    {OCTETS("{\"a\":\"\xF4\x90\x80\x80\"}"), "not JSON"}, /* beyond U+10FFFF */
    {OCTETS("\xEF\xBB\xBF{}"), "not JSON"},               /* RFC 8259 §8.1: no mark */
    {OCTETS("{\"a\":\"line\nbreak\"}"), "not JSON"},
    {OCTETS("{\"a\":1,\"a\":1}"), "not JSON"},
    {OCTETS("{\"a\":{\"b\":1,\"b\":2}}"), "not JSON"},
    {OCTETS("{\"a\":1,\"\\u0061\":1}"), "not JSON"},
    {OCTETS("{a:1}"), "not JSON"},
    {OCTETS("{'a':1}"), "not JSON"},
    {OCTETS("{\"a\":1,}"), "not JSON"},
    {OCTETS("{\"a\":01}"), "not JSON"},
    {OCTETS("{\"a\":+1}"), "not JSON"},
    {OCTETS("{\"a\":NaN}"), "not JSON"},
    {OCTETS("{\"a\":1e999}"), "not JSON"},
    {OCTETS("{\"a\":99999999999999999999}"), "not JSON"},
    {OCTETS("{/**/}"), "not JSON"},
    {OCTETS("[]"), "one JSON object"},
    {OCTETS("[{}]"), "one JSON object"},
    {OCTETS("\"x\""), "not JSON"}, /* jansson takes no bare value */
    {OCTETS("null"), "not JSON"},
};

static void test_bodies(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bodies); i++) {
        struct refusal refusal;
        struct call call;
        bool is_read =
            read_octets(&call, "application/json", bodies[i].bytes, bodies[i].n, &refusal);

        if (is_read != !bodies[i].detail || refusal.is_refused == is_read)
            fail_msg("row %zu: %.*s: %s", i, (int)bodies[i].n, bodies[i].bytes, refusal.detail);
        if (!is_read) {
            assert_int_equal(refusal.error, ERROR_MALFORMED);
            if (!strstr(refusal.detail, bodies[i].detail))
                fail_msg("row %zu: %s", i, refusal.detail);
        }
        json_decref(call.body);
    }
}

static void test_digest(void **state)
{
    /* SHA-256 of "{}", from `printf '{}' | sha256sum`. */
    static const uint8_t expected[] = {0x44, 0x13, 0x6f, 0xa3, 0x55, 0xb3, 0x67, 0x8a, 0x11, 0x46,
        0xad, 0x16, 0xf7, 0xe8, 0x64, 0x9e, 0x94, 0xfb, 0x4f, 0xc2, 0x1f, 0xe7, 0x7e, 0x83, 0x10,
        0xc0, 0x60, 0xf6, 0x1c, 0xaa, 0xff, 0x8a};
    uint8_t digest[BODY_DIGEST_SIZE];
    struct refusal refusal;
    struct call call;

    (void)state;
    assert_true(read_text(&call, "{}", &refusal));
    body_digest(&call, digest);
    assert_memory_equal(digest, expected, sizeof(expected));
    json_decref(call.body);
}

static void test_sizes(void **state)
{
    static char text[SMSOTP_BODY_MAX + 1];
    struct refusal refusal;
    struct call call;

    (void)state;
    memset(text, ' ', sizeof(text));
    memcpy(text, "{}", 2);
    assert_true(read_octets(&call, "application/json", text, SMSOTP_BODY_MAX, &refusal));
    json_decref(call.body);
    assert_false(read_octets(&call, "application/json", text, SMSOTP_BODY_MAX + 1, &refusal));
    assert_int_equal(refusal.error, ERROR_TOO_LARGE);
    assert_null(call.body);
}

static void test_members_at_most(void **state)
{
    (void)state;
    for (unsigned n = SMSOTP_JSON_KEYS_MAX; n <= SMSOTP_JSON_KEYS_MAX + 1; n++) {
        struct refusal refusal;
        char text[1024] = "{\"a0\":0";
        struct call call;

        for (unsigned i = 1; i < n; i++)
            snprintf(text + strlen(text), sizeof(text) - strlen(text), ",\"a%u\":0", i);
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "}");
        assert_int_equal(read_text(&call, text, &refusal), n == SMSOTP_JSON_KEYS_MAX);
        json_decref(call.body);
    }
}

static void test_content_types(void **state)
{
    static const struct {
        const char *type;
        bool is_taken;
    } rows[] = {{"application/json", true}, {"Application/JSON", true},
        {"application/json;charset=utf-8", true}, {"application/json ; x=y", true},
        {"application/json\t", true}, {NULL, false}, {"", false}, {"text/json", false},
        {"application/jsonx", false}, {"application/json-patch+json", false},
        {"application/problem+json", false}, {"text/plain, application/json", false},
        {" application/json", false}, {"application/x-www-form-urlencoded", false}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct refusal refusal;
        struct call call;

        if (read_octets(&call, rows[i].type, "{}", 2, &refusal) != rows[i].is_taken)
            fail_msg("%s", rows[i].type);
        if (!rows[i].is_taken) {
            assert_int_equal(refusal.error, ERROR_UNSUPPORTED_MEDIA_TYPE);
            assert_string_equal(refusal.param, "Content-Type");
        }
        json_decref(call.body);
    }
}

static void test_unknown_members(void **state)
{
    static const char *const known[] = {"to", "purpose"};
    static const struct {
        const char *text, *param; /* NULL: taken */
    } rows[] = {
        {"{}", NULL},
        {"{\"to\":1,\"purpose\":2}", NULL},
        {"{\"colour\":1}", "colour"},
        {"{\"to\":1,\"To\":2}", "To"},
        {"{\"to \":1}", "body"},
        {"{\"\":1}", "body"},
        {"{\"+919812345678\":1}", "body"}, /* may be anything, a number too */
        {"{\"\\u001b[2J\":1}", "body"},
        {"{\"a\\nb\":1}", "body"},
        {"{\"\\u202Egpj\":1}", "body"},
        {"{\"\xC2\x9B\":1}", "body"},
        {"{\"%s%n\":1}", "body"},
        {"{\"\xE0\xA4\x95\":1}", "body"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct refusal refusal;
        struct call call;

        assert_true(read_text(&call, rows[i].text, &refusal));
        assert_int_equal(
            body_has_only(&call, known, ARRAY_SIZE(known), &refusal), rows[i].param == NULL);
        if (rows[i].param) {
            assert_int_equal(refusal.error, ERROR_INVALID);
            assert_string_equal(refusal.param, rows[i].param);
            assert_non_null(strstr(refusal.detail, "`to`, `purpose`"));
        }
        json_decref(call.body);
    }
}

static void test_texts(void **state)
{
    static const struct {
        const char *value; /* of "x"; NULL: not there */
        const char *text;  /* NULL: none */
        bool is_refused, is_refused_if_required;
    } rows[] = {
        {"\"a\"", "a", false, false},
        {"\"12345678\"", "12345678", false, false},
        {"\"\xE0\xA4\x95\"", "\xE0\xA4\x95", false, false},
        {NULL, NULL, false, true},
        {"null", NULL, false, true},
        {"\"\"", NULL, true, true},
        {"\"123456789\"", NULL, true, true},
        {"1", NULL, true, true},
        {"1.5", NULL, true, true},
        {"true", NULL, true, true},
        {"[\"a\"]", NULL, true, true},
        {"{\"a\":\"b\"}", NULL, true, true},
        {"\"a\\nb\"", NULL, true, true},
        {"\"\\u007f\"", NULL, true, true},
        {"\"\\u009b\"", NULL, true, true},
        {"\"\\u200b\"", NULL, true, true},
        {"\"\\u0930\\u200d\"", "\xE0\xA4\xB0\xE2\x80\x8D", false, false}, /* a joiner */
        {"\"\\u202e\"", NULL, true, true},
        {"\"\\ufeff\"", NULL, true, true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        for (int is_required = 0; is_required <= 1; is_required++) {
            bool expected = is_required ? rows[i].is_refused_if_required : rows[i].is_refused;
            const char *text = "not set";
            struct refusal refusal;
            char body[64] = "{}";
            struct call call;

            if (rows[i].value)
                snprintf(body, sizeof(body), "{\"x\":%s}", rows[i].value);
            assert_true(read_text(&call, body, &refusal));
            if (body_text(&call, "x", 8, is_required, &text, &refusal) == expected)
                fail_msg("%s, required %d", body, is_required);
            if (expected) {
                assert_int_equal(refusal.error, ERROR_INVALID);
                assert_string_equal(refusal.param, "x");
            } else if (rows[i].text) {
                assert_string_equal(text, rows[i].text);
            } else {
                assert_null(text);
            }
            json_decref(call.body);
        }
    }
}

static void test_flags(void **state)
{
    static const struct {
        const char *body;
        bool is_set, is_refused;
    } rows[] = {
        {"{}", false, false},
        {"{\"x\":null}", false, false},
        {"{\"x\":false}", false, false},
        {"{\"x\":true}", true, false},
        {"{\"x\":1}", false, true},
        {"{\"x\":\"true\"}", false, true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct refusal refusal;
        struct call call;
        bool is_set = false;

        assert_true(read_text(&call, rows[i].body, &refusal));
        assert_int_equal(body_flag(&call, "x", &is_set, &refusal), !rows[i].is_refused);
        assert_int_equal(is_set, rows[i].is_set);
        if (rows[i].is_refused)
            assert_string_equal(refusal.param, "x");
        json_decref(call.body);
    }
}

#define KEY_32 "a2345678901234567890123456789012"
#define TEN "1234567890"
#define VALUE_128                                                                                  \
    TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "12345678"

static void test_contexts(void **state)
{
    static const struct {
        const char *value;
        const char *canonical; /* NULL: refused */
        const char *detail;
    } rows[] = {
        {"{}", "{}", NULL},
        {"{\"b\":\"2\",\"a\":\"1\"}", "{\"a\":\"1\",\"b\":\"2\"}", NULL},
        {"{\"amount\":\"1499.00\"}", "{\"amount\":\"1499.00\"}", NULL},
        {"{\"points\":250}", "{\"points\":\"250\"}", NULL},
        {"{\"points\":-1}", "{\"points\":\"-1\"}", NULL},
        {"{\"n\":9223372036854775807}", "{\"n\":\"9223372036854775807\"}", NULL},
        {"{\"" KEY_32 "\":\"" VALUE_128 "\"}", "{\"" KEY_32 "\":\"" VALUE_128 "\"}", NULL},
        /* Joiners belong to the scripts of India (Unicode 15 §12.1). */
        {"{\"payee\":\"\xE0\xA4\x95\xE0\xA5\x8D\xE2\x80\x8D\"}",
            "{\"payee\":\"\xE0\xA4\x95\xE0\xA5\x8D\xE2\x80\x8D\"}", NULL},
        {"\"text\"", NULL, "an object of texts"},
        {"[]", NULL, "an object of texts"},
        {"7", NULL, "an object of texts"},
        {"{\"amount\":1499.00}", NULL, "write amounts as texts"},
        {"{\"a\":true}", NULL, "texts and whole numbers"},
        {"{\"a\":null}", NULL, "texts and whole numbers"},
        {"{\"a\":{}}", NULL, "texts and whole numbers"},
        {"{\"a\":[\"x\"]}", NULL, "texts and whole numbers"},
        {"{\"Amount\":\"1\"}", NULL, "lower-case"},
        {"{\"\":\"1\"}", NULL, "lower-case"},
        {"{\"a-b\":\"1\"}", NULL, "lower-case"},
        {"{\"1st\":\"1\"}", NULL, "lower-case"},
        {"{\"" KEY_32 "x\":\"1\"}", NULL, "at most 32 bytes"},
        {"{\"a\":\"" VALUE_128 "x\"}", NULL, "at most 128"},
        {"{\"a\":\"x\\ny\"}", NULL, "control or invisible"},
        {"{\"a\":\"\\u202ex\"}", NULL, "control"},
        {"{\"a\":\"\\u200bx\"}", NULL, "control"},
        {"{\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,\"g\":0,\"h\":0,\"i\":0,\"j\":0,\"k\":0,"
         "\"l\":0,\"m\":0,\"n\":0,\"o\":0,\"p\":0,\"q\":0}",
            NULL, "at most 16"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char body[1024], canonical[OTP_CONTEXT_MAX_JSON];
        struct otp_context context;
        struct refusal refusal;
        bool is_present;
        struct call call;

        snprintf(body, sizeof(body), "{\"context\":%s}", rows[i].value);
        assert_true(read_text(&call, body, &refusal));
        if (body_context(&call, &context, &is_present, &refusal) != (rows[i].canonical != NULL))
            fail_msg("%s: %s", body, refusal.detail);
        if (rows[i].canonical) {
            assert_true(is_present);
            assert_int_equal(otp_context_to_json(&context, canonical, sizeof(canonical)), 0);
            assert_string_equal(canonical, rows[i].canonical);
        } else {
            assert_int_equal(refusal.error, ERROR_INVALID);
            assert_string_equal(refusal.param, "context");
            if (!strstr(refusal.detail, rows[i].detail))
                fail_msg("%s: %s", body, refusal.detail);
        }
        json_decref(call.body);
    }
}

static void test_no_context(void **state)
{
    static const char *const bodies_without[] = {"{}", "{\"context\":null}"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(bodies_without); i++) {
        struct otp_context context;
        struct refusal refusal;
        bool is_present = true;
        struct call call;

        assert_true(read_text(&call, bodies_without[i], &refusal));
        assert_true(body_context(&call, &context, &is_present, &refusal));
        assert_false(is_present);
        assert_int_equal(context.n_entries, 0);
        json_decref(call.body);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_digest),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_members_at_most),
        cmocka_unit_test(test_content_types),
        cmocka_unit_test(test_unknown_members),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_flags),
        cmocka_unit_test(test_contexts),
        cmocka_unit_test(test_no_context),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
