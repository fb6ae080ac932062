/* The whole simulator: what is there while it runs, and what it says when it cannot. */
#include "sim/sim.h"

#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "capture.h"

struct bench {
    char root[32], dir[64], control[64], handset[64], scenario[64];
    struct options options;
};

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    (void)fputs(text, file);
    (void)fclose(file);
}

static int set_up(void **state)
{
    char program[] = "smsotp-sim", count[] = "--count=2";
    char *argv[] = {program, count, NULL};
    struct bench *bench = calloc(1, sizeof(*bench));

    memcpy(bench->root, "/tmp/sim.XXXXXX", 16);
    assert_non_null(mkdtemp(bench->root));
    snprintf(bench->dir, sizeof(bench->dir), "%s/modems", bench->root);
    snprintf(bench->control, sizeof(bench->control), "%s/control", bench->root);
    snprintf(bench->handset, sizeof(bench->handset), "%s/handset", bench->root);
    snprintf(bench->scenario, sizeof(bench->scenario), "%s/scenario", bench->root);
    optind = 0;
    assert_int_equal(options_parse(2, argv, &bench->options), OPTIONS_RUN);
    bench->options.dir = bench->dir;
    bench->options.control = bench->control;
    bench->options.handset = bench->handset;
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    (void)unlink(bench->handset);
    (void)unlink(bench->scenario);
    assert_int_equal(rmdir(bench->root), 0); /* everything else is gone */
    free(bench);
    return 0;
}

/* Another process, which has said that it is ready. */
static pid_t start(struct bench *bench)
{
    char text[8] = "";
    int fds[2];
    pid_t pid;

    assert_int_equal(pipe(fds), 0);
    bench->options.ready_fd = fds[1];
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(fds[0]);
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* should a test fail before it ends this */
        _exit(sim_run(&bench->options) == 0 ? 0 : 1);
    }
    close(fds[1]);
    assert_int_equal(read(fds[0], text, sizeof(text)), 6);
    assert_string_equal(text, "ready\n");
    assert_int_equal(read(fds[0], text, sizeof(text)), 0); /* and no more */
    close(fds[0]);
    return pid;
}

static void end(pid_t pid, int signal_number)
{
    int status;

    assert_int_equal(kill(pid, signal_number), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_run(void **state)
{
    static const int signals[] = {SIGTERM, SIGINT};
    struct bench *bench = *state;

    write_file(bench->scenario, "expect AT\nreply OK\n");
    bench->options.scenario = bench->scenario;
    for (size_t i = 0; i < 2; i++) {
        pid_t pid = start(bench);
        char link[80];

        for (unsigned n = 0; n < 2; n++) {
            int fd;

            snprintf(link, sizeof(link), "%s/modem%u", bench->dir, n);
            fd = open(link, O_RDWR | O_NOCTTY);
            assert_true(fd >= 0 && isatty(fd));
            close(fd);
        }
        assert_int_equal(access(bench->control, F_OK), 0);
        end(pid, signals[i]);
        assert_int_equal(access(bench->control, F_OK), -1);
        assert_int_equal(access(bench->dir, F_OK), -1);
    }
}

/* A folder that was there stays. */
static void test_folder(void **state)
{
    struct bench *bench = *state;

    assert_int_equal(mkdir(bench->dir, 0700), 0);
    end(start(bench), SIGTERM);
    assert_int_equal(rmdir(bench->dir), 0);
}

/* Without a folder, the paths are told. */
static void test_paths(void **state)
{
    struct bench *bench = *state;
    char out[256], path[64];
    int saved;
    pid_t pid;

    bench->options.dir = NULL;
    bench->options.control = NULL;
    saved = capture_begin(stdout, "");
    pid = start(bench);
    capture_end(stdout, saved, out, sizeof(out));
    assert_int_equal(sscanf(out, "modem0 %63s", path), 1);
    assert_int_equal(strncmp(path, "/dev/pts/", 9), 0);
    assert_int_equal(access(path, R_OK), 0);
    if (!strstr(out, "\nmodem1 /dev/pts/"))
        fail_msg("%s", out);
    end(pid, SIGTERM);
}

static void test_failures(void **state)
{
    static char long_name[5000];
    struct bench *bench = *state;
    struct {
        const char *dir, *control, *handset, *script, *words;
    } rows[] = {
        {"/nonexistent/x", NULL, NULL, NULL, "/nonexistent/x: No such file"},
        {NULL, "/nonexistent/x", NULL, NULL, "/nonexistent/x: No such file"},
        {NULL, NULL, "/nonexistent/x", NULL, "/nonexistent/x: No such file"},
        {long_name, NULL, NULL, NULL, "File name too long"},
        {NULL, long_name, NULL, NULL, "File name too long"},
        {NULL, NULL, NULL, "sing\n", "/scenario:1: "},
        {NULL, NULL, NULL, NULL, "/scenario: No such file"},
    };

    memset(long_name, 'x', sizeof(long_name) - 1);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct options options = bench->options;
        char err[8192];
        int saved, r;

        if (rows[i].script)
            write_file(bench->scenario, rows[i].script);
        else
            (void)unlink(bench->scenario);
        options.scenario = i >= 5 ? bench->scenario : NULL;
        options.dir = rows[i].dir ? rows[i].dir : bench->dir;
        options.control = rows[i].control ? rows[i].control : bench->control;
        options.handset = rows[i].handset ? rows[i].handset : bench->handset;
        saved = capture_begin(stderr, "");
        r = sim_run(&options);
        capture_end(stderr, saved, err, sizeof(err));
        if (r >= 0 || strncmp(err, "smsotp-sim: ", 12) != 0 || !strstr(err, rows[i].words))
            fail_msg("case %zu: %d, %s", i, r, err);
        assert_int_equal(access(bench->dir, F_OK), -1);
        assert_int_equal(access(bench->control, F_OK), -1);
    }
}

#define UNIT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(test_run),
        UNIT(test_folder),
        UNIT(test_paths),
        UNIT(test_failures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
