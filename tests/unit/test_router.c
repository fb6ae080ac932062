/* Routes: which handler gets a call, and what is refused with which error. Handlers are played. */
#include "api/router.h"

#include "api/audit_routes.h"
#include "api/clock_routes.h"
#include "api/event_routes.h"
#include "api/inbound_routes.h"
#include "api/key_routes.h"
#include "api/limit_routes.h"
#include "api/message_routes.h"
#include "api/metrics_routes.h"
#include "api/modem_routes.h"
#include "api/openapi_routes.h"
#include "api/optout_routes.h"
#include "api/page_routes.h"
#include "api/render_routes.h"
#include "api/stats_routes.h"
#include "api/status_routes.h"
#include "api/verification_routes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What became of the call: each is taken over by a handler or by a refusal, once. */
static struct {
    unsigned n;
    const char *handler; /* NULL: refused */
    struct refusal refusal;
    char allow[64]; /* empty: no such header */
} outcome;

#define HANDLER(name)                                                                              \
    void name(struct call *call)                                                                   \
    {                                                                                              \
        (void)call;                                                                                \
        outcome.n++;                                                                               \
        outcome.handler = #name;                                                                   \
    }
HANDLER(verification_create)
HANDLER(verification_find)
HANDLER(verification_read)
HANDLER(verification_check)
HANDLER(verification_resend)
HANDLER(verification_cancel)
HANDLER(message_create)
HANDLER(message_find)
HANDLER(message_read)
HANDLER(page_read)
HANDLER(render_text)
HANDLER(event_follow)
HANDLER(stats_read)
HANDLER(metrics_read)
HANDLER(optouts_list)
HANDLER(optouts_add)
HANDLER(optouts_remove)
HANDLER(limits_report)
HANDLER(limits_reset)
HANDLER(inbound_list)
HANDLER(key_receipt_keys)
HANDLER(key_list)
HANDLER(key_rotate)
HANDLER(clock_accept)
HANDLER(audit_list)
HANDLER(audit_read_head)
HANDLER(audit_verify)
HANDLER(status_health)
HANDLER(openapi_read)
HANDLER(modem_list)
HANDLER(modem_read)
HANDLER(modem_reset)
HANDLER(modem_enable)
HANDLER(modem_disable)
HANDLER(modem_ussd)
HANDLER(modem_at)
HANDLER(modem_pin)

void call_add_header(struct call *call, const char *name, const char *value)
{
    (void)call;
    assert_int_equal(outcome.n, 0); /* headers go first */
    assert_string_equal(name, "Allow");
    snprintf(outcome.allow, sizeof(outcome.allow), "%s", value);
}

void call_refuse(struct call *call, const struct refusal *refusal)
{
    (void)call;
    outcome.n++;
    outcome.refusal = *refusal;
}

static bool is_query_bad;

bool call_check_query(const struct call *call, struct refusal *ret)
{
    (void)call;
    if (is_query_bad)
        refuse(ret, ERROR_INVALID, "x", "no");
    return !is_query_bad;
}

/* Who calls. */
enum who { CLIENT, WATCHER, TECHNICIAN };

/* A call as call_new() makes it: segments of "/a/b" are "a", "b". */
static void dispatch(const char *method, const char *path, enum who who)
{
    const struct client client = {.may_watch = who == WATCHER};
    struct call call = {.method = method,
        .caller = {.is_admin = who == TECHNICIAN, .client = who == TECHNICIAN ? NULL : &client}};
    char text[128];

    snprintf(text, sizeof(text), "%s", path);
    for (char *slash = strchr(text, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        assert_true(call.n_segments < CALL_SEGMENTS_MAX);
        call.segments[call.n_segments++] = slash + 1;
    }
    memset(&outcome, 0, sizeof(outcome));
    router_dispatch(&call);
    assert_int_equal(outcome.n, 1);
}

#define ID "vf_01ARZ3NDEKTSV4RRFFQ69G5FAV"

static const struct {
    const char *method, *path, *handler;
    enum who least; /* who may */
} routes[] = {
    {"GET", "/", "page_read", WATCHER},
    {"POST", "/v1/verifications", "verification_create", CLIENT},
    {"GET", "/v1/verifications", "verification_find", CLIENT},
    {"GET", "/v1/verifications/" ID, "verification_read", CLIENT},
    {"GET", "/v1/verifications/check", "verification_read", CLIENT}, /* an id is looked at later */
    {"POST", "/v1/verifications/" ID "/check", "verification_check", CLIENT},
    {"POST", "/v1/verifications/" ID "/resend", "verification_resend", CLIENT},
    {"POST", "/v1/verifications/" ID "/cancel", "verification_cancel", CLIENT},
    {"POST", "/v1/messages", "message_create", CLIENT},
    {"GET", "/v1/messages", "message_find", CLIENT},
    {"GET", "/v1/messages/" ID, "message_read", CLIENT},
    {"POST", "/v1/render", "render_text", CLIENT},
    {"GET", "/v1/stats", "stats_read", WATCHER},
    {"GET", "/metrics", "metrics_read", WATCHER},
    {"GET", "/v1/optouts", "optouts_list", TECHNICIAN},
    {"POST", "/v1/optouts", "optouts_add", TECHNICIAN},
    {"POST", "/v1/optouts/remove", "optouts_remove", TECHNICIAN},
    {"GET", "/v1/limits", "limits_report", CLIENT},
    {"POST", "/v1/limits/reset", "limits_reset", TECHNICIAN},
    {"GET", "/v1/inbound", "inbound_list", CLIENT}, /* the handler looks who it is */
    {"GET", "/v1/receipt-key", "key_receipt_keys", CLIENT},
    {"GET", "/v1/keys", "key_list", TECHNICIAN},
    {"POST", "/v1/keys/rotate", "key_rotate", TECHNICIAN},
    {"POST", "/v1/clock/accept", "clock_accept", TECHNICIAN},
    {"GET", "/v1/audit", "audit_list", TECHNICIAN},
    {"GET", "/v1/audit/head", "audit_read_head", TECHNICIAN},
    {"POST", "/v1/audit/verify", "audit_verify", TECHNICIAN},
    {"GET", "/v1/health", "status_health", CLIENT},
    {"GET", "/v1/openapi.yaml", "openapi_read", CLIENT},
    {"GET", "/v1/modems", "modem_list", WATCHER},
    {"GET", "/v1/modems/counter", "modem_read", WATCHER},
    {"GET", "/v1/modems/*", "modem_read", WATCHER},
    {"POST", "/v1/modems/counter/reset", "modem_reset", TECHNICIAN},
    {"POST", "/v1/modems/counter/enable", "modem_enable", TECHNICIAN},
    {"POST", "/v1/modems/counter/disable", "modem_disable", TECHNICIAN},
    {"POST", "/v1/modems/counter/ussd", "modem_ussd", TECHNICIAN},
    {"POST", "/v1/modems/counter/at", "modem_at", TECHNICIAN},
    {"POST", "/v1/modems/counter/pin", "modem_pin", TECHNICIAN},
};

static void test_routes(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(routes); i++) {
        dispatch(routes[i].method, routes[i].path, TECHNICIAN);
        if (!outcome.handler)
            fail_msg("%s %s: %s", routes[i].method, routes[i].path, outcome.refusal.detail);
        assert_string_equal(outcome.handler, routes[i].handler);
        assert_string_equal(outcome.allow, "");
    }
}

static void test_who_may(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * ARRAY_SIZE(routes); i++) {
        enum who who = i % 2 ? WATCHER : CLIENT, least = routes[i / 2].least;

        dispatch(routes[i / 2].method, routes[i / 2].path, who);
        if (!outcome.handler != (who < least))
            fail_msg("%s %s", routes[i / 2].method, routes[i / 2].path);
        if (who < least) {
            assert_true(outcome.refusal.is_refused);
            assert_int_equal(outcome.refusal.error, ERROR_FORBIDDEN);
            assert_string_equal(outcome.refusal.param, "");
            assert_string_equal(outcome.allow, "");
            assert_int_equal(
                strstr(outcome.refusal.detail, "status = yes") != NULL, least == WATCHER);
        }
    }
}

/* The same for technicians and for others. */
static void test_refusals(void **state)
{
    static const struct {
        const char *method, *path;
        const char *allow; /* NULL: there is no such route */
    } rows[] = {
        {"PUT", "/v1/verifications", "POST, GET, HEAD"},
        {"DELETE", "/v1/verifications", "POST, GET, HEAD"},
        {"POST", "/v1/verifications/" ID, "GET, HEAD"},
        {"DELETE", "/v1/verifications/" ID, "GET, HEAD"},
        {"GET", "/v1/verifications/" ID "/check", "POST"},
        {"GET", "/v1/verifications/" ID "/resend", "POST"},
        {"GET", "/v1/verifications/" ID "/cancel", "POST"},
        {"POST", "/v1/inbound", "GET, HEAD"},
        {"POST", "/v1/receipt-key", "GET, HEAD"},
        {"POST", "/v1/keys", "GET, HEAD"},
        {"GET", "/v1/keys/rotate", "POST"},
        {"POST", "/v1/health", "GET, HEAD"},
        {"OPTIONS", "/v1/health", "GET, HEAD"},
        {"get", "/v1/health", "GET, HEAD"}, /* RFC 9110 §9.1: case counts */
        {"?", "/v1/health", "GET, HEAD"},
        {"POST", "/v1/openapi.yaml", "GET, HEAD"},
        {"POST", "/v1/modems", "GET, HEAD"},
        {"POST", "/v1/modems/counter", "GET, HEAD"},
        {"GET", "", NULL},
        {"POST", "/", "GET, HEAD"},
        {"GET", "//", NULL},
        {"GET", "/v1", NULL},
        {"GET", "/v1/", NULL},
        {"GET", "//health", NULL},
        {"GET", "/V1/health", NULL},
        {"GET", "/v1/Health", NULL},
        {"GET", "/v1/healthy", NULL},
        {"GET", "/v1/healt", NULL},
        {"GET", "/v1/health/", NULL},
        {"GET", "/v2/health", NULL},
        {"GET", "/health", NULL},
        {"GET", "/*/*", NULL},
        {"POST", "/v1/verifications/" ID "/check/", NULL},
        {"POST", "/v1/verifications/" ID "/Check", NULL},
        {"POST", "/v1/verifications/" ID "/approve", NULL},
        {"POST", "/v1/verifications/check", "GET, HEAD"},
        {"GET", "/v1/modems/counter/at", "POST"},
        {"POST", "/v1/modems/counter/format", NULL},
        {"GET", "/v1/inbound/x", NULL},
        {"GET", "/v1/verifications/", NULL},
        {"POST", "/v1/verifications/", NULL},
        {"POST", "/v1/modems//reset", NULL},
    };

    (void)state;
    for (size_t i = 0; i < 2 * ARRAY_SIZE(rows); i++) {
        const char *path = rows[i / 2].path, *allow = rows[i / 2].allow;

        dispatch(rows[i / 2].method, path, i % 2 ? TECHNICIAN : CLIENT);
        if (outcome.handler)
            fail_msg("%s %s: %s", rows[i / 2].method, path, outcome.handler);
        assert_true(outcome.refusal.is_refused);
        if (outcome.refusal.error != (allow ? ERROR_METHOD_NOT_ALLOWED : ERROR_NOT_FOUND))
            fail_msg("%s %s: %s", rows[i / 2].method, path, outcome.refusal.detail);
        assert_string_equal(outcome.allow, allow ? allow : "");
        if (allow)
            assert_non_null(strstr(outcome.refusal.detail, allow));
    }
}

/* What its query says is looked at for who may ask at all. */
static void test_bad_query(void **state)
{
    (void)state;
    is_query_bad = true;
    dispatch("GET", "/v1/health", CLIENT);
    assert_null(outcome.handler);
    assert_int_equal(outcome.refusal.error, ERROR_INVALID);
    dispatch("GET", "/v1/keys", CLIENT);
    assert_int_equal(outcome.refusal.error, ERROR_FORBIDDEN);
    is_query_bad = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_routes),
        cmocka_unit_test(test_who_may),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_bad_query),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
