#include "daemon/daemon.h"

#include "api/json_memory.h"
#include "api/server.h"
#include "api/unix_listener.h"
#include "core/gateway.h"
#include "core/journal_head.h"
#include "core/statistics.h"
#include "daemon/activation.h"
#include "daemon/config.h"
#include "daemon/exit_status.h"
#include "daemon/master_key.h"
#include "daemon/watchdog.h"
#include "loop/loop.h"
#include "loop/signal.h"
#include "loop/timer.h"
#include "modem/device_finder.h"
#include "modem/port_handle.h"
#include "smsotp/version.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>

/* How long a text that a modem already has may take before we leave all the same. */
#define STOP_PATIENCE (10 * USEC_PER_SEC)

/* As many as connections may be, and what database and modems need. */
#define DESCRIPTORS (SMSOTP_CONNECTIONS_MAX + 512)

struct daemon {
    const struct options *options;
    struct log log;
    struct config *config;
    struct master_key master_key;
    struct otp_keyring *keyring;
    struct statistics *statistics;
    struct journal_head journal_head;
    struct loop *loop;
    struct store *store;
    struct device_finder *finder;
    struct gateway *gateway;
    struct server *server;
    struct watchdog *watchdog;
    struct signal_watch *signals[3];
    struct timer patience;
    bool is_stopping;
};

static struct config_defaults defaults_of(const struct options *options)
{
    return (struct config_defaults){
        .state_dir = options->state_dir, .runtime_dir = options->runtime_dir};
}

/* A code or a key must not end up in a core file or another process's hands. */
static void keep_secrets_in(void)
{
    umask(0077);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    prctl(PR_SET_DUMPABLE, 0);
    json_memory_init();
}

/*
 * Callers want more descriptors than the usual 1024. Nothing here uses select(2), which could not.
 */
static void allow_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= DESCRIPTORS)
        return;
    limit.rlim_cur = MIN(limit.rlim_max, (rlim_t)DESCRIPTORS);
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int load_config(struct daemon *daemon)
{
    struct config_defaults defaults = defaults_of(daemon->options);
    char error[CONFIG_ERROR_SIZE];

    if (config_load(&daemon->config, daemon->options->config_path, &defaults, error) == 0)
        return 0;
    log_error(&daemon->log, "%s", error);
    return EXIT_STATUS_CONFIG;
}

/* The directories of the command line, made if they are missing; their parents are not. */
static int make_directories(struct daemon *daemon)
{
    const char *directories[] = {daemon->options->state_dir, daemon->options->runtime_dir};
    const mode_t modes[] = {0700, 0755};

    for (size_t i = 0; i < ARRAY_SIZE(directories); i++) {
        if (mkdir(directories[i], modes[i]) == 0)
            (void)chmod(directories[i], modes[i]);
        else if (errno != EEXIST) {
            log_error(&daemon->log, "directory %s: %s", directories[i], strerror(errno));
            return i == 0 ? EXIT_STATUS_STORAGE : EXIT_STATUS_SOCKET;
        }
    }
    return 0;
}

static int load_key(struct daemon *daemon)
{
    char error[MASTER_KEY_ERROR_SIZE];

    if (master_key_load(&daemon->master_key, &daemon->keyring, daemon->config->master_key,
            daemon->options->state_dir, error) < 0) {
        log_error(&daemon->log, "%s", error);
        return EXIT_STATUS_KEY;
    }
    if (!otp_keyring_is_locked(daemon->keyring))
        log_warning(&daemon->log, "event=key_not_locked: RLIMIT_MEMLOCK is too small, the key may "
            "be swapped out; set LimitMEMLOCK=");
    return 0;
}

static int open_statistics(struct daemon *daemon)
{
    return statistics_new(&daemon->statistics) < 0 ? EXIT_STATUS_SOFTWARE : 0;
}

static int on_transaction_ending(void *userdata, struct db *db)
{
    struct daemon *daemon = userdata;

    return journal_head_save(&daemon->journal_head, db);
}

static void on_transaction_ended(void *userdata, bool is_committed)
{
    struct daemon *daemon = userdata;

    journal_head_settle(&daemon->journal_head, is_committed);
    statistics_settle(daemon->statistics, is_committed);
}

static int refuse_store(const struct daemon *daemon, int r, const char *error)
{
    log_error(&daemon->log, "%s", error);
    if (r == -EUCLEAN)
        return EXIT_STATUS_DATABASE;
    if (r == -EBUSY)
        return EXIT_STATUS_RUNNING;
    return r == -EINVAL ? EXIT_STATUS_CONFIG : EXIT_STATUS_STORAGE;
}

static int open_store(struct daemon *daemon)
{
    struct store_config config = {.url = daemon->config->store_url,
        .epoch_path = daemon->config->epoch_path,
        .ending = on_transaction_ending,
        .ended = on_transaction_ended,
        .userdata = daemon};
    char error[STORE_ERROR_SIZE];
    int r;

    r = store_open(&daemon->store, daemon->loop, &daemon->log, &config, error);
    return r == 0 ? 0 : refuse_store(daemon, r, error);
}

static int check_store(const struct daemon *daemon)
{
    char error[STORE_ERROR_SIZE];
    int r = store_check(daemon->config->store_url, error);

    return r == 0 ? 0 : refuse_store(daemon, r, error);
}

static int open_finder(struct daemon *daemon)
{
    return device_finder_new(&daemon->finder, daemon->loop, &daemon->log) < 0 ? EXIT_STATUS_SOFTWARE
                                                                              : 0;
}

static int open_gateway(struct daemon *daemon)
{
    struct gateway_config config = {.loop = daemon->loop,
        .log = &daemon->log,
        .store = daemon->store,
        .keyring = daemon->keyring,
        .statistics = daemon->statistics,
        .journal_head = &daemon->journal_head,
        .key_source = &daemon->master_key.source,
        .policy = daemon->config->policy};
    int r;

    r = gateway_new(&daemon->gateway, &config);
    if (r == 0)
        daemon->config->policy = NULL;
    for (unsigned i = 0; r == 0 && i < daemon->config->n_modems; i++) {
        const struct modem_section *modem = &daemon->config->modems[i];

        r = gateway_add_modem(daemon->gateway,
            &(struct modem_config){.name = modem->name,
                .device = modem->device,
                .finder = daemon->finder,
                .pin = modem->pin,
                .number = modem->number,
                .power_hook = modem->power_hook,
                .no_roaming = modem->no_roaming,
                .no_usb_reset = modem->no_usb_reset,
                .baud = modem->baud});
    }
    if (r < 0)
        log_error(&daemon->log, "event=start_failed error=\"%s\"", strerror(-r));
    return r < 0 ? EXIT_STATUS_SOFTWARE : 0;
}

static int open_socket(
    struct daemon *daemon, const char *path, const struct unix_access *access, bool is_admin)
{
    char error[UNIX_LISTENER_ERROR_SIZE];
    int fd;

    fd = unix_listener_open(path, access, error);
    if (fd < 0) {
        log_error(&daemon->log, "%s", error);
        return fd == -EADDRINUSE ? EXIT_STATUS_RUNNING : EXIT_STATUS_SOCKET;
    }
    if (server_add_listener(daemon->server, fd, path, is_admin) < 0)
        return EXIT_STATUS_SOFTWARE;
    return 0;
}

/* The sockets of one kind: those that were handed over, else one of our own. */
static int open_sockets(struct daemon *daemon, const struct activation *activation, bool is_admin)
{
    const struct config *config = daemon->config;
    struct unix_access access = is_admin ? config->admin_access : config->api_access;

    for (unsigned i = 0; i < activation->n; i++)
        if (activation->sockets[i].is_admin == is_admin &&
            server_add_listener(daemon->server, activation->sockets[i].fd, NULL, is_admin) < 0)
            return EXIT_STATUS_SOFTWARE;
    if (activation_has(activation, is_admin))
        return 0;
    /* Who may do what is decided by the peer's identity; everybody may knock. */
    if (access.mode == 0)
        access.mode = !is_admin ? 0666 : access.has_gid ? 0660 : 0600;
    return open_socket(
        daemon, is_admin ? config->admin_socket : config->api_socket, &access, is_admin);
}

static int open_server(struct daemon *daemon)
{
    char error[ACTIVATION_ERROR_SIZE];
    struct activation activation;
    int status;

    if (server_new(&daemon->server, daemon->loop, &daemon->log, daemon->gateway) < 0)
        return EXIT_STATUS_SOFTWARE;
    if (daemon->config->admin_access.has_gid)
        server_admit_group(daemon->server, daemon->config->admin_access.gid);
    if (activation_take(&activation, error) < 0) {
        log_error(&daemon->log, "%s", error);
        return EXIT_STATUS_SOCKET;
    }
    status = open_sockets(daemon, &activation, false);
    return status ? status : open_sockets(daemon, &activation, true);
}

static void leave(void *userdata)
{
    struct daemon *daemon = userdata;

    loop_exit(daemon->loop, 0);
}

static void stop(struct daemon *daemon, int signal_number)
{
    if (daemon->is_stopping) {
        leave(daemon); /* told twice */
        return;
    }
    daemon->is_stopping = true;
    log_notice(&daemon->log, "event=stopping signal=%s", sigabbrev_np(signal_number));
    sd_notify(0, "STOPPING=1");
    server_stop(daemon->server);
    timer_arm_in(&daemon->patience, STOP_PATIENCE);
    gateway_stop(daemon->gateway, leave, daemon);
}

/* Everything but sockets, store, keys and modems, which need a restart. */
static void reload(struct daemon *daemon)
{
    struct config_defaults defaults = defaults_of(daemon->options);
    _cleanup_(config_freep) struct config *config = NULL;
    char error[CONFIG_ERROR_SIZE];

    sd_notify(0, "RELOADING=1");
    if (config_load(&config, daemon->options->config_path, &defaults, error) < 0) {
        log_error(&daemon->log, "%s", error);
        log_error(&daemon->log, "event=reload_refused: the configuration stays as it was");
    } else {
        gateway_set_policy(daemon->gateway, TAKE_PTR(config->policy));
        log_notice(&daemon->log, "event=reloaded: purposes, clients, limits, quotas; changes of "
                                 "modems, sockets, store and keys need a restart");
    }
    sd_notify(0, "READY=1");
}

static void on_signal(void *userdata, int signal_number)
{
    struct daemon *daemon = userdata;

    if (signal_number == SIGHUP)
        reload(daemon);
    else
        stop(daemon, signal_number);
}

static int watch_signals(struct daemon *daemon)
{
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};

    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
        if (signal_watch_new(
                &daemon->signals[i], daemon->loop, numbers[i], on_signal, daemon) < 0)
            return EXIT_STATUS_SOFTWARE;
    return 0;
}

static int open_loop(struct daemon *daemon)
{
    if (loop_new(&daemon->loop, &clock_system) < 0)
        return EXIT_STATUS_SOFTWARE;
    timer_init(&daemon->patience, daemon->loop, leave, daemon);
    return 0;
}

static int open_watchdog(struct daemon *daemon)
{
    return watchdog_new(&daemon->watchdog, daemon->loop) < 0 ? EXIT_STATUS_SOFTWARE : 0;
}

/* Bring-up, in this order; close_all() is its reverse. */
static int open_all(struct daemon *daemon)
{
    static int (*const steps[])(struct daemon *daemon) = {
        load_config,
        make_directories,
        load_key,
        open_loop,
        watch_signals,
        open_statistics,
        open_store,
        open_finder,
        open_gateway,
        open_server,
        open_watchdog,
    };

    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        int status = steps[i](daemon);

        if (status != 0)
            return status;
    }
    return 0;
}

static void close_all(struct daemon *daemon)
{
    watchdog_free(daemon->watchdog);
    if (daemon->server) {
        server_shut(daemon->server);
        store_drain(daemon->store);        /* answers what was under way */
        (void)loop_run_once(daemon->loop); /* and lets the answers leave */
        server_free(daemon->server);
    }
    store_close(daemon->store); /* what that turn of the loop may have submitted */
    gateway_free(daemon->gateway);
    device_finder_free(daemon->finder);
    statistics_free(daemon->statistics);
    for (size_t i = 0; i < ARRAY_SIZE(daemon->signals); i++)
        signal_watch_free(daemon->signals[i]);
    timer_fini(&daemon->patience);
    loop_free(daemon->loop);
    otp_keyring_free(daemon->keyring);
    config_free(daemon->config);
}

static void init(struct daemon *daemon, const struct options *options)
{
    daemon->options = options;
    daemon->log = (struct log){.fd = STDERR_FILENO, .level = options->log_level};
}

int daemon_run(const struct options *options)
{
    struct daemon daemon = {0};
    int status;

    init(&daemon, options);
    keep_secrets_in();
    allow_descriptors();
    if (sodium_init() < 0)
        return EXIT_STATUS_SOFTWARE;
    status = open_all(&daemon);
    if (status == 0) {
        gateway_start(daemon.gateway);
        log_notice(&daemon.log, "event=ready version=%s modems=%u socket=%s", SMSOTP_VERSION,
            daemon.config->n_modems, daemon.config->api_socket);
        sd_notify(0, "READY=1");
        status = loop_run(daemon.loop) < 0 ? EXIT_STATUS_SOFTWARE : 0;
    }
    close_all(&daemon);
    return status;
}

static int check_sockets(const struct daemon *daemon)
{
    const char *paths[] = {daemon->config->api_socket, daemon->config->admin_socket};
    char error[UNIX_LISTENER_ERROR_SIZE];

    for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
        if (unix_listener_check(paths[i], error) < 0) {
            log_error(&daemon->log, "%s", error);
            return EXIT_STATUS_SOCKET;
        }
    return 0;
}

/* The devices of the configuration, as they are now. */
static int check_devices(const struct daemon *daemon)
{
    int status = 0;

    for (unsigned i = 0; i < daemon->config->n_modems; i++) {
        const struct modem_section *modem = &daemon->config->modems[i];
        struct device_spec spec;
        char reason[128] = "";

        if (device_spec_parse(&spec, modem->device) == 0 &&
            device_finder_check(&spec, reason, sizeof(reason)) == 0 &&
            (spec.kind != DEVICE_BY_PATH ||
                port_handle_check(spec.text, reason, sizeof(reason)) == 0))
            continue;
        log_error(&daemon->log,
            "modem=%s device %s: %s: `lsusb` and `ls /dev/serial/by-id` show what is plugged in",
            modem->name, modem->device, reason);
        status = EXIT_STATUS_DEVICE;
    }
    return status;
}

int daemon_check(const struct options *options)
{
    struct daemon daemon = {0};
    int status;

    init(&daemon, options);
    if (sodium_init() < 0)
        return EXIT_STATUS_SOFTWARE;
    status = load_config(&daemon);
    if (status == 0 && daemon.config->master_key)
        status = load_key(&daemon);
    if (status == 0)
        status = check_store(&daemon);
    if (status == 0)
        status = check_sockets(&daemon);
    if (status == 0)
        status = check_devices(&daemon);
    if (status == 0)
        printf("%s: ok, %u modem%s\n", options->config_path, daemon.config->n_modems,
            daemon.config->n_modems == 1 ? "" : "s");
    otp_keyring_free(daemon.keyring);
    config_free(daemon.config);
    return status;
}
