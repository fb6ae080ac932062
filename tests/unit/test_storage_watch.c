/* A disk that is nearly full: that it is told, once, until there is room again. And one that is
 * full. */
#include "core/storage_watch.h"

#include "core/gateway_state.h"
#include "core/warnings.h"
#include "gateway_fixture.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#define MIB ((uint64_t)1024 * 1024)
#define GIB (1024 * MIB)

static bool is_played;
static struct db_room played;

/* Stands in for the C library's: the linker takes this one first. */
int statvfs(const char *path, struct statvfs *ret)
{
    assert_non_null(strstr(path, "t.db"));
    *ret = (struct statvfs){
        .f_frsize = 4096, .f_blocks = 64 * GIB / 4096, .f_bavail = 32 * GIB / 4096};
    if (is_played) {
        ret->f_blocks = played.total / 4096;
        ret->f_bavail = played.available / 4096;
    }
    return 0;
}

static void test_short(void **state)
{
    static const struct {
        struct db_room room;
        bool is_short;
    } rows[] = {
        {{4 * GIB, 3 * GIB}, false}, {{4 * GIB, 820 * MIB}, false}, {{4 * GIB, 819 * MIB}, true},
        {{4 * GIB, 0}, true},
        {{64 * GIB, 2 * GIB}, false}, {{64 * GIB, 1 * GIB}, false}, {{64 * GIB, GIB - 4096}, true},
        {{2 * MIB, 1 * MIB}, false}, {{2 * MIB, MIB / 4}, true},
        {{UINT64_MAX, UINT64_MAX}, false}, {{0, 0}, true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        if (storage_is_short(&rows[i].room) != rows[i].is_short)
            fail_msg("row %zu", i);
}

static int64_t told(struct gateway_fixture *f)
{
    return gateway_query(f, COUNT_OF("journal WHERE kind = 'warning.raised' AND "
        "detail = '{\"warning\":\"storage\"}'"));
}

static void test_told(void **state)
{
    struct gateway_fixture *f = *state;

    assert_null(gateway_warning_detail(f->gateway, WARNING_STORAGE));
    is_played = true;
    played = (struct db_room){4 * GIB, 512 * MIB};
    gateway_pass(f, 11 * USEC_PER_MINUTE);
    assert_non_null(
        strstr(gateway_warning_detail(f->gateway, WARNING_STORAGE), "512 MiB left of 4096"));
    gateway_pass(f, USEC_PER_HOUR);
    assert_int_equal(told(f), 1);
    played.available = 2 * GIB;
    gateway_pass(f, 11 * USEC_PER_MINUTE);
    assert_null(gateway_warning_detail(f->gateway, WARNING_STORAGE));
    played.available = MIB;
    gateway_pass(f, 11 * USEC_PER_MINUTE);
    assert_int_equal(told(f), 2);
}

static void limit_file_size(rlim_t n_octets)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = n_octets;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void assert_verdict(struct gateway_fixture *f, const char *expected)
{
    struct answer answer = issue(f, "+919876543210");

    assert_string_equal(verdict_of(&answer), expected);
}

/* Not ready while commits fail, and ready again without anybody asking for anything. */
static void test_full(void **state)
{
    struct gateway_fixture *f = *state;
    enum gateway_error reason = ERROR_NO_MODEM;

    limit_file_size(4096);
    assert_verdict(f, "storage_unavailable");
    assert_false(gateway_is_ready(f->gateway, &reason));
    assert_int_equal(reason, ERROR_STORAGE_UNAVAILABLE);
    gateway_pass(f, USEC_PER_MINUTE);
    assert_false(gateway_is_ready(f->gateway, &reason));
    limit_file_size(RLIM_INFINITY);
    gateway_pass(f, 3 * USEC_PER_SEC);
    assert_true(gateway_is_ready(f->gateway, &reason));
    limit_file_size(4096);
    assert_verdict(f, "storage_unavailable");
    limit_file_size(RLIM_INFINITY); /* a request finds out sooner */
    assert_verdict(f, "ok");
    assert_true(gateway_is_ready(f->gateway, &reason));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_short),
        GATEWAY_TEST(test_told),
        GATEWAY_TEST(test_full),
    };

    signal(SIGXFSZ, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
