#include "modem/device_finder.h"

#include "modem/device_monitor.h"
#include "modem/port_handle.h"
#include "smsotp/limits.h"

#include <errno.h>
#include <libudev.h>
#include <stdio.h>
#include <string.h>

DEFINE_CLEANUP(struct udev *, udev_unref);

struct device_finder {
    struct udev *udev;
    struct device_monitor *monitor; /* NULL: modems look by themselves */
    struct list_link members;
    struct {
        char key[DEVICE_KEY_SIZE]; /* "": free */
        char imei[DEVICE_IMEI_SIZE];
    } known[SMSOTP_MODEMS_MAX];
};

static void on_plugged(void *userdata)
{
    struct device_finder *finder = userdata;

    LIST_FOREACH_SAFE (link, following, &finder->members) {
        struct device_member *member = CONTAINER_OF(link, struct device_member, link);

        member->ops->plugged(member->userdata);
    }
}

static void on_unplugged(void *userdata, const char *port)
{
    struct device_finder *finder = userdata;

    LIST_FOREACH_SAFE (link, following, &finder->members) {
        struct device_member *member = CONTAINER_OF(link, struct device_member, link);

        member->ops->unplugged(member->userdata, port);
    }
}

static const struct device_monitor_ops monitor_ops = {
    .plugged = on_plugged, .unplugged = on_unplugged};

int device_finder_new(struct device_finder **ret, struct loop *loop, const struct log *log)
{
    _cleanup_(device_finder_freep) struct device_finder *finder = calloc(1, sizeof(*finder));
    int r;

    if (!finder)
        return -ENOMEM;
    list_init(&finder->members);
    finder->udev = udev_new();
    if (!finder->udev)
        return -ENOMEM;
    r = device_monitor_new(&finder->monitor, loop, finder->udev, &monitor_ops, finder);
    if (r < 0)
        log_notice(log, "event=no_udev error=\"%s\": plugged devices are found within seconds only",
            strerror(-r));
    *ret = TAKE_PTR(finder);
    return 0;
}

struct device_finder *device_finder_free(struct device_finder *finder)
{
    if (!finder)
        return NULL;
    device_monitor_free(finder->monitor);
    udev_unref(finder->udev);
    free(finder);
    return NULL;
}

void device_finder_join(struct device_finder *finder, struct device_member *member)
{
    device_finder_release(member);
    list_append(&finder->members, &member->link);
}

void device_finder_leave(struct device_finder *finder, struct device_member *member)
{
    (void)finder;
    device_finder_release(member);
    list_unlink(&member->link);
}

/* Fills the IMEIs in, and forgets those of devices that have gone. */
static void recall(struct device_finder *finder, struct device_list *list)
{
    for (size_t i = 0; i < ARRAY_SIZE(finder->known); i++) {
        struct usb_device *device = device_list_find_key(list, finder->known[i].key);

        if (device)
            snprintf(device->imei, sizeof(device->imei), "%s", finder->known[i].imei);
        else
            finder->known[i].key[0] = '\0';
    }
}

/* What the others have; a path is followed anew, as its owner may be waiting for the device. */
static unsigned gather_claims(struct device_finder *finder, const struct device_member *member,
    struct device_claim claims[static SMSOTP_MODEMS_MAX])
{
    unsigned n = 0;

    LIST_FOREACH (link, &finder->members) {
        struct device_member *other = CONTAINER_OF(link, struct device_member, link);

        if (other == member || n == SMSOTP_MODEMS_MAX)
            continue;
        if (!other->has_port && other->spec->kind == DEVICE_BY_PATH &&
            port_resolve(other->spec->text, other->port) < 0)
            other->port[0] = '\0';
        claims[n++] = (struct device_claim){
            .name = other->name,
            .spec = other->spec,
            .key = other->key,
            .port = other->port,
            .is_settled = other->is_settled};
    }
    return n;
}

int device_finder_look(struct device_finder *finder, struct device_member *member,
    struct device_list **ret_list, struct device_choice *ret_choice)
{
    _cleanup_(device_list_freep) struct device_list *list = NULL;
    struct device_claim claims[SMSOTP_MODEMS_MAX];
    int r;

    r = device_list_read(&list, finder->udev);
    if (r < 0)
        return r;
    recall(finder, list);
    device_choose(list, member->spec, claims, gather_claims(finder, member, claims), ret_choice);
    *ret_list = TAKE_PTR(list);
    return 0;
}

const struct device_member *device_finder_holder(
    const struct device_finder *finder, const struct device_member *member, const char *port)
{
    LIST_FOREACH (link, &finder->members) {
        const struct device_member *other = CONTAINER_OF(link, struct device_member, link);

        if (other != member && other->has_port && strcmp(other->port, port) == 0)
            return other;
    }
    return NULL;
}

void device_finder_claim(
    struct device_member *member, const struct usb_device *device, const char *port)
{
    member->has_port = true;
    snprintf(member->key, sizeof(member->key), "%s", device ? device->key : "");
    if (port != member->port)
        snprintf(member->port, sizeof(member->port), "%s", port);
}

void device_finder_release(struct device_member *member)
{
    member->has_port = member->is_settled = false;
    member->key[0] = member->port[0] = '\0';
}

static void remember(struct device_finder *finder, const char *key, const char *imei)
{
    size_t place = 0;

    for (size_t i = 0; i < ARRAY_SIZE(finder->known); i++)
        if (strcmp(finder->known[i].key, key) == 0) {
            place = i;
            break;
        } else if (!finder->known[i].key[0]) {
            place = i;
        }
    snprintf(finder->known[place].key, sizeof(finder->known[0].key), "%s", key);
    snprintf(finder->known[place].imei, sizeof(finder->known[0].imei), "%s", imei);
}

bool device_finder_learn(
    struct device_finder *finder, const struct device_member *member, const char *imei)
{
    if (member->key[0] && imei[0])
        remember(finder, member->key, imei);
    if (member->spec->kind != DEVICE_AUTO)
        return true;
    LIST_FOREACH (link, &finder->members) {
        const struct device_member *other = CONTAINER_OF(link, struct device_member, link);

        if (other->spec->kind == DEVICE_BY_IMEI && !other->is_settled &&
            device_spec_same_imei(imei, other->spec->text))
            return false;
    }
    return true;
}

int device_finder_check(const struct device_spec *spec, char *reason, size_t size)
{
    _cleanup_(udev_unrefp) struct udev *udev = udev_new();
    _cleanup_(device_list_freep) struct device_list *list = NULL;
    struct device_choice choice = {.reason = "no such device"};

    if (spec->kind == DEVICE_BY_PATH)
        choice.n = access(spec->text, F_OK) == 0;
    else if (udev && device_list_read(&list, udev) == 0)
        device_choose(list, spec, NULL, 0, &choice);
    if (choice.n > 0)
        return 0;
    snprintf(reason, size, "%s", choice.reason);
    return -ENODEV;
}
