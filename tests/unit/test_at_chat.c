#include "modem/at_chat.h"

#include "modem/timers.h"
#include "util/strbuf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* All that the conversation does, as one text: `w<…>` written, `l<…>` answer, `d` done, … */
struct fixture {
    struct at_chat chat;
    usec_t now, deadline;
    char text[4096];
    struct strbuf seen;
};

static void on_write(void *userdata, const char *bytes, size_t n)
{
    struct fixture *f = userdata;

    strbuf_puts(&f->seen, "w<");
    for (size_t i = 0; i < n; i++)
        if (bytes[i] == '\r')
            strbuf_puts(&f->seen, "\\r");
        else if (bytes[i] == 0x1B)
            strbuf_puts(&f->seen, "ESC");
        else
            strbuf_putc(&f->seen, bytes[i]);
    strbuf_puts(&f->seen, "> ");
}

static void on_arm(void *userdata, usec_t deadline)
{
    ((struct fixture *)userdata)->deadline = deadline;
}

static void on_unsolicited(
    void *userdata, const struct urc *urc, const char *line, const char *body)
{
    struct fixture *f = userdata;

    if (urc->kind != URC_NOISE)
        strbuf_printf(&f->seen, "u<%s%s%s> ", line, body ? "|" : "", body ? body : "");
}

#define TELL(name, word)                                                                           \
    static void name(void *userdata)                                                               \
    {                                                                                              \
        strbuf_puts(&((struct fixture *)userdata)->seen, word " ");                                \
    }
TELL(on_silent, "silent")
TELL(on_synced, "synced")
TELL(on_lost, "lost")
TELL(on_prompted, "prompt")

static void on_line(void *userdata, const char *line)
{
    strbuf_printf(&((struct fixture *)userdata)->seen, "l<%s> ", line);
}

static void on_done(void *userdata, const struct at_result *result)
{
    strbuf_printf(&((struct fixture *)userdata)->seen, "d<%s,%d> ",
        at_outcome_to_string(result->outcome), result->code);
}

static const struct at_chat_ops ops = {.write = on_write,
    .arm = on_arm,
    .unsolicited = on_unsolicited,
    .silent = on_silent,
    .synced = on_synced,
    .lost = on_lost};

static void input(struct fixture *f, const char *text)
{
    for (; *text; text++) /* the hard way: one at a time */
        at_chat_input(&f->chat, text, 1, f->now);
}

static void pass_ms(struct fixture *f, unsigned ms)
{
    usec_t until = f->now + ms * USEC_PER_MSEC;

    while (f->deadline <= until) {
        f->now = f->deadline;
        at_chat_tick(&f->chat, f->now);
    }
    f->now = until;
    at_chat_tick(&f->chat, f->now); /* before its time: nothing */
}

static void submit(struct fixture *f, const char *name, const char *prefix, bool prompt)
{
    struct at_request request = {.prefix = prefix,
        .prompt = prompt,
        .plain = prefix && strcmp(prefix, "+CGMI:") == 0,
        .timeout_usec = 5 * USEC_PER_SEC,
        .line = on_line,
        .prompted = on_prompted,
        .done = on_done};

    assert_int_equal(at_encode_plain(&request.command, name), 0);
    assert_int_equal(at_chat_submit(&f->chat, &request, f->now), 0);
}

static void expect(struct fixture *f, const char *text)
{
    assert_string_equal(f->text, text);
    strbuf_reset(&f->seen);
}

static void begin(struct fixture *f)
{
    *f = (struct fixture){.now = 1000 * USEC_PER_SEC, .deadline = USEC_INFINITY};
    strbuf_init(&f->seen, f->text, sizeof(f->text));
    at_chat_init(&f->chat, &ops, f);
    at_chat_resync(&f->chat, 3, f->now);
    pass_ms(f, 50);
    input(f, "\r\nOK\r\n");
    expect(f, "w<ESC> w<AT\\r> ");
    pass_ms(f, 50);
    expect(f, "synced ");
}

/* A program before us ended while the modem was sending: its answers come between ours. */
static void test_answers_to_another_before_us(void **unused)
{
    struct fixture f = {.now = 1000 * USEC_PER_SEC, .deadline = USEC_INFINITY};

    (void)unused;
    strbuf_init(&f.seen, f.text, sizeof(f.text));
    at_chat_init(&f.chat, &ops, &f);
    at_chat_resync(&f.chat, 3, f.now);
    pass_ms(&f, 150);
    input(&f, "\r\n+CMGS: 17\r\n\r\nOK\r\n");
    pass_ms(&f, 150);
    input(&f, "\r\nOK\r\n\r\nOK\r\n");
    submit(&f, "+CGMI", "+CGMI:", false);
    expect(&f, "w<ESC> w<AT\\r> ");
    pass_ms(&f, 200);
    expect(&f, "synced w<AT+CGMI\\r> ");
    input(&f, "\r\nACME\r\n\r\nOK\r\n");
    expect(&f, "l<ACME> d<ok,-1> ");
}

static void test_answers_and_noise(void **unused)
{
    struct fixture f;

    (void)unused;
    begin(&f);
    submit(&f, "+CSQ", "+CSQ:", false);
    submit(&f, "+CGMI", "+CGMI:", false);
    expect(&f, "w<AT+CSQ\\r> "); /* the second waits */
    input(&f, "AT+CSQ\r\r\n^RSSI: 3\r\n+CREG: 1\r\n\r\n+CSQ: 20,99\r\n+CREG: 5\r\n\r\nOK\r\n");
    expect(&f, "u<+CREG: 1> l<+CSQ: 20,99> u<+CREG: 5> d<ok,-1> w<AT+CGMI\\r> ");
    input(
        &f, "AT+CGMI\r\r\n^HCSQ: 1\r\nRING\r\nACME\r\n+CMT: ,2\r\n0011\r\n\r\n+CME ERROR: 14\r\n");
    expect(&f, "l<ACME> u<+CMT: ,2|0011> d<cme_error,14> ");
    input(&f, "\r\nOK\r\nstray\r\n> \r\n");
    expect(&f, "");
}

/* A line that noise keeps busy does not extend a deadline. */
static void test_deadline_is_absolute(void **unused)
{
    struct fixture f;

    (void)unused;
    begin(&f);
    submit(&f, "+CSQ", "+CSQ:", false);
    for (unsigned i = 0; i < 49; i++) {
        input(&f, "^BOOT: 1\r\n");
        pass_ms(&f, 100);
    }
    expect(&f, "w<AT+CSQ\\r> ");
    pass_ms(&f, 100);
    expect(&f, "d<timeout,-1> silent ");
}

static void time_out(struct fixture *f)
{
    submit(f, "+CSQ", "+CSQ:", false);
    pass_ms(f, 5000);
    expect(f, "w<AT+CSQ\\r> d<timeout,-1> silent ");
}

static void test_late_answer_during_quarantine(void **unused)
{
    struct fixture f;

    (void)unused;
    begin(&f);
    time_out(&f);
    input(&f, "+CSQ: 4,0\r\n\r\nOK\r\n"); /* while draining */
    submit(&f, "+CREG?", "+CREG:", false);
    pass_ms(&f, 250);
    expect(&f, "u<+CSQ: 4,0> w<ESC> w<AT\\r> ");
    input(&f, "\r\nOK\r\n");
    expect(&f, "synced w<AT+CREG?\\r> "); /* all finals accounted for: at once */
}

static void test_late_answer_with_the_probe(void **unused)
{
    struct fixture f;

    (void)unused;
    begin(&f);
    time_out(&f);
    pass_ms(&f, 250);
    expect(&f, "w<ESC> w<AT\\r> ");
    input(&f, "+CSQ: 4,0\r\n\r\nOK\r\n"); /* the late one … */
    expect(&f, "u<+CSQ: 4,0> ");
    pass_ms(&f, 100);
    input(&f, "\r\nOK\r\n"); /* … and the probe's */
    expect(&f, "synced ");
}

/* The probe is answered first, the late answer comes when the next command waits. */
static void test_late_answer_after_the_probe(void **unused)
{
    struct fixture f;

    (void)unused;
    begin(&f);
    time_out(&f);
    pass_ms(&f, 250);
    input(&f, "\r\nOK\r\n");
    pass_ms(&f, 200);
    expect(&f, "w<ESC> w<AT\\r> synced ");
    submit(&f, "+CREG?", "+CREG:", false);
    input(&f, "+CSQ: 4,0\r\n\r\nOK\r\n");
    expect(&f, "w<AT+CREG?\\r> u<+CSQ: 4,0> ");
    input(&f, "+CREG: 1,1\r\n\r\nOK\r\n");
    expect(&f, "l<+CREG: 1,1> d<ok,-1> ");
}

/* … and if nothing else comes, what was put aside was the answer. */
static void test_strays_are_given_back(void **unused)
{
    struct fixture f;

    (void)unused;
    begin(&f);
    time_out(&f);
    pass_ms(&f, 250);
    input(&f, "\r\nOK\r\n");
    pass_ms(&f, 200);
    strbuf_reset(&f.seen);
    submit(&f, "+CCID", "+CCID:", false);
    input(&f, "\r\nERROR\r\n");
    expect(&f, "w<AT+CCID\\r> ");
    pass_ms(&f, 2000);
    expect(&f, "d<error,-1> ");
}

static void test_prompt(void **unused)
{
    struct fixture f;

    (void)unused;
    begin(&f);
    assert_int_equal(at_chat_data(&f.chat, "x", 1, 1, f.now), -EPROTO);
    submit(&f, "+CMGS=19", "+CMGS:", true);
    input(&f, "\r\nOK\r\n"); /* whose? */
    expect(&f, "w<AT+CMGS=19\\r> ");
    input(&f, "\r\n> ");
    expect(&f, "prompt ");
    assert_int_equal(at_chat_data(&f.chat, "00", 2, 180 * USEC_PER_SEC, f.now), 0);
    expect(&f, "w<00> ");
    at_chat_cancel_prompt(&f.chat, f.now); /* too late: its result is still awaited */
    expect(&f, "");
    pass_ms(&f, 179000);
    input(&f, "\r\nOK\r\n> \r\n"); /* no +CMGS before it: no answer */
    expect(&f, "");
    input(&f, "+CMGS: 9\r\n\r\nOK\r\n");
    expect(&f, "l<+CMGS: 9> d<ok,-1> ");
}

/* A prompt that comes while out of sync is left by ESC, or AT would become a text. */
static void test_late_prompt(void **unused)
{
    struct fixture f;

    (void)unused;
    begin(&f);
    submit(&f, "+CMGS=19", "+CMGS:", true);
    pass_ms(&f, 5250);
    expect(&f, "w<AT+CMGS=19\\r> d<timeout,-1> silent w<ESC> w<AT\\r> ");
    input(&f, "\r\n> ");
    expect(&f, "w<ESC> ");
    pass_ms(&f, 2050);
    expect(&f, "w<ESC> w<AT\\r> ");
    input(&f, "\r\nOK\r\n\r\nOK\r\n\r\nOK\r\n");
    expect(&f, "synced ");
}

static void test_lost_after_three_tries(void **unused)
{
    struct fixture f;

    (void)unused;
    begin(&f);
    time_out(&f);
    pass_ms(&f, 10000);
    expect(&f, "w<ESC> w<AT\\r> w<ESC> w<AT\\r> w<ESC> w<AT\\r> lost ");
    input(&f, "\r\nOK\r\n");
    pass_ms(&f, 100000);
    expect(&f, "");
}

static void test_cancel_prompt(void **unused)
{
    struct fixture f;

    (void)unused;
    begin(&f);
    submit(&f, "+CSQ", "+CSQ:", false);
    submit(&f, "+CMGS=19", "+CMGS:", true);
    at_chat_cancel_prompt(&f.chat, f.now); /* not written yet: simply gone */
    input(&f, "\r\n+CSQ: 1,1\r\n\r\nOK\r\n");
    expect(&f, "w<AT+CSQ\\r> l<+CSQ: 1,1> d<ok,-1> ");
    submit(&f, "+CMGS=19", "+CMGS:", true);
    input(&f, "> ");
    at_chat_cancel_prompt(&f.chat, f.now);
    submit(&f, "+CSQ", "+CSQ:", false);
    expect(&f, "w<AT+CMGS=19\\r> prompt w<ESC> ");
    input(&f, "\r\nOK\r\n");
    pass_ms(&f, 50);
    input(&f, "\r\nOK\r\n");
    expect(&f, "w<AT\\r> synced w<AT+CSQ\\r> ");
}

static void test_queue_is_bounded(void **unused)
{
    struct at_request request = {.timeout_usec = USEC_PER_SEC};
    struct fixture f;
    int r = 0;
    unsigned n = 0;

    (void)unused;
    begin(&f);
    assert_int_equal(at_encode_plain(&request.command, ""), 0);
    while (n < 100 && (r = at_chat_submit(&f.chat, &request, f.now)) == 0)
        n++;
    assert_int_equal(r, -ENOBUFS);
    assert_int_equal(n, AT_CHAT_QUEUE);
    at_chat_close(&f.chat);
    assert_int_equal(at_chat_submit(&f.chat, &request, f.now), -ENOTCONN);
    request.command.error = -EINVAL;
    assert_int_equal(at_chat_submit(&f.chat, &request, f.now), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers_to_another_before_us),
        cmocka_unit_test(test_answers_and_noise),
        cmocka_unit_test(test_deadline_is_absolute),
        cmocka_unit_test(test_late_answer_during_quarantine),
        cmocka_unit_test(test_late_answer_with_the_probe),
        cmocka_unit_test(test_late_answer_after_the_probe),
        cmocka_unit_test(test_strays_are_given_back),
        cmocka_unit_test(test_prompt),
        cmocka_unit_test(test_late_prompt),
        cmocka_unit_test(test_lost_after_three_tries),
        cmocka_unit_test(test_cancel_prompt),
        cmocka_unit_test(test_queue_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
