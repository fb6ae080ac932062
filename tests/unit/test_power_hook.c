#include "modem/power_hook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/hook.XXXXXX";

struct run {
    struct loop *loop;
    struct power_hook *hook;
    bool ended;
    int status;
};

static void on_done(void *userdata, int status)
{
    struct run *run = userdata;

    run->ended = true;
    run->status = status;
    run->hook = power_hook_free(run->hook); /* from its own callback */
    loop_exit(run->loop, 0);
}

static int make_folder(void **unused)
{
    (void)unused;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **unused)
{
    char command[128];

    (void)unused;
    snprintf(command, sizeof(command), "rm -r %s", folder);
    return system(command);
}

static int run_script(const char *script, usec_t timeout_usec, usec_t *ret_took)
{
    struct run run = {.status = -1};
    char program[64];
    FILE *file;
    usec_t start;
    int r;

    snprintf(program, sizeof(program), "%s/hook", folder);
    file = fopen(program, "w");
    assert_non_null(file);
    (void)fprintf(file, "#!/bin/sh\n%s\n", script);
    (void)fclose(file);
    assert_int_equal(chmod(program, 0700), 0);
    assert_int_equal(loop_new(&run.loop, &clock_system), 0);
    start = loop_now(run.loop);
    r = power_hook_new(&run.hook, run.loop,
        &(struct power_hook_job){.program = program,
            .modem = "counter; touch hacked",
            .device = "/dev/serial/by-path/a b",
            .imei = "490154203237518",
            .timeout_usec = timeout_usec},
        on_done, &run);
    assert_int_equal(r, 0);
    assert_int_equal(loop_run(run.loop), 0);
    assert_true(run.ended);
    *ret_took = loop_now(run.loop) - start;
    loop_free(run.loop);
    return run.status;
}

static void test_statuses(void **unused)
{
    static const struct {
        const char *script;
        int status;
    } rows[] = {
        {"exit 0", 0}, {"exit 7", 7}, {"kill -9 $$", 128 + 9},
        {"test \"$1\" = 'counter; touch hacked' -a \"$2\" = '/dev/serial/by-path/a b' -a $# = 2",
            0},
        {"test \"$SMSOTP_MODEM\" = \"$1\" -a \"$SMSOTP_DEVICE\" = \"$2\"", 0},
        {"test $SMSOTP_IMEI = 490154203237518 -a -z \"$SECRET\" -a -z \"$HOME\"", 0},
        {"cat; echo gone", 0}, /* nothing to read, and somewhere to write */
    };
    usec_t took;

    (void)unused;
    setenv("SECRET", "1", 1);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (run_script(rows[i].script, 10 * USEC_PER_SEC, &took) != rows[i].status)
            fail_msg("%s", rows[i].script);
}

/* It and what it started: the loop is free again long before their end. */
static void test_time_out(void **unused)
{
    usec_t took;

    (void)unused;
    assert_int_equal(run_script("sleep 30 & sleep 30", 200 * USEC_PER_MSEC, &took), -ETIMEDOUT);
    assert_true(took < 5 * USEC_PER_SEC);
}

static void test_cannot_be_started(void **unused)
{
    struct run run = {.status = -1};
    struct power_hook_job job = {
        .program = "/no/such/program", .modem = "m", .device = "d", .imei = ""};

    (void)unused;
    assert_int_equal(loop_new(&run.loop, &clock_system), 0);
    assert_int_equal(power_hook_new(&run.hook, run.loop, &job, on_done, &run), -ENOENT);
    assert_null(run.hook);
    loop_free(run.loop);
}

static void test_freed_while_it_runs(void **unused)
{
    struct run run = {.status = -1};
    struct power_hook_job job = {.program = "/bin/cat", .modem = "/dev/zero", .device = "/dev/zero",
        .imei = "", .timeout_usec = 60 * USEC_PER_SEC};

    (void)unused;
    assert_int_equal(loop_new(&run.loop, &clock_system), 0);
    assert_int_equal(power_hook_new(&run.hook, run.loop, &job, on_done, &run), 0);
    run.hook = power_hook_free(run.hook);
    assert_false(run.ended);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nobody is left behind */
    loop_free(run.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statuses),
        cmocka_unit_test(test_time_out),
        cmocka_unit_test(test_cannot_be_started),
        cmocka_unit_test(test_freed_while_it_runs),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
