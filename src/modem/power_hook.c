#include "modem/power_hook.h"

#include "loop/fd_watch.h"
#include "loop/timer.h"
#include "util/macros.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct power_hook {
    pid_t pid; /* 0: not started, or has ended */
    int pidfd;
    struct fd_watch *watch;
    struct timer timer;
    bool late;
    void (*done)(void *userdata, int status);
    void *userdata;
};

/* Takes the status off the kernel; the program has ended. */
static int reap(struct power_hook *hook)
{
    siginfo_t info = {0};
    int r = waitid(P_PID, (id_t)hook->pid, &info, WEXITED);

    hook->pid = 0;
    if (r < 0)
        return -errno;
    return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

static void on_ended(void *userdata, unsigned ready)
{
    struct power_hook *hook = userdata;
    int status = reap(hook);

    (void)ready;
    hook->watch = fd_watch_free(hook->watch);
    timer_disarm(&hook->timer);
    hook->done(hook->userdata, hook->late ? -ETIMEDOUT : status);
}

static void on_late(void *userdata)
{
    struct power_hook *hook = userdata;

    hook->late = true;
    (void)kill(-hook->pid, SIGKILL); /* its group: what it started, too */
}

/* A group of its own, no signals blocked or ignored, nothing to read. */
static int spawn(pid_t *ret_pid, const char *program, char *const argv[], char *const envp[])
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t none, all;
    int r;

    sigemptyset(&none);
    sigfillset(&all);
    r = posix_spawn_file_actions_init(&actions);
    if (r != 0)
        return -r;
    r = posix_spawnattr_init(&attr);
    if (r == 0) {
        r = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDWR, 0);
        if (r == 0)
            r = posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO);
        (void)posix_spawnattr_setsigmask(&attr, &none);
        (void)posix_spawnattr_setsigdefault(&attr, &all);
        (void)posix_spawnattr_setpgroup(&attr, 0);
        (void)posix_spawnattr_setflags(
            &attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        if (r == 0)
            r = posix_spawn(ret_pid, program, &actions, &attr, argv, envp);
        posix_spawnattr_destroy(&attr);
    }
    posix_spawn_file_actions_destroy(&actions);
    return -r;
}

static int spawn_job(struct power_hook *hook, const struct power_hook_job *job)
{
    _cleanup_free_ char *program = strdup(job->program), *name = strdup(job->modem),
                        *device = strdup(job->device);
    _cleanup_free_ char *modem_env = NULL, *device_env = NULL, *imei_env = NULL;
    char path_env[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    if (!program || !name || !device || asprintf(&modem_env, "SMSOTP_MODEM=%s", job->modem) < 0 ||
        asprintf(&device_env, "SMSOTP_DEVICE=%s", job->device) < 0 ||
        asprintf(&imei_env, "SMSOTP_IMEI=%s", job->imei) < 0)
        return -ENOMEM;
    return spawn(&hook->pid, program, (char *[]){program, name, device, NULL},
        (char *[]){path_env, modem_env, device_env, imei_env, NULL});
}

int power_hook_new(struct power_hook **ret, struct loop *loop, const struct power_hook_job *job,
    void (*done)(void *userdata, int status), void *userdata)
{
    _cleanup_(power_hook_freep) struct power_hook *hook = calloc(1, sizeof(*hook));
    int r;

    if (!hook)
        return -ENOMEM;
    hook->pidfd = -1;
    hook->done = done;
    hook->userdata = userdata;
    timer_init(&hook->timer, loop, on_late, hook);
    r = spawn_job(hook, job);
    if (r < 0) {
        hook->pid = 0;
        return r;
    }
    hook->pidfd = (int)syscall(SYS_pidfd_open, hook->pid, 0);
    if (hook->pidfd < 0)
        return -errno;
    r = fd_watch_new(&hook->watch, loop, hook->pidfd, FD_READABLE, on_ended, hook);
    if (r < 0)
        return r;
    timer_arm_in(&hook->timer, job->timeout_usec);
    *ret = TAKE_PTR(hook);
    return 0;
}

struct power_hook *power_hook_free(struct power_hook *hook)
{
    if (!hook)
        return NULL;
    if (hook->pid > 0) {
        (void)kill(-hook->pid, SIGKILL);
        (void)reap(hook);
    }
    hook->watch = fd_watch_free(hook->watch);
    timer_fini(&hook->timer);
    if (hook->pidfd >= 0)
        close(hook->pidfd);
    free(hook);
    return NULL;
}
