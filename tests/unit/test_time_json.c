#include "api/time_json.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_forms(void **state)
{
    static const struct {
        usec_t wall;
        const char *text;
    } rows[] = {
        {0, "1970-01-01T00:00:00Z"},
        {UINT64_C(1795000000) * USEC_PER_SEC, "2026-11-18T11:06:40Z"}, /* date -u -d @1795000000 */
        {UINT64_C(1795000000) * USEC_PER_SEC + 999999, "2026-11-18T11:06:40Z"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        json_t *json = time_to_json(rows[i].wall), *other = time_or_null(rows[i].wall);

        assert_string_equal(json_string_value(json), rows[i].text);
        if (rows[i].wall == 0)
            assert_true(json_is_null(other));
        else
            assert_true(json_equal(json, other));
        json_decref(json);
        json_decref(other);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_forms)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
