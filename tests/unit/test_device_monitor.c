/* Which of udev's events are told, and as what; umockdev plays the udevd. */
#include "modem/device_monitor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libudev.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

#include "usb_bench.h"

struct bench {
    struct usb_bench *usb;
    struct udev *udev;
    struct device_monitor *monitor;
    char told[256]; /* "plugged; unplugged /dev/ttyUSB0; " */
    struct strbuf sb;
};

static void on_plugged(void *userdata)
{
    struct bench *bench = userdata;

    strbuf_printf(&bench->sb, "plugged; ");
}

static void on_unplugged(void *userdata, const char *port)
{
    struct bench *bench = userdata;

    strbuf_printf(&bench->sb, "unplugged %s; ", port);
}

static const struct device_monitor_ops ops = {.plugged = on_plugged, .unplugged = on_unplugged};

static int set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));

    bench->usb = bench_new();
    bench->udev = udev_new();
    bench->sb = STRBUF_ON(bench->told);
    assert_int_equal(
        device_monitor_new(&bench->monitor, bench->usb->loop, bench->udev, &ops, bench), 0);
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    device_monitor_free(bench->monitor);
    udev_unref(bench->udev);
    bench_free(bench->usb);
    free(bench);
    return 0;
}

static void assert_told(struct bench *bench, const char *expected)
{
    bench_take_events(bench->usb);
    assert_string_equal(bench->told, expected);
    strbuf_reset(&bench->sb);
}

/* Events of devices that are there already. */
static void test_events(void **state)
{
    static const char devices[] =
        "P: /devices/usb1/1-1\nN: bus/usb/001/002\nE: DEVNAME=/dev/bus/usb/001/002\n"
        "E: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\n\n"
        "P: /devices/usb1/1-1/1-1:1.0\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\n\n"
        "P: /devices/usb1/1-1/1-1:1.0/tty/ttyUSB0\nN: ttyUSB0\nE: DEVNAME=/dev/ttyUSB0\n"
        "E: SUBSYSTEM=tty\n\n"
        "P: /devices/virtual/tty/bare\nE: SUBSYSTEM=tty\n\n"
        "P: /devices/virtual/block/loop0\nN: loop0\nE: DEVNAME=/dev/loop0\nE: SUBSYSTEM=block\n\n";
    static const struct {
        const char *path, *action, *told;
    } rows[] = {
        {"usb1/1-1/1-1:1.0/tty/ttyUSB0", "add", "plugged; "},
        {"usb1/1-1/1-1:1.0/tty/ttyUSB0", "change", "plugged; "},
        {"usb1/1-1/1-1:1.0/tty/ttyUSB0", "remove", "unplugged /dev/ttyUSB0; "},
        {"usb1/1-1", "add", "plugged; "},
        {"usb1/1-1", "bind", "plugged; "},
        {"usb1/1-1", "remove", ""}, /* its ports tell it */
        {"usb1/1-1/1-1:1.0", "add", ""},
        {"usb1/1-1/1-1:1.0", "remove", ""},
        {"virtual/tty/bare", "add", "plugged; "},
        {"virtual/tty/bare", "remove", ""}, /* nobody can have had it open */
        {"virtual/block/loop0", "add", ""},
        {"virtual/block/loop0", "remove", ""},
    };
    struct bench *bench = *state;

    bench_add(bench->usb, devices);
    assert_told(bench, "plugged; plugged; plugged; ");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char path[128];

        snprintf(path, sizeof(path), "/sys/devices/%s", rows[i].path);
        umockdev_testbed_uevent(bench->usb->bed, path, rows[i].action);
        bench_take_events(bench->usb);
        if (strcmp(bench->told, rows[i].told) != 0)
            fail_msg("%s of %s: %s", rows[i].action, rows[i].path, bench->told);
        assert_told(bench, rows[i].told);
    }
}

/* A whole stick: each of its ports goes by its name. */
static void test_stick(void **state)
{
    struct bench *bench = *state;

    bench_plug(bench->usb, &zte_mf, "1-1", 4);
    assert_told(bench, "plugged; plugged; plugged; plugged; ");
    bench_unplug(bench->usb, "1-1");
    assert_told(bench,
        "unplugged /dev/ttyUSB4; unplugged /dev/ttyUSB5; unplugged /dev/ttyUSB6; ");
}

/* Several that wait: all are told, in their order. */
static void test_burst(void **state)
{
    struct bench *bench = *state;

    bench_plug(bench->usb, &ch340, "1-1", 0);
    assert_told(bench, "plugged; plugged; ");
    for (unsigned i = 0; i < 3; i++) {
        umockdev_testbed_uevent(bench->usb->bed, "/sys/devices/pci0000:00/usb1/1-1", "change");
        umockdev_testbed_uevent(bench->usb->bed,
            "/sys/devices/pci0000:00/usb1/1-1/1-1:1.0/ttyUSB0/tty/ttyUSB0", "remove");
    }
    bench_take_events(bench->usb);
    assert_told(bench, "plugged; unplugged /dev/ttyUSB0; plugged; unplugged /dev/ttyUSB0; "
                       "plugged; unplugged /dev/ttyUSB0; ");
}

static void test_end(void **state)
{
    struct bench *bench = *state;

    bench->monitor = device_monitor_free(bench->monitor);
    bench_plug(bench->usb, &ch340, "1-1", 0);
    assert_told(bench, "");
    assert_null(device_monitor_free(NULL));
}

/* No socket to listen on: an errno, and nothing is left behind. */
static void test_no_socket(void **state)
{
    struct bench *bench = *state;
    struct device_monitor *monitor = NULL;
    struct rlimit limit, none;
    int r;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    none = (struct rlimit){.rlim_cur = 0, .rlim_max = limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    r = device_monitor_new(&monitor, bench->usb->loop, bench->udev, &ops, bench);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_true(r < 0);
    assert_null(monitor);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_events),
        TEST(test_stick),
        TEST(test_burst),
        TEST(test_end),
        TEST(test_no_socket),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
