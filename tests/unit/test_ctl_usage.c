/* How commands are called: what is printed, where, and for which. */
#include "ctl/usage.h"

#include "ctl/command.h"

#include <string.h>

#include "capture.h"

static void test_wrong_call(void **state)
{
    char err[256];
    int saved = capture_begin(stderr, ""), status = ctl_usage("key");

    (void)state;
    capture_end(stderr, saved, err, sizeof(err));
    assert_int_equal(status, CTL_EXIT_USAGE);
    assert_string_equal(err, "Usage: smsotpctl key list|rotate\n");
}

static void test_asked_for(void **state)
{
    char out[1024];
    int saved = capture_begin(stdout, "");
    bool is_known = ctl_usage_print("pdu decode"), is_other = ctl_usage_print("pdu dec");

    (void)state;
    capture_end(stdout, saved, out, sizeof(out));
    assert_true(is_known);
    assert_false(is_other);
    assert_ptr_equal(strstr(out, "Usage: smsotpctl pdu decode"), out);
    assert_null(strstr(out + 1, "Usage"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wrong_call),
        cmocka_unit_test(test_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
