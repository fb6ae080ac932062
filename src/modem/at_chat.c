#include "modem/at_chat.h"

#include "modem/timers.h"
#include "util/hex.h"
#include "util/macros.h"

#include <errno.h>
#include <string.h>

#define ESC "\x1B"

static void arm(struct at_chat *chat, enum at_chat_phase phase, usec_t deadline)
{
    chat->phase = phase;
    chat->deadline = deadline;
    chat->ops->arm(chat->userdata, deadline);
}

static usec_t after(usec_t now, enum modem_timer timer)
{
    return usec_add(now, modem_timer_usec(timer));
}

void at_chat_init(struct at_chat *chat, const struct at_chat_ops *ops, void *userdata)
{
    *chat = (struct at_chat){.ops = ops, .userdata = userdata, .deadline = USEC_INFINITY};
    at_splitter_init(&chat->splitter);
}

/* Takes the first request off the queue; a PIN may stand in it. */
static struct at_request shift(struct at_chat *chat)
{
    struct at_request first = chat->queue[0];

    memmove(&chat->queue[0], &chat->queue[1], (chat->n_queue - 1) * sizeof(chat->queue[0]));
    chat->n_queue--;
    explicit_bzero(&chat->queue[chat->n_queue], sizeof(chat->queue[0]));
    explicit_bzero(&first.command, sizeof(first.command));
    chat->answered = false;
    chat->graced = false;
    chat->has_eaten = false;
    return first;
}

static void drop_queue(struct at_chat *chat)
{
    explicit_bzero(chat->queue, sizeof(chat->queue));
    chat->n_queue = 0;
    chat->answered = false;
    chat->graced = false;
    chat->has_eaten = false;
}

void at_chat_close(struct at_chat *chat)
{
    drop_queue(chat);
    explicit_bzero(&chat->splitter, sizeof(chat->splitter));
    chat->header = NULL;
    chat->owed = 0;
    chat->epoch++;
    arm(chat, AT_CHAT_CLOSED, USEC_INFINITY);
}

static void start_next(struct at_chat *chat, usec_t now)
{
    const struct at_request *request = &chat->queue[0];

    if (chat->phase != AT_CHAT_IDLE || chat->n_queue == 0)
        return;
    arm(chat, request->prompt ? AT_CHAT_PROMPT : AT_CHAT_RESULT,
        usec_add(now, request->timeout_usec));
    chat->ops->write(chat->userdata, request->command.text, request->command.n);
}

static void finish(struct at_chat *chat, const struct at_result *result, usec_t now)
{
    struct at_request request = shift(chat);
    unsigned epoch = chat->epoch;

    arm(chat, AT_CHAT_IDLE, USEC_INFINITY);
    if (request.done)
        request.done(chat->userdata, result);
    if (epoch == chat->epoch)
        start_next(chat, now);
}

static void write_escape(struct at_chat *chat, usec_t now)
{
    arm(chat, AT_CHAT_GUARD, after(now, MODEM_TIMER_ESC_GUARD));
    chat->ops->write(chat->userdata, ESC, 1);
}

void at_chat_resync(struct at_chat *chat, unsigned tries, usec_t now)
{
    /* What a program before us left unanswered is not known: the line has to become quiet. */
    chat->is_opening = chat->phase == AT_CHAT_CLOSED;
    if (chat->is_opening)
        chat->owed = 1 + AT_CHAT_RESYNC_TRIES;
    chat->tries_left = tries;
    chat->header = NULL;
    write_escape(chat, now);
}

/* A modem that answers the first AT after opening at once is not busy for anybody. */
static usec_t settled_at(struct at_chat *chat, usec_t now)
{
    usec_t at_once = after(now, MODEM_TIMER_PROBE) - modem_timer_usec(MODEM_TIMER_OPEN_SETTLE);

    if (chat->phase == AT_CHAT_PROBE && chat->deadline < at_once)
        chat->is_opening = false;
    return after(now, chat->is_opening ? MODEM_TIMER_OPEN_SETTLE : MODEM_TIMER_SETTLE);
}

static void write_probe(struct at_chat *chat, usec_t now)
{
    chat->tries_left--;
    chat->owed++;
    arm(chat, AT_CHAT_PROBE, after(now, MODEM_TIMER_PROBE));
    chat->ops->write(chat->userdata, "AT\r", 3);
}

static void end_sync(struct at_chat *chat, usec_t now)
{
    unsigned epoch = chat->epoch;

    if (chat->is_opening)
        chat->owed = 0; /* answered at once, and quiet since: nobody was owed anything */
    chat->is_opening = false;
    chat->stray_until = chat->owed > 0 ? after(now, MODEM_TIMER_STRAY) : 0;
    arm(chat, AT_CHAT_IDLE, USEC_INFINITY);
    chat->ops->synced(chat->userdata);
    if (epoch == chat->epoch)
        start_next(chat, now);
}

/*
 * A final result while out of sync. When as many have come as lines were written, nothing late can
 * follow; else the line must stay quiet for a while after the OK.
 */
static void on_sync_final(struct at_chat *chat, const struct at_result *result, usec_t now)
{
    if (chat->owed > 0)
        chat->owed--;
    if (chat->phase == AT_CHAT_PROBE && result->outcome != AT_OK)
        return;
    if (chat->phase == AT_CHAT_SETTLE || chat->phase == AT_CHAT_PROBE) {
        if (chat->owed == 0)
            end_sync(chat, now);
        else
            arm(chat, AT_CHAT_SETTLE, settled_at(chat, now));
    }
}

int at_chat_submit(struct at_chat *chat, const struct at_request *request, usec_t now)
{
    if (request->command.error)
        return request->command.error;
    if (chat->phase == AT_CHAT_CLOSED)
        return -ENOTCONN;
    if (chat->n_queue == AT_CHAT_QUEUE)
        return -ENOBUFS;
    chat->queue[chat->n_queue++] = *request;
    start_next(chat, now);
    return 0;
}

int at_chat_data(
    struct at_chat *chat, const char *data, size_t n, usec_t timeout_usec, usec_t now)
{
    if (chat->phase != AT_CHAT_HELD)
        return -EPROTO;
    arm(chat, AT_CHAT_RESULT, usec_add(now, timeout_usec));
    chat->ops->write(chat->userdata, data, n);
    return 0;
}

void at_chat_cancel_prompt(struct at_chat *chat, usec_t now)
{
    bool current = chat->phase == AT_CHAT_PROMPT || chat->phase == AT_CHAT_HELD;

    for (size_t i = 0; i < chat->n_queue; i++) {
        if (!chat->queue[i].prompt || (i == 0 && chat->phase == AT_CHAT_RESULT))
            continue; /* another's, or its data are out already */
        memmove(&chat->queue[i], &chat->queue[i + 1],
            (chat->n_queue - i - 1) * sizeof(chat->queue[0]));
        chat->n_queue--;
        break;
    }
    if (!current)
        return;
    chat->owed = 1;
    at_chat_resync(chat, AT_CHAT_RESYNC_TRIES, now);
}

static bool is_hex(const char *line)
{
    size_t n = 0;

    while (line[n] && hex_digit(line[n]) >= 0)
        n++;
    return n >= 4 && n % 2 == 0 && line[n] == '\0';
}

/*
 * A final that may belong to a command given up before: it is put aside, and the true one awaited.
 */
static bool is_stray(struct at_chat *chat, const struct at_result *result, usec_t now)
{
    const struct at_request *request = &chat->queue[0];

    if (chat->owed == 0 || now >= chat->stray_until || !request->prefix || chat->answered)
        return false;
    chat->owed--;
    chat->eaten = *result;
    chat->has_eaten = true;
    arm(chat, chat->phase, MIN(chat->deadline, after(now, MODEM_TIMER_STRAY_WAIT)));
    return true;
}

static void on_final(struct at_chat *chat, const struct at_result *result, usec_t now)
{
    const struct at_request *request = &chat->queue[0];

    if (result->outcome == AT_CALL_ENDED)
        return; /* of somebody's call: no command of ours ends like this */
    switch (chat->phase) {
    case AT_CHAT_DRAIN:
    case AT_CHAT_GUARD:
    case AT_CHAT_PROBE:
    case AT_CHAT_SETTLE:
        on_sync_final(chat, result, now);
        return;
    case AT_CHAT_RESULT:
    case AT_CHAT_PROMPT:
    case AT_CHAT_HELD:
        break;
    case AT_CHAT_CLOSED:
    case AT_CHAT_IDLE:
        if (chat->owed > 0)
            chat->owed--;
        return;
    }
    if (is_stray(chat, result, now))
        return;
    if (request->prompt && result->outcome == AT_OK && !chat->answered)
        return;
    finish(chat, result, now);
}

static void on_answer(struct at_chat *chat, const char *line, usec_t now)
{
    const struct at_request *request = &chat->queue[0];

    if (!chat->answered) {
        chat->answered = true;
        chat->owed = 0; /* it answers to us: the line is in step */
        if (request->grace_usec) {
            chat->graced = true;
            arm(chat, chat->phase, MIN(chat->deadline, usec_add(now, request->grace_usec)));
        }
    }
    if (request->line)
        request->line(chat->userdata, line);
}

static bool is_answer(const struct at_chat *chat, const char *line, const struct urc *urc)
{
    const struct at_request *request = &chat->queue[0];

    if (chat->phase != AT_CHAT_RESULT)
        return false;
    if (request->prefix && strncmp(line, request->prefix, strlen(request->prefix)) == 0)
        return true;
    if (request->pdu_follows && chat->answered && is_hex(line))
        return true;
    return request->plain && !urc;
}

static bool is_echo(const struct at_chat *chat, const char *line, size_t n)
{
    const struct at_command *command = &chat->queue[0].command;

    return chat->n_queue > 0 && n + 1 == command->n && memcmp(line, command->text, n) == 0;
}

/*
 * Whether a text that a quote has begun goes on: its end is a quote, and a number behind it or not.
 */
static bool is_open(const char *line)
{
    const char *first = strchr(line, '"');
    const char *last = strrchr(line, '"');

    return first && (last == first || last[1 + strspn(last + 1, ", 0123456789")] != '\0');
}

/* The text of an unsolicited line goes on, in this line or not. True: the line was taken. */
static bool on_continuation(struct at_chat *chat, const struct at_token *token, usec_t now)
{
    size_t n = strlen(chat->header_line);
    bool goes_on =
        now < chat->header_until && n + 1 + token->n < sizeof(chat->header_line);

    if (!chat->header || !chat->header->quoted)
        return false;
    if (goes_on) {
        chat->header_line[n] = '\n';
        memcpy(chat->header_line + n + 1, token->text, token->n + 1);
        if (is_open(chat->header_line))
            return true;
    } /* else its end has been lost */
    chat->ops->unsolicited(chat->userdata, TAKE_PTR(chat->header), chat->header_line, NULL);
    return goes_on;
}

static void on_unsolicited(
    struct at_chat *chat, const struct urc *urc, const char *line, usec_t now)
{
    size_t n = MIN(strlen(line), sizeof(chat->header_line) - 1);

    if (!urc->body && !(urc->quoted && is_open(line))) {
        chat->ops->unsolicited(chat->userdata, urc, line, NULL);
        return;
    }
    chat->header = urc;
    chat->header_until = after(now, MODEM_TIMER_PROBE);
    memcpy(chat->header_line, line, n);
    chat->header_line[n] = '\0';
}

static void on_line(struct at_chat *chat, const struct at_token *token, usec_t now)
{
    const struct urc *header;
    const struct urc *urc;
    struct at_result result;

    if (on_continuation(chat, token, now))
        return;
    header = TAKE_PTR(chat->header);
    if (header && is_hex(token->text)) {
        chat->ops->unsolicited(chat->userdata, header, chat->header_line, token->text);
        return;
    }
    if (is_echo(chat, token->text, token->n))
        return;
    if (at_result_parse(token->text, &result)) {
        on_final(chat, &result, now);
        return;
    }
    urc = urc_find(token->text);
    if (is_answer(chat, token->text, urc))
        on_answer(chat, token->text, now);
    else if (urc)
        on_unsolicited(chat, urc, token->text, now);
}

static void on_prompt(struct at_chat *chat, usec_t now)
{
    switch (chat->phase) {
    case AT_CHAT_PROMPT:
        chat->owed = 0;
        chat->has_eaten = false;
        arm(chat, AT_CHAT_HELD, after(now, MODEM_TIMER_PROMPT_HOLD));
        if (chat->queue[0].prompted)
            chat->queue[0].prompted(chat->userdata);
        return;
    case AT_CHAT_DRAIN:
    case AT_CHAT_GUARD:
    case AT_CHAT_PROBE:
    case AT_CHAT_SETTLE:
        /* It came too late: what is written now would become a text. */
        chat->ops->write(chat->userdata, ESC, 1);
        return;
    case AT_CHAT_CLOSED:
    case AT_CHAT_IDLE:
    case AT_CHAT_RESULT:
    case AT_CHAT_HELD:
        return;
    }
}

void at_chat_input(struct at_chat *chat, const void *bytes, size_t n, usec_t now)
{
    struct cursor input = cursor_on(bytes, n);
    unsigned epoch = chat->epoch;
    struct at_token token;

    while (epoch == chat->epoch && chat->phase != AT_CHAT_CLOSED) {
        chat->splitter.text_goes_on =
            chat->header && chat->header->quoted && now < chat->header_until;
        if (!at_splitter_next(&chat->splitter, &input, &token))
            return;
        switch (token.type) {
        case AT_TOKEN_LINE:
            on_line(chat, &token, now);
            break;
        case AT_TOKEN_PROMPT:
            on_prompt(chat, now);
            break;
        case AT_TOKEN_OVERFLOW:
            chat->header = NULL;
            break;
        }
    }
}

static void on_command_timeout(struct at_chat *chat, usec_t now)
{
    static const struct at_result ok = {.outcome = AT_OK, .code = -1};
    static const struct at_result timeout = {.outcome = AT_TIMEOUT, .code = -1};
    struct at_result eaten = chat->eaten;
    struct at_request request;
    unsigned epoch = chat->epoch;

    if (chat->graced || chat->has_eaten) {
        chat->owed = chat->graced ? 1 : 0;
        chat->stray_until = after(now, MODEM_TIMER_STRAY);
        finish(chat, chat->graced ? &ok : &eaten, now);
        return;
    }
    request = shift(chat);
    drop_queue(chat);
    chat->owed = 1;
    chat->tries_left = AT_CHAT_RESYNC_TRIES;
    arm(chat, AT_CHAT_DRAIN, after(now, MODEM_TIMER_DRAIN));
    if (request.done)
        request.done(chat->userdata, &timeout);
    if (epoch == chat->epoch)
        chat->ops->silent(chat->userdata);
}

void at_chat_tick(struct at_chat *chat, usec_t now)
{
    if (now < chat->deadline)
        return;
    switch (chat->phase) {
    case AT_CHAT_CLOSED:
    case AT_CHAT_IDLE:
        arm(chat, chat->phase, USEC_INFINITY);
        break;
    case AT_CHAT_RESULT:
    case AT_CHAT_PROMPT:
    case AT_CHAT_HELD:
        on_command_timeout(chat, now);
        break;
    case AT_CHAT_DRAIN:
        write_escape(chat, now);
        break;
    case AT_CHAT_GUARD:
        write_probe(chat, now);
        break;
    case AT_CHAT_PROBE:
        chat->is_opening = false;
        if (chat->tries_left > 0) {
            write_escape(chat, now);
        } else {
            at_chat_close(chat);
            chat->ops->lost(chat->userdata);
        }
        break;
    case AT_CHAT_SETTLE:
        end_sync(chat, now);
        break;
    }
}

bool at_chat_is_idle(const struct at_chat *chat)
{
    return chat->phase == AT_CHAT_IDLE;
}
