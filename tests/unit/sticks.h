/*
 * Sticks and modules as their descriptors show them, for tests of the search: which of their ports
 * takes AT commands is known from the vendors and from ModemManager, oFono and chan_dongle. Data.
 */
#pragma once

#include "modem/usb_port_table.h"

struct stick {
    const char *name;
    uint16_t vid, pid;
    const char *serial; /* "": none */
    struct usb_interface interfaces[8];
    unsigned n_interfaces;
    const char *order; /* interface numbers in the order in which they are to be tried */
};

#define FF(number) {number, 0xff, 0xff, 0xff}
#define AS(number, subclass, protocol) {number, 0xff, subclass, protocol}

/* clang-format off */
static const struct stick huawei_e3372 = {"Huawei E3372, stick mode", 0x12d1, 0x1506, "",
    {AS(0, 0x02, 0x01), AS(1, 0x02, 0x12), AS(2, 0x02, 0x03)}, 3, "1"};
static const struct stick huawei_old_class = {"Huawei, older classes", 0x12d1, 0x140f, "",
    {AS(0, 0x01, 0x01), AS(1, 0x01, 0x03), AS(2, 0x01, 0x02)}, 3, "2"};
static const struct stick huawei_e173 = {"Huawei E173", 0x12d1, 0x1436, "",
    {FF(0), FF(3), FF(4)}, 3, "43"};
static const struct stick huawei_unlisted = {"Huawei, class ff/ff/ff", 0x12d1, 0x1406, "",
    {FF(0), FF(1), FF(2)}, 3, "12"};
static const struct stick zte_mf = {"ZTE MF", 0x19d2, 0x0031, "MF1",
    {FF(0), FF(1), FF(3)}, 3, "31"};
static const struct stick quectel_ec25 = {"Quectel EC25", 0x2c7c, 0x0125, "",
    {FF(0), FF(1), AS(2, 0, 0), AS(3, 0, 0)}, 4, "23"};
static const struct stick simcom_7600 = {"SIMCom SIM7600", 0x1e0e, 0x9001, "0123456789ABCDEF",
    {FF(0), AS(1, 0, 0), AS(2, 0, 0), AS(3, 0, 0), AS(4, 0, 0)}, 5, "23"};
static const struct stick simcom_a7670 = {"SIMCom A7670", 0x1e0e, 0x9011, "",
    {FF(2), FF(4), FF(5)}, 3, "4"};
static const struct stick ublox_u2 = {"u-blox SARA-U2", 0x1546, 0x1102, "",
    {{0, 2, 2, 1}, {2, 2, 2, 1}, {4, 2, 2, 1}, {6, 2, 2, 1}, {8, 2, 2, 1}}, 5, "024"};
static const struct stick ch340 = {"CH340", 0x1a86, 0x7523, "", {AS(0, 1, 2)}, 1, "0"};
static const struct stick storage = {"Huawei, storage", 0x12d1, 0x1446, "", {{0}}, 0, ""};
static const struct stick hilink = {"Huawei HiLink", 0x12d1, 0x14dc, "", {{0}}, 0, ""};
static const struct stick storage_unlisted = {"Huawei, disks alone", 0x12d1, 0x15ca, "",
    {{0, 8, 6, 0x50}, {1, 8, 6, 0x50}}, 2, ""};
static const struct stick hilink_unlisted = {"ZTE, ECM, disk and Android's debug bridge", 0x19d2,
    0x1405, "", {{0, 2, 6, 0}, {1, 10, 0, 0}, {2, 8, 6, 0x50}, AS(3, 0x42, 1)}, 4, ""};
static const struct stick foreign = {"some USB tty", 0x2341, 0x0043, "X", {{0, 2, 2, 1}}, 1, "0"};
/* clang-format on */

#define STICKS                                                                                     \
    &huawei_e3372, &huawei_old_class, &huawei_e173, &huawei_unlisted, &zte_mf, &quectel_ec25,      \
        &simcom_7600, &simcom_a7670, &ublox_u2, &ch340, &storage, &hilink, &storage_unlisted,      \
        &hilink_unlisted, &foreign

/* Disks, network cards and debug bridges have no tty. */
static inline bool stick_has_port(const struct usb_interface *interface)
{
    return interface->class == 2 ? interface->subclass == 2
                                 : interface->class == 0xff && interface->subclass != 0x42;
}
