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
        {0x12d1, 0x157c, USB_STORAGE}, {0x12d1, 0x14dc, USB_HILINK}, {0x12d1, 0x14db, USB_HILINK},
        {0x19d2, 0x2000, USB_STORAGE}, {0x05c6, 0x6000, USB_STORAGE}, {0x05c6, 0x9003, USB_MODEM},
        {0x05c6, 0x1234, USB_UNKNOWN}, {0x1546, 0x01a8, USB_UNKNOWN}, /* a u-blox GNSS receiver */
        {0x10c4, 0xea60, USB_BRIDGE}, {0x067b, 0x2303, USB_BRIDGE}, {0x0403, 0x6001, USB_BRIDGE},
        {0x1a86, 0x7523, USB_BRIDGE}, {0x2341, 0x0043, USB_UNKNOWN},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(usb_kind_of(cases[i].vid, cases[i].pid), cases[i].kind);
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
        cmocka_unit_test(test_ranks),
        cmocka_unit_test(test_class_comes_first),
        cmocka_unit_test(test_any_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
