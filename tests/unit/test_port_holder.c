/* Who has a port that we do not get, in words that say what to do. */
#include "modem/port_holder.h"

#include "modem/port_handle.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <pty.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* A terminal that nobody has open but its master, which the caller closes. */
static int make_pty(char ret_path[static PATH_MAX])
{
    int master, slave;

    assert_int_equal(openpty(&master, &slave, ret_path, NULL, NULL), 0);
    close(slave);
    return master;
}

/* A process of that name which has the port, until it is told by `ret_go` to end. */
static pid_t start_holder(const char *path, const char *name, int *ret_go)
{
    struct port_handle handle = PORT_HANDLE_CLOSED;
    char reason[128] = "", byte = 0;
    int go[2], ready[2];
    pid_t pid;

    assert_int_equal(pipe(go), 0);
    assert_int_equal(pipe(ready), 0);
    pid = fork();
    if (pid == 0) {
        close(go[1]);
        (void)prctl(PR_SET_NAME, name);
        byte = port_handle_open(&handle, path, 0, reason, sizeof(reason)) == 0 ? 'y' : 'n';
        (void)!write(ready[1], &byte, 1);
        (void)!read(go[0], &byte, 1);
        _exit(0);
    }
    close(go[0]);
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    close(ready[0]);
    *ret_go = go[1];
    return pid;
}

static void test_holder_is_named(void **state)
{
    static const struct {
        const char *name, *usb, *hint;
    } cases[] = {{"minicom", "", ""},
        {"ModemManager", "",
            ": stop it, or write the udev rule ENV{ID_MM_DEVICE_IGNORE}=\"1\""},
        {"ModemManager", "12d1:1506",
            ": stop it, or write the udev rule ATTRS{idVendor}==\"12d1\", "
            "ATTRS{idProduct}==\"1506\", ENV{ID_MM_DEVICE_IGNORE}=\"1\""}};
    char path[PATH_MAX];
    int master = make_pty(path);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct port_handle handle = PORT_HANDLE_CLOSED;
        char reason[256] = "", expected[256];
        int go;
        pid_t pid = start_holder(path, cases[i].name, &go);

        assert_int_equal(port_handle_open(&handle, path, 0, reason, sizeof(reason)), -EBUSY);
        port_holder_explain(path, cases[i].usb, reason, sizeof(reason));
        snprintf(expected, sizeof(expected), "%.32s is held by %s (pid %d)%s", path,
            cases[i].name, (int)pid, cases[i].hint);
        assert_string_equal(reason, expected);
        close(go);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
    }
    close(master);
}

/* Who has it is not to be seen: a running ModemManager is named as the likely one. */
static void test_unseen_holder(void **state)
{
    char path[PATH_MAX], reason[256];
    int master = make_pty(path), go;
    pid_t pid;

    (void)state;
    port_holder_explain("/dev/nobody", "", reason, sizeof(reason));
    if (!strstr(reason, "ModemManager")) /* which this machine may run */
        assert_string_equal(reason, "/dev/nobody is held by another process");
    pid = start_holder(path, "ModemManager", &go);
    port_holder_explain("/dev/nobody", "", reason, sizeof(reason));
    assert_memory_equal(reason, "/dev/nobody is held, probably by ModemManager (pid ", 50);
    close(go);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    close(master);
}

static void test_ourselves(void **state)
{
    struct port_handle handle = PORT_HANDLE_CLOSED;
    char path[PATH_MAX], reason[128] = "";
    int master = make_pty(path);

    (void)state;
    assert_int_equal(port_handle_open(&handle, path, 0, reason, sizeof(reason)), 0);
    port_holder_explain(path, "", reason, sizeof(reason));
    assert_non_null(strstr(reason, "smsotpd itself"));
    port_handle_close(&handle);
    close(master);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_holder_is_named),
        cmocka_unit_test(test_unseen_holder),
        cmocka_unit_test(test_ourselves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
