/*
 * The daemon as a whole, in a child: how it leaves when it cannot start, and its life when it can.
 */
#include "daemon/daemon.h"

#include "daemon/exit_status.h"
#include "smsotp/limits.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 20000

struct bench {
    char folder[32];
    char config_path[64], state_dir[64], runtime_dir[64];
    struct options options;
    int notify; /* what systemd would hear */
    char said[8192]; /* by the child that ended last, on stdout and stderr */
};

static int set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    socklen_t n = sizeof(address);

    snprintf(bench->folder, sizeof(bench->folder), "/tmp/daemon.XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    snprintf(bench->config_path, sizeof(bench->config_path), "%s/conf", bench->folder);
    snprintf(bench->state_dir, sizeof(bench->state_dir), "%s/state", bench->folder);
    snprintf(bench->runtime_dir, sizeof(bench->runtime_dir), "%s/run", bench->folder);
    bench->options = (struct options){.config_path = bench->config_path,
        .state_dir = bench->state_dir,
        .runtime_dir = bench->runtime_dir,
        .log_level = LOG_LEVEL_NOTICE};
    bench->notify = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    /* unix(7), autobind: the kernel chooses an abstract name. */
    assert_int_equal(bind(bench->notify, (struct sockaddr *)&address, sizeof(sa_family_t)), 0);
    assert_int_equal(getsockname(bench->notify, (struct sockaddr *)&address, &n), 0);
    address.sun_path[0] = '@';
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    *state = bench;
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *place)
{
    (void)st;
    (void)type;
    (void)place;
    return remove(path);
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    unsetenv("NOTIFY_SOCKET");
    close(bench->notify);
    assert_int_equal(nftw(bench->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    free(bench);
    return 0;
}

/* A file of the folder with this mode; each `@` in the text is the folder. */
static void put(struct bench *bench, const char *name, const char *text, mode_t mode)
{
    char path[64];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", bench->folder, name);
    (void)remove(path);
    file = fopen(path, "w");
    assert_non_null(file);
    for (const char *p = text; *p; p++)
        assert_true(fprintf(file, "%.*s", *p == '@' ? 99 : 1, *p == '@' ? bench->folder : p) > 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static bool exists(struct bench *bench, const char *name)
{
    char path[64];

    snprintf(path, sizeof(path), "%s/%s", bench->folder, name);
    return access(path, F_OK) == 0;
}

static mode_t mode_of(struct bench *bench, const char *name)
{
    struct stat st;
    char path[64];

    snprintf(path, sizeof(path), "%s/%s", bench->folder, name);
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}

/* A child that does `work` and leaves with what it answers. */
static pid_t start(struct bench *bench, int (*work)(const struct options *options))
{
    pid_t pid;

    put(bench, "log", "", 0600);
    fflush(NULL); /* or the child would write it once more */
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        char path[64];

        snprintf(path, sizeof(path), "%s/log", bench->folder);
        int fd = open(path, O_WRONLY | O_APPEND);

        dup2(fd, STDOUT_FILENO);
        dup2(fd, STDERR_FILENO);
        close(fd);
        exit(work(&bench->options));
    }
    return pid;
}

/* The exit status of a child; what it said is read then. */
static int end(struct bench *bench, pid_t pid)
{
    char path[64];
    FILE *file;
    int status;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    snprintf(path, sizeof(path), "%s/log", bench->folder);
    file = fopen(path, "r");
    assert_non_null(file);
    bench->said[fread(bench->said, 1, sizeof(bench->said) - 1, file)] = '\0';
    (void)fclose(file);
    if (!WIFEXITED(status))
        fail_msg("signal %d: %s", WTERMSIG(status), bench->said);
    return WEXITSTATUS(status);
}

/* What systemd hears next has to be this. */
static void assert_heard(struct bench *bench, const char *expected)
{
    struct pollfd fd = {.fd = bench->notify, .events = POLLIN};
    char text[64];
    ssize_t n;

    if (poll(&fd, 1, PATIENCE_MS) != 1)
        fail_msg("%s has not come", expected);
    n = recv(bench->notify, text, sizeof(text) - 1, 0);
    text[MAX(n, 0)] = '\0';
    assert_string_equal(text, expected);
}

#define KEY "0123456789abcdef0123456789abcdef" /* 32 octets */
#define EPHEMERAL "[keys]\nmaster = ephemeral\n"
#define LONG "/x2345678901234567890123456789012345678901234567890"

static void test_check(void **state)
{
    static const struct {
        const char *config; /* NULL: there is none */
        int status;
        const char *said;
    } rows[] = {
        {"", 0, "conf: ok, 0 modems\n"},
        {"[modem a]\ndevice = /dev/ptmx\n", 0, "conf: ok, 1 modem\n"},
        {"[modem a]\ndevice = /dev/null\n", EXIT_STATUS_DEVICE, "no terminal"},
        {"[modem a]\ndevice = /dev/ptmx\n[modem b]\ndevice = /dev/ptmx\n", 0, "ok, 2 modems\n"},
        {"[modem a]\ndevice = @/none\n", EXIT_STATUS_DEVICE, "modem=a device /tmp/daemon."},
        {"[modem a]\ndevice = @/none\n[modem b]\ndevice = @/nor\n", EXIT_STATUS_DEVICE, "modem=b"},
        {"[modem a]\ndevice = @/none\n", EXIT_STATUS_DEVICE, "no such device: `lsusb`"},
        {"[nonsense]\n", EXIT_STATUS_CONFIG, "conf:1: "},
        {NULL, EXIT_STATUS_CONFIG, "No such file"},
        {"[keys]\nmaster = file:@/key\n", 0, "ok, 0 modems"},
        {"[keys]\nmaster = file:@/open-key\n", EXIT_STATUS_KEY, "open-key"},
        {"[keys]\nmaster = file:@/no-key\n", EXIT_STATUS_KEY, "no-key"},
        {"[api]\nsocket = @" LONG LONG "\n", EXIT_STATUS_SOCKET, "107"},
        {"[api]\nadmin_socket = @" LONG LONG "\n", EXIT_STATUS_SOCKET, "107"},
    };
    struct bench *bench = *state;

    put(bench, "key", KEY, 0400);
    put(bench, "open-key", KEY, 0444);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        int status;

        (void)remove(bench->config_path);
        if (rows[i].config)
            put(bench, "conf", rows[i].config, 0600);
        status = end(bench, start(bench, daemon_check));
        if (status != rows[i].status || !strstr(bench->said, rows[i].said))
            fail_msg("row %zu: %d, %s", i, status, bench->said);
        assert_true((strstr(bench->said, ": ok, ") != NULL) == (status == 0));
    }
    assert_false(exists(bench, "state") || exists(bench, "run")); /* it only looks */
}

/*
 * Each step of bring-up that fails: its own status, a word why, and nothing of the steps behind it.
 */
static void test_refusals(void **state)
{
    static const struct {
        const char *config, *state_dir, *runtime_dir; /* NULL: the usual one */
        int status;
        const char *said, *made, *not_made;
    } rows[] = {
        {"[nonsense]\n", NULL, NULL, EXIT_STATUS_CONFIG, "conf:1: ", "", "state"},
        {EPHEMERAL, "no/state", NULL, EXIT_STATUS_STORAGE, "directory ", "", "run"},
        {EPHEMERAL, NULL, "no/run", EXIT_STATUS_SOCKET, "directory ", "state", "state/smsotp.db"},
        {"[keys]\nmaster = file:@/open-key\n", NULL, NULL, EXIT_STATUS_KEY, "open-key", "run",
            "state/smsotp.db"},
        {EPHEMERAL "[store]\nurl = sqlite:@/letter\n", NULL, NULL, EXIT_STATUS_DATABASE, "letter",
            "run", "run/api.sock"},
        {EPHEMERAL "[store]\nurl = sqlite:@/no/db\n", NULL, NULL, EXIT_STATUS_STORAGE, "no/db",
            "run", "run/api.sock"},
        {EPHEMERAL "[api]\nsocket = @" LONG LONG "\n", NULL, NULL, EXIT_STATUS_SOCKET, "107",
            "state/smsotp.db", "run/admin.sock"},
        {EPHEMERAL "[api]\nadmin_socket = @/key\n", NULL, NULL, EXIT_STATUS_SOCKET, "key",
            "state/smsotp.db", "run/admin.sock"},
    };
    struct bench *bench = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char state_dir[64], runtime_dir[64];
        int status;

        snprintf(state_dir, sizeof(state_dir), "%s/%s", bench->folder,
            rows[i].state_dir ? rows[i].state_dir : "state");
        snprintf(runtime_dir, sizeof(runtime_dir), "%s/%s", bench->folder,
            rows[i].runtime_dir ? rows[i].runtime_dir : "run");
        bench->options.state_dir = state_dir;
        bench->options.runtime_dir = runtime_dir;
        put(bench, "conf", rows[i].config, 0600);
        put(bench, "key", KEY, 0400);
        put(bench, "open-key", KEY, 0444);
        put(bench, "letter", "this is a letter, and no database of whatever kind it may be\n",
            0600);
        status = end(bench, start(bench, daemon_run));
        if (status != rows[i].status || !strstr(bench->said, rows[i].said))
            fail_msg("row %zu: %d, %s", i, status, bench->said);
        if (!exists(bench, rows[i].made) || exists(bench, rows[i].not_made))
            fail_msg("row %zu: %s, %s", i, rows[i].made, rows[i].not_made);
        assert_null(strstr(bench->said, "event=ready"));
        (void)nftw(state_dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
        (void)nftw(runtime_dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    }
}

/* Brought up with what it makes, told to read anew, told to end. */
static void test_life(void **state)
{
    struct bench *bench = *state;
    pid_t pid;

    put(bench, "conf", EPHEMERAL "[modem a]\ndevice = @/none\n", 0600);
    pid = start(bench, daemon_run);
    assert_heard(bench, "READY=1");
    assert_int_equal(mode_of(bench, "state"), 0700);
    assert_int_equal(mode_of(bench, "run"), 0755);
    assert_int_equal(mode_of(bench, "run/api.sock"), 0666);
    assert_int_equal(mode_of(bench, "run/admin.sock"), 0600);
    assert_int_equal(mode_of(bench, "state/smsotp.db") & 077, 0);
    kill(pid, SIGHUP);
    assert_heard(bench, "RELOADING=1");
    assert_heard(bench, "READY=1");
    put(bench, "conf", "[nonsense]\n", 0600);
    kill(pid, SIGHUP);
    assert_heard(bench, "RELOADING=1");
    assert_heard(bench, "READY=1"); /* with what it had */
    kill(pid, SIGTERM);
    assert_heard(bench, "STOPPING=1");
    assert_int_equal(end(bench, pid), 0);
    assert_non_null(strstr(bench->said, "event=ready version="));
    assert_non_null(strstr(bench->said, " modems=1 "));
    assert_non_null(strstr(bench->said, "event=reloaded"));
    assert_non_null(strstr(strstr(bench->said, "conf:1: "), "event=reload_refused"));
    assert_non_null(strstr(bench->said, "event=stopping signal=TERM"));
    assert_false(exists(bench, "run/api.sock") || exists(bench, "run/admin.sock"));
    assert_true(exists(bench, "state/smsotp.db"));
}

/* Of two with one state, the second leaves the first alone. */
static void test_second(void **state)
{
    struct bench *bench = *state;
    char runtime_dir[64];
    pid_t first;

    put(bench, "conf", EPHEMERAL, 0600);
    first = start(bench, daemon_run);
    assert_heard(bench, "READY=1");
    assert_int_equal(end(bench, start(bench, daemon_run)), EXIT_STATUS_RUNNING);
    assert_non_null(strstr(bench->said, "smsotp.db"));
    snprintf(runtime_dir, sizeof(runtime_dir), "%s", bench->runtime_dir);
    bench->options.state_dir = bench->folder; /* with a database of its own */
    assert_int_equal(end(bench, start(bench, daemon_run)), EXIT_STATUS_RUNNING);
    assert_non_null(strstr(bench->said, "api.sock"));
    assert_true(exists(bench, "run/api.sock"));
    kill(first, SIGINT);
    assert_heard(bench, "STOPPING=1");
    assert_int_equal(end(bench, first), 0);
}

/* Runs the daemon where a shell would let it dump core and have few descriptors. 99: it still
 * would. */
static int run_and_look(const struct options *options)
{
    struct rlimit core, files;
    rlim_t wanted;
    int status;

    (void)getrlimit(RLIMIT_CORE, &core);
    (void)getrlimit(RLIMIT_NOFILE, &files);
    core.rlim_cur = core.rlim_max;
    files.rlim_cur = 256;
    (void)setrlimit(RLIMIT_CORE, &core);
    (void)setrlimit(RLIMIT_NOFILE, &files);
    wanted = MIN(files.rlim_max, (rlim_t)SMSOTP_CONNECTIONS_MAX);
    umask(0);
    status = daemon_run(options);
    (void)getrlimit(RLIMIT_CORE, &core);
    (void)getrlimit(RLIMIT_NOFILE, &files);
    return core.rlim_max > 0 || prctl(PR_GET_DUMPABLE) != 0 || umask(0) != 0077 ||
                   files.rlim_cur < wanted
               ? 99
               : status;
}

/*
 * No core file, no debugger, no file for others, which would have the codes; room for many callers.
 */
static void test_keeps_secrets_in(void **state)
{
    struct bench *bench = *state;
    pid_t pid;

    put(bench, "conf", EPHEMERAL, 0600);
    pid = start(bench, run_and_look);
    assert_heard(bench, "READY=1");
    kill(pid, SIGTERM);
    assert_int_equal(end(bench, pid), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_check),
        TEST(test_refusals),
        TEST(test_life),
        TEST(test_second),
        TEST(test_keeps_secrets_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
