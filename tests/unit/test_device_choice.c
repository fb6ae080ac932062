#include "modem/device_choice.h"

#include "sticks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

/* What is plugged in: device n has the key "n" and the ports /dev/n.INTERFACE. */
struct bench {
    struct usb_device devices[8];
    struct device_list list;
    struct device_spec specs[4];
    struct device_claim claims[4];
    unsigned n_claims;
};

static void plug(struct bench *bench, const struct stick *stick)
{
    struct usb_device *device = &bench->devices[bench->list.n];

    bench->list.devices = bench->devices;
    snprintf(device->key, sizeof(device->key), "%u", bench->list.n);
    device->vid = stick->vid;
    device->pid = stick->pid;
    snprintf(device->serial, sizeof(device->serial), "%s", stick->serial);
    for (unsigned i = 0; i < stick->n_interfaces; i++) {
        struct device_port *port = &device->ports[device->n_ports];

        device->functions |= usb_function_of(&stick->interfaces[i]);
        if (!stick_has_port(&stick->interfaces[i]))
            continue;
        device->n_ports++;
        port->interface = stick->interfaces[i];
        snprintf(port->path, sizeof(port->path), "/dev/%u.%x", bench->list.n,
            stick->interfaces[i].number);
    }
    bench->list.n++;
}

static void claim(struct bench *bench, const char *spec, const char *key, const char *port)
{
    assert_int_equal(device_spec_parse(&bench->specs[bench->n_claims], spec), 0);
    bench->claims[bench->n_claims] = (struct device_claim){.name = "other",
        .spec = &bench->specs[bench->n_claims],
        .key = key,
        .port = port,
        .is_settled = key[0]};
    bench->n_claims++;
}

/* The ports chosen, "0.2 0.3", or the reason. */
static const char *choose(const struct bench *bench, const char *text)
{
    static char chosen[512];
    struct device_choice choice;
    struct device_spec spec;
    size_t n = 0;

    assert_int_equal(device_spec_parse(&spec, text), 0);
    device_choose(&bench->list, &spec, bench->claims, bench->n_claims, &choice);
    snprintf(chosen, sizeof(chosen), "%s", choice.reason);
    for (unsigned i = 0; i < choice.n; i++) {
        assert_ptr_equal(device_list_find_port(&bench->list, choice.candidates[i].port->path),
            choice.candidates[i].device);
        n += (size_t)snprintf(chosen + n, sizeof(chosen) - n, "%s%s", n ? " " : "",
            choice.candidates[i].port->path + strlen("/dev/"));
    }
    return chosen;
}

/* Each stick alone: its ports in the right order, and none that is not for AT. */
static void test_order_of_ports(void **unused)
{
    static const struct stick *const sticks[] = {STICKS};

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(sticks); i++) {
        const struct stick *stick = sticks[i];
        struct bench bench = {0};
        char spec[32], expected[64] = "";
        size_t n = 0;

        if (!stick->order[0])
            continue;
        plug(&bench, stick);
        for (const char *c = stick->order; *c; c++)
            n += (size_t)snprintf(expected + n, sizeof(expected) - n, "%s0.%c", n ? " " : "", *c);
        snprintf(spec, sizeof(spec), "usb:%04X:%04x", stick->vid, stick->pid);
        assert_string_equal(choose(&bench, spec), expected);
        if (usb_kind_of(stick->vid, stick->pid) == USB_MODEM) {
            assert_string_equal(choose(&bench, "auto"), expected);
            assert_string_equal(choose(&bench, "imei:490154203237518"), expected);
        }
    }
}

#define NETWORK_MODE                                                                               \
    " is in network mode (HiLink), without an AT port: switch it to modem mode, or take another"

static const struct stick memory_stick = {"a memory stick", 0x0951, 0x1667, "",
    {{0, 8, 6, 0x50}}, 1, ""};

static void test_reasons(void **unused)
{
    static const struct {
        const struct stick *stick;
        const char *spec, *reason;
    } cases[] = {
        {NULL, "auto", "no such device"},
        {NULL, "usb:2c7c:0125", "no such device"},
        {&foreign, "auto", "no such device"},
        {&foreign, "imei:490154203237518", "no such device"},
        {&foreign, "usb:2c7c:0125", "no such device"},
        {&quectel_ec25, "usb:12d1:1506", "no such device"},
        {&quectel_ec25, "usb:2c7c:0125:A", "no such device"},
        {&ch340, "auto",
            "1a86:7523 is a general serial adapter: to use it write usb:1a86:7523 or its path"},
        {&ch340, "imei:490154203237518",
            "1a86:7523 is a general serial adapter: to use it write usb:1a86:7523 or its path"},
        {&ch340, "usb:2c7c:0125", "no such device"},
        {&storage, "auto", "12d1:1446 is in storage mode: install usb-modeswitch"},
        {&storage, "usb:12d1:1506", "12d1:1446 is in storage mode: install usb-modeswitch"},
        {&storage, "usb:2c7c:0125", "no such device"},
        {&storage_unlisted, "auto", "12d1:15ca is in storage mode: install usb-modeswitch"},
        {&storage_unlisted, "usb:12d1:15ca",
            "12d1:15ca is in storage mode: install usb-modeswitch"},
        {&memory_stick, "auto", "no such device"},
        {&memory_stick, "usb:0951:1667", "0951:1667 is in storage mode: install usb-modeswitch"},
        {&hilink, "auto", "12d1:14dc" NETWORK_MODE},
        {&hilink, "usb:12d1:14dc", "12d1:14dc" NETWORK_MODE},
        {&hilink, "usb:2c7c:0125", "no such device"},
        {&hilink_unlisted, "auto", "19d2:1405" NETWORK_MODE},
        {&hilink_unlisted, "imei:490154203237518", "19d2:1405" NETWORK_MODE},
        {&hilink_unlisted, "usb:19d2:0031", "19d2:1405" NETWORK_MODE},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct bench bench = {0};

        if (cases[i].stick)
            plug(&bench, cases[i].stick);
        assert_string_equal(choose(&bench, cases[i].spec), cases[i].reason);
    }
}

/*
 * What a stick shows tells more than its number: one that is listed for its disk has ports now, and
 * one with a disk and a network card beside ports without a driver wants that driver.
 */
static void test_by_interfaces(void **unused)
{
    static const struct stick switched = {"switched", 0x05c6, 0x6000, "", {FF(0), FF(1)}, 2, "01"};
    static const struct stick e173 = {"E173", 0x12d1, 0x1436, "",
        {FF(0), {1, 2, 6, 0xff}, {2, 10, 0, 0}, FF(3), FF(4), {5, 8, 6, 0x50}}, 6, "43"};
    struct bench bench = {0};

    (void)unused;
    plug(&bench, &switched);
    assert_string_equal(choose(&bench, "auto"), "0.0 0.1");
    bench.list.n = 0;
    memset(bench.devices, 0, sizeof(bench.devices));
    plug(&bench, &e173);
    assert_string_equal(choose(&bench, "auto"), "0.4 0.3");
    bench.devices[0].n_ports = 0;
    assert_string_equal(choose(&bench, "auto"),
        "12d1:1436 shows no AT port: is its driver (option, cdc_acm) there?");
}

/* A stick whose driver is missing, or that shows its PPP port alone. */
static void test_no_at_port(void **unused)
{
    static const struct stick bare = {"bare", 0x2c7c, 0x0125, "", {{0}}, 0, ""};
    static const struct stick ppp = {"ppp", 0x12d1, 0x1506, "", {AS(0, 2, 1)}, 1, ""};
    struct bench bench = {0};

    (void)unused;
    plug(&bench, &bare);
    assert_string_equal(choose(&bench, "auto"),
        "2c7c:0125 shows no AT port: is its driver (option, cdc_acm) there?");
    plug(&bench, &ppp);
    assert_string_equal(choose(&bench, "usb:12d1:1506"),
        "12d1:1506 shows no AT port: is its driver (option, cdc_acm) there?");
}

static void test_usb_serial_and_several(void **unused)
{
    struct bench bench = {0};

    (void)unused;
    plug(&bench, &ch340);
    plug(&bench, &quectel_ec25);
    plug(&bench, &foreign);
    plug(&bench, &simcom_7600);
    plug(&bench, &storage);
    assert_string_equal(choose(&bench, "auto"), "1.2 1.3 3.2 3.3");
    assert_string_equal(choose(&bench, "usb:1e0e:9001:0123456789ABCDEF"), "3.2 3.3");
    assert_string_equal(choose(&bench, "usb:1e0e:9001:0123456789abcdef"), "no such device");
    assert_string_equal(choose(&bench, "usb:1a86:7523"), "0.0");
    assert_string_equal(choose(&bench, "usb:2341:0043:X"), "2.0");
}

/* What others have, and what they have a right to. */
static void test_claims(void **unused)
{
    static const struct {
        const char *spec, *key, *port; /* of the other modem */
        const char *mine, *chosen;
    } cases[] = {
        /* The two sticks are the same, without a serial number. */
        {"auto", "0", "/dev/0.2", "auto", "1.2 1.3"},
        {"auto", "1", "/dev/1.2", "auto", "0.2 0.3"},
        {"auto", "", "", "auto", "0.2 0.3 1.2 1.3"},
        {"auto", "0", "/dev/0.2", "usb:2c7c:0125", "1.2 1.3"},
        {"usb:2c7c:0125", "0", "/dev/0.2", "usb:2c7c:0125", "1.2 1.3"},
        {"usb:2c7c:0125", "", "", "usb:2c7c:0125", "0.2 0.3 1.2 1.3"},
        {"usb:2c7c:0125", "1", "/dev/1.3", "auto", "0.2 0.3"},
        {"usb:2c7c:0125", "", "", "auto", "2c7c:0125 is for modem other"},
        {"usb:12d1:1506", "", "", "auto", "0.2 0.3 1.2 1.3"},
        {"/dev/link", "", "/dev/1.3", "auto", "0.2 0.3"},
        {"/dev/link", "", "/dev/1.3", "usb:2c7c:0125", "0.2 0.3"},
        {"/dev/link", "", "/dev/1.3", "imei:490154203237518", "0.2 0.3"},
        {"/dev/link", "", "", "auto", "0.2 0.3 1.2 1.3"},
        {"/dev/link", "0", "/dev/0.2", "auto", "1.2 1.3"},
        {"imei:490154203237518", "0", "/dev/0.2", "auto", "1.2 1.3"},
        {"imei:490154203237518", "", "", "auto", "0.2 0.3 1.2 1.3"},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct bench bench = {0};

        plug(&bench, &quectel_ec25);
        plug(&bench, &quectel_ec25);
        claim(&bench, cases[i].spec, cases[i].key, cases[i].port);
        assert_string_equal(choose(&bench, cases[i].mine), cases[i].chosen);
    }
}

static void set_imei(struct usb_device *device, const char *imei)
{
    snprintf(device->imei, sizeof(device->imei), "%s", imei);
}

/* IMEIs read before: what is known to be another is not asked, what is known to be it is first. */
static void test_known_imeis(void **unused)
{
    struct bench bench = {0};

    (void)unused;
    plug(&bench, &quectel_ec25);
    plug(&bench, &zte_mf);
    plug(&bench, &simcom_7600);
    set_imei(&bench.devices[0], "359072060000016");
    assert_string_equal(choose(&bench, "imei:490154203237518"), "1.3 1.1 2.2 2.3");
    set_imei(&bench.devices[2], "490154203237510");
    assert_string_equal(choose(&bench, "imei:490154203237518"), "2.2 2.3");
    claim(&bench, "imei:359072060000016", "", "");
    assert_string_equal(choose(&bench, "auto"), "1.3 1.1 2.2 2.3");
    bench.claims[0].key = "1"; /* it tries that one, and still has a right to its own */
    assert_string_equal(choose(&bench, "auto"), "2.2 2.3");
    bench.list.n = 1;
    assert_string_equal(choose(&bench, "imei:490154203237518"), "no free modem has this IMEI");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_of_ports),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_by_interfaces),
        cmocka_unit_test(test_no_at_port),
        cmocka_unit_test(test_usb_serial_and_several),
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_known_imeis),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
