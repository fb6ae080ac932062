#include "modem/usb_port_table.h"

#include "sticks.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void test_kinds(void **unused)
{
    static const struct {
        uint16_t vid, pid;
        enum usb_kind kind;
    } cases[] = {
        {0x12d1, 0x1506, USB_MODEM}, {0x12d1, 0xbeef, USB_MODEM}, {0x12d1, 0x1f01, USB_STORAGE},
        {0x12d1, 0x157c, USB_STORAGE}, {0x0af0, 0x6711, USB_MODEM}, {0x3566, 0x2001, USB_MODEM},
        {0x12d1, 0x14dc, USB_HILINK}, {0x12d1, 0x14db, USB_HILINK},
        {0x19d2, 0x2000, USB_STORAGE}, {0x05c6, 0x6000, USB_STORAGE}, {0x05c6, 0x9003, USB_MODEM},
        {0x05c6, 0x1234, USB_UNKNOWN}, {0x1546, 0x01a8, USB_UNKNOWN}, /* a u-blox GNSS receiver */
        {0x10c4, 0xea60, USB_BRIDGE}, {0x067b, 0x2303, USB_BRIDGE}, {0x0403, 0x6001, USB_BRIDGE},
        {0x1a86, 0x7523, USB_BRIDGE}, {0x2341, 0x0043, USB_UNKNOWN},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(usb_kind_of(cases[i].vid, cases[i].pid), cases[i].kind);
}

static void test_functions(void **unused)
{
    static const struct {
        struct usb_interface interface;
        enum usb_function function;
    } cases[] = {
        {{0, 0x08, 0x06, 0x50}, USB_FUNCTION_DISK},
        {{7, 0x08, 0x02, 0x00}, USB_FUNCTION_DISK},
        {{0, 0x02, 0x06, 0x00}, USB_FUNCTION_NETWORK},
        {{1, 0x02, 0x06, 0xff}, USB_FUNCTION_NETWORK},
        {{0, 0x02, 0x0d, 0x00}, USB_FUNCTION_NETWORK},
        {{0, 0x02, 0x0e, 0x00}, USB_FUNCTION_NETWORK},
        {{0, 0x02, 0x02, 0xff}, USB_FUNCTION_NETWORK},
        {{0, 0xe0, 0x01, 0x03}, USB_FUNCTION_NETWORK},
        {{0, 0xef, 0x04, 0x01}, USB_FUNCTION_NETWORK},
        {{0, 0xef, 0x01, 0x01}, USB_FUNCTION_NETWORK},
        {{0, 0x02, 0x02, 0x01}, USB_FUNCTION_SERIAL},
        {{0, 0x02, 0x02, 0x00}, USB_FUNCTION_SERIAL},
        {FF(3), USB_FUNCTION_SERIAL},
        {AS(2, 0, 0), USB_FUNCTION_SERIAL},
        {AS(3, 0x42, 0x01), USB_FUNCTION_OTHER},
        {{1, 0x0a, 0, 0}, USB_FUNCTION_OTHER},
        {{0, 0x03, 1, 2}, USB_FUNCTION_OTHER},
        {{0, 0xe0, 0x01, 0x01}, USB_FUNCTION_OTHER},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(usb_function_of(&cases[i].interface), cases[i].function);
}

/*
 * Numbers: a modem that is listed, one of a listed vendor, storage, HiLink, a bridge, a stranger.
 */
static void test_kinds_shown(void **unused)
{
    enum { D = USB_FUNCTION_DISK, N = USB_FUNCTION_NETWORK, S = USB_FUNCTION_SERIAL };
    static const uint16_t numbers[][2] = {{0x12d1, 0x1506}, {0x19d2, 0xbeef}, {0x12d1, 0x1f01},
        {0x12d1, 0x14dc}, {0x10c4, 0xea60}, {0x2341, 0x0043}};
    static const struct {
        unsigned functions;
        bool has_at_port;
        const char *kinds; /* Modem, Storage, Hilink, Bridge, Unknown: one for each number */
    } cases[] = {
        {0, false, "MMSHBU"}, {D, false, "SSSSBS"}, {N, false, "HHHHBH"}, {D | N, false, "HHHHBH"},
        {S, false, "MMSHBU"}, {D | N | S, false, "MMSHBU"}, {S, true, "MMMMBU"},
        {D | N | S, true, "MMMMBU"},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        for (size_t k = 0; k < ARRAY_SIZE(numbers); k++)
            assert_int_equal("UMBSH"[usb_kind_shown(numbers[k][0], numbers[k][1],
                                 cases[i].functions, cases[i].has_at_port)],
                cases[i].kinds[k]);
}

/* Ports that are tried have rising ranks in the order known to be right; the others have none. */
static void test_ranks(void **unused)
{
    static const struct stick *const sticks[] = {STICKS};

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(sticks); i++) {
        const struct stick *stick = sticks[i];

        for (unsigned k = 0; k < stick->n_interfaces; k++) {
            const struct usb_interface *interface = &stick->interfaces[k];
            const char *place = strchr(stick->order, "0123456789abcdef"[interface->number]);
            int rank = usb_port_rank(stick->vid, stick->pid, interface);

            if (!stick_has_port(interface))
                continue;
            assert_int_equal(rank >= 0, place != NULL);
            for (unsigned m = 0; place && m < stick->n_interfaces; m++) {
                const char *other =
                    strchr(stick->order, "0123456789abcdef"[stick->interfaces[m].number]);

                if (other && other > place)
                    assert_true(rank < usb_port_rank(stick->vid, stick->pid,
                                           &stick->interfaces[m]));
            }
        }
    }
}

/* The class tells more than the number: PCUI on if00, and PPP where another product has AT. */
static void test_class_comes_first(void **unused)
{
    static const struct usb_interface pcui = AS(0, 0x01, 0x02), ppp = AS(3, 0x02, 0x01);

    (void)unused;
    assert_int_equal(usb_port_rank(0x12d1, 0x1506, &pcui), 0);
    assert_int_equal(usb_port_rank(0x12d1, 0x1506, &ppp), -1);
    assert_true(usb_port_rank(0x19d2, 0x0031, &ppp) > 0); /* Huawei's classes are Huawei's */
}

static void test_any_number(void **unused)
{
    (void)unused;
    for (unsigned number = 0; number < 256; number++) {
        struct usb_interface interface = FF((uint8_t)number);

        assert_true(usb_port_rank(0x2c7c, 0x0125, &interface) >= (number < 2 ? -1 : 1));
        assert_true(usb_port_rank(0x2341, 0x0043, &interface) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_functions),
        cmocka_unit_test(test_kinds_shown),
        cmocka_unit_test(test_ranks),
        cmocka_unit_test(test_class_comes_first),
        cmocka_unit_test(test_any_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
