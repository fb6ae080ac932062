#include "modem/device_choice.h"

#include <stdio.h>
#include <string.h>

/* How a device fits; of those that do not, the last in this list is the one to tell of. */
enum fit {
    FIT_NOT_MEANT,
    FIT_BRIDGE,
    FIT_OTHER_IMEI,
    FIT_TAKEN,
    FIT_NO_PORT,
    FIT_HILINK,
    FIT_STORAGE,
    FIT_YES,
};

static bool is_meant(const struct usb_device *device, const struct device_spec *usb)
{
    return device->vid == usb->vid && device->pid == usb->pid &&
           (!usb->text[0] || strcmp(device->serial, usb->text) == 0);
}

static bool has_port(const struct usb_device *device, const char *path)
{
    for (unsigned i = 0; i < device->n_ports; i++)
        if (strcmp(device->ports[i].path, path) == 0)
            return true;
    return false;
}

/* Whether a claim keeps others, who look for `kind`, away from a device. */
static bool keeps(const struct device_claim *claim, const struct usb_device *device,
    enum device_spec_kind kind)
{
    if (strcmp(claim->key, device->key) == 0)
        return true;
    if (claim->is_settled)
        return false;
    switch (claim->spec->kind) {
    case DEVICE_BY_PATH:
        return has_port(device, claim->port);
    case DEVICE_BY_USB:
        return kind != DEVICE_BY_USB && is_meant(device, claim->spec);
    case DEVICE_BY_IMEI:
        return kind != DEVICE_BY_IMEI && device_spec_same_imei(device->imei, claim->spec->text);
    case DEVICE_AUTO:
        return false;
    }
    return false;
}

static const struct device_claim *find_keeper(const struct usb_device *device,
    enum device_spec_kind kind, const struct device_claim *claims, unsigned n_claims)
{
    for (unsigned i = 0; i < n_claims; i++)
        if (keeps(&claims[i], device, kind))
            return &claims[i];
    return NULL;
}

static bool has_at_port(const struct usb_device *device)
{
    for (unsigned i = 0; i < device->n_ports; i++)
        if (usb_port_rank(device->vid, device->pid, &device->ports[i].interface) >= 0)
            return true;
    return false;
}

/* By what the device is. A stick in another mode shows another product number. */
static enum fit fit_by_kind(const struct usb_device *device, const struct device_spec *spec)
{
    bool by_usb = spec->kind == DEVICE_BY_USB;
    bool is_vendors = by_usb ? device->vid == spec->vid
                             : usb_kind_of(device->vid, device->pid) != USB_UNKNOWN;

    switch (usb_kind_shown(device->vid, device->pid, device->functions, has_at_port(device))) {
    case USB_UNKNOWN:
        return by_usb && is_meant(device, spec) ? FIT_YES : FIT_NOT_MEANT;
    case USB_BRIDGE:
        if (by_usb)
            return is_meant(device, spec) ? FIT_YES : FIT_NOT_MEANT;
        return FIT_BRIDGE;
    case USB_MODEM:
        return !by_usb || is_meant(device, spec) ? FIT_YES : FIT_NOT_MEANT;
    case USB_STORAGE:
        return is_vendors ? FIT_STORAGE : FIT_NOT_MEANT;
    case USB_HILINK:
        return is_vendors ? FIT_HILINK : FIT_NOT_MEANT;
    }
    return FIT_NOT_MEANT;
}

static enum fit fit_of(const struct usb_device *device, const struct device_spec *spec,
    const struct device_claim *keeper)
{
    enum fit fit = fit_by_kind(device, spec);

    if (fit != FIT_YES)
        return fit;
    if (spec->kind == DEVICE_BY_IMEI && device->imei[0] &&
        !device_spec_same_imei(device->imei, spec->text))
        return FIT_OTHER_IMEI;
    if (keeper)
        return FIT_TAKEN;
    return has_at_port(device) ? FIT_YES : FIT_NO_PORT;
}

static void explain(struct device_choice *choice, enum fit fit, const struct usb_device *device,
    const struct device_claim *keeper)
{
    char usb[10] = "";
    char *reason = choice->reason;
    size_t size = sizeof(choice->reason);

    if (device)
        snprintf(usb, sizeof(usb), "%04x:%04x", device->vid, device->pid);
    switch (fit) {
    case FIT_YES:
    case FIT_NOT_MEANT:
        snprintf(reason, size, "no such device");
        break;
    case FIT_BRIDGE:
        snprintf(reason, size, "%s is a general serial adapter: to use it write usb:%s or its path",
            usb, usb);
        break;
    case FIT_OTHER_IMEI:
        snprintf(reason, size, "no free modem has this IMEI");
        break;
    case FIT_TAKEN:
        snprintf(reason, size, "%s is for modem %s", usb, keeper ? keeper->name : "");
        break;
    case FIT_NO_PORT:
        snprintf(reason, size, "%s shows no AT port: is its driver (option, cdc_acm) there?", usb);
        break;
    case FIT_HILINK:
        snprintf(reason, size,
            "%s is in network mode (HiLink), without an AT port: switch it to modem mode, or take "
            "another", usb);
        break;
    case FIT_STORAGE:
        snprintf(reason, size, "%s is in storage mode: install usb-modeswitch", usb);
        break;
    }
}

/* Adds a device's ports by rank; a rank names each port at most once. */
static void add_ports(struct device_choice *choice, const struct usb_device *device)
{
    int last = -1;
    unsigned last_index = 0;

    for (;;) {
        int best = -1;
        unsigned best_index = 0;

        for (unsigned i = 0; i < device->n_ports; i++) {
            int rank = usb_port_rank(device->vid, device->pid, &device->ports[i].interface);
            bool is_later = rank > last || (rank == last && i > last_index);

            if (rank >= 0 && is_later && (best < 0 || rank < best)) {
                best = rank;
                best_index = i;
            }
        }
        if (best < 0 || choice->n == DEVICE_CANDIDATES_MAX)
            return;
        choice->candidates[choice->n++] = (struct device_candidate){
            .device = device, .port = &device->ports[best_index]};
        last = best;
        last_index = best_index;
    }
}

void device_choose(const struct device_list *list, const struct device_spec *spec,
    const struct device_claim *claims, unsigned n_claims, struct device_choice *ret)
{
    enum fit worst = FIT_NOT_MEANT;

    ret->n = 0;
    explain(ret, FIT_NOT_MEANT, NULL, NULL);
    for (unsigned i = 0; i < list->n; i++) {
        const struct usb_device *device = &list->devices[i];
        const struct device_claim *keeper = find_keeper(device, spec->kind, claims, n_claims);
        enum fit fit = fit_of(device, spec, keeper);

        if (fit == FIT_YES && device->imei[0] && spec->kind == DEVICE_BY_IMEI) {
            ret->n = 0; /* it is known to be this one: no other need be asked */
            add_ports(ret, device);
            break;
        }
        if (fit == FIT_YES)
            add_ports(ret, device);
        else if (fit > worst) {
            worst = fit;
            explain(ret, fit, device, keeper);
        }
    }
    if (ret->n > 0)
        ret->reason[0] = '\0';
}
