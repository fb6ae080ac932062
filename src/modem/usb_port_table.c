#include "modem/usb_port_table.h"

#include "util/macros.h"

#include <stddef.h>
#include <string.h>

#define RANK_BY_CLASS 0
#define RANK_BY_NUMBER 1
#define RANK_UNLISTED 0x100

/*
 * Sources: MM = ModemManager src/plugins/VENDOR/77-mm-VENDOR-port-types.rules; oFono =
 * plugins/udevng.c; dongle, quectel = pdiscovery.c of chan_dongle and chan_quectel; modeswitch =
 * usb-modeswitch-data, file VID:PID; usb.ids = the list of linux-usb.org; openwrt = threads of
 * forum.openwrt.org.
 */

#define NEVER (-1)
#define WHATEVER (-1)

/* Huawei tells a port's use by subclass and protocol, since about 2010. */
static const struct {
    uint16_t vid;
    uint8_t class, subclass, protocol;
    int rank;
} class_rows[] = {
    {0x12d1, 0xff, 0x01, 0x02, RANK_BY_CLASS}, /* PCUI: MM, oFono */
    {0x12d1, 0xff, 0x02, 0x02, RANK_BY_CLASS}, /* PCUI: MM, oFono */
    {0x12d1, 0xff, 0x01, 0x32, RANK_BY_CLASS}, /* PCUI: oFono (255/1/50) */
    {0x12d1, 0xff, 0x01, 0x12, RANK_BY_CLASS}, /* PCUI of E3372s: inferred from the two below */
    {0x12d1, 0xff, 0x02, 0x12, RANK_BY_CLASS}, /* PCUI: oFono (255/2/18) */
    {0x12d1, 0xff, 0x03, 0x12, RANK_BY_CLASS}, /* PCUI: oFono (255/3/18) */
    {0x12d1, 0xff, 0x01, 0x01, NEVER},         /* PPP: MM, oFono */
    {0x12d1, 0xff, 0x02, 0x01, NEVER},         /* PPP: MM, oFono */
    {0x12d1, 0xff, 0x03, 0x01, NEVER},         /* PPP: oFono (255/3/1) */
    {0x12d1, 0xff, 0x01, 0x31, NEVER},         /* PPP: oFono (255/1/49) */
    {0x12d1, 0xff, 0x01, 0x03, NEVER},         /* diagnostics: MM, oFono */
    {0x12d1, 0xff, 0x02, 0x03, NEVER},         /* diagnostics: MM, oFono */
    {0x12d1, 0xff, 0x01, 0x33, NEVER},         /* diagnostics: oFono (255/1/51) */
    {0x12d1, 0xff, 0x01, 0x05, NEVER},         /* GPS: MM */
    {0x12d1, 0xff, 0x01, 0x14, NEVER},         /* GPS: MM */
    {0x12d1, 0xff, 0x06, 0x14, NEVER},         /* GPS: MM */
};

#define ANY 0

/*
 * `at` and `never` list interface numbers as hex digits, `at` with the best first. Ports in neither
 * are tried last. The row of a product stands before its vendor's.
 */
struct row {
    uint16_t vid, pid;
    enum usb_kind kind;
    const char *at, *never;
};

/* clang-format off */
static const struct row rows[] = {
    {0x12d1, 0x1446, USB_STORAGE, "", ""},        /* modeswitch */
    {0x12d1, 0x14d1, USB_STORAGE, "", ""},        /* modeswitch */
    {0x12d1, 0x14fe, USB_STORAGE, "", ""},        /* modeswitch: E352, E173s */
    {0x12d1, 0x1505, USB_STORAGE, "", ""},        /* modeswitch */
    {0x12d1, 0x1520, USB_STORAGE, "", ""},        /* modeswitch */
    {0x12d1, 0x157c, USB_STORAGE, "", ""},        /* modeswitch: E3276 */
    {0x12d1, 0x1f01, USB_STORAGE, "", ""},        /* modeswitch: E353, E3372h; becomes 14db, 14dc */
    {0x12d1, 0x14db, USB_HILINK,  "", ""},        /* modeswitch, targets of 1f01 */
    {0x12d1, 0x14dc, USB_HILINK,  "", ""},        /* modeswitch, targets of 1f01; gammu */
    {0x12d1, 0x1001, USB_MODEM, "2",    "0"},     /* dongle: E1550, E169 */
    {0x12d1, 0x1003, USB_MODEM, "12",   "0"},     /* E220: in no list, as oFono's ff/ff/ff */
    {0x12d1, 0x140c, USB_MODEM, "3",    "0"},     /* dongle: E17xx */
    {0x12d1, 0x1436, USB_MODEM, "4",    "0"},     /* dongle: E1750, E173 */
    {0x12d1, 0x14ac, USB_MODEM, "4",    "0"},     /* dongle: E153Du-1 */
    {0x12d1, 0x1506, USB_MODEM, "3",    "0"},     /* dongle: E171; E3372s goes by class */
    {0x12d1, ANY,    USB_MODEM, "1234", "0"},     /* oFono: ff/ff/ff */

    {0x19d2, 0x2000, USB_STORAGE, "", ""},        /* modeswitch */
    {0x19d2, 0x0001, USB_MODEM, "02",   ""},      /* MM zte */
    {0x19d2, 0x0002, USB_MODEM, "24",   "0"},     /* MM zte */
    {0x19d2, 0x0015, USB_MODEM, "13",   "0"},     /* MM zte */
    {0x19d2, 0x0016, USB_MODEM, "21",   "0"},     /* MM zte */
    {0x19d2, 0x0017, USB_MODEM, "21",   "0"},     /* MM zte */
    {0x19d2, 0x0031, USB_MODEM, "31",   "0"},     /* MM zte */
    {0x19d2, 0x0037, USB_MODEM, "31",   "0"},     /* MM zte */
    {0x19d2, 0x0063, USB_MODEM, "31",   "0"},     /* MM zte */
    {0x19d2, 0x0108, USB_MODEM, "31",   "0"},     /* MM zte */
    {0x19d2, 0x0117, USB_MODEM, "21",   "0"},     /* MM zte */
    {0x19d2, 0x0124, USB_MODEM, "4",    "0"},     /* MM zte */
    {0x19d2, 0x0128, USB_MODEM, "4",    "0"},     /* MM zte */
    {0x19d2, 0x1008, USB_MODEM, "31",   "0"},     /* MM zte */
    {0x19d2, 0x2002, USB_MODEM, "31",   "0"},     /* MM zte */
    {0x19d2, ANY,    USB_MODEM, "",     "0"},     /* MM zte: if00 is mostly diagnostics */

    {0x2c7c, 0x0121, USB_MODEM, "23",   "01"},    /* MM quectel: EC21 */
    {0x2c7c, 0x0125, USB_MODEM, "23",   "01"},    /* MM quectel, quectel: EC25, EG25 */
    {0x2c7c, 0x0128, USB_MODEM, "5",    "01"},    /* MM quectel: EM060K */
    {0x2c7c, 0x0191, USB_MODEM, "23",   "01"},    /* MM quectel: EG91 */
    {0x2c7c, 0x0195, USB_MODEM, "23",   "01"},    /* MM quectel: EG95 */
    {0x2c7c, 0x0296, USB_MODEM, "23",   "01"},    /* MM quectel: BG96 */
    {0x2c7c, 0x0306, USB_MODEM, "23",   "01"},    /* MM quectel: EG06 */
    {0x2c7c, 0x0512, USB_MODEM, "23",   "01"},    /* MM quectel: EG12 */
    {0x2c7c, 0x0800, USB_MODEM, "23",   "01"},    /* MM quectel: RM500 */
    {0x2c7c, 0x0801, USB_MODEM, "23",   "01"},    /* MM quectel: RM520 */
    {0x2c7c, ANY,    USB_MODEM, "23",   "01"},    /* as all of the above but one */
    {0x05c6, 0x9003, USB_MODEM, "2",    "01"},    /* Quectel UC20: inferred from EC25's order */
    {0x05c6, 0x9090, USB_MODEM, "2",    "01"},    /* Quectel UC15: inferred from EC25's order */

    {0x1e0e, 0x9001, USB_MODEM, "23",   "014"},   /* MM simtech, quectel: SIM7000 to SIM7600 */
    {0x1e0e, 0x9011, USB_MODEM, "4",    "25"},    /* MM simtech: A7600, A7670; if05 is PPP */
    {0x1e0e, 0x9205, USB_MODEM, "2",    "3"},     /* MM simtech: SIM7070; if03 is PPP */
    {0x1e0e, 0x9206, USB_MODEM, "2",    "3"},     /* MM simtech: SIM7080, SIM7090 */
    {0x1e0e, ANY,    USB_MODEM, "23",   ""},      /* as most of the above */

    {0x1546, 0x1102, USB_MODEM, "024",  "68ac"},  /* MM ublox: LISA, SARA-U2 */
    {0x1546, 0x1104, USB_MODEM, "024",  "68ac"},  /* MM ublox: the same, other layout */
    {0x1546, 0x1010, USB_MODEM, "6",    ""},      /* MM ublox: TOBY-L4 */
    {0x1546, 0x110a, USB_MODEM, "0",    "68a"},   /* MM ublox: TOBY-R2 */
    {0x1546, 0x1107, USB_MODEM, "0",    ""},      /* MM ublox: LARA-R2 */
    {0x1546, 0x1141, USB_MODEM, "0",    ""},      /* MM ublox: TOBY-L2 */
    {0x1546, 0x1143, USB_MODEM, "0",    ""},      /* MM ublox: TOBY-L2 */
    {0x1546, 0x1146, USB_MODEM, "0",    ""},      /* MM ublox: TOBY-L2 */
    {0x05c6, 0x908b, USB_MODEM, "1",    ""},      /* MM ublox: LARA-R6 */
    /* No row for all of u-blox: its GNSS receivers have that vendor id too. */

    {0x1bc7, 0x1003, USB_MODEM, "02",   ""},      /* MM telit: UC864 */
    {0x1bc7, 0x1031, USB_MODEM, "12",   ""},      /* MM telit: LE910C1 */
    {0x1bc7, 0x1033, USB_MODEM, "12",   ""},      /* MM telit: LE910C1 */
    {0x1bc7, 0x1040, USB_MODEM, "45",   ""},      /* MM telit: LE922 */
    {0x1bc7, 0x0021, USB_MODEM, "60",   ""},      /* oFono 2/2/1: HE910, if06 aux, if00 modem */
    {0x1bc7, ANY,    USB_MODEM, "",     ""},      /* others: probed, as their layouts differ */

    {0x1199, 0xc001, USB_MODEM, "0",    ""},      /* MM sierra: HL7812 */
    {0x1199, 0x68c0, USB_MODEM, "3",    "02"},    /* MM sierra: if00 DIAG, if02 NMEA */
    {0x1199, 0x9041, USB_MODEM, "3",    "02"},    /* MM sierra */
    {0x1199, 0x9071, USB_MODEM, "3",    "02"},    /* MM sierra */
    {0x1199, 0x9079, USB_MODEM, "3",    "02"},    /* MM sierra */
    {0x1199, 0x9091, USB_MODEM, "3",    "02"},    /* MM sierra */
    {0x1199, ANY,    USB_MODEM, "3",    "02"},    /* as the above */

    {0x1e2d, 0x0053, USB_MODEM, "",     "1"},     /* MM cinterion: PHS8, if01 is GPS */
    {0x1e2d, 0x005b, USB_MODEM, "02",   ""},      /* MM cinterion: PLS62 */
    {0x1e2d, 0x005d, USB_MODEM, "02",   ""},      /* MM cinterion: PLS62 */
    {0x1e2d, 0x0061, USB_MODEM, "2",    "0"},     /* MM cinterion: PLS8, if00 is PPP */
    {0x1e2d, 0x0069, USB_MODEM, "0",    ""},      /* MM cinterion: PLS63 */
    {0x1e2d, 0x006f, USB_MODEM, "0",    ""},      /* MM cinterion: PLS83 */
    {0x1e2d, ANY,    USB_MODEM, "",     ""},      /* others: probed */

    {0x1c9e, 0xf000, USB_STORAGE, "", ""},        /* modeswitch: Longcheer */
    {0x1c9e, 0x3197, USB_MODEM, "01",   ""},      /* MM longcheer */
    {0x1c9e, 0x6000, USB_MODEM, "02",   ""},      /* MM longcheer */
    {0x1c9e, 0x6060, USB_MODEM, "02",   ""},      /* MM longcheer */
    {0x1c9e, ANY,    USB_MODEM, "",     ""},      /* others: probed */
    {0x3566, ANY,    USB_MODEM, "",     ""},      /* openwrt: E3372h-325, of Huawei's heirs */
    {0x0af0, ANY,    USB_MODEM, "1234", ""},      /* MM mm-plugin-option.c; if00 is PPP */
    {0x1410, ANY,    USB_MODEM, "",     ""},      /* MM mm-plugin-novatel.c; probed */
    {0x05c6, 0x1000, USB_STORAGE, "", ""},        /* modeswitch: Qualcomm's own number */
    {0x05c6, 0x6000, USB_STORAGE, "", ""},        /* gammu issues 552, 687: after AT+CFUN=1,1 */

    {0x1a86, 0x5523, USB_BRIDGE, "", ""},         /* usb.ids: CH341 */
    {0x1a86, 0x7522, USB_BRIDGE, "", ""},         /* usb.ids: CH340K */
    {0x1a86, 0x7523, USB_BRIDGE, "", ""},         /* usb.ids: CH340 */
    {0x1a86, 0x55d4, USB_BRIDGE, "", ""},         /* usb.ids: CH9102 */
    {0x10c4, 0xea60, USB_BRIDGE, "", ""},         /* usb.ids: CP210x */
    {0x10c4, 0xea70, USB_BRIDGE, "", ""},         /* usb.ids: CP2105 */
    {0x067b, 0x2303, USB_BRIDGE, "", ""},         /* usb.ids: PL2303 */
    {0x067b, 0x23a3, USB_BRIDGE, "", ""},         /* usb.ids: PL2303GS */
    {0x0403, 0x6001, USB_BRIDGE, "", ""},         /* usb.ids: FT232 */
    {0x0403, 0x6010, USB_BRIDGE, "", ""},         /* usb.ids: FT2232 */
    {0x0403, 0x6011, USB_BRIDGE, "", ""},         /* usb.ids: FT4232 */
    {0x0403, 0x6014, USB_BRIDGE, "", ""},         /* usb.ids: FT232H */
    {0x0403, 0x6015, USB_BRIDGE, "", ""},         /* usb.ids: FT-X */
};
/* clang-format on */

static const struct row *find_row(uint16_t vid, uint16_t pid)
{
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        if (rows[i].vid == vid && (rows[i].pid == pid || rows[i].pid == ANY))
            return &rows[i];
    return NULL;
}

enum usb_kind usb_kind_of(uint16_t vid, uint16_t pid)
{
    const struct row *row = find_row(vid, pid);

    return row ? row->kind : USB_UNKNOWN;
}

/* USB class codes; RNDIS as in Linux, drivers/net/usb/cdc_ether.c and rndis_host.c. */
static const struct {
    uint8_t class;
    int subclass, protocol;
    enum usb_function function;
} function_rows[] = {
    {0x08, WHATEVER, WHATEVER, USB_FUNCTION_DISK},
    {0x02, 0x02, 0xff, USB_FUNCTION_NETWORK},  /* RNDIS */
    {0xe0, 0x01, 0x03, USB_FUNCTION_NETWORK},  /* RNDIS, wireless */
    {0xef, 0x01, 0x01, USB_FUNCTION_NETWORK},  /* RNDIS, ActiveSync */
    {0xef, 0x04, 0x01, USB_FUNCTION_NETWORK},  /* RNDIS, Novatel */
    {0x02, 0x06, WHATEVER, USB_FUNCTION_NETWORK}, /* CDC-ECM; E173 shows it beside its ports */
    {0x02, 0x0d, WHATEVER, USB_FUNCTION_NETWORK}, /* CDC-NCM */
    {0x02, 0x0e, WHATEVER, USB_FUNCTION_NETWORK}, /* CDC-MBIM */
    {0x02, 0x02, WHATEVER, USB_FUNCTION_SERIAL},  /* CDC-ACM */
    {0xff, 0x42, 0x01, USB_FUNCTION_OTHER},    /* Android's debug bridge */
    {0xff, WHATEVER, WHATEVER, USB_FUNCTION_SERIAL},
};

enum usb_function usb_function_of(const struct usb_interface *interface)
{
    for (size_t i = 0; i < ARRAY_SIZE(function_rows); i++) {
        int subclass = function_rows[i].subclass, protocol = function_rows[i].protocol;

        if (function_rows[i].class == interface->class &&
            (subclass == WHATEVER || subclass == interface->subclass) &&
            (protocol == WHATEVER || protocol == interface->protocol))
            return function_rows[i].function;
    }
    return USB_FUNCTION_OTHER;
}

enum usb_kind usb_kind_shown(uint16_t vid, uint16_t pid, unsigned functions, bool has_at_port)
{
    enum usb_kind kind = usb_kind_of(vid, pid);

    if (kind == USB_BRIDGE)
        return kind;
    if (has_at_port)
        return kind == USB_UNKNOWN ? kind : USB_MODEM;
    if (functions & USB_FUNCTION_SERIAL)
        return kind; /* its driver is missing */
    if (functions & USB_FUNCTION_NETWORK)
        return USB_HILINK;
    return functions & USB_FUNCTION_DISK ? USB_STORAGE : kind;
}

static const char *find_number(const char *list, uint8_t number)
{
    return number < 16 ? strchr(list, "0123456789abcdef"[number]) : NULL;
}

int usb_port_rank(uint16_t vid, uint16_t pid, const struct usb_interface *interface)
{
    const struct row *row = find_row(vid, pid);
    const char *at;

    for (size_t i = 0; i < ARRAY_SIZE(class_rows); i++)
        if (class_rows[i].vid == vid && class_rows[i].class == interface->class &&
            class_rows[i].subclass == interface->subclass &&
            class_rows[i].protocol == interface->protocol)
            return class_rows[i].rank;
    if (row && find_number(row->never, interface->number))
        return NEVER;
    at = row ? find_number(row->at, interface->number) : NULL;
    return at ? RANK_BY_NUMBER + (int)(at - row->at) : RANK_UNLISTED + interface->number;
}
