/*
 * A simulated modem on a bench: powered, with a handset that writes to a file of its own, and what
 * commands answer, one by one, without a port between. For tests of sim/; those that need a port
 * look at fake_pty.h, or open the true one.
 */
#pragma once

#include "sim/commands.h"
#include "sim/network.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct sim_bench {
    struct loop *loop;
    struct pty_monitor *monitor;
    struct handset *handset;
    struct modem modem;
    char handset_path[64];
    char answer[CHANNEL_RESPONSE_SIZE + CHANNEL_URC_SIZE]; /* of sim_ask() and sim_urcs() */
};

/* A modem of that make; an empty PIN asks for none. */
static inline struct sim_bench *sim_bench_new(
    const char *persona, const char *pin, const struct clock *clock)
{
    struct modem_config config = {.persona = persona_find(persona),
        .imei = "350000000000006",
        .imsi = "404450000000000",
        .iccid = "8991000000000000000",
        .operator_name = "Sim Telecom",
        .smsc = "+919800000001",
        .signal = 20,
        .registration = 1,
        .fail = -1,
        .first_mr = 7};
    struct sim_bench *bench = calloc(1, sizeof(*bench));
    struct handset_options options = {.path = bench->handset_path};
    int fd;

    memcpy(bench->handset_path, "/tmp/handset.XXXXXX", 20);
    fd = mkstemp(bench->handset_path);
    assert_true(fd >= 0);
    close(fd);
    assert_non_null(config.persona);
    snprintf(config.pin, sizeof(config.pin), "%s", pin);
    assert_int_equal(loop_new(&bench->loop, clock), 0);
    assert_int_equal(pty_monitor_new(&bench->monitor, bench->loop), 0);
    assert_int_equal(handset_new(&bench->handset, &options), 0);
    assert_int_equal(modem_init(&bench->modem, bench->loop, bench->monitor, bench->handset,
                         "modem0", NULL, &config),
        0);
    assert_int_equal(modem_plug(&bench->modem), 0);
    return bench;
}

static inline void sim_bench_free(struct sim_bench *bench)
{
    modem_fini(&bench->modem);
    handset_free(bench->handset);
    pty_monitor_free(bench->monitor);
    loop_free(bench->loop);
    (void)unlink(bench->handset_path);
    free(bench);
}

/* All that the handset has shown. */
static inline const char *sim_handset_shows(struct sim_bench *bench)
{
    FILE *file = fopen(bench->handset_path, "re");

    assert_non_null(file);
    bench->answer[fread(bench->answer, 1, sizeof(bench->answer) - 1, file)] = '\0';
    (void)fclose(file);
    return bench->answer;
}

/* Appends lines with `|` between them instead of line breaks. */
static inline void sim_put_lines(struct strbuf *sb, const char *text)
{
    for (size_t i = 0; text[i]; i++)
        if (text[i] != '\r' && text[i] != '\n')
            strbuf_putc(sb, text[i]);
        else if (sb->length > 0 && sb->data[sb->length - 1] != '|')
            strbuf_putc(sb, '|');
}

static inline void sim_put_result(struct strbuf *sb, struct result result)
{
    static const char *const words[] = {[RESULT_OK] = "OK",
        [RESULT_ERROR] = "ERROR",
        [RESULT_CME] = "CME",
        [RESULT_CMS] = "CMS",
        [RESULT_NO_CARRIER] = "NO CARRIER",
        [RESULT_PROMPT] = ">",
        [RESULT_SUBMITTED] = "submitted",
        [RESULT_TOLD] = "told",
        [RESULT_SILENT] = "silent"};

    strbuf_puts(sb, words[result.kind]);
    if (result.kind == RESULT_CME || result.kind == RESULT_CMS)
        strbuf_printf(sb, " %u", result.code);
}

/* The information text that a result comes with, and the result: "+CSQ: 20,99|OK". */
static inline const char *sim_answer(struct sim_bench *bench, struct result result)
{
    struct channel *channel = &bench->modem.channel;
    struct strbuf sb = STRBUF_ON(bench->answer);

    sim_put_lines(&sb, channel->response.data);
    sim_put_result(&sb, result);
    strbuf_reset(&channel->response);
    return bench->answer;
}

/* Runs the command part of a line, without AT. Unsolicited lines wait, for sim_urcs(). */
static inline const char *sim_ask(struct sim_bench *bench, const char *commands)
{
    bench->modem.channel.state = CHANNEL_ANSWERING;
    return sim_answer(bench, commands_run(&bench->modem, commands, strlen(commands)));
}

/* The unsolicited lines that wait: "+CREG: 1|". */
static inline const char *sim_urcs(struct sim_bench *bench)
{
    struct strbuf sb = STRBUF_ON(bench->answer);

    sim_put_lines(&sb, bench->modem.channel.urcs.data);
    strbuf_reset(&bench->modem.channel.urcs);
    return bench->answer;
}

struct sim_row {
    const char *commands, *answer;
};

/* One after the other, with the same modem. */
static inline void sim_check(struct sim_bench *bench, const struct sim_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *answer = sim_ask(bench, rows[i].commands);

        if (strcmp(answer, rows[i].answer) != 0)
            fail_msg("%s: \"%s\", expected \"%s\"", rows[i].commands, answer, rows[i].answer);
    }
}
