/* Pages of other sites in somebody's browser: what they send is refused, and nobody else's. */
#include "api/browser.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define AGENT "Mozilla/5.0 (X11; Linux x86_64)"

struct row {
    const char *method;
    bool is_local;
    const char *host, *origin, *site, *agent; /* NULL: no such header */
    bool is_foreign;
};
static const struct row *row;
static unsigned n_refusals;

/* Stand in for api/call.c. */
const char *call_header(const struct call *call, const char *name)
{
    (void)call;
    if (strcmp(name, "Host") == 0)
        return row->host;
    if (strcmp(name, "Origin") == 0)
        return row->origin;
    return strcmp(name, "Sec-Fetch-Site") == 0 ? row->site : row->agent;
}

void call_refuse(struct call *call, const struct refusal *refusal)
{
    (void)call;
    assert_int_equal(refusal->error, ERROR_FORBIDDEN);
    n_refusals++;
}

static void test_rows(void **state)
{
    static const struct row rows[] = {
        /* programs */
        {"POST", true, "smsotp", NULL, NULL, NULL, false},
        {"POST", true, NULL, NULL, NULL, "curl/7.88.1", false},
        {"GET", true, "evil.example", NULL, NULL, "curl/7.88.1", false},
        /* the page itself, through a tunnel, and of an old browser */
        {"GET", true, "localhost:8080", NULL, "same-origin", AGENT, false},
        {"GET", true, "LOCALHOST", NULL, "none", AGENT, false},
        {"GET", true, "127.0.0.1:8080", NULL, NULL, AGENT, false},
        {"POST", true, "[::1]:8080", "http://[::1]:8080", "same-origin", AGENT, false},
        {"GET", true, "localhost:8080", NULL, "cross-site", AGENT, false}, /* a link to it */
        /* a name that leads here, after it led elsewhere */
        {"GET", true, "evil.example:8080", NULL, "same-origin", AGENT, true},
        {"GET", true, "evil.example:8080", NULL, NULL, AGENT, true},
        {"GET", true, "evil.example:8080", NULL, "same-origin", "curl", true},
        {"GET", true, "localhost.evil.example", NULL, NULL, AGENT, true},
        {"GET", true, "127.0.0.1.evil.example", NULL, NULL, AGENT, true},
        {"POST", true, NULL, "http://evil.example", NULL, "curl", true},
        /* what another page sends */
        {"POST", true, "localhost:8080", "http://evil.example", "cross-site", AGENT, true},
        {"POST", true, "localhost:8080", "http://localhost:9090", "same-site", AGENT, true},
        {"POST", true, "localhost:8080", "http://localhost", NULL, AGENT, true},
        {"POST", true, "localhost:8080", "null", NULL, AGENT, true},
        {"POST", true, "localhost:8080", NULL, "cross-site", AGENT, true},
        {"OPTIONS", true, "localhost:8080", "http://evil.example", "cross-site", AGENT, true},
        {"POST", false, "shop.example", "https://evil.example", NULL, AGENT, true},
        /* behind a proxy, under its own name */
        {"GET", false, "shop.example", NULL, "same-origin", AGENT, false},
        {"POST", false, "shop.example:8443", "https://shop.example:8443", "same-origin", AGENT,
            false},
    };
    struct call call = {.n_segments = 0};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        row = &rows[i];
        call.method = row->method;
        n_refusals = 0;
        if (browser_is_foreign(&call, row->is_local) != row->is_foreign)
            fail_msg("row %zu: %s %s", i, row->method, row->host);
        assert_int_equal(n_refusals, row->is_foreign);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
