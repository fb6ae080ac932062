#include "sim/modem.h"

#include "sim/commands.h"
#include "sim/network.h"

#include <errno.h>
#include <string.h>

#define STORE_SR_SLOTS 10
#define STORE_ME_SLOTS 50

static const struct settings settings_default = {
    .echo = 1, .verbose = 1, .csmp = {17, 167, 0, 0}, .charset = 1 /* GSM */};

void modem_reset_settings(struct modem *modem)
{
    modem->settings = settings_default;
}

void modem_urc_now(struct modem *modem, const char *line)
{
    char text[1024];
    struct strbuf sb = STRBUF_ON(text);

    strbuf_printf(&sb, "\r\n%s\r\n", line);
    if (!modem->muted)
        pty_write(&modem->pty, sb.data, sb.length);
}

void modem_urc(struct modem *modem, const char *line)
{
    channel_urc(&modem->channel, line, strlen(line));
}

unsigned modem_domain_stat(const struct modem *modem, unsigned domain)
{
    const struct persona *persona = modem->config.persona;

    if (modem->has_domains)
        return modem->domains[domain];
    if (modem->stat == 2 && persona->searching)
        return persona->searching;
    if (domain == 0 && persona->calls_stat && modem->stat == 1)
        return persona->calls_stat;
    return modem->stat;
}

void modem_tell_registration(struct modem *modem)
{
    static const char *const names[] = {"+CREG", "+CGREG", "+CEREG"};
    const unsigned modes[] = {modem->settings.creg, modem->settings.cgreg, modem->settings.cereg};
    char line[32];

    for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
        if (modes[i] == 0)
            continue;
        strbuf_printf(&STRBUF_ON(line), "%s: %u", names[i], modem_domain_stat(modem, i));
        modem_urc(modem, line);
    }
}

void modem_set_registration(struct modem *modem, unsigned stat)
{
    if (modem->stat == stat)
        return;
    modem->stat = stat;
    modem_tell_registration(modem);
    commands_tell_time(modem);
}

static void on_found(void *userdata)
{
    struct modem *modem = userdata;

    modem_set_registration(modem, modem->config.registration);
}

void modem_search(struct modem *modem)
{
    timer_disarm(&modem->search);
    if (modem->card.absent || modem->card.locked || modem->cfun != 1) {
        modem_set_registration(modem, 0);
        return;
    }
    if (modem->config.search_ms == 0) {
        on_found(modem);
        return;
    }
    modem_set_registration(modem, 2);
    timer_arm_in(&modem->search, modem->config.search_ms * USEC_PER_MSEC);
}

static const char *next_noise(struct modem *modem)
{
    const char *const *lines = modem->config.persona->noise;

    if (modem->noise[0])
        return modem->noise;
    if (modem->noise_turn == PERSONA_NOISE_LINES || !lines[modem->noise_turn])
        modem->noise_turn = 0;
    return lines[modem->noise_turn++];
}

static void on_noise(void *userdata)
{
    struct modem *modem = userdata;

    modem_urc_now(modem, next_noise(modem));
    timer_arm_in(&modem->noise_timer, modem->noise_ms * USEC_PER_MSEC);
}

void modem_set_noise(struct modem *modem, const char *line, unsigned interval_ms)
{
    strbuf_puts(&STRBUF_ON(modem->noise), line);
    modem->noise_ms = interval_ms;
    timer_disarm(&modem->noise_timer);
    if (interval_ms > 0)
        timer_arm_in(&modem->noise_timer, interval_ms * USEC_PER_MSEC);
}

static void say_boot_lines(void *userdata)
{
    struct modem *modem = userdata;
    const struct persona *persona = modem->config.persona;

    for (; modem->n_boot < PERSONA_BOOT_LINES && persona->boot[modem->n_boot]; modem->n_boot++) {
        if (modem->card.locked && strcmp(persona->boot[modem->n_boot], "+CPIN: READY") == 0)
            modem_urc(modem, "+CPIN: SIM PIN");
        else
            modem_urc(modem, persona->boot[modem->n_boot]);
    }
}

static void on_sms_ready(void *userdata)
{
    struct modem *modem = userdata;

    modem->sms_ready = true;
    if (modem->config.persona->sms_ready_line)
        modem_urc(modem, modem->config.persona->sms_ready_line);
}

static void start_sms(struct modem *modem)
{
    if (modem->config.persona->sms_ready_ms > 0)
        timer_arm_in(&modem->sms_starting, modem->config.persona->sms_ready_ms * USEC_PER_MSEC);
    else
        on_sms_ready(modem);
}

/* Firmware from the beginning: what is not on the card is forgotten. */
static void start(struct modem *modem)
{
    const struct persona *persona = modem->config.persona;

    channel_reset(&modem->channel);
    modem_reset_settings(modem);
    modem->awaits_acknowledge = false;
    modem->ussd.menu = 0;
    timer_disarm(&modem->ussd.timer);
    modem->cfun = 1;
    modem->stat = 0;
    modem->card.locked = modem->config.pin[0] != '\0';
    modem->memory[0] = modem->memory[1] = modem->memory[2] = 0;
    modem->n_boot = 0;
    modem->sim_busy_until = 0;
    if (persona->noise_ms > 0)
        modem_set_noise(modem, "", persona->noise_ms);
    if (persona->boot_ms > 0)
        timer_arm_in(&modem->boot, persona->boot_ms * USEC_PER_MSEC);
    else
        say_boot_lines(modem);
    modem->sms_ready = false;
    timer_disarm(&modem->sms_starting);
    if (!modem->card.locked)
        start_sms(modem);
    modem_search(modem);
}

void modem_unlocked(struct modem *modem)
{
    modem->sim_busy_until = usec_add(
        loop_now(modem->loop), modem->config.persona->pin_busy_ms * USEC_PER_MSEC);
    start_sms(modem);
    modem_search(modem);
}

void modem_set_card(struct modem *modem, bool present, bool quiet)
{
    modem->card.absent = !present;
    modem->card.locked = present && modem->config.pin[0] != '\0';
    if (!quiet)
        modem_urc(modem, present ? modem->card.locked ? "+CPIN: SIM PIN" : "+CPIN: READY"
                                 : "+CPIN: NOT INSERTED");
    modem_search(modem);
}

/* A stick leaves its bus and comes back; a module starts where it is. */
static void on_restart(void *userdata)
{
    struct modem *modem = userdata;

    if (modem->pty.master < 0) {
        (void)modem_plug(modem);
    } else if (modem->config.persona->away_ms > 0) {
        modem_unplug(modem);
        timer_arm_in(&modem->restart, modem->config.persona->away_ms * USEC_PER_MSEC);
    } else {
        start(modem);
    }
}

void modem_restart(struct modem *modem)
{
    timer_arm_in(&modem->restart, (modem->config.cmd_ms + 10) * USEC_PER_MSEC);
}

static void on_report(void *userdata)
{
    network_send_reports(userdata);
}

static void on_input(void *userdata, const char *bytes, size_t n)
{
    struct modem *modem = userdata;

    channel_input(&modem->channel, bytes, n);
}

static int init_stores(struct modem *modem)
{
    const struct persona *persona = modem->config.persona;
    int r;

    r = sms_store_init(&modem->stores[0], "SM", persona->sms_slots, persona->first_index);
    if (r < 0)
        return r;
    r = sms_store_init(&modem->stores[1], "ME", STORE_ME_SLOTS, persona->first_index);
    if (r < 0)
        return r;
    return sms_store_init(&modem->stores[2], "SR", STORE_SR_SLOTS, persona->first_index);
}

int modem_init(struct modem *modem, struct loop *loop, struct pty_monitor *monitor,
    struct handset *handset, const char *name, const char *link, const struct modem_config *config)
{
    int r;

    *modem = (struct modem){.loop = loop,
        .handset = handset,
        .config = *config,
        .card = {.pin_tries = PIN_TRIES, .puk_tries = PUK_TRIES},
        .mr = config->first_mr};
    strbuf_puts(&STRBUF_ON(modem->name), name);
    timer_init(&modem->search, loop, on_found, modem);
    timer_init(&modem->restart, loop, on_restart, modem);
    timer_init(&modem->boot, loop, say_boot_lines, modem);
    timer_init(&modem->sms_starting, loop, on_sms_ready, modem);
    timer_init(&modem->report_timer, loop, on_report, modem);
    timer_init(&modem->noise_timer, loop, on_noise, modem);
    channel_init(&modem->channel, modem, loop);
    ussd_init(&modem->ussd, modem, loop);
    if (config->persona->bit & PERSONA_HUAWEI)
        modem->config.ussd_coding = USSD_PACKED;
    r = pty_init(&modem->pty, loop, monitor, link, on_input, modem);
    if (r < 0)
        return r;
    modem->pty.one_byte = config->one_byte;
    return init_stores(modem);
}

void modem_fini(struct modem *modem)
{
    if (!modem->loop)
        return;
    pty_fini(&modem->pty);
    channel_fini(&modem->channel);
    ussd_fini(&modem->ussd);
    timer_fini(&modem->search);
    timer_fini(&modem->restart);
    timer_fini(&modem->boot);
    timer_fini(&modem->sms_starting);
    timer_fini(&modem->report_timer);
    timer_fini(&modem->noise_timer);
    for (size_t i = 0; i < ARRAY_SIZE(modem->stores); i++)
        sms_store_fini(&modem->stores[i]);
    *modem = (struct modem){0};
}

int modem_plug(struct modem *modem)
{
    int r;

    r = pty_plug(&modem->pty);
    if (r < 0)
        return r;
    start(modem);
    return 0;
}

void modem_unplug(struct modem *modem)
{
    pty_unplug(&modem->pty);
    timer_disarm(&modem->search);
    timer_disarm(&modem->restart);
    timer_disarm(&modem->boot);
    timer_disarm(&modem->sms_starting);
    channel_reset(&modem->channel);
    modem->stat = 0;
}

void modem_format_time(time_t when, char ret_text[static MODEM_TIME_SIZE])
{
    struct strbuf sb = {.data = ret_text, .size = MODEM_TIME_SIZE};
    struct tm tm = {0};

    gmtime_r(&when, &tm);
    strbuf_printf(&sb, "%02d/%02d/%02d,%02d:%02d:%02d+00", tm.tm_year % 100, tm.tm_mon + 1,
        tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}
