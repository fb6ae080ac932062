#include "core/id.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define N_IDS 2000

/* Crockford's base 32 of 48 bits of milliseconds, by hand: 10 digits, 2 leading zero bits. */
static void test_time_comes_first(void **state)
{
    static const struct {
        usec_t realtime;
        const char *digits;
    } rows[] = {
        {0, "0000000000"},
        {999, "0000000000"},
        {1 * USEC_PER_MSEC, "0000000001"},
        {31 * USEC_PER_MSEC, "000000000z"},
        {32 * USEC_PER_MSEC, "0000000010"},
        {1024 * USEC_PER_MSEC, "0000000100"},
        {18 * USEC_PER_MSEC, "000000000j"}, /* i, l, o and u are no digits */
        {27 * USEC_PER_MSEC, "000000000v"},
        {((UINT64_C(1) << 48) - 1) * USEC_PER_MSEC, "7zzzzzzzzz"},
        /* the ULID specification's example: 1469918176385 is 01ARYZ6S41 */
        {UINT64_C(1469918176385) * USEC_PER_MSEC, "01aryz6s41"},
    };
    char id[ID_SIZE];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        id_make(ID_PREFIX_VERIFICATION, rows[i].realtime, id);
        assert_int_equal(strlen(id), ID_SIZE - 1);
        assert_memory_equal(id, "vf_", 3);
        assert_memory_equal(id + 3, rows[i].digits, 10);
        assert_true(id_is_valid(ID_PREFIX_VERIFICATION, id));
        assert_false(id_is_valid(ID_PREFIX_MESSAGE, id));
    }
}

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* No two are alike, and every place behind the time takes many digits. */
static void test_the_rest_is_random(void **state)
{
    static char ids[N_IDS][ID_SIZE];
    unsigned kinds = 0;

    (void)state;
    for (int i = 0; i < N_IDS; i++)
        id_make(ID_PREFIX_MESSAGE, 1000, ids[i]);
    for (int place = 13; place < ID_SIZE - 1; place++) {
        unsigned seen = 0;

        for (int i = 0; i < N_IDS; i++)
            seen |= 1U << (strchr("0123456789abcdefghjkmnpqrstvwxyz", ids[i][place]) -
                           "0123456789abcdefghjkmnpqrstvwxyz");
        kinds += seen == UINT32_MAX;
    }
    assert_int_equal(kinds, 16);
    qsort(ids, N_IDS, ID_SIZE, compare);
    for (int i = 1; i < N_IDS; i++)
        assert_string_not_equal(ids[i - 1], ids[i]);
}

static void test_form(void **state)
{
    static const struct {
        const char *text;
        bool is_valid;
    } rows[] = {
        {"vf_0123456789abcdefghjkmnpqrs", true},
        {"vf_tvwxyz00000000000000000000", true},
        {"ms_0123456789abcdefghjkmnpqrs", false},
        {"vf_0123456789abcdefghjkmnpqr", false},
        {"vf_0123456789abcdefghjkmnpqrst", false},
        {"vf_0123456789abcdefghijkmnpqr", false}, /* i */
        {"vf_0123456789abcdefghjklmnpqr", false}, /* l */
        {"vf_0123456789ABCDEFGHJKMNPQRS", false},
        {"vf_0123456789abcdefghjkmnpq/s", false},
        {"vf-0123456789abcdefghjkmnpqrs", false},
        {"vf_", false},
        {"", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        assert_int_equal(id_is_valid(ID_PREFIX_VERIFICATION, rows[i].text), rows[i].is_valid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_time_comes_first),
        cmocka_unit_test(test_the_rest_is_random),
        cmocka_unit_test(test_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
