/* `smsotpctl render`. */
#include "played_ctl.h"

#define SHOWN                                                                                      \
    "{\"text\":\"123456 is\",\"encoding\":\"ucs2\",\"segments\":2,\"forced_by\":{\"character\":\"x\"," \
    "\"code_point\":\"U+0078\"},\"replaced\":[{\"character\":\"y\",\"code_point\":\"U+0079\","     \
    "\"written_as\":\"z\"}],\"warnings\":[\"dear\"]}"

static void test_rows(void **state)
{
    static const struct ctl_row rows[] = {
        {{"render", "login"}, NULL, 200, SHOWN, false, 0,
            "POST /v1/render {\"purpose\":\"login\",\"context\":{}}", "123456 is\n\n", ""},
        {{"render", "login"}, NULL, 200, SHOWN, false, 0,
            "POST /v1/render {\"purpose\":\"login\",\"context\":{}}",
            "forced_by          U+0078 x\nreplaced           U+0079 y, written as z\n"
            "warning            dear\n", ""},
        {{"render", "--locale", "hi", "--reference", "b", "pay", "amount=1"}, NULL, 200, SHOWN, true, 0,
            "POST /v1/render {\"locale\":\"hi\",\"reference\":\"b\",\"purpose\":\"pay\",\"context\":{"
            "\"amount\":\"1\"}}",
            "{\"text\":\"123456 is\"", ""},
        {{"render", "--text", "hello"}, NULL, 200, SHOWN, false, 0, "POST /v1/render {\"text\":\"hello\"}",
            "segments           2\n", ""},
        {{"render"}, NULL, 0, NULL, false, 64, "", "", "Usage"},
        {{"render", "login", "x"}, NULL, 0, NULL, false, 64, "", "", "KEY=VALUE"},
        {{"render", "--text", "\xFF"}, NULL, 0, NULL, false, 64, "", "", "not UTF-8"},
        {{"render", "nosuch"}, NULL, 422, "{\"code\":\"invalid\",\"detail\":\"no\"}", false, 2,
            "POST /v1/render {\"purpose\":\"nosuch\",\"context\":{}}", "", "invalid: no"},
    };

    (void)state;
    ctl_run_rows(ctl_render, rows, ARRAY_SIZE(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
