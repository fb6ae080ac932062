#include "sim/scenario.h"

#include "sim/modem.h"
#include "util/enum.h"
#include "util/hex.h"
#include "util/parse.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MAX_STEPS 512
#define MAX_DELAY_MS 600000U
#define TEXT_PATTERN "text"

#define VERB_LIST(X)                                                                               \
    X(VERB_EXPECT, "expect")                                                                       \
    X(VERB_PASS, "pass")                                                                           \
    X(VERB_DROP, "drop")                                                                           \
    X(VERB_REPLY, "reply")                                                                         \
    X(VERB_URC, "urc")                                                                             \
    X(VERB_RAW, "raw")                                                                             \
    X(VERB_DELAY, "delay")                                                                         \
    X(VERB_HANGUP, "hangup")                                                                       \
    X(VERB_PLUG, "plug")
ENUM_DECLARE(verb, VERB_LIST);
ENUM_DEFINE(verb, VERB_LIST);

struct step {
    enum verb verb;
    char *text; /* the rest of the line; of `raw` its bytes */
    size_t n_text;
    unsigned delay_ms;
};

struct scenario {
    struct step steps[MAX_STEPS];
    size_t n_steps;
    size_t at; /* the next one */
    struct modem *modem;
    struct timer timer;
};

/* Takes the escapes out, in place: \r \n \\ \xNN. The length, or -1. */
static ssize_t unescape(char *text)
{
    size_t n = 0;

    for (const char *p = text; *p; p++) {
        int high, low;

        if (*p != '\\') {
            text[n++] = *p;
            continue;
        }
        switch (*++p) {
        case 'r':
            text[n++] = '\r';
            break;
        case 'n':
            text[n++] = '\n';
            break;
        case '\\':
            text[n++] = '\\';
            break;
        case 'x':
            high = p[1] ? hex_digit(p[1]) : -1;
            low = high >= 0 && p[2] ? hex_digit(p[2]) : -1;
            if (low < 0)
                return -1;
            text[n++] = (char)(high << 4 | low);
            p += 2;
            break;
        default:
            return -1;
        }
    }
    text[n] = '\0';
    return (ssize_t)n;
}

/* What is wrong with a step's argument, or NULL. */
static const char *check(struct step *step)
{
    ssize_t n;

    switch (step->verb) {
    case VERB_EXPECT:
        return step->n_text > 0 ? NULL : "a command line, perhaps with * at its end, or `text`";
    case VERB_REPLY:
    case VERB_URC:
        return step->n_text > 0 ? NULL : "a line";
    case VERB_RAW:
        n = unescape(step->text);
        step->n_text = n < 0 ? 0 : (size_t)n;
        return n > 0 ? NULL : "bytes; \\r \\n \\\\ \\xNN are known";
    case VERB_DELAY:
        return parse_unsigned(step->text, 1, MAX_DELAY_MS, &step->delay_ms) < 0 ? "milliseconds"
                                                                                : NULL;
    case VERB_PASS:
    case VERB_DROP:
    case VERB_HANGUP:
    case VERB_PLUG:
        return step->n_text == 0 ? NULL : "nothing behind it";
    }
    return NULL;
}

/* Cuts `line` into a step. NULL, or what was expected. */
static const char *add(struct scenario *scenario, const char *line, size_t n)
{
    struct step *step = &scenario->steps[scenario->n_steps];
    size_t n_verb = 0;
    char verb[16] = "";

    while (n > 0 && (line[n - 1] == '\r' || line[n - 1] == ' '))
        n--;
    if (n == 0 || line[0] == '#')
        return NULL;
    if (scenario->n_steps == MAX_STEPS)
        return "fewer lines";
    while (n_verb < n && line[n_verb] != ' ')
        n_verb++;
    if (n_verb < sizeof(verb))
        memcpy(verb, line, n_verb);
    if (verb_from_string(&step->verb, verb) < 0)
        return "expect, pass, drop, reply, urc, raw, delay, hangup or plug";
    while (n_verb < n && line[n_verb] == ' ')
        n_verb++;
    step->text = strndup(line + n_verb, n - n_verb);
    if (!step->text)
        return "more memory";
    step->n_text = n - n_verb;
    scenario->n_steps++;
    return check(step);
}

int scenario_new(struct scenario **ret, const char *text, char *ret_error, size_t error_size)
{
    _cleanup_(scenario_freep) struct scenario *scenario = calloc(1, sizeof(*scenario));
    unsigned number = 1;

    if (!scenario)
        return -ENOMEM;
    for (const char *line = text; *line; number++) {
        size_t n = strcspn(line, "\n");
        const char *expected = add(scenario, line, n);

        if (expected) {
            snprintf(ret_error, error_size, "%u: expected %s", number, expected);
            return -EINVAL;
        }
        line += n + (line[n] == '\n');
    }
    *ret = TAKE_PTR(scenario);
    return 0;
}

struct scenario *scenario_free(struct scenario *scenario)
{
    if (!scenario)
        return NULL;
    if (scenario->modem)
        timer_fini(&scenario->timer);
    for (size_t i = 0; i < scenario->n_steps; i++)
        free(scenario->steps[i].text);
    free(scenario);
    return NULL;
}

static struct result on_text(struct modem *modem, const char *text _unused_, size_t n _unused_)
{
    scenario_take_text(modem->scenario);
    return (struct result){.kind = RESULT_SILENT};
}

/* Behind a prompt the modem takes a text. */
static void write_raw(struct modem *modem, const struct step *step)
{
    const char *end = step->text + step->n_text;

    if (modem->pty.master >= 0)
        pty_write(&modem->pty, step->text, step->n_text);
    if (end[-1] == '>' || (step->n_text > 1 && end[-1] == ' ' && end[-2] == '>')) {
        modem->channel.entry = on_text;
        modem->channel.state = CHANNEL_ENTRY;
    }
}

/* Plays up to the next step that waits for something. */
static void play(struct scenario *scenario)
{
    struct modem *modem = scenario->modem;

    while (scenario->at < scenario->n_steps) {
        const struct step *step = &scenario->steps[scenario->at];

        switch (step->verb) {
        case VERB_EXPECT:
            return;
        case VERB_DELAY:
            timer_arm_in(&scenario->timer, step->delay_ms * USEC_PER_MSEC);
            scenario->at++;
            return;
        case VERB_REPLY:
        case VERB_URC:
            modem_urc_now(modem, step->text);
            break;
        case VERB_RAW:
            write_raw(modem, step);
            break;
        case VERB_HANGUP:
            modem_unplug(modem);
            break;
        case VERB_PLUG:
            (void)modem_plug(modem);
            break;
        case VERB_PASS:
        case VERB_DROP:
            break;
        }
        scenario->at++;
    }
}

static void on_delay_over(void *userdata)
{
    play(userdata);
}

void scenario_start(struct scenario *scenario, struct loop *loop, struct modem *modem)
{
    scenario->modem = modem;
    timer_init(&scenario->timer, loop, on_delay_over, scenario);
    modem->scenario = scenario;
    play(scenario);
}

static bool waits_for(const struct scenario *scenario, const char *line, size_t n)
{
    const struct step *step = &scenario->steps[scenario->at];

    if (scenario->at >= scenario->n_steps || step->verb != VERB_EXPECT ||
        timer_is_armed(&scenario->timer))
        return false;
    if (step->text[step->n_text - 1] == '*')
        return n >= step->n_text - 1 && memcmp(step->text, line, step->n_text - 1) == 0;
    return n == step->n_text && memcmp(step->text, line, n) == 0;
}

bool scenario_take_line(struct scenario *scenario, const char *line, size_t n)
{
    bool passes;

    if (!scenario || !waits_for(scenario, line, n))
        return false;
    scenario->at++;
    passes = scenario->at < scenario->n_steps && scenario->steps[scenario->at].verb == VERB_PASS;
    play(scenario);
    return !passes;
}

void scenario_take_text(struct scenario *scenario)
{
    if (!waits_for(scenario, TEXT_PATTERN, strlen(TEXT_PATTERN)))
        return;
    scenario->at++;
    play(scenario);
}

bool scenario_is_done(const struct scenario *scenario)
{
    return !scenario ||
           (scenario->at == scenario->n_steps && !timer_is_armed(&scenario->timer));
}
