/* `smsotpctl status` and `smsotpctl modems`: how the gateway is. */
#include "ctl/command.h"
#include "ctl/usage.h"

#include "smsotp/api.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void print_health(const json_t *health)
{
    char text[256], state[32];
    const json_t *reason;
    json_t *modem;
    const char *name;
    size_t i;

    printf("gateway  %s\n", ctl_text(health, "status", text, sizeof(text)));
    json_array_foreach (json_object_get(health, "reasons"), i, reason)
        printf("         %s\n", ctl_text(reason, "detail", text, sizeof(text)));
    json_array_foreach (json_object_get(health, "warnings"), i, reason)
        printf("warning  %s\n", ctl_text(reason, "detail", text, sizeof(text)));
    printf("queued   %s\n", ctl_text(health, "queued", text, sizeof(text)));
    json_object_foreach ((json_t *)(uintptr_t)json_object_get(health, "modems"), name, modem) {
        json_t *row = json_pack("{s:s, s:O}", "name", name, "state", modem);

        printf("modem    %s %s\n", ctl_text(row, "name", text, sizeof(text)),
            ctl_text(row, "state", state, sizeof(state)));
        json_decref(row);
    }
    printf("version  %s\n", ctl_text(health, "version", text, sizeof(text)));
}

int ctl_status(struct ctl *ctl, int argc, char **argv)
{
    json_t *health;
    bool is_ready;
    int status;

    (void)argv;
    if (argc != 1)
        return ctl_usage("status");
    if (!ctl_call(ctl, "GET", SMSOTP_ROUTE_HEALTH, NULL, 503, &health, &status))
        return status;
    is_ready = json_is_true(json_object_get(health, "ready"));
    if (ctl->json)
        ctl_print_json(health);
    else
        print_health(health);
    json_decref(health);
    return is_ready ? CTL_EXIT_OK : CTL_EXIT_NO;
}

/* "quota_day        12 of 90" for each window that has a limit. */
static void print_quota(const json_t *quota)
{
    static const char *const windows[] = {"minute", "day", "month", "recipients"};
    char label[32], used[24], limit[24];

    for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]); i++) {
        const json_t *window = json_object_get(quota, windows[i]);

        if (!json_is_object(window))
            continue;
        snprintf(label, sizeof(label), "quota_%s", windows[i]);
        printf("  %-15s %s of %s\n", label, ctl_text(window, "used", used, sizeof(used)),
            ctl_text(window, "limit", limit, sizeof(limit)));
    }
    if (json_integer_value(json_object_get(quota, "wait")) > 0)
        printf("  %-15s %s s\n", "quota_wait", ctl_text(quota, "wait", used, sizeof(used)));
}

/* "3 h ago": the greatest unit of which there is one. */
static void put_age(char *text, size_t size, json_int_t seconds)
{
    static const struct {
        json_int_t seconds;
        const char *name;
    } units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
    size_t i = 0;

    while (i + 1 < sizeof(units) / sizeof(units[0]) && seconds < units[i].seconds)
        i++;
    snprintf(text, size, "%lld %s ago", (long long)(seconds / units[i].seconds), units[i].name);
}

/* "balance         12.50, low, 3 h ago" */
static void print_balance(const json_t *balance)
{
    char amount[32], error[128], age[32];

    put_age(age, sizeof(age), json_integer_value(json_object_get(balance, "age")));
    if (json_is_string(json_object_get(balance, "amount")))
        printf("  %-15s %s%s, %s\n", "balance", ctl_text(balance, "amount", amount, sizeof(amount)),
            json_is_true(json_object_get(balance, "low")) ? ", low" : "", age);
    if (json_is_string(json_object_get(balance, "error")))
        printf("  %-15s %s\n", "balance_error", ctl_text(balance, "error", error, sizeof(error)));
}

static void print_modem(const json_t *modem)
{
    static const char *const members[] = {"reason", "supply", "barred", "device", "port",
        "manufacturer", "model", "revision", "imei", "iccid", "number", "operator", "smsc",
        "signal_dbm", "pin_tries_left", "storage_used", "storage_total", "network_time",
        "network_time_at", "sent", "refused", "unknown", "opens", "timeouts", "recoveries",
        "resets", "usb_resets", "power_cycles", "losses", "power_warnings", "send_ms"};
    char name[64], state[32], text[160];

    printf("%s: %s\n", ctl_text(modem, "name", name, sizeof(name)),
        ctl_text(modem, "state", state, sizeof(state)));
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        if (json_object_get(modem, members[i]) && !json_is_null(json_object_get(modem, members[i])))
            printf("  %-15s %s\n", members[i], ctl_text(modem, members[i], text, sizeof(text)));
    print_balance(json_object_get(modem, "balance"));
    print_quota(json_object_get(modem, "quota"));
}

int ctl_modems(struct ctl *ctl, int argc, char **argv)
{
    json_t *answer;
    const json_t *modem;
    size_t i;
    int status;

    (void)argv;
    if (argc != 1)
        return ctl_usage("modems");
    if (!ctl_call(ctl, "GET", SMSOTP_ROUTE_MODEMS, NULL, 0, &answer, &status))
        return status;
    if (ctl->json)
        ctl_print_json(answer);
    else
        json_array_foreach (json_object_get(answer, "modems"), i, modem)
            print_modem(modem);
    json_decref(answer);
    return CTL_EXIT_OK;
}
