/* Refusals as RFC 9457 has them: the members of §3.1, and those of our own. */
#include "api/problem.h"

#include "smsotp/api.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char *text_of(const json_t *problem, const char *name)
{
    const char *text = json_string_value(json_object_get(problem, name));

    assert_non_null(text);
    return text;
}

#define X(CONSTANT, CODE, STATUS, TITLE) {CONSTANT, CODE, STATUS, TITLE},
static const struct {
    enum gateway_error error;
    const char *code;
    int status;
    const char *title;
} errors[] = {SMSOTP_ERROR_LIST(X)};
#undef X

static void test_each_error(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
        struct refusal refusal;
        json_t *problem;

        refuse(&refusal, errors[i].error, NULL, "A %s", "sentence");
        problem = problem_to_json(&refusal);
        assert_non_null(problem);
        /* Whoever is told to try again is told when. */
        assert_int_equal(json_object_size(problem), errors[i].status == 503 ? 6 : 5);
        assert_int_equal(strncmp(text_of(problem, "type"), "urn:smsotp:error:", 17), 0);
        assert_string_equal(text_of(problem, "type") + 17, errors[i].code);
        assert_string_equal(text_of(problem, "code"), errors[i].code);
        assert_string_equal(text_of(problem, "title"), errors[i].title);
        assert_string_equal(text_of(problem, "detail"), "A sentence");
        assert_int_equal(
            json_integer_value(json_object_get(problem, "status")), errors[i].status);
        json_decref(problem);
    }
}

static void test_whole(void **state)
{
    static const char expected[] =
        "{\"type\":\"urn:smsotp:error:limited\",\"title\":\"A limit is reached\",\"status\":429,"
        "\"detail\":\"The limit `number` allows 3 in 600 s for this number; nothing was sent or "
        "counted\",\"code\":\"limited\",\"retry_after\":2,\"limit\":{\"name\":\"number\",\"scope\":"
        "\"number\",\"max\":3,\"window\":600}}";
    const struct limit_hit hit = {
        .window = {.max = 3, .span = 600 * USEC_PER_SEC}, .wait = USEC_PER_SEC + 1};
    struct refusal refusal;
    json_t *problem;
    char *text;

    (void)state;
    refuse_limit(&refusal, "number", "number", &hit);
    problem = problem_to_json(&refusal);
    text = json_dumps(problem, JSON_COMPACT);
    assert_string_equal(text, expected);
    free(text);
    json_decref(problem);
}

/* The field at fault, as the caller named it: cut, it is still text. */
static void test_parameter(void **state)
{
    static const struct {
        const char *param;
        const char *shown; /* NULL: as it is */
    } rows[] = {
        {"to", NULL},
        {"\xE0\xA4\x95\"\\", NULL},
        {"a2345678901234567890123456789012345678901234567", NULL}, /* 47 */
        {"a23456789012345678901234567890123456789012345678",
            "a2345678901234567890123456789012345678901234567"},
        /* The 47th byte is within the 16th letter of three. */
        {"xx\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95"
         "\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95"
         "\xE0\xA4\x95\xE0\xA4\x95",
            "xx\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95"
            "\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95"
            "\xE0\xA4\x95"},
        {"x\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95"
         "\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95"
         "\xE0\xA4\x95\xE0\xA4\x95",
            "x\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95"
            "\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95\xE0\xA4\x95"
            "\xE0\xA4\x95"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct refusal refusal;
        json_t *problem, *params, *row;

        refuse(&refusal, ERROR_INVALID, rows[i].param, "Why");
        problem = problem_to_json(&refusal);
        assert_non_null(problem);
        params = json_object_get(problem, "invalid_params");
        assert_int_equal(json_array_size(params), 1);
        row = json_array_get(params, 0);
        assert_string_equal(
            text_of(row, "name"), rows[i].shown ? rows[i].shown : rows[i].param);
        assert_string_equal(text_of(row, "reason"), "Why");
        json_decref(problem);
    }
}

/* A sentence that quotes the caller may be cut within a letter; it is told all the same. */
static void test_detail_cut_within_a_letter(void **state)
{
    (void)state;
    for (unsigned before = 250; before < 256; before++) {
        struct refusal refusal;
        char filling[256];
        json_t *problem;

        memset(filling, 'x', before);
        filling[before] = '\0';
        refuse(&refusal, ERROR_INVALID, NULL, "%s\xE0\xA4\x95\xE0\xA4\x95", filling);
        problem = problem_to_json(&refusal);
        assert_non_null(problem);
        assert_int_equal(strncmp(text_of(problem, "detail"), filling, before), 0);
        json_decref(problem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_error),
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_parameter),
        cmocka_unit_test(test_detail_cut_within_a_letter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
