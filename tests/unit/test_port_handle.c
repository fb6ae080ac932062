/* An opened terminal: found behind its links, locked for us alone, raw. */
#include "modem/port_handle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <pty.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* A terminal that nobody has open but its master, which the caller closes. */
static int make_pty(char ret_path[static PATH_MAX])
{
    int master, slave;

    assert_int_equal(openpty(&master, &slave, ret_path, NULL, NULL), 0);
    close(slave);
    return master;
}

/* Raw, no flow control, and the line kept up at the end. */
static void test_settings(void **state)
{
    struct port_handle handle = PORT_HANDLE_CLOSED;
    char path[PATH_MAX], reason[128] = "";
    int master = make_pty(path);
    struct termios tio;

    (void)state;
    assert_int_equal(port_handle_open(&handle, path, 115200, reason, sizeof(reason)), 0);
    assert_int_equal(tcgetattr(handle.fd, &tio), 0);
    assert_int_equal(tio.c_iflag & (IXON | IXOFF | ICRNL), 0);
    assert_int_equal(tio.c_oflag & OPOST, 0);
    assert_int_equal(tio.c_lflag & (ECHO | ICANON | ISIG), 0);
    assert_int_equal(tio.c_cflag & (HUPCL | CRTSCTS | PARENB), 0);
    assert_int_equal(tio.c_cflag & CSIZE, CS8);
    port_handle_close(&handle);
    assert_int_equal(handle.fd, -1);
    close(master);
}

static void test_links(void **state)
{
    char path[PATH_MAX], resolved[PATH_MAX], links[2][64];
    int master = make_pty(path);

    (void)state;
    for (int i = 0; i < 2; i++) {
        snprintf(links[i], sizeof(links[i]), "/tmp/test_port_handle.%d.%d", (int)getpid(), i);
        (void)unlink(links[i]);
        assert_int_equal(symlink(i == 0 ? path : links[0], links[i]), 0);
    }
    assert_int_equal(port_resolve(links[1], resolved), 0);
    assert_string_equal(resolved, path);
    (void)unlink(links[0]);
    assert_int_equal(port_resolve(links[1], resolved), -ENOENT);
    (void)unlink(links[1]);
    close(master);
}

static void test_second_opener_is_refused(void **state)
{
    struct port_handle first = PORT_HANDLE_CLOSED, second = PORT_HANDLE_CLOSED;
    char path[PATH_MAX], reason[128] = "";
    int master = make_pty(path), exclusive = 0;

    (void)state;
    assert_int_equal(port_handle_open(&first, path, 0, reason, sizeof(reason)), 0);
    assert_int_equal(port_handle_open(&second, path, 0, reason, sizeof(reason)), -EBUSY);
    assert_int_equal(second.fd, -1);
    port_handle_close(&first); /* the locks go with it */
    assert_int_equal(port_handle_open(&second, path, 0, reason, sizeof(reason)), 0);
    assert_int_equal(ioctl(second.fd, TIOCGEXCL, &exclusive), 0);
    assert_int_equal(exclusive, 1); /* root may open it all the same, others may not */
    port_handle_close(&second);
    port_handle_close(&second);
    close(master);
}

static void test_what_is_no_port(void **state)
{
    struct port_handle handle = PORT_HANDLE_CLOSED;
    char path[PATH_MAX], reason[128] = "";

    (void)state;
    assert_int_equal(port_resolve("/nonexistent/modem", path), -ENOENT);
    assert_int_equal(port_handle_open(&handle, "/dev/null", 0, reason, sizeof(reason)), -ENOTTY);
    assert_non_null(strstr(reason, "no terminal"));
    assert_int_equal(port_handle_open(&handle, "/nonexistent", 0, reason, sizeof(reason)), -ENOENT);
    assert_int_equal(handle.fd, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_second_opener_is_refused),
        cmocka_unit_test(test_what_is_no_port),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
