/* `smsotpctl audit`: its routes, what it says, and how it leaves. The daemon is played. */
#include "ctl_bench.h"

#define HEAD "\"head\":{\"line\":\"seq=12 hash=ab at=x\"}"
#define VERDICT(result, bad, fault, unchecked, noted)                                              \
    "{\"result\":\"" result "\",\"first_bad_sequence\":" bad ",\"fault\":" fault ",\"rows\":5,"    \
    "\"unchecked\":" unchecked ",\"noted_head\":" noted "," HEAD "}"
#define INTACT VERDICT("intact", "null", "null", "0", "null")
#define LAST "head: seq=12 hash=ab at=x\n"
#define ASKED "POST /v1/audit/verify -"

static void test_verify(void **state)
{
    static const struct ctl_row rows[] = {
        {{"audit", "verify"}, NULL, 200, INTACT, false, CTL_EXIT_OK, ASKED,
            "intact: 5 entries are as they were written\n" LAST, ""},
        {{"audit", "verify", "--json"}, NULL, 200, INTACT, false, CTL_EXIT_OK, ASKED, INTACT "\n",
            ""},
        {{"audit", "verify"}, NULL, 200, VERDICT("broken", "7", "\"missing\"", "0", "null"), false,
            CTL_EXIT_NO, ASKED,
            "broken: from entry 7 on the log is not as it was written (missing)\n" LAST, ""},
        {{"audit", "verify", "--json"}, NULL, 200,
            VERDICT("broken", "7", "\"missing\"", "0", "null"), false, CTL_EXIT_NO, ASKED,
            VERDICT("broken", "7", "\"missing\"", "0", "null") "\n", ""},
        {{"audit", "verify", "--head", "seq=9 hash=00"}, NULL, 200,
            VERDICT("intact", "null", "null", "0", "\"matches\""), false, CTL_EXIT_OK,
            "POST /v1/audit/verify {\"head\":\"seq=9 hash=00\"}",
            "intact: 5 entries are as they were written\nthe noted head is in it\n" LAST, ""},
        {{"audit", "verify", "--head", "9 00"}, NULL, 200,
            VERDICT("broken", "9", "\"noted_head\"", "0", "\"differs\""), false, CTL_EXIT_NO,
            "POST /v1/audit/verify {\"head\":\"9 00\"}",
            "broken: this is not the log that the noted head is of, from entry 9 on at the "
            "latest\n" LAST,
            ""},
        /* Nothing wrong, and yet not everything was looked at. */
        {{"audit", "verify", "--head", "9 00"}, NULL, 200,
            VERDICT("intact", "null", "null", "0", "\"purged\""), false, CTL_EXIT_UNCHECKED,
            "POST /v1/audit/verify {\"head\":\"9 00\"}",
            "intact: 5 entries are as they were written\n"
            "the noted head is older than what is kept, and cannot be compared\n" LAST,
            ""},
        {{"audit", "verify"}, NULL, 200, VERDICT("intact", "null", "null", "2", "null"), false,
            CTL_EXIT_UNCHECKED, ASKED,
            "intact: 5 entries are as they were written\n"
            "2 of the entries were made under a key that is not here, and cannot be checked\n" LAST,
            ""},
        {{"audit", "verify", "--head", "x"}, NULL, 422, "{\"code\":\"invalid\",\"detail\":\"d\"}",
            false, CTL_EXIT_REFUSED, "POST /v1/audit/verify {\"head\":\"x\"}", "", "invalid: d"},
        {{"audit", "verify", "--head", "\xFF"}, NULL, 200, "{}", false, CTL_EXIT_USAGE, "", "",
            "UTF-8"},
        {{"audit", "verify"}, NULL, 0, NULL, false, CTL_EXIT_OFFLINE, ASKED, "", "nobody listens"},
    };

    (void)state;
    ctl_bench_check(ctl_audit, rows, ARRAY_SIZE(rows));
}

static void test_head(void **state)
{
    static const struct ctl_row rows[] = {
        {{"audit", "head"}, NULL, 200, "{\"line\":\"seq=12 hash=ab at=x\"}", false, CTL_EXIT_OK,
            "GET /v1/audit/head -", "seq=12 hash=ab at=x\n", ""},
        {{"audit", "--json", "head"}, NULL, 200, "{\"seq\":12}", false, CTL_EXIT_OK,
            "GET /v1/audit/head -", "{\"seq\":12}\n", ""},
        {{"audit", "head"}, NULL, 0, NULL, false, CTL_EXIT_OFFLINE, "GET /v1/audit/head -", "",
            "nobody listens"},
    };

    (void)state;
    ctl_bench_check(ctl_audit, rows, ARRAY_SIZE(rows));
}

/* One page is played; that others follow is in tests/integration/test_audit.py. */
static void test_export(void **state)
{
    static const struct ctl_row rows[] = {
        {{"audit", "export"}, NULL, 200,
            "{\"entries\":[{\"seq\":1,\"type\":\"x\\u202e\"},{\"seq\":2}],\"next\":null}", false,
            CTL_EXIT_OK, "GET /v1/audit?limit=500&from=1 -",
            "{\"seq\":1,\"type\":\"x\\u202E\"}\n{\"seq\":2}\n", ""},
        {{"audit", "export", "--from", "7", "--since", "2026-11-23T05:00:00Z"}, NULL, 200,
            "{\"entries\":[],\"next\":null}", true, CTL_EXIT_OK,
            "GET /v1/audit?limit=500&from=7&since=2026-11-23T05:00:00Z -", "", ""},
        {{"audit", "export", "--since", "2026-11-99"}, NULL, 422,
            "{\"code\":\"invalid\",\"detail\":\"d\"}", false, CTL_EXIT_REFUSED,
            "GET /v1/audit?limit=500&from=1&since=2026-11-99 -", "", "invalid: d"},
        {{"audit", "export"}, NULL, 0, NULL, false, CTL_EXIT_OFFLINE,
            "GET /v1/audit?limit=500&from=1 -", "", "nobody listens"},
    };

    (void)state;
    ctl_bench_check(ctl_audit, rows, ARRAY_SIZE(rows));
}

static void test_usage(void **state)
{
    static const char *const words[][4] = {
        {"audit"}, {"audit", "purge"}, {"audit", "head", "more"}, {"audit", "head", "--head", "x"},
        {"audit", "head", "--from", "7"}, {"audit", "verify", "--since", "2026-11-23"},
        {"audit", "export", "--head", "x"}, {"audit", "export", "--from", "0"},
        {"audit", "export", "--from", "-1"}, {"audit", "export", "--from", "7x"},
        {"audit", "export", "--from", "1234567890123456789"}, {"audit", "export", "--since", ""},
        {"audit", "export", "--since", "x&from=1"}, {"audit", "export", "--until", "1"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        struct ctl_row row = {.status = 200,
            .answer = "{}",
            .exit = CTL_EXIT_USAGE,
            .asked = "",
            .out = "",
            .err = "Usage: smsotpctl audit verify"};

        memcpy(row.words, words[i], sizeof(words[i]));
        ctl_bench_check(ctl_audit, &row, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verify),
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_export),
        cmocka_unit_test(test_usage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
