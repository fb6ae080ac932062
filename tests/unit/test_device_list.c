/* What sysfs shows of USB devices and their ports, among sticks made by umockdev. */
#include "modem/device_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libudev.h>
#include <sys/ioctl.h>

#include "usb_bench.h"

struct bench {
    struct usb_bench *usb;
    struct udev *udev;
    struct device_list *list; /* as it was read last */
};

static int set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));

    bench->usb = bench_new();
    bench->udev = udev_new();
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    assert_null(device_list_free(bench->list));
    assert_null(device_list_free(NULL));
    udev_unref(bench->udev);
    bench_free(bench->usb);
    free(bench);
    return 0;
}

static const struct device_list *read_again(struct bench *bench)
{
    bench->list = device_list_free(bench->list);
    assert_int_equal(device_list_read(&bench->list, bench->udev), 0);
    return bench->list;
}

static unsigned count_ports(const struct stick *stick)
{
    unsigned n = 0;

    for (unsigned i = 0; i < stick->n_interfaces; i++)
        n += stick_has_port(&stick->interfaces[i]);
    return n;
}

static unsigned functions_of(const struct stick *stick)
{
    unsigned functions = 0;

    for (unsigned i = 0; i < stick->n_interfaces; i++)
        functions |= usb_function_of(&stick->interfaces[i]);
    return functions;
}

/* Each stick alone: what it is, and each of its ports with what its interface says. */
static void test_sticks(void **state)
{
    static const struct stick *const sticks[] = {STICKS};
    struct bench *bench = *state;
    unsigned first = 0;

    for (size_t i = 0; i < ARRAY_SIZE(sticks); i++) {
        const struct stick *stick = sticks[i];
        const struct usb_device *device;
        char key[DEVICE_KEY_SIZE];

        bench_plug(bench->usb, stick, "1-1.2", first);
        assert_int_equal(read_again(bench)->n, 1);
        device = &bench->list->devices[0];
        snprintf(key, sizeof(key), "1-1.2@%u", bench->usb->n_plugged);
        assert_string_equal(device->key, key);
        assert_int_equal(device->vid, stick->vid);
        assert_int_equal(device->pid, stick->pid);
        assert_string_equal(device->serial, stick->serial);
        assert_string_equal(device->imei, "");
        assert_int_equal(device->n_ports, count_ports(stick));
        assert_int_equal(device->functions, functions_of(stick));
        for (unsigned k = 0; k < device->n_ports; k++) {
            char path[32];

            snprintf(path, sizeof(path), "/dev/ttyUSB%u", first + k);
            assert_string_equal(device->ports[k].path, path);
            assert_memory_equal(&device->ports[k].interface, &stick->interfaces[k],
                sizeof(struct usb_interface));
            assert_ptr_equal(device_list_find_port(bench->list, path), device);
        }
        bench_unplug(bench->usb, "1-1.2");
        assert_int_equal(read_again(bench)->n, 0);
        first += stick->n_interfaces;
    }
}

/* In the order of their places, also what has no port: to say what is wrong with it. */
static void test_order(void **state)
{
    static const struct stick mouse = {"a mouse", 0x046d, 0xc077, "", {{0, 3, 1, 2}}, 1, ""};
    static const char *const keys[] = {"1-1.3@1", "1-1.4@4", "1-2@2", "1-3@5", "1-4@3"};
    struct bench *bench = *state;

    bench_plug(bench->usb, &foreign, "1-1.3", 12);
    bench_plug(bench->usb, &storage, "1-2", 0);
    bench_plug(bench->usb, &ublox_u2, "1-4", 5);
    bench_plug(bench->usb, &zte_mf, "1-1.4", 0);
    bench_plug(bench->usb, &mouse, "1-3", 0);
    assert_int_equal(read_again(bench)->n, ARRAY_SIZE(keys));
    for (unsigned i = 0; i < ARRAY_SIZE(keys); i++)
        assert_string_equal(bench->list->devices[i].key, keys[i]);
    assert_int_equal(bench->list->devices[2].n_ports, 0);
    assert_int_equal(bench->list->devices[3].n_ports, 0);
}

static void test_find(void **state)
{
    static const struct {
        const char *port, *key;
        int index; /* -1: none */
    } rows[] = {{"/dev/ttyUSB0", "1-1@1", 0}, {"/dev/ttyUSB2", "1-1@1", 0},
        {"/dev/ttyUSB4", "1-2@2", 1}, {"/dev/ttyUSB7", "1-1@2", -1}, {"/dev/ttyUSB", "1-1", -1},
        {"ttyUSB0", "", -1}, {"", "1-2@", -1}};
    struct bench *bench = *state;

    bench_plug(bench->usb, &zte_mf, "1-1", 0);
    bench_plug(bench->usb, &quectel_ec25, "1-2", 3);
    (void)read_again(bench);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const struct usb_device *expected =
            rows[i].index < 0 ? NULL : &bench->list->devices[rows[i].index];

        assert_ptr_equal(device_list_find_port(bench->list, rows[i].port), expected);
        assert_ptr_equal(device_list_find_key(bench->list, rows[i].key), expected);
    }
}

/* A tty as sysfs shows it below `parent`, with the name that its node has. */
static void add_tty(struct bench *bench, const char *parent, const char *node)
{
    char text[512];

    snprintf(text, sizeof(text),
        "P: %s/tty/%s\nN: %s\nE: DEVNAME=/dev/%s\nE: SUBSYSTEM=tty\nA: dev=4:64\\n\n", parent,
        strrchr(node, '/') ? strrchr(node, '/') + 1 : node, node, node);
    bench_add(bench->usb, text);
}

/*
 * A port on no USB device or interface is none of ours, nor is one whose node's path is too long.
 */
static void test_ports_left_out(void **state)
{
    struct bench *bench = *state;

    add_tty(bench, "/devices/platform/serial8250", "ttyS0");
    assert_int_equal(read_again(bench)->n, 0);
    bench_plug(bench->usb, &ch340, "1-1", 0);
    add_tty(bench, "/devices/pci0000:00/usb1/1-1", "ttyX0");
    add_tty(bench, "/devices/pci0000:00/usb1/1-1/1-1:1.0",
        "a234567890123456789012345678901234567890123456789/tty123456789");
    (void)read_again(bench);
    assert_int_equal(bench->list->n, 1);
    assert_int_equal(bench->list->devices[0].n_ports, 1);
    assert_null(device_list_find_port(bench->list, "/dev/ttyS0"));
}

/* More ports than a list has room for are passed over. */
static void test_many_ports(void **state)
{
    struct bench *bench = *state;

    bench_plug(bench->usb, &ch340, "1-1", 0);
    for (unsigned i = 0; i < DEVICE_PORTS_MAX + 4; i++) {
        char node[16];

        snprintf(node, sizeof(node), "ttyACM%u", i);
        add_tty(bench, "/devices/pci0000:00/usb1/1-1/1-1:1.0", node);
    }
    (void)read_again(bench);
    assert_int_equal(bench->list->n, 1);
    assert_int_equal(bench->list->devices[0].n_ports, DEVICE_PORTS_MAX);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_sticks),
        TEST(test_order),
        TEST(test_find),
        TEST(test_ports_left_out),
        TEST(test_many_ports),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
