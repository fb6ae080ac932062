#include "sim/control_command.h"

#include "sim/commands.h"
#include "sim/network.h"
#include "util/parse.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#define MAX_MS (24U * 3600 * 1000)

/* Sets `*ret_error` to what was expected, or adds members to `answer`. */
typedef const char *(*control_handler)(struct modem *modem, const char *args, json_t *answer);

struct control_row {
    const char *name;
    const char *args; /* behind the modem's name, for messages */
    control_handler handler;
};

static const char *unplug(struct modem *modem, const char *args _unused_, json_t *answer _unused_)
{
    modem_unplug(modem);
    return NULL;
}

static const char *plug(struct modem *modem, const char *args _unused_, json_t *answer)
{
    if (modem_plug(modem) < 0)
        return "a free pty";
    json_object_set_new(answer, "path", json_string(modem->pty.path));
    return NULL;
}

static const char *registration(struct modem *modem, const char *args, json_t *answer _unused_)
{
    unsigned stat;

    if (parse_unsigned(args, 0, 10, &stat) < 0)
        return "<stat> from 0 to 10";
    modem->config.registration = stat;
    timer_disarm(&modem->search);
    modem_set_registration(modem, stat);
    return NULL;
}

/* `CREG CGREG CEREG` or `off`. */
static const char *domains(struct modem *modem, const char *args, json_t *answer _unused_)
{
    unsigned stats[3];

    if (strcmp(args, "off") == 0) {
        modem->has_domains = false;
        modem_tell_registration(modem);
        return NULL;
    }
    for (size_t i = 0; i < ARRAY_SIZE(stats); i++) {
        char word[8] = "";
        size_t n = strcspn(args, " ");

        strbuf_put(&STRBUF_ON(word), args, n);
        if (parse_unsigned(word, 0, 11, &stats[i]) < 0)
            return "three <stat> from 0 to 11: CREG CGREG CEREG, or off";
        args += n + (args[n] == ' ');
    }
    memcpy(modem->domains, stats, sizeof(stats));
    modem->has_domains = true;
    modem_tell_registration(modem);
    return NULL;
}

/* `out`, `in`, `quiet-out`, `quiet-in`, and with a number: another card; `lost`: nobody notices. */
static const char *card(struct modem *modem, const char *args, json_t *answer _unused_)
{
    bool quiet = strncmp(args, "quiet-", 6) == 0;
    const char *what = args + (quiet ? 6 : 0);

    if (strcmp(args, "lost") == 0) {
        modem->card.absent = true;
        return NULL;
    }
    if (strcmp(what, "out") != 0 && strcmp(what, "in") != 0 && strncmp(what, "in ", 3) != 0)
        return "out, in, quiet-out, quiet-in, lost, or in ICCID";
    if (what[0] == 'i' && what[2] == ' ') {
        if (strlen(what + 3) >= sizeof(modem->config.iccid))
            return "an ICCID of at most 20 digits";
        memcpy(modem->config.iccid, what + 3, strlen(what + 3) + 1);
    }
    modem_set_card(modem, what[0] == 'i', quiet);
    return NULL;
}

static const char *set_ms(const char *args, unsigned *ret)
{
    return parse_unsigned(args, 0, MAX_MS, ret) < 0 ? "milliseconds" : NULL;
}

static const char *cmgs_ms(struct modem *modem, const char *args, json_t *answer _unused_)
{
    return set_ms(args, &modem->config.cmgs_ms);
}

static const char *cmd_ms(struct modem *modem, const char *args, json_t *answer _unused_)
{
    return set_ms(args, &modem->config.cmd_ms);
}

static const char *prompt_ms(struct modem *modem, const char *args, json_t *answer _unused_)
{
    return set_ms(args, &modem->config.prompt_ms);
}

static const char *report_ms(struct modem *modem, const char *args, json_t *answer _unused_)
{
    if (strcmp(args, "off") == 0) {
        modem->config.reports = false;
        return NULL;
    }
    modem->config.reports = true;
    return set_ms(args, &modem->config.report_ms);
}

static const char *report_status(struct modem *modem, const char *args, json_t *answer _unused_)
{
    unsigned status;

    if (parse_unsigned(args, 0, 255, &status) < 0)
        return "a TP-ST from 0 to 255";
    modem->config.report_status = (uint8_t)status;
    return NULL;
}

static const char *radio(struct modem *modem, const char *args, json_t *answer _unused_)
{
    unsigned fun;

    if (parse_unsigned(args, 0, 4, &fun) < 0 || fun == 2 || fun == 3)
        return "<fun>: 0, 1 or 4";
    modem->cfun = fun;
    modem_search(modem);
    return NULL;
}

static const char *signal_level(struct modem *modem, const char *args, json_t *answer _unused_)
{
    unsigned level;

    if (parse_unsigned(args, 0, 99, &level) < 0 || (level > 31 && level != 99))
        return "0 to 31, or 99";
    modem->config.signal = level;
    return NULL;
}

static const char *fail(struct modem *modem, const char *args, json_t *answer _unused_)
{
    unsigned code;

    if (strcmp(args, "off") == 0) {
        modem->config.fail = -1;
        return NULL;
    }
    if (parse_unsigned(args, 0, 65535, &code) < 0)
        return "a CMS code, or off";
    modem->config.fail = (int)code;
    return NULL;
}

static const char *set_switch(const char *args, bool *ret)
{
    return parse_bool(args, ret) < 0 ? "on or off" : NULL;
}

static const char *mute(struct modem *modem, const char *args, json_t *answer _unused_)
{
    return set_switch(args, &modem->muted);
}

static const char *pin_tries(struct modem *modem, const char *args, json_t *answer _unused_)
{
    bool is_told = !modem->config.hides_tries;
    const char *expected = set_switch(args, &is_told);

    modem->config.hides_tries = !is_told;
    return expected;
}

static const char *drop_result(struct modem *modem, const char *args, json_t *answer _unused_)
{
    return set_switch(args, &modem->drop_result);
}

static const char *one_byte(struct modem *modem, const char *args, json_t *answer _unused_)
{
    return set_switch(args, &modem->pty.one_byte);
}

/* `"LINE" MS` or `off`. */
static const char *noise(struct modem *modem, const char *args, json_t *answer _unused_)
{
    static const char expected[] = "\"LINE\" MS, or off";
    char line[sizeof(modem->noise)];
    const char *end;
    unsigned ms;

    if (strcmp(args, "off") == 0) {
        modem_set_noise(modem, "", 0);
        return NULL;
    }
    end = args[0] == '"' ? strchr(args + 1, '"') : NULL;
    if (!end || end[1] != ' ' || (size_t)(end - args) > sizeof(line) ||
        parse_unsigned(end + 2, 1, MAX_MS, &ms) < 0)
        return expected;
    strbuf_put(&STRBUF_ON(line), args + 1, (size_t)(end - args) - 1);
    modem_set_noise(modem, line, ms);
    return NULL;
}

static const char *inject(struct modem *modem, const char *args, json_t *answer _unused_)
{
    modem_urc_now(modem, args);
    return NULL;
}

static const char *receive(struct modem *modem, const char *args, json_t *answer _unused_)
{
    size_t n = strcspn(args, " ");
    char from[SMS_NUMBER_SIZE];

    if (n == 0 || n > 21 || args[n] != ' ')
        return "FROM TEXT";
    memcpy(from, args, n);
    from[n] = '\0';
    switch (network_deliver(modem, from, args + n + 1)) {
    case 0:
        return NULL;
    case -ENOSPC:
        return "room in the SIM's memory";
    case -ENETDOWN:
        return "a registered modem";
    default:
        return "TEXT in UTF-8, at most 255 parts";
    }
}

/* `off`, or how far the network's clock is ahead of this machine's; and it is told. */
static const char *network_time(struct modem *modem, const char *args, json_t *answer _unused_)
{
    bool is_behind = args[0] == '-';
    unsigned seconds;

    modem->config.time_off = strcmp(args, "off") == 0;
    if (modem->config.time_off)
        return NULL;
    if (parse_unsigned(args + is_behind, 0, 1000000000, &seconds) < 0)
        return "seconds ahead of this machine's clock, or off";
    modem->config.time_ahead_sec = is_behind ? -(int)seconds : (int)seconds;
    commands_tell_time(modem);
    return NULL;
}

static const char *ussd(struct modem *modem, const char *args, json_t *answer _unused_)
{
    enum ussd_coding coding;

    if (ussd_coding_from_string(&coding, args) < 0)
        return "plain, ucs2 or packed";
    modem->config.ussd_coding = coding;
    return NULL;
}

static const char *ussd_ms(struct modem *modem, const char *args, json_t *answer _unused_)
{
    return set_ms(args, &modem->config.ussd_ms);
}

static const char *balance(struct modem *modem, const char *args, json_t *answer _unused_)
{
    if (strlen(args) >= sizeof(modem->config.balance))
        return "a text of at most 159 bytes";
    memcpy(modem->config.balance, args, strlen(args) + 1);
    return NULL;
}

static const char *stats(struct modem *modem, const char *args _unused_, json_t *answer)
{
    const struct modem_stats *stats = &modem->stats;

    json_object_set_new(answer, "modem", json_string(modem->name));
    json_object_set_new(answer, "path", json_string(modem->pty.path));
    json_object_set_new(answer, "plugged", json_boolean(modem->pty.master >= 0));
    json_object_set_new(answer, "open", json_integer(modem->pty.peers));
    json_object_set_new(answer, "registration", json_integer(modem->stat));
    json_object_set_new(answer, "imei", json_string(modem->config.imei));
    json_object_set_new(answer, "script_done", json_boolean(scenario_is_done(modem->scenario)));
    json_object_set_new(answer, "noise", json_boolean(modem->noise_ms > 0));
    json_object_set_new(answer, "pin_tries", json_integer(modem->card.pin_tries));
    json_object_set_new(answer, "commands", json_integer((json_int_t)stats->commands));
    json_object_set_new(answer, "sms_sent", json_integer((json_int_t)stats->sms_sent));
    json_object_set_new(answer, "sms_failed", json_integer((json_int_t)stats->sms_failed));
    json_object_set_new(answer, "sms_received", json_integer((json_int_t)stats->sms_received));
    json_object_set_new(answer, "reports_sent", json_integer((json_int_t)stats->reports_sent));
    json_object_set_new(
        answer, "stored", json_integer((json_int_t)sms_store_used(&modem->stores[0])));
    json_object_set_new(
        answer, "dropped_octets", json_integer((json_int_t)modem->pty.dropped_octets));
    return NULL;
}

static const struct control_row rows[] = {
    {"unplug", "", unplug},
    {"plug", "", plug},
    {"registration", " STAT", registration},
    {"domains", " CREG CGREG CEREG|off", domains},
    {"card", " out|in [ICCID]|lost", card},
    {"cfun", " FUN", radio},
    {"pin-tries", " on|off", pin_tries},
    {"signal", " N", signal_level},
    {"cmgs-ms", " MS", cmgs_ms},
    {"cmd-ms", " MS", cmd_ms},
    {"prompt-ms", " MS", prompt_ms},
    {"report-ms", " MS|off", report_ms},
    {"report-status", " TPST", report_status},
    {"fail", " CODE|off", fail},
    {"mute", " on|off", mute},
    {"drop-result", " on|off", drop_result},
    {"one-byte", " on|off", one_byte},
    {"noise", " \"LINE\" MS|off", noise},
    {"inject", " LINE", inject},
    {"receive", " FROM TEXT", receive},
    {"ussd", " plain|ucs2|packed", ussd},
    {"ussd-ms", " MS", ussd_ms},
    {"balance", " TEXT", balance},
    {"time", " SECONDS|off", network_time},
    {"stats", "", stats},
};

static struct modem *find_modem(struct modem *modems, size_t n_modems, const char *name, size_t n)
{
    for (size_t i = 0; i < n_modems; i++) {
        if (strlen(modems[i].name) == n && memcmp(modems[i].name, name, n) == 0)
            return &modems[i];
    }
    return NULL;
}

static void expect(json_t *answer, const char *what)
{
    char text[768];
    struct strbuf sb = STRBUF_ON(text);

    strbuf_printf(&sb, "expected %s", what);
    json_object_clear(answer);
    json_object_set_new(answer, "error", json_string(text));
}

static void expect_command(json_t *answer)
{
    char text[736];
    struct strbuf sb = STRBUF_ON(text);

    strbuf_puts(&sb, "one of");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        strbuf_printf(&sb, "%s %s MODEM%s", i > 0 ? "," : "", rows[i].name, rows[i].args);
    expect(answer, text);
}

/* `stats` without a modem: all of them. */
static void all_stats(struct modem *modems, size_t n_modems, json_t *answer)
{
    json_t *array = json_array();

    for (size_t i = 0; i < n_modems; i++) {
        json_t *one = json_object();

        (void)stats(&modems[i], "", one);
        json_array_append_new(array, one);
    }
    json_object_set_new(answer, "modems", array);
}

static void run(struct modem *modems, size_t n_modems, const char *line, json_t *answer)
{
    size_t n_name = strcspn(line, " ");
    const char *target = line + n_name + (line[n_name] == ' ');
    size_t n_target = strcspn(target, " ");
    const char *args = target + n_target + (target[n_target] == ' ');

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct modem *modem = find_modem(modems, n_modems, target, n_target);
        const char *expected;

        if (strlen(rows[i].name) != n_name || memcmp(rows[i].name, line, n_name) != 0)
            continue;
        if (!modem && rows[i].handler == stats && n_target == 0) {
            all_stats(modems, n_modems, answer);
            return;
        }
        expected = modem ? rows[i].handler(modem, args, answer) : "a modem: modem0, modem1, …";
        if (expected)
            expect(answer, expected);
        return;
    }
    expect_command(answer);
}

int control_command_run(struct modem *modems, size_t n_modems, const char *line, char **ret_answer)
{
    json_t *answer = json_pack("{sb}", "ok", 1);
    char *text, *whole;
    size_t n;

    if (!answer)
        return -ENOMEM;
    run(modems, n_modems, line, answer);
    text = json_dumps(answer, JSON_COMPACT);
    json_decref(answer);
    if (!text)
        return -ENOMEM;
    n = strlen(text);
    whole = realloc(text, n + 2);
    if (!whole) {
        free(text);
        return -ENOMEM;
    }
    memcpy(whole + n, "\n", 2);
    *ret_answer = whole;
    return 0;
}
