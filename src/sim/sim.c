#include "sim/sim.h"

#include "loop/signal.h"
#include "sim/control.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct sim {
    struct loop *loop;
    struct signal_watch *terminate;
    struct signal_watch *interrupt;
    struct pty_monitor *monitor;
    struct handset *handset;
    struct modem *modems;
    size_t n_modems;
    struct scenario *scenario;
    struct control *control;
    const char *made_dir; /* to be removed again */
};

static int failed(const char *what, int r)
{
    (void)fprintf(stderr, "smsotp-sim: %s: %s\n", what, strerror(-r));
    return r;
}

static void on_signal(void *userdata, int signal_number _unused_)
{
    loop_exit(userdata, 0);
}

static void sim_fini(struct sim *sim)
{
    sim->control = control_free(sim->control);
    for (size_t i = 0; i < sim->n_modems; i++)
        modem_fini(&sim->modems[i]);
    free(sim->modems);
    sim->scenario = scenario_free(sim->scenario);
    if (sim->made_dir)
        (void)rmdir(sim->made_dir);
    sim->handset = handset_free(sim->handset);
    sim->monitor = pty_monitor_free(sim->monitor);
    sim->interrupt = signal_watch_free(sim->interrupt);
    sim->terminate = signal_watch_free(sim->terminate);
    sim->loop = loop_free(sim->loop);
}

static int set_up_loop(struct sim *sim)
{
    int r;

    (void)signal(SIGPIPE, SIG_IGN);
    r = loop_new(&sim->loop, &clock_system);
    if (r < 0)
        return failed("loop", r);
    r = signal_watch_new(&sim->terminate, sim->loop, SIGTERM, on_signal, sim->loop);
    if (r == 0)
        r = signal_watch_new(&sim->interrupt, sim->loop, SIGINT, on_signal, sim->loop);
    if (r < 0)
        return failed("signals", r);
    r = pty_monitor_new(&sim->monitor, sim->loop);
    return r < 0 ? failed("inotify", r) : 0;
}

static int set_up_modem(struct sim *sim, const struct options *options, unsigned index)
{
    char name[MODEM_NAME_SIZE], link[PATH_MAX];
    struct strbuf path = STRBUF_ON(link);
    struct modem_config config;
    int r;

    strbuf_printf(&STRBUF_ON(name), "modem%u", index);
    if (options->dir)
        strbuf_printf(&path, "%s/%s", options->dir, name);
    if (path.overflow)
        return failed(options->dir, -ENAMETOOLONG);
    options_modem(options, index, &config);
    sim->n_modems = index + 1;
    r = modem_init(&sim->modems[index], sim->loop, sim->monitor, sim->handset, name,
        options->dir ? link : NULL, &config);
    if (r == 0)
        r = modem_plug(&sim->modems[index]);
    if (r < 0)
        return failed(name, r);
    if (!options->dir)
        (void)printf("%s %s\n", name, sim->modems[index].pty.path);
    return 0;
}

static int set_up_modems(struct sim *sim, const struct options *options)
{
    if (options->dir) {
        if (mkdir(options->dir, 0777) == 0)
            sim->made_dir = options->dir;
        else if (errno != EEXIST)
            return failed(options->dir, -errno);
    }
    sim->modems = calloc(options->count, sizeof(*sim->modems));
    if (!sim->modems)
        return failed("modems", -ENOMEM);
    for (unsigned i = 0; i < options->count; i++) {
        int r = set_up_modem(sim, options, i);
        if (r < 0)
            return r;
    }
    return 0;
}

static int set_up_scenario(struct sim *sim, const char *path)
{
    char text[65536], error[128];
    size_t n;
    int r;
    FILE *file = fopen(path, "re");

    if (!file)
        return failed(path, -errno);
    n = fread(text, 1, sizeof(text) - 1, file);
    text[n] = '\0';
    (void)fclose(file);
    r = scenario_new(&sim->scenario, text, error, sizeof(error));
    if (r == -EINVAL)
        (void)fprintf(stderr, "smsotp-sim: %s:%s\n", path, error);
    else if (r < 0)
        (void)failed(path, r);
    else
        scenario_start(sim->scenario, sim->loop, &sim->modems[0]);
    return r;
}

static int set_up(struct sim *sim, const struct options *options)
{
    struct handset_options handset = {.path = options->handset, .show_parts = options->show_parts};
    int r;

    r = set_up_loop(sim);
    if (r < 0)
        return r;
    r = handset_new(&sim->handset, &handset);
    if (r < 0)
        return failed(options->handset ? options->handset : "handset", r);
    r = set_up_modems(sim, options);
    if (r < 0)
        return r;
    if (options->scenario) {
        r = set_up_scenario(sim, options->scenario);
        if (r < 0)
            return r;
    }
    if (options->control) {
        r = control_new(&sim->control, sim->loop, options->control, sim->modems, sim->n_modems);
        if (r < 0)
            return failed(options->control, r);
    }
    return 0;
}

static void tell_ready(const struct options *options)
{
    (void)fflush(stdout);
    if (options->ready_fd < 0) {
        (void)puts("ready");
        (void)fflush(stdout);
    } else {
        (void)!write(options->ready_fd, "ready\n", 6);
        close(options->ready_fd);
    }
}

int sim_run(const struct options *options)
{
    struct sim sim = {0};
    int r;

    r = set_up(&sim, options);
    if (r == 0) {
        tell_ready(options);
        r = loop_run(sim.loop);
    }
    sim_fini(&sim);
    return r;
}
