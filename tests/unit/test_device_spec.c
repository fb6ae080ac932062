#include "modem/device_spec.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

static void test_accepted(void **unused)
{
    static const struct {
        const char *text;
        struct device_spec spec;
    } cases[] = {
        {"/dev/ttyUSB2", {DEVICE_BY_PATH, .text = "/dev/ttyUSB2"}},
        {"/dev/serial/by-id/usb-x", {DEVICE_BY_PATH, .text = "/dev/serial/by-id/usb-x"}},
        {"auto", {DEVICE_AUTO, .text = ""}},
        {"usb:12d1:1506", {DEVICE_BY_USB, 0x12d1, 0x1506, ""}},
        {"usb:2C7c:0125", {DEVICE_BY_USB, 0x2c7c, 0x0125, ""}},
        {"usb:1a86:7523:A:b 1", {DEVICE_BY_USB, 0x1a86, 0x7523, "A:b 1"}},
        {"imei:49015420323751", {DEVICE_BY_IMEI, .text = "49015420323751"}},
        {"imei:490154203237518", {DEVICE_BY_IMEI, .text = "490154203237518"}},
        {"imei:4901542032375101", {DEVICE_BY_IMEI, .text = "4901542032375101"}},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct device_spec spec;

        assert_int_equal(device_spec_parse(&spec, cases[i].text), 0);
        assert_int_equal(spec.kind, cases[i].spec.kind);
        assert_int_equal(spec.vid, cases[i].spec.vid);
        assert_int_equal(spec.pid, cases[i].spec.pid);
        assert_string_equal(spec.text, cases[i].spec.text);
    }
}

static void test_refused(void **unused)
{
    static const char *const cases[] = {"", "ttyUSB2", "AUTO", "auto ", "usb:", "usb:12d1",
        "usb:12d1:", "usb:12d1:150", "usb:12d1:15066", "usb:12d1:1506:", "usb:12d1-1506",
        "usb:12dg:1506", "usb:0x12:1506", "usb:2d1:1506", "imei:", "imei:4901542032375",
        "imei:49015420323751801", "imei:4901542032375x8", "imei:490154203237518 ", "IMEI:4901"};

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct device_spec spec = {.kind = DEVICE_AUTO, .text = "untouched"};

        if (device_spec_parse(&spec, cases[i]) != -EINVAL)
            fail_msg("\"%s\" is accepted", cases[i]);
        assert_string_equal(spec.text, "untouched");
    }
}

/* TS 23.003 §6.2: the first 14 digits are the device. */
static void test_same_imei(void **unused)
{
    (void)unused;
    assert_true(device_spec_same_imei("490154203237518", "490154203237518"));
    assert_true(device_spec_same_imei("490154203237518", "490154203237510"));
    assert_true(device_spec_same_imei("4901542032375101", "49015420323751"));
    assert_false(device_spec_same_imei("490154203237518", "490154203237528"));
    assert_false(device_spec_same_imei("", "490154203237518"));
    assert_false(device_spec_same_imei("4901542032375", "490154203237518"));
    assert_false(device_spec_same_imei("490154203237518", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_same_imei),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
