#include "modem/finding.h"

#include "modem/modem_internal.h"
#include "modem/recovering.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* --- news of plugging ------------------------------------------------------------------------ */

/* A stick's ports come one after the other: a moment is left for all of them to be there. */
static void on_plugged(void *userdata)
{
    struct modem *modem = userdata;
    struct finding *finding = &modem->finding;
    usec_t settle = finding_is_search(modem) ? modem_timer_usec(MODEM_TIMER_PLUG) : 0;
    usec_t at = usec_add(loop_now(modem->loop), settle);

    finding->n_rejected = 0;
    if (modem->status.state == MODEM_ABSENT && timer_is_armed(&modem->state_timer) &&
        modem->state_timer.deadline > at)
        timer_arm_at(&modem->state_timer, at);
    recovering_plugged(modem);
}

static void on_unplugged(void *userdata, const char *port)
{
    struct modem *modem = userdata;

    if (strcmp(modem->status.port, port) == 0)
        modem_handle(modem, MODEM_EVENT_GONE, "unplugged");
}

static const struct device_member_ops member_ops = {
    .plugged = on_plugged, .unplugged = on_unplugged};

/* --- looking --------------------------------------------------------------------------------- */

int finding_init(struct modem *modem, struct device_finder *finder)
{
    struct finding *finding = &modem->finding;
    int r = device_spec_parse(&finding->spec, modem->device);

    if (r < 0)
        return r;
    if (!finder)
        return finding->spec.kind == DEVICE_BY_PATH ? 0 : -EINVAL;
    finding->finder = finder;
    finding->member.name = modem->name;
    finding->member.spec = &finding->spec;
    finding->member.ops = &member_ops;
    finding->member.userdata = modem;
    device_finder_join(finder, &finding->member);
    return 0;
}

void finding_fini(struct modem *modem)
{
    if (modem->finding.finder)
        device_finder_leave(modem->finding.finder, &modem->finding.member);
}

bool finding_is_search(const struct modem *modem)
{
    return modem->finding.spec.kind != DEVICE_BY_PATH;
}

static void claim(struct modem *modem, const struct usb_device *device, const char *port)
{
    struct finding *finding = &modem->finding;
    bool is_same = finding->member.has_port && strcmp(finding->member.port, port) == 0 &&
                   strcmp(finding->member.key, device ? device->key : "") == 0;

    if (!is_same)
        finding->member.is_settled = false;
    device_finder_claim(&finding->member, device, port);
    modem->status.usb[0] = '\0';
    if (device)
        snprintf(modem->status.usb, sizeof(modem->status.usb), "%04x:%04x", device->vid,
            device->pid);
}

static int find_path(
    struct modem *modem, char ret_path[static PATH_MAX], char *reason, size_t reason_size)
{
    struct finding *finding = &modem->finding;
    _cleanup_(device_list_freep) struct device_list *list = NULL;
    const struct device_member *holder;
    struct device_choice unused;

    if (port_resolve(finding->spec.text, ret_path) < 0) {
        snprintf(reason, reason_size, "%s", FINDING_NO_DEVICE);
        return -ENOENT;
    }
    if (!finding->finder)
        return 0;
    holder = device_finder_holder(finding->finder, &finding->member, ret_path);
    if (holder) {
        snprintf(reason, reason_size, "%.60s is in use by modem %.32s", ret_path, holder->name);
        return -ENOENT;
    }
    (void)device_finder_look(finding->finder, &finding->member, &list, &unused);
    claim(modem, list ? device_list_find_port(list, ret_path) : NULL, ret_path);
    return 0;
}

static bool is_rejected(const struct finding *finding, const char *port)
{
    for (unsigned i = 0; i < finding->n_rejected; i++)
        if (strcmp(finding->rejected[i], port) == 0)
            return true;
    return false;
}

/* The port it has, if that is still a good one, else the first not tried yet. NULL: none. */
static const struct device_candidate *pick(
    const struct finding *finding, const struct device_choice *choice)
{
    const struct device_candidate *first = NULL;

    for (unsigned i = 0; i < choice->n; i++) {
        const struct device_candidate *candidate = &choice->candidates[i];

        if (is_rejected(finding, candidate->port->path))
            continue;
        if (finding->member.has_port && strcmp(candidate->port->path, finding->member.port) == 0 &&
            strcmp(candidate->device->key, finding->member.key) == 0)
            return candidate;
        if (!first)
            first = candidate;
    }
    return first;
}

static int find_device(
    struct modem *modem, char ret_path[static PATH_MAX], char *reason, size_t reason_size)
{
    struct finding *finding = &modem->finding;
    _cleanup_(device_list_freep) struct device_list *list = NULL;
    const struct device_candidate *candidate;
    struct device_choice choice;
    int r;

    r = device_finder_look(finding->finder, &finding->member, &list, &choice);
    if (r < 0) {
        snprintf(reason, reason_size, "cannot list devices: %s", strerrordesc_np(-r));
        return r;
    }
    candidate = pick(finding, &choice);
    if (!candidate) {
        snprintf(reason, reason_size, "%s", choice.n > 0 ? finding->why : choice.reason);
        finding->n_rejected = 0;
        device_finder_release(&finding->member);
        return -ENOENT;
    }
    snprintf(ret_path, PATH_MAX, "%s", candidate->port->path);
    claim(modem, candidate->device, ret_path);
    return 0;
}

int finding_find(
    struct modem *modem, char ret_path[static PATH_MAX], char *reason, size_t reason_size)
{
    return finding_is_search(modem) ? find_device(modem, ret_path, reason, reason_size)
                                    : find_path(modem, ret_path, reason, reason_size);
}

void finding_release(struct modem *modem)
{
    device_finder_release(&modem->finding.member);
    modem->status.usb[0] = '\0';
}

bool finding_has_moved(const struct modem *modem)
{
    const char *device = finding_is_search(modem) ? modem->status.port : modem->device;
    char path[PATH_MAX];

    return port_resolve(device, path) < 0 ||
           strncmp(path, modem->status.port, sizeof(modem->status.port) - 1) != 0;
}

/* --- judging --------------------------------------------------------------------------------- */

static void reject(struct finding *finding, const char *reason)
{
    if (finding->n_rejected == 0)
        snprintf(finding->why, sizeof(finding->why), "%s", reason ? reason : "");
    if (finding->n_rejected < FINDING_REJECTED_MAX)
        snprintf(finding->rejected[finding->n_rejected++], DEVICE_PORT_SIZE, "%.63s",
            finding->member.port);
}

/* What is wrong with the modem that has told its identity; NULL: nothing. */
static const char *find_fault(struct modem *modem)
{
    struct finding *finding = &modem->finding;
    const char *imei = modem->status.imei;
    bool is_free = !finding->finder || device_finder_learn(finding->finder, &finding->member, imei);

    if (!finding_is_search(modem))
        return NULL;
    if (!modem->status.manufacturer[0])
        return "the port answers AT, but not +CGMI";
    if (finding->spec.kind == DEVICE_BY_IMEI && !device_spec_same_imei(imei, finding->spec.text))
        return "the modem has another IMEI";
    return is_free ? NULL : "another [modem] asks for this IMEI";
}

bool finding_identify(struct modem *modem)
{
    struct finding *finding = &modem->finding;
    const char *fault = finding->member.is_settled ? NULL : find_fault(modem);

    if (fault) {
        modem_handle(modem, MODEM_EVENT_FAILED, fault);
        return false;
    }
    if (!finding->member.is_settled)
        log_info(modem->log, "modem=%s event=found port=%s usb=%s", modem->name,
            modem->status.port, modem->status.usb[0] ? modem->status.usb : "none");
    finding->member.is_settled = true;
    finding->n_rejected = 0;
    return true;
}

enum modem_event finding_judge(struct modem *modem, enum modem_event event, const char *reason)
{
    bool is_trouble = event == MODEM_EVENT_OPEN_FAILED || event == MODEM_EVENT_LOST ||
                      event == MODEM_EVENT_FAILED ||
                      (event == MODEM_EVENT_TIMER && modem->status.state == MODEM_CONFIGURING);

    if (!is_trouble || !finding_is_search(modem) || modem->finding.member.is_settled ||
        !modem->finding.member.has_port)
        return event;
    reject(&modem->finding, reason);
    return MODEM_EVENT_REJECTED;
}
