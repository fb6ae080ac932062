/* The words of the contract as enums: each leads back, and what ends something has its event. */
#include "core/status.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_ends(void **state)
{
    static const struct {
        const char *status, *kind;
    } verifications[] = {{"pending", "verification.created"}, {"approved", "verification.approved"},
        {"expired", "verification.expired"}, {"exhausted", "verification.exhausted"},
        {"canceled", "verification.canceled"}, {"denied", "verification.denied"},
        {"undeliverable", "verification.undeliverable"}};
    static const struct {
        const char *status, *kind;
    } messages[] = {{"queued", "message.queued"}, {"sending", "message.sending"},
        {"sent", "message.sent"}, {"delivered", "message.delivered"}, {"failed", "message.failed"},
        {"expired", "message.expired"}, {"unknown", "message.unknown"}};
    enum verification_status verification;
    enum message_status message;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(verifications); i++) {
        assert_int_equal(
            verification_status_from_string(&verification, verifications[i].status), 0);
        assert_string_equal(
            event_kind_to_string(event_kind_of_verification(verification)), verifications[i].kind);
    }
    assert_int_equal(verification_status_from_string(&verification, "Pending"), -EINVAL);
    for (size_t i = 0; i < ARRAY_SIZE(messages); i++) {
        assert_int_equal(message_status_from_string(&message, messages[i].status), 0);
        assert_string_equal(event_kind_to_string(event_kind_of_message(message)), messages[i].kind);
    }
}

/* The code of an error decides its HTTP status. */
static void test_errors(void **state)
{
    static const struct {
        enum gateway_error error;
        const char *code;
        unsigned http_status;
    } rows[] = {
        {ERROR_INVALID, "invalid", 422},
        {ERROR_NOT_FOUND, "not_found", 404},
        {ERROR_QUEUE_FULL, "queue_full", 503},
        {ERROR_STORAGE_UNAVAILABLE, "storage_unavailable", 503},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        assert_string_equal(gateway_error_to_string(rows[i].error), rows[i].code);
        assert_int_equal(gateway_error_http_status(rows[i].error), rows[i].http_status);
        assert_true(gateway_error_title(rows[i].error)[0] != '\0');
    }
}

static void test_kinds(void **state)
{
    enum event_kind kind;

    (void)state;
    assert_int_equal(event_kind_from_string(&kind, "verification.denied"), 0);
    assert_int_equal(kind, EVENT_VERIFICATION_DENIED);
    assert_int_equal(event_kind_audience(kind), EVENT_FOR_OWNER);
    assert_int_equal(event_kind_from_string(&kind, "verification"), -EINVAL);
    assert_int_equal(event_kind_from_string(&kind, ""), -EINVAL);
    assert_int_equal(kind, EVENT_VERIFICATION_DENIED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_kinds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
