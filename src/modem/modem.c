#include "modem/modem_internal.h"
#include "modem/port_holder.h"
#include "modem/recovering.h"

#include "util/strbuf.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define DEFAULT_BAUD 115200

static void set_reason(struct modem *modem, const char *reason)
{
    snprintf(modem->status.reason, sizeof(modem->status.reason), "%s", reason ? reason : "");
}

/* --- port and conversation ------------------------------------------------------------------- */

void modem_close_port(struct modem *modem)
{
    at_chat_close(&modem->chat);
    modem->port = port_free(modem->port);
    modem->status.port[0] = '\0';
}

static void on_port_data(void *userdata, const void *bytes, size_t n)
{
    struct modem *modem = userdata;

    at_chat_input(&modem->chat, bytes, n, loop_now(modem->loop));
}

static void on_port_gone(void *userdata)
{
    struct modem *modem = userdata;

    modem_close_port(modem);
    modem_handle(modem, MODEM_EVENT_GONE, "unplugged");
}

static const struct port_ops port_ops = {.data = on_port_data, .gone = on_port_gone};

static void on_chat_write(void *userdata, const char *bytes, size_t n)
{
    struct modem *modem = userdata;

    /* A full buffer or an ended device: the command's deadline or on_port_gone() tells. */
    modem->write_failed = !modem->port || port_write(modem->port, bytes, n) < 0;
}

static void on_chat_arm(void *userdata, usec_t deadline)
{
    struct modem *modem = userdata;

    timer_arm_at(&modem->chat_timer, deadline);
}

static void on_sim(struct modem *modem, const char *line)
{
    enum at_sim_lock lock;

    if (at_parse_cpin(line, &lock) < 0)
        return;
    if (modem->status.state == MODEM_SENDING)
        modem->sim_told = lock != AT_SIM_READY; /* looked into when the text has gone */
    else if ((modem->status.state == MODEM_LOCKED) == (lock == AT_SIM_READY))
        modem_handle(modem, MODEM_EVENT_SIM, NULL);
}

static void warn_of_supply(struct modem *modem)
{
    usec_t now = loop_now(modem->loop);

    if (supply_is_news(&modem->status.supply, now))
        log_warning(modem->log, "modem=%s event=power: %s", modem->name,
            supply_advice(&modem->status.supply, now));
}

static void on_chat_unsolicited(
    void *userdata, const struct urc *urc, const char *line, const char *body)
{
    struct modem *modem = userdata;

    switch (urc->kind) {
    case URC_NOISE:
        break;
    case URC_REGISTRATION:
        network_told(modem, line);
        break;
    case URC_SIGNAL:
        network_note(modem, line);
        break;
    case URC_MESSAGE:
    case URC_REPORT:
        inbox_pushed(modem, line, body);
        break;
    case URC_STORED:
    case URC_STORED_REPORT:
        inbox_notice(modem, line);
        break;
    case URC_USSD:
        ussd_session_told(modem, line);
        break;
    case URC_TIME:
        time_source_told(modem, line);
        break;
    case URC_SIM:
        on_sim(modem, line);
        break;
    case URC_SMS_READY:
        bringup_told_sms_ready(modem);
        break;
    case URC_RESTARTED:
        bringup_restarted(modem);
        modem_handle(modem, MODEM_EVENT_RESTARTED, "the modem has restarted");
        break;
    case URC_POWER:
        supply_complain(&modem->status.supply, line, loop_now(modem->loop));
        warn_of_supply(modem);
        break;
    }
}

static void on_chat_silent(void *userdata)
{
    struct modem *modem = userdata;

    modem->status.timeouts++;
    modem_handle(modem, MODEM_EVENT_SILENT, "no answer within the deadline");
}

static void on_chat_synced(void *userdata)
{
    modem_handle(userdata, MODEM_EVENT_SYNCED, NULL);
    inbox_run(userdata); /* a notice may have come while a prompt was being cancelled */
}

static void on_chat_lost(void *userdata)
{
    modem_handle(userdata, MODEM_EVENT_LOST, "AT is not answered");
}

static const struct at_chat_ops chat_ops = {
    .write = on_chat_write,
    .arm = on_chat_arm,
    .unsolicited = on_chat_unsolicited,
    .silent = on_chat_silent,
    .synced = on_chat_synced,
    .lost = on_chat_lost,
};

int modem_command(struct modem *modem, const char *name, const char *prefix,
    enum modem_timer timeout, void (*line)(void *modem, const char *line),
    void (*done)(void *modem, const struct at_result *result))
{
    struct at_request request = {
        .prefix = prefix,
        .timeout_usec = modem_timer_usec(timeout),
        .line = line,
        .done = done,
    };
    int r = at_encode_plain(&request.command, name);

    return r < 0 ? r : at_chat_submit(&modem->chat, &request, loop_now(modem->loop));
}

/* --- what states do -------------------------------------------------------------------------- */

/* Between the look at the path and the opening, the name may have gone to another device. */
static int check_place(struct modem *modem, const char *path, char *reason, size_t reason_size)
{
    snprintf(modem->status.port, sizeof(modem->status.port), "%.127s", path);
    if (!finding_has_moved(modem))
        return 0;
    snprintf(reason, reason_size, "the device path leads elsewhere");
    return -ENODEV;
}

static void do_open(struct modem *modem)
{
    struct port_handle handle = PORT_HANDLE_CLOSED;
    char reason[sizeof(modem->status.reason)] = "";
    char path[PATH_MAX];
    int r;

    modem_close_port(modem);
    r = finding_find(modem, path, reason, sizeof(reason));
    if (r == 0)
        r = port_handle_open(&handle, path, modem->baud, reason, sizeof(reason));
    if (r == -EBUSY)
        port_holder_explain(path, modem->status.usb, reason, sizeof(reason));
    if (r == 0)
        r = check_place(modem, path, reason, sizeof(reason));
    if (r == 0)
        r = port_new(&modem->port, modem->loop, &handle, &port_ops, modem);
    port_handle_close(&handle);
    if (r < 0) {
        modem_handle(modem, MODEM_EVENT_OPEN_FAILED, reason);
        return;
    }
    modem->status.opens++;
    modem->reopen_usec = modem_timer_usec(MODEM_TIMER_REOPEN);
    modem->status.manufacturer[0] = modem->status.model[0] = modem->status.revision[0] = '\0';
    modem->status.imei[0] = '\0';
    bringup_reset(&modem->bringup);
    modem->time_source.unanswered = false;
    modem_handle(modem, MODEM_EVENT_OPENED, NULL);
}

static void start_ready(struct modem *modem)
{
    inbox_run(modem);
    time_source_poll(modem);
}

static void enter(struct modem *modem, enum modem_action action, enum modem_event event)
{
    switch (action) {
    case MODEM_ACTION_NONE:
        break;
    case MODEM_ACTION_CLOSE:
        modem_close_port(modem);
        finding_release(modem);
        inbox_reset(&modem->inbox);
        network_reset(&modem->network);
        modem->status.registration = -1;
        modem->status.signal_dbm = 0;
        modem->sim_seen[0] = '\0'; /* unplugged: a new SIM is somebody's intention */
        modem->hook_imei[0] = '\0';
        break;
    case MODEM_ACTION_OPEN:
        do_open(modem);
        break;
    case MODEM_ACTION_PROBE:
        at_chat_close(&modem->chat);
        at_chat_resync(&modem->chat, AT_CHAT_RESYNC_TRIES, loop_now(modem->loop));
        break;
    case MODEM_ACTION_CONFIGURE:
        bringup_start(modem);
        break;
    case MODEM_ACTION_SEARCH:
        network_begin_search(modem);
        break;
    case MODEM_ACTION_READY:
        if (event != MODEM_EVENT_SEND_DONE)
            modem->n_idle = 0;
        if (!network_is_registered(&modem->network))
            modem_handle(modem, MODEM_EVENT_UNREGISTERED, "registration was lost");
        else
            network_show(modem);
        if (event != MODEM_EVENT_SEND_DONE && network_is_registered(&modem->network))
            start_ready(modem);
        break;
    case MODEM_ACTION_RECOVER:
        recovering_start(modem, event);
        break;
    }
}

/* --- the one place that changes the state ---------------------------------------------------- */

static void log_state(const struct modem *modem, enum modem_event event, bool repeated)
{
    enum log_level level = LOG_LEVEL_INFO;
    char text[PATH_MAX + 2 * MODEM_REASON_SIZE];
    struct strbuf sb = STRBUF_ON(text);

    if (event == MODEM_EVENT_OPEN_FAILED) {
        level = LOG_LEVEL_WARNING;
        strbuf_puts(&sb, " device=");
        strbuf_put_escaped(&sb, modem->device, strlen(modem->device));
    }
    if (modem->status.registration >= 0)
        strbuf_printf(&sb, " stat=%d", modem->status.registration);
    strbuf_puts(&sb, modem->status.reason[0] ? ": " : "");
    strbuf_put_escaped(&sb, modem->status.reason, strlen(modem->status.reason));
    if (repeated || event == MODEM_EVENT_REJECTED || event == MODEM_EVENT_SEND ||
        event == MODEM_EVENT_SEND_DONE)
        level = LOG_LEVEL_DEBUG;
    log_write(modem->log, level, "modem=%s state=%s event=%s%s", modem->name,
        modem_state_to_string(modem->status.state), modem_event_to_string(event), text);
}

void modem_absent_because(struct modem *modem, const char *reason)
{
    bool repeated = strcmp(reason, modem->absent_reason) == 0;

    if (modem->status.reason[0] && !finding_is_search(modem) &&
        strcmp(reason, FINDING_NO_DEVICE) == 0)
        return; /* how it was lost tells more */
    set_reason(modem, reason);
    snprintf(modem->absent_reason, sizeof(modem->absent_reason), "%s", reason);
    log_state(modem, MODEM_EVENT_OPEN_FAILED, repeated);
}

void modem_tell(struct modem *modem)
{
    if (modem->tell_held > 0 || modem->told == modem->status.state)
        return;
    modem->told = modem->status.state;
    if (modem->ops->state)
        modem->ops->state(modem->userdata, modem);
}

void modem_tell_again(struct modem *modem)
{
    if (modem->tell_held == 0 && modem->told == modem->status.state && modem->ops->state)
        modem->ops->state(modem->userdata, modem);
}

void modem_handle(struct modem *modem, enum modem_event event, const char *reason)
{
    enum modem_state before = modem->status.state;
    enum modem_state next;
    const struct modem_state_row *row;
    bool repeated;

    event = finding_judge(modem, event, reason);
    if (!modem_state_next(before, event, &next) || !modem_state_may_follow(before, next))
        return;
    row = modem_state_row(next);
    if (modem_state_is_loss(before, event))
        supply_lose(&modem->status.supply, loop_now(modem->loop));
    /* A device that cannot be opened is tried every two seconds: say so once. */
    repeated = next == MODEM_OPENING ||
               (next == MODEM_ABSENT && reason && strcmp(reason, modem->absent_reason) == 0);
    if (next == MODEM_ABSENT && event != MODEM_EVENT_REJECTED)
        snprintf(modem->absent_reason, sizeof(modem->absent_reason), "%s", reason ? reason : "");
    modem->status.state = next;
    modem->status.state_since = loop_now(modem->loop);
    set_reason(modem, reason);
    bringup_stop(modem);
    timer_arm_in(&modem->state_timer, event == MODEM_EVENT_REJECTED ? 0
            : next == MODEM_ABSENT                                  ? modem->reopen_usec
                                                                    : modem_timer_usec(row->timer));
    log_state(modem, event, repeated);
    warn_of_supply(modem);
    enter(modem, row->entry, event);
    if (before == MODEM_SENDING && event != MODEM_EVENT_SEND_DONE)
        sending_break(modem);
    modem_tell(modem);
    if (modem->tell_held == 0)
        task_advance(modem);
}

/* --- timers ---------------------------------------------------------------------------------- */

static void on_state_timer(void *userdata)
{
    modem_poll(userdata);
}

static void on_chat_timer(void *userdata)
{
    struct modem *modem = userdata;

    at_chat_tick(&modem->chat, loop_now(modem->loop));
}

static void on_step_timer(void *userdata)
{
    bringup_tick(userdata);
}

/* --- public ---------------------------------------------------------------------------------- */

bool modem_pin_is_valid(const char *pin)
{
    size_t n = strlen(pin);

    return n >= 4 && n <= 8 && strspn(pin, "0123456789") == n;
}

static int copy_pin(char **ret, const char *pin)
{
    size_t n = strlen(pin);

    if (!modem_pin_is_valid(pin))
        return -EINVAL;
    if (sodium_init() < 0)
        return -EIO;
    *ret = sodium_malloc(n + 1);
    if (!*ret)
        return -ENOMEM;
    memcpy(*ret, pin, n + 1);
    return 0;
}

int modem_give_pin(struct modem *modem, const char *pin)
{
    modem_forget_pin(modem);
    return copy_pin(&modem->given_pin, pin);
}

void modem_forget_pin(struct modem *modem)
{
    sodium_free(modem->given_pin);
    modem->given_pin = NULL;
}

static int copy_config(struct modem *modem, const struct modem_config *config)
{
    if (!config->name || !config->device || !config->device[0])
        return -EINVAL;
    modem->name = strdup(config->name);
    modem->device = strdup(config->device);
    if (config->power_hook)
        modem->hook_program = strdup(config->power_hook);
    if (!modem->name || !modem->device || (config->power_hook && !modem->hook_program))
        return -ENOMEM;
    modem->baud = config->baud ? config->baud : DEFAULT_BAUD;
    snprintf(modem->status.device, sizeof(modem->status.device), "%s", config->device);
    modem->has_number = config->number;
    modem->no_usb_reset = config->no_usb_reset;
    modem->network.no_roaming = config->no_roaming;
    if (config->number)
        snprintf(modem->status.number, sizeof(modem->status.number), "%s", config->number);
    return config->pin ? copy_pin(&modem->pin, config->pin) : 0;
}

int modem_new(struct modem **ret, struct loop *loop, const struct log *log,
    const struct modem_config *config, const struct modem_ops *ops, void *userdata)
{
    _cleanup_(modem_freep) struct modem *modem = calloc(1, sizeof(*modem));
    int r;

    if (!modem)
        return -ENOMEM;
    modem->loop = loop;
    modem->log = log;
    modem->ops = ops;
    modem->userdata = userdata;
    modem_profile_find("", "", "", &modem->profile);
    modem->reopen_usec = modem_timer_usec(MODEM_TIMER_REOPEN);
    modem->status.registration = modem->status.pin_tries_left = -1;
    modem->status.storage_used = modem->status.storage_total = -1;
    modem->status.state_since = loop_now(loop);
    modem->status.recovery = &modem->recovery;
    timer_init(&modem->chat_timer, loop, on_chat_timer, modem);
    timer_init(&modem->state_timer, loop, on_state_timer, modem);
    timer_init(&modem->step_timer, loop, on_step_timer, modem);
    at_chat_init(&modem->chat, &chat_ops, modem);
    network_reset(&modem->network);
    time_source_reset(&modem->time_source);
    sending_init(&modem->sending, modem);
    task_init(&modem->task, modem);
    ussd_session_init(&modem->ussd, modem);
    r = copy_config(modem, config);
    if (r == 0)
        r = finding_init(modem, config->finder);
    if (r < 0)
        return r;
    *ret = TAKE_PTR(modem);
    return 0;
}

struct modem *modem_free(struct modem *modem)
{
    if (!modem)
        return NULL;
    sending_fini(&modem->sending);
    task_fini(&modem->task);
    ussd_session_fini(&modem->ussd);
    finding_fini(modem);
    recovering_fini(modem);
    at_chat_close(&modem->chat);
    port_free(modem->port);
    timer_fini(&modem->step_timer);
    timer_fini(&modem->state_timer);
    timer_fini(&modem->chat_timer);
    sodium_free(modem->given_pin);
    sodium_free(modem->pin);
    free(modem->hook_program);
    free(modem->device);
    free(modem->name);
    free(modem);
    return NULL;
}

void modem_start(struct modem *modem)
{
    timer_arm_in(&modem->state_timer, 0);
}

const struct modem_status *modem_status(const struct modem *modem)
{
    return &modem->status;
}

const char *modem_supply_advice(const struct modem *modem)
{
    return supply_advice(&modem->status.supply, loop_now(modem->loop));
}

const char *modem_name(const struct modem *modem)
{
    return modem->name;
}
