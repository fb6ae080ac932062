#include "modem/port_holder.h"

#include "util/parse.h"
#include "util/strbuf.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define MODEM_MANAGER "ModemManager"
#define COMM_SIZE 16 /* proc(5): TASK_COMM_LEN */

struct holder {
    pid_t pid;
    char comm[COMM_SIZE];
};

DEFINE_CLEANUP(DIR *, closedir);

static void read_comm(pid_t pid, char comm[static COMM_SIZE])
{
    _cleanup_close_ int fd = -1;
    char path[64];
    ssize_t n;

    snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    n = fd < 0 ? 0 : read(fd, comm, COMM_SIZE - 1);
    comm[n > 0 ? n : 0] = '\0';
    comm[strcspn(comm, "\n")] = '\0';
}

/* Compares the links' texts: following one could wait for a file system that does not answer. */
static bool has_open(pid_t pid, const char *port)
{
    _cleanup_(closedirp) DIR *fds = NULL;
    char path[64], target[PATH_MAX];
    struct dirent *entry;

    snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
    fds = opendir(path);
    while (fds && (entry = readdir(fds))) {
        ssize_t n = readlinkat(dirfd(fds), entry->d_name, target, sizeof(target) - 1);

        if (n <= 0)
            continue;
        target[n] = '\0';
        if (strcmp(target, port) == 0)
            return true;
    }
    return false;
}

/*
 * Another user's descriptors are not ours to see: where nobody is seen to have the port, a running
 * ModemManager is the likely one, and its name can be read.
 */
static bool find(const char *port, struct holder *holder, bool *ret_is_guess)
{
    _cleanup_(closedirp) DIR *processes = opendir("/proc");
    struct dirent *entry;
    bool found = false;

    while (processes && (entry = readdir(processes))) {
        struct holder seen = {0};
        unsigned pid;

        if (parse_unsigned(entry->d_name, 1, INT_MAX, &pid) < 0)
            continue;
        seen.pid = (pid_t)pid;
        read_comm(seen.pid, seen.comm);
        *ret_is_guess = !has_open(seen.pid, port);
        if (*ret_is_guess && strcmp(seen.comm, MODEM_MANAGER) != 0)
            continue;
        found = true;
        *holder = seen;
        if (!*ret_is_guess)
            return true;
    }
    *ret_is_guess = true;
    return found;
}

/* The rule as packaging/70-smsotp.rules has it; ModemManager looks at the device as a whole. */
static void put_hint(struct strbuf *sb, const char *usb)
{
    strbuf_puts(sb, ": stop it, or write the udev rule ");
    if (strlen(usb) == 9) /* vvvv:pppp */
        strbuf_printf(sb, "ATTRS{idVendor}==\"%.4s\", ATTRS{idProduct}==\"%s\", ", usb, usb + 5);
    strbuf_puts(sb, "ENV{ID_MM_DEVICE_IGNORE}=\"1\"");
}

void port_holder_explain(const char *path, const char *usb, char *reason, size_t size)
{
    struct holder holder;
    struct strbuf sb;
    bool is_guess;

    strbuf_init(&sb, reason, size);
    if (!find(path, &holder, &is_guess)) {
        strbuf_printf(&sb, "%.60s is held by another process", path);
        return;
    }
    if (holder.pid == getpid()) {
        strbuf_printf(&sb, "%.60s is held by smsotpd itself, for another modem", path);
        return;
    }
    strbuf_printf(&sb, "%.24s is held%s by ", path, is_guess ? ", probably" : "");
    strbuf_put_escaped(&sb, holder.comm, strlen(holder.comm));
    strbuf_printf(&sb, " (pid %d)", (int)holder.pid);
    if (strcmp(holder.comm, MODEM_MANAGER) == 0)
        put_hint(&sb, usb);
}
