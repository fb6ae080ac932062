/*
 * USB sticks made by umockdev: they appear in sysfs and /dev, come and go with uevents, and their
 * ports can be opened by libserialport and answer AT. For one test program under umockdev-wrapper.
 * Time is the test's (fake_modem.h).
 */
#pragma once

#define FAKE_TRUE_PORT
#include "fake_modem.h"
#include "sticks.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <umockdev.h>

#define BENCH_PORTS 16

struct bench_port {
    char node[16]; /* ttyUSB2; empty: none */
    char device[256];
    struct fake_peer peer;
};

struct usb_bench {
    UMockdevTestbed *bed;
    UMockdevIoctlBase *ioctls;
    struct loop *loop;
    struct bench_port ports[BENCH_PORTS];
    char bare[BENCH_PORTS][160]; /* interfaces without a port; empty: none */
    unsigned n_plugged; /* gives device numbers */
};

/* What a tty's driver is asked and a pty does not know: the modem lines, and exclusive use. */
static inline gboolean bench_ioctl(
    UMockdevIoctlBase *base, UMockdevIoctlClient *client, void *userdata)
{
    gulong request = umockdev_ioctl_client_get_request(client);
    int lines = TIOCM_DTR | TIOCM_RTS | TIOCM_CTS;

    (void)base;
    (void)userdata;
    if (request == TIOCMGET) {
        UMockdevIoctlData *data = umockdev_ioctl_data_resolve(
            umockdev_ioctl_client_get_arg(client), 0, sizeof(lines), NULL);

        umockdev_ioctl_data_update(data, 0, (guint8 *)&lines, sizeof(lines));
        umockdev_ioctl_data_unref(data);
    } else if (request != TIOCMSET && request != TIOCMBIS && request != TIOCMBIC &&
               request != TIOCEXCL && request != TIOCNXCL) {
        return FALSE;
    }
    umockdev_ioctl_client_complete(client, 0, 0);
    return TRUE;
}

/* umockdev sends uevents by itself, and aborts when ten of them wait. */
static inline void bench_take_events(struct usb_bench *bench)
{
    for (unsigned i = 0; i < 4; i++)
        loop_run_once(bench->loop);
}

static inline void bench_add(struct usb_bench *bench, const char *text)
{
    GError *error = NULL;

    if (!umockdev_testbed_add_from_string(bench->bed, text, &error))
        fail_msg("%s: %s", error->message, text);
    bench_take_events(bench);
}

static inline struct bench_port *bench_port(struct usb_bench *bench, const char *node)
{
    for (size_t i = 0; i < BENCH_PORTS; i++)
        if (strcmp(bench->ports[i].node, node) == 0)
            return &bench->ports[i];
    fail_msg("no port %s", node);
    return &bench->ports[0];
}

/*
 * umockdev makes a node a link to a pty and lets realpath(3) follow it out of the testbed, which it
 * then cannot undo (0.17.16). Nodes here are no links. Linked in by --wrap.
 */
char *__wrap_realpath(const char *path, char *resolved);
char *__wrap_realpath(const char *path, char *resolved)
{
    if (access(path, F_OK) < 0)
        return NULL;
    snprintf(resolved, PATH_MAX, "%s", path);
    return resolved;
}

char *__wrap___realpath_chk(const char *path, char *resolved, size_t size);
char *__wrap___realpath_chk(const char *path, char *resolved, size_t size)
{
    (void)size;
    return __wrap_realpath(path, resolved);
}

static inline void bench_add_port(struct usb_bench *bench, const char *parent, unsigned number)
{
    struct bench_port *port = bench_port(bench, "");
    char text[1024], node[32];
    GError *error = NULL;

    snprintf(port->node, sizeof(port->node), "ttyUSB%u", number);
    snprintf(
        port->device, sizeof(port->device), "%.200s/%s/tty/%s", parent, port->node, port->node);
    snprintf(text, sizeof(text),
        "P: %s\nN: %s\nE: DEVNAME=/dev/%s\nE: SUBSYSTEM=tty\nE: MAJOR=188\nE: MINOR=%u\n"
        "A: dev=188:%u\\n\n", port->device, port->node, port->node, number, number);
    bench_add(bench, text);
    snprintf(node, sizeof(node), "/dev/%s", port->node);
    if (!umockdev_testbed_attach_ioctl(bench->bed, node, bench->ioctls, &error))
        fail_msg("%s", error->message);
    memset(&port->peer, 0, sizeof(port->peer));
    port->peer.dead = true;
    port->peer.master = umockdev_testbed_get_dev_fd(bench->bed, node);
    (void)fcntl(port->peer.master, F_SETFL, O_NONBLOCK);
    strbuf_init(&port->peer.sb, port->peer.log, sizeof(port->peer.log));
}

static inline void bench_add_bare(struct usb_bench *bench, const char *interface)
{
    size_t i = 0;

    while (bench->bare[i][0])
        i++;
    snprintf(bench->bare[i], sizeof(bench->bare[i]), "%.159s", interface);
}

/*
 * A stick at a place ("1-1"), its ports ttyUSB`first` and on, numbers that were not used before
 * (umockdev knows a node for ever). All are dead: bench_port() gives them for
 * the test to make one a modem.
 */
static inline void bench_plug(struct usb_bench *bench, const struct stick *stick, const char *place,
    unsigned first)
{
    char device[128], parent[160], text[1024], serial[64] = "";

    snprintf(device, sizeof(device), "/devices/pci0000:00/usb1/%s", place);
    if (stick->serial[0])
        snprintf(serial, sizeof(serial), "A: serial=%.40s\\n\n", stick->serial);
    snprintf(text, sizeof(text),
        "P: %s\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\n"
        "A: idVendor=%04x\\n\nA: idProduct=%04x\\n\nA: devnum=%u\\n\n%s",
        device, stick->vid, stick->pid, ++bench->n_plugged, serial);
    bench_add(bench, text);
    for (unsigned i = 0; i < stick->n_interfaces; i++) {
        const struct usb_interface *interface = &stick->interfaces[i];

        snprintf(parent, sizeof(parent), "%s/%s:1.%u", device, place, interface->number);
        snprintf(text, sizeof(text),
            "P: %s\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\nA: bInterfaceNumber=%02x\\n\n"
            "A: bInterfaceClass=%02x\\n\nA: bInterfaceSubClass=%02x\\n\n"
            "A: bInterfaceProtocol=%02x\\n\n", parent, interface->number, interface->class,
            interface->subclass, interface->protocol);
        bench_add(bench, text);
        if (stick_has_port(interface))
            bench_add_port(bench, parent, first + i);
        else
            bench_add_bare(bench, parent);
    }
}

/* Takes the stick at a place away, its ports first. */
static inline void bench_unplug(struct usb_bench *bench, const char *place)
{
    char device[128], path[300];
    GError *error = NULL;

    snprintf(device, sizeof(device), "/devices/pci0000:00/usb1/%s/", place);
    for (size_t i = 0; i < BENCH_PORTS; i++) {
        struct bench_port *port = &bench->ports[i];

        if (!port->node[0] || strncmp(port->device, device, strlen(device)) != 0)
            continue;
        snprintf(path, sizeof(path), "/dev/%s", port->node);
        (void)umockdev_testbed_detach_ioctl(bench->bed, path, &error);
        g_clear_error(&error);
        snprintf(path, sizeof(path), "/sys%s", port->device);
        umockdev_testbed_uevent(bench->bed, path, "remove");
        umockdev_testbed_remove_device(bench->bed, path);
        *strstr(path, "/ttyUSB") = '\0';
        umockdev_testbed_remove_device(bench->bed, path);
        bench_take_events(bench);
        port->node[0] = '\0';
        port->peer.master = -1;
    }
    for (size_t i = 0; i < BENCH_PORTS; i++) {
        if (strncmp(bench->bare[i], device, strlen(device)) != 0)
            continue;
        snprintf(path, sizeof(path), "/sys%s", bench->bare[i]);
        umockdev_testbed_remove_device(bench->bed, path);
        bench_take_events(bench);
        bench->bare[i][0] = '\0';
    }
    snprintf(path, sizeof(path), "/sys/devices/pci0000:00/usb1/%s", place);
    umockdev_testbed_remove_device(bench->bed, path);
    bench_take_events(bench);
}

/* Lets everything happen that takes no time. A pty delivers from a kernel thread, so wait a bit. */
static inline void bench_settle(struct usb_bench *bench)
{
    for (unsigned quiet = 0, i = 0; i < 20000 && quiet < 12; i++) {
        bool busy = false;

        for (size_t k = 0; k < BENCH_PORTS; k++)
            if (bench->ports[k].node[0])
                busy |= fake_serve(&bench->ports[k].peer);
        loop_run_once(bench->loop);
        busy |= fake_fire_due();
        quiet = busy ? 0 : quiet + 1;
        if (!busy)
            (void)poll(NULL, 0, 1);
    }
}

/* Lets time pass, from timer to timer. */
static inline void bench_pass(struct usb_bench *bench, usec_t usec)
{
    usec_t until = fake_now + usec;

    bench_settle(bench);
    for (struct timer *timer; (timer = fake_earliest()) && timer->deadline <= until;) {
        fake_now = MAX(fake_now, timer->deadline);
        bench_settle(bench);
    }
    fake_now = until;
    bench_settle(bench);
}

static inline struct usb_bench *bench_new(void)
{
    struct usb_bench *bench = calloc(1, sizeof(*bench));

    memset(fake_timers, 0, sizeof(fake_timers));
    bench->bed = umockdev_testbed_new();
    bench->ioctls = umockdev_ioctl_base_new();
    g_signal_connect(bench->ioctls, "handle-ioctl", G_CALLBACK(bench_ioctl), NULL);
    assert_int_equal(loop_new(&bench->loop, &fake_clock), 0);
    return bench;
}

static inline void bench_free(struct usb_bench *bench)
{
    loop_free(bench->loop);
    g_object_unref(bench->ioctls);
    g_object_unref(bench->bed);
    free(bench);
}
