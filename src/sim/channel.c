#include "sim/channel.h"

#include "sim/commands.h"
#include "sim/error_text.h"
#include "sim/modem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define CTRL_Z 0x1a
#define ESC 0x1b

static void put(struct channel *channel, const char *text, size_t n)
{
    if (!channel->modem->muted)
        pty_write(&channel->modem->pty, text, n);
}

static void put_string(struct channel *channel, const char *text)
{
    put(channel, text, strlen(text));
}

void channel_info(struct channel *channel, const char *format, ...)
{
    char line[2048];
    va_list ap;
    int n;

    va_start(ap, format);
    n = vsnprintf(line, sizeof(line), format, ap);
    va_end(ap);
    if (n < 0)
        return;
    strbuf_puts(&channel->response, "\r\n");
    strbuf_put(&channel->response, line, MIN((size_t)n, sizeof(line) - 1));
    strbuf_puts(&channel->response, "\r\n");
}

/* URCs wait while a line or a message is under way, so that they never stand inside an answer. */
void channel_urc(struct channel *channel, const char *line, size_t n)
{
    strbuf_puts(&channel->urcs, "\r\n");
    strbuf_put(&channel->urcs, line, n);
    strbuf_puts(&channel->urcs, "\r\n");
    if (channel->state == CHANNEL_COMMAND && channel->n_line == 0) {
        put(channel, channel->urcs.data, channel->urcs.length);
        strbuf_reset(&channel->urcs);
    }
}

static void put_result(struct channel *channel, struct strbuf *sb)
{
    const struct settings *settings = &channel->modem->settings;
    struct result result = channel->result;

    switch (result.kind) {
    case RESULT_OK:
        strbuf_puts(sb, settings->verbose ? "\r\nOK\r\n" : "0\r");
        return;
    case RESULT_NO_CARRIER:
        strbuf_puts(sb, settings->verbose ? "\r\nNO CARRIER\r\n" : "3\r");
        return;
    case RESULT_CME:
        if (settings->cmee == 0)
            break;
        if (settings->cmee == 2)
            strbuf_printf(sb, "\r\n+CME ERROR: %s\r\n", cme_error_text(result.code));
        else
            strbuf_printf(sb, "\r\n+CME ERROR: %u\r\n", result.code);
        return;
    case RESULT_CMS:
        if (settings->cmee == 2)
            strbuf_printf(sb, "\r\n+CMS ERROR: %s\r\n", cms_error_text(result.code));
        else
            strbuf_printf(sb, "\r\n+CMS ERROR: %u\r\n", result.code);
        return;
    case RESULT_ERROR:
        break;
    case RESULT_PROMPT:
    case RESULT_SUBMITTED:
    case RESULT_TOLD:
    case RESULT_SILENT:
        return;
    }
    strbuf_puts(sb, settings->verbose ? "\r\nERROR\r\n" : "4\r");
}

/* The answer leaves in one piece. */
static void send_answer(struct channel *channel)
{
    char result[256];
    struct strbuf sb = STRBUF_ON(result);

    put(channel, channel->response.data, channel->response.length);
    strbuf_reset(&channel->response);
    if (!channel->modem->settings.quiet)
        put_result(channel, &sb);
    put(channel, sb.data, sb.length);
    put(channel, channel->urcs.data, channel->urcs.length);
    strbuf_reset(&channel->urcs);
}

static void finish_wait(struct channel *channel);

static void wait_for(struct channel *channel, enum channel_state state, unsigned delay_ms)
{
    channel->state = state;
    if (delay_ms == 0)
        finish_wait(channel);
    else
        timer_arm_in(&channel->timer, delay_ms * USEC_PER_MSEC);
}

static void answer(struct channel *channel, struct result result)
{
    const struct modem_config *config = &channel->modem->config;

    channel->result = result;
    if (result.kind == RESULT_PROMPT)
        wait_for(channel, CHANNEL_PROMPTING, MAX(config->prompt_ms, config->persona->prompt_ms));
    else if (result.kind == RESULT_SUBMITTED)
        wait_for(channel, CHANNEL_SUBMITTING, config->cmgs_ms);
    else
        wait_for(channel, CHANNEL_ANSWERING, config->cmd_ms);
}

/* What was due is done; the channel is free, or takes a message. Leaves the queue alone. */
static void finish_wait(struct channel *channel)
{
    const struct persona *persona = channel->modem->config.persona;
    enum channel_state state = channel->state;

    channel->n_line = 0;
    channel->state = CHANNEL_COMMAND;
    if (state == CHANNEL_PROMPTING) {
        put(channel, channel->response.data, channel->response.length);
        strbuf_reset(&channel->response);
        channel->state = CHANNEL_ENTRY;
        put_string(channel, persona->prompt ? persona->prompt : "\r\n> ");
        return;
    }
    if (state == CHANNEL_SUBMITTING)
        channel->result = channel->complete(channel->modem);
    if (channel->result.kind == RESULT_SILENT)
        strbuf_reset(&channel->response);
    send_answer(channel);
}

static void run_line(struct channel *channel)
{
    const char *body;
    size_t n_body;

    if (channel->line_overflow) {
        channel->line_overflow = false;
        answer(channel, ERROR);
        return;
    }
    if (scenario_take_line(channel->modem->scenario, channel->line, channel->n_line)) {
        channel->n_line = 0;
        return;
    }
    body = at_find_body(channel->line, channel->n_line, &n_body);
    if (!body || channel->modem->muted) {
        channel->result = (struct result){.kind = RESULT_SILENT};
        channel->n_line = 0;
        send_answer(channel);
        return;
    }
    answer(channel, commands_run(channel->modem, body, n_body));
}

static void abandon_line(struct channel *channel)
{
    channel->n_line = 0;
    channel->line_overflow = false;
    put(channel, channel->urcs.data, channel->urcs.length);
    strbuf_reset(&channel->urcs);
}

static void command_byte(struct channel *channel, char c)
{
    if (c == ESC || c == CTRL_Z || c == '\0') {
        abandon_line(channel);
    } else if (c == '\r') {
        run_line(channel);
    } else if (c == '\b' || c == 0x7f) {
        channel->n_line -= channel->n_line > 0;
    } else if (c != '\n' && channel->n_line < sizeof(channel->line)) {
        channel->line[channel->n_line++] = c;
    } else if (c != '\n') {
        channel->line_overflow = true;
    }
}

static void entry_byte(struct channel *channel, char c)
{
    if (c == ESC) { /* TS 27.005 §3.5.1: cancelled, with OK */
        answer(channel, OK);
    } else if (c == CTRL_Z) {
        if (channel->line_overflow)
            answer(channel, CMS(305));
        else
            answer(channel, channel->entry(channel->modem, channel->line, channel->n_line));
        channel->line_overflow = false;
    } else if (c == '\b' || c == 0x7f) {
        channel->n_line -= channel->n_line > 0;
    } else if (channel->n_line < sizeof(channel->line)) {
        channel->line[channel->n_line++] = c;
    } else {
        channel->line_overflow = true;
    }
}

/* V.250 §6.2.4: what the user types comes back, a prompt's text too (TS 27.005 §3.5.1). */
static void echo(struct channel *channel, char c)
{
    const struct modem *modem = channel->modem;

    if ((modem->settings.echo || modem->config.persona->echo_stays) && c != ESC && c != CTRL_Z &&
        c != '\0')
        put(channel, &c, 1);
}

static bool is_free(const struct channel *channel)
{
    return channel->state == CHANNEL_COMMAND || channel->state == CHANNEL_ENTRY;
}

static void work_off_queue(struct channel *channel)
{
    size_t taken = 0;

    while (taken < channel->n_queue && is_free(channel)) {
        char c = channel->queue[taken++];

        echo(channel, c);
        if (channel->state == CHANNEL_ENTRY)
            entry_byte(channel, c);
        else
            command_byte(channel, c);
    }
    taken = MIN(taken, channel->n_queue); /* a script may have pulled the modem out meanwhile */
    channel->n_queue -= taken;
    memmove(channel->queue, channel->queue + taken, channel->n_queue);
    pty_set_reading(
        &channel->modem->pty, channel->n_queue + PTY_INPUT_CHUNK <= sizeof(channel->queue));
}

static void on_delay_over(void *userdata)
{
    finish_wait(userdata);
    work_off_queue(userdata);
}

void channel_init(struct channel *channel, struct modem *modem, struct loop *loop)
{
    *channel = (struct channel){.modem = modem};
    timer_init(&channel->timer, loop, on_delay_over, channel);
    channel->response = STRBUF_ON(channel->response_data);
    channel->urcs = STRBUF_ON(channel->urc_data);
}

void channel_fini(struct channel *channel)
{
    timer_fini(&channel->timer);
}

void channel_reset(struct channel *channel)
{
    timer_disarm(&channel->timer);
    channel->state = CHANNEL_COMMAND;
    channel->n_queue = 0;
    strbuf_reset(&channel->urcs);
    abandon_line(channel);
    strbuf_reset(&channel->response);
}

void channel_input(struct channel *channel, const char *bytes, size_t n)
{
    n = MIN(n, sizeof(channel->queue) - channel->n_queue);
    memcpy(channel->queue + channel->n_queue, bytes, n);
    channel->n_queue += n;
    work_off_queue(channel);
}
