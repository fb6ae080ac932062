#include "api/modem_routes.h"

#include "api/body.h"
#include "api/time_json.h"
#include "core/balance.h"
#include "core/modem_action.h"
#include "core/quota_view.h"

#include <string.h>

#define TEXT_MAX 128 /* bytes; the modem takes less */

static json_t *text_or_null(const char *text)
{
    return text[0] ? json_string(text) : json_null();
}

static json_t *number_or_null(int value, int unknown)
{
    return value != unknown ? json_integer(value) : json_null();
}

/* What its SIM may send; null without a limit. */
static json_t *quota_to_json(const struct quota_view *quota)
{
    json_t *json;

    if (!quota_limits_any(&quota->limits))
        return json_null();
    json = json_pack("{s:i, s:o}", "reserve", (int)quota->limits.reserve, "wait",
        quota->code_wait == USEC_INFINITY
            ? json_null()
            : json_integer((json_int_t)((quota->code_wait + USEC_PER_SEC - 1) / USEC_PER_SEC)));
    for (enum quota_window window = QUOTA_MINUTE; window <= QUOTA_RECIPIENTS; window++)
        json_object_set_new(json, quota_window_to_string(window),
            quota->limits.max[window] == 0
                ? json_null()
                : json_pack("{s:i, s:i}", "used", (int)quota->used[window], "limit",
                      (int)quota->limits.max[window]));
    return json;
}

/* Null where the modem could not tell. */
static json_t *signal_to_json(const struct signal_history *history)
{
    const struct signal_sample *sample;
    json_t *json = json_array();

    for (unsigned i = 0; (sample = signal_history_get(history, i)); i++)
        json_array_append_new(json, json_pack("{s:o, s:o}", "at", time_or_null(sample->at_wall),
                                        "dbm", number_or_null(sample->dbm, 0)));
    return json;
}

/* What its SIM has; null where nobody asks. */
static json_t *balance_to_json(const struct balance_view *balance)
{
    char amount[BALANCE_AMOUNT_SIZE];

    if (!balance->is_asked_for)
        return json_null();
    balance_format(balance->hundredths, amount);
    return json_pack("{s:o, s:b, s:o, s:o, s:o}", "amount",
        balance->is_known ? json_string(amount) : json_null(), "low", (int)balance->is_low, "at",
        time_or_null(balance->at_wall), "age",
        balance->is_known ? json_integer((json_int_t)(balance->age / USEC_PER_SEC)) : json_null(),
        "error", text_or_null(balance->error ? balance->error : ""));
}

static json_t *modem_to_json(const struct gateway *gateway, unsigned index)
{
    const struct modem *modem = gateway_modem(gateway, index);
    const struct modem_status *s = modem_status(modem);
    const char *supply = modem_supply_advice(modem);
    struct quota_view quota;
    const struct {
        const char *name, *text; /* empty: null */
    } texts[] = {
        {"reason", s->reason}, {"device", s->device}, {"port", s->port}, {"usb", s->usb},
        {"manufacturer", s->manufacturer}, {"model", s->model}, {"revision", s->revision},
        {"imei", s->imei}, {"imsi", s->imsi}, {"iccid", s->iccid},
        {"number", s->number}, {"operator", s->operator_name}, {"smsc", s->smsc},
        {"supply", supply ? supply : ""},
    };
    const struct {
        const char *name;
        int value, unknown; /* the value that stands for null */
    } readings[] = {
        {"registration", s->registration, -1}, {"signal_dbm", s->signal_dbm, 0},
        {"pin_tries_left", s->pin_tries_left, -1}, {"storage_used", s->storage_used, -1},
        {"storage_total", s->storage_total, -1},
    };
    const struct {
        const char *name;
        uint64_t value;
    } counts[] = {
        {"sent", s->sent}, {"refused", s->refused}, {"unknown", s->unknown}, {"opens", s->opens},
        {"timeouts", s->timeouts}, {"recoveries", s->recoveries},
        {"resets", s->resets}, {"usb_resets", s->usb_resets}, {"power_cycles", s->power_cycles},
        {"losses", s->supply.losses}, {"power_warnings", s->supply.complaints},
        {"send_ms", s->send_mean_usec / USEC_PER_MSEC},
    };
    json_t *json = json_pack(
        "{s:s, s:s}", "name", modem_name(modem), "state", modem_state_to_string(s->state));

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        json_object_set_new(json, texts[i].name, text_or_null(texts[i].text));
    for (size_t i = 0; i < ARRAY_SIZE(readings); i++)
        json_object_set_new(
            json, readings[i].name, number_or_null(readings[i].value, readings[i].unknown));
    json_object_set_new(json, "signal_history", signal_to_json(&s->signal));
    json_object_set_new(json, "network_time", time_or_null(s->network_time));
    json_object_set_new(json, "network_time_at", time_or_null(s->network_time_at));
    for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
        json_object_set_new(json, counts[i].name, json_integer((json_int_t)counts[i].value));
    json_object_set_new(json, "barred",
        text_or_null(gateway_barred(gateway, index) ? gateway_barred(gateway, index) : ""));
    json_object_set_new(json, "balance", balance_to_json(gateway_balance(gateway, index)));
    gateway_quota(gateway, index, &quota);
    json_object_set_new(json, "quota", quota_to_json(&quota));
    return json;
}

void modem_list(struct call *call)
{
    json_t *modems = json_array();

    for (unsigned i = 0; gateway_modem(call->gateway, i); i++)
        json_array_append_new(modems, modem_to_json(call->gateway, i));
    call_answer(call, 200, json_pack("{s:o}", "modems", modems));
}

void modem_read(struct call *call)
{
    struct refusal refusal;

    for (unsigned i = 0; gateway_modem(call->gateway, i); i++)
        if (strcmp(modem_name(gateway_modem(call->gateway, i)), call->segments[2]) == 0) {
            call_answer(call, 200, modem_to_json(call->gateway, i));
            return;
        }
    refuse(&refusal, ERROR_NOT_FOUND, NULL,
        "There is no modem of this name; `GET /v1/modems` lists them");
    call_refuse(call, &refusal);
}

/* --- actions --------------------------------------------------------------------------------- */

static void on_changed(void *userdata, const struct modem_action_answer *answer)
{
    struct call *call = userdata;

    unsigned index = 0;

    if (answer->refusal) {
        call_refuse(call, answer->refusal);
        return;
    }
    while (gateway_modem(call->gateway, index) != answer->modem)
        index++;
    call_answer(call, 200, modem_to_json(call->gateway, index));
}

static void on_ussd(void *userdata, const struct modem_action_answer *answer)
{
    struct call *call = userdata;

    if (answer->refusal)
        call_refuse(call, answer->refusal);
    else
        call_answer(call, 200,
            json_pack("{s:s, s:s, s:b}", "name", modem_name(answer->modem), "text",
                answer->result->text, "awaits_reply", (int)answer->result->awaits_reply));
}

static json_t *lines_to_json(const char *text)
{
    json_t *lines = json_array();

    while (*text) {
        size_t n = strcspn(text, "\n");

        json_array_append_new(lines, json_stringn(text, n));
        text += n + (text[n] == '\n');
    }
    return lines;
}

static void on_at(void *userdata, const struct modem_action_answer *answer)
{
    struct call *call = userdata;

    if (answer->refusal)
        call_refuse(call, answer->refusal);
    else
        call_answer(call, 200,
            json_pack("{s:s, s:s, s:o}", "name", modem_name(answer->modem), "result",
                answer->result->why, "lines", lines_to_json(answer->result->text)));
}

static void act(struct call *call, enum modem_task_kind kind, const char *text,
    void (*callback)(void *userdata, const struct modem_action_answer *answer))
{
    const struct modem_action_request request = {
        .modem = call->segments[2], .kind = kind, .text = text};

    gateway_act_on_modem(call->gateway, &call->caller, &request, callback, call);
}

/* Actions that take nothing: no body, or an empty object. */
static void act_without_arguments(struct call *call, enum modem_task_kind kind)
{
    struct refusal refusal = {0};
    size_t n;

    (void)call_body_bytes(call, &n);
    if (n > 0 && (!body_read(call, &refusal) || !body_has_only(call, NULL, 0, &refusal)))
        call_refuse(call, &refusal);
    else
        act(call, kind, NULL, on_changed);
}

void modem_reset(struct call *call)
{
    act_without_arguments(call, MODEM_TASK_RESET);
}

void modem_enable(struct call *call)
{
    act_without_arguments(call, MODEM_TASK_ENABLE);
}

void modem_disable(struct call *call)
{
    act_without_arguments(call, MODEM_TASK_DISABLE);
}

/* A body with one text member. NULL: the call has been refused. */
static const char *only_member(struct call *call, const char *name, size_t max)
{
    const char *text = NULL;
    struct refusal refusal = {0};

    if (body_read(call, &refusal) && body_has_only(call, &name, 1, &refusal) &&
        body_text(call, name, max, true, &text, &refusal))
        return text;
    call_refuse(call, &refusal);
    return NULL;
}

void modem_at(struct call *call)
{
    const char *command = only_member(call, "command", TEXT_MAX);

    if (command)
        act(call, MODEM_TASK_AT, command, on_at);
}

void modem_pin(struct call *call)
{
    const char *pin = only_member(call, "pin", TEXT_MAX);

    if (pin)
        act(call, MODEM_TASK_PIN, pin, on_changed);
}

/* One of `code`, `reply`, and `cancel`, which is true. */
void modem_ussd(struct call *call)
{
    static const char *const known[] = {"code", "reply", "cancel"};
    const char *code = NULL, *reply = NULL;
    struct refusal refusal = {0};
    bool cancels;

    if (!body_read(call, &refusal) || !body_has_only(call, known, ARRAY_SIZE(known), &refusal) ||
        !body_text(call, "code", TEXT_MAX, false, &code, &refusal) ||
        !body_text(call, "reply", TEXT_MAX, false, &reply, &refusal)) {
        call_refuse(call, &refusal);
        return;
    }
    cancels = json_is_true(json_object_get(call->body, "cancel"));
    if ((code != NULL) + (reply != NULL) + cancels != 1) {
        refuse(&refusal, ERROR_INVALID, "code",
            "Expected one of `code`, a text like *123#; `reply`, a text for a network that waits "
            "for one; and `cancel`, true");
        call_refuse(call, &refusal);
        return;
    }
    act(call, code ? MODEM_TASK_USSD : reply ? MODEM_TASK_USSD_REPLY : MODEM_TASK_USSD_CANCEL,
        code ? code : reply, on_ussd);
}
