/*
 * Every time this layer waits for, in one table: default, the bounds within which a vendor profile
 * may move it, and the reason. The man page prints it. Data.
 */
#pragma once

#include "util/clock.h"

#define MS(n) ((n)*USEC_PER_MSEC)
#define SEC(n) ((n)*USEC_PER_SEC)

/* X(name, text, default, min, max, reason) */
#define MODEM_TIMER_LIST(X)                                                                        \
    X(NONE, "none", USEC_INFINITY, USEC_INFINITY, USEC_INFINITY, "no timer runs")                  \
    X(REOPEN, "reopen", SEC(1), MS(100), SEC(60), "an absent device is looked for; grows")         \
    X(REOPEN_MAX, "reopen-max", SEC(2), SEC(1), SEC(60), "… up to this")                           \
    X(PLUG, "plug", MS(200), MS(50), SEC(5), "a stick's ports come one after the other")           \
    X(ESC_GUARD, "esc-guard", MS(50), MS(20), MS(100), "ESC must not be eaten by the AT behind")   \
    X(DRAIN, "drain", MS(200), MS(50), SEC(2), "what a late answer gets to run out")               \
    X(PROBE, "probe", SEC(2), SEC(1), SEC(10), "AT is answered at once or not at all")             \
    X(SETTLE, "settle", MS(200), MS(50), SEC(2), "quiet after OK before the line is trusted")      \
    X(OPEN_SETTLE, "open-settle", MS(50), MS(20), SEC(1),                                          \
        "the same where the first AT was answered")                                                \
    X(STRAY, "stray", SEC(60), SEC(10), SEC(600), "how long a late final result is feared")        \
    X(STRAY_WAIT, "stray-wait", SEC(2), SEC(1), SEC(10), "… and the true one then waited for")     \
    X(COMMAND, "command", SEC(5), SEC(1), SEC(60), "settings and queries inside the modem")        \
    X(SIM_COMMAND, "sim-command", SEC(10), SEC(2), SEC(60), "commands that read the SIM")          \
    X(LIST, "list", SEC(30), SEC(10), SEC(120), "+CMGL reads a full SIM message by message")       \
    X(PIN, "pin", SEC(20), SEC(5), SEC(60), "Telit names 20 s for +CPIN")                          \
    X(NETWORK_COMMAND, "network-command", SEC(30), SEC(5), SEC(180), "+COPS? asks the network")    \
    X(RADIO, "radio", SEC(30), SEC(5), SEC(180), "+CFUN=1 starts radio and SIM")                   \
    X(SIM_POLL, "sim-poll", SEC(1), MS(200), SEC(5), "SIM busy after the PIN or at boot: again")   \
    X(SIM_WAIT, "sim-wait", SEC(20), SEC(5), SEC(120), "… for so long in all")                     \
    X(CONFIGURE, "configure", SEC(300), SEC(60), SEC(900), "the bring-up as a whole")              \
    X(LOCKED_POLL, "locked-poll", SEC(30), SEC(5), SEC(600), "somebody may unlock the SIM")        \
    X(SEARCH, "search", SEC(1), MS(200), SEC(10), "registration is asked for again; grows")        \
    X(SEARCH_MAX, "search-max", SEC(30), SEC(5), SEC(300), "… up to this; +CREG tells at once")    \
    X(SEARCH_LONG, "search-long", SEC(900), SEC(60), SEC(3600), "a radio may hang: the ladder")    \
    X(IDLE, "idle", SEC(10), SEC(5), SEC(300), "heartbeat, each third asks signal and network")    \
    X(PROMPT, "prompt", SEC(10), SEC(2), SEC(30), "u-blox names 1 s for the prompt, Telit 5 s")    \
    X(PROMPT_HOLD, "prompt-hold", SEC(20), SEC(1), SEC(60), "a modem does not hold it for ever")   \
    X(SEND_SLOW, "send-slow", SEC(60), SEC(10), SEC(120), "worth a line in the log")               \
    X(SEND, "send", SEC(180), SEC(60), SEC(600), "u-blox and Telit name 3 min for +CMGS")          \
    X(SEND_OK, "send-ok", SEC(5), SEC(1), SEC(30), "OK behind +CMGS, which is the answer already") \
    X(RESET, "reset", SEC(10), SEC(5), SEC(60), "the modem restarts; unplug and RDY end it early") \
    X(USB_RESET, "usb-reset", SEC(5), SEC(2), SEC(60), "at most, until the device enumerates")     \
    X(POWER, "power", SEC(30), SEC(10), SEC(180), "at most, for the owner's program and the boot") \
    X(POWER_RUN, "power-run", SEC(20), SEC(5), SEC(120), "… of this, what the program may take")   \
    X(TASK_WAIT, "task-wait", SEC(30), SEC(5), SEC(180), "an action waits for the text under way") \
    X(USSD, "ussd", SEC(60), SEC(20), SEC(180),                                                    \
        "operators answer within seconds, Telit names 180")                                        \
    X(RECOVERY, "recovery", SEC(30), SEC(5), SEC(600), "between rounds when no rung has helped")

#define MODEM_TIMER_CONSTANT_(name, text, usec, min, max, reason) MODEM_TIMER_##name,
enum modem_timer { MODEM_TIMER_LIST(MODEM_TIMER_CONSTANT_) };

struct modem_timer_row {
    const char *name;
    usec_t default_usec, min_usec, max_usec;
    const char *reason;
};

/* The row of a timer. */
const struct modem_timer_row *modem_timer_row(enum modem_timer timer);

/* Its default duration. */
usec_t modem_timer_usec(enum modem_timer timer);
