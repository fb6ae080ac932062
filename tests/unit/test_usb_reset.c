#include "modem/usb_reset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[] = "/tmp/sysfs.XXXXXX";
static char opened[64];
static int reset_fd;
static int pipe_fds[2];
static sem_t was_reset;

static int fake_open(const char *path)
{
    snprintf(opened, sizeof(opened), "%s", path);
    return strcmp(path, "/bus/001/004") == 0 ? dup(pipe_fds[1]) : -EACCES;
}

static int fake_reset(int fd)
{
    reset_fd = fd;
    sem_post(&was_reset);
    return 0;
}

static const struct usb_reset_io io = {
    .sysfs = root, .devices = "/bus", .open = fake_open, .reset = fake_reset};

static int run(const char *command)
{
    return setenv("ROOT", root, 1) == 0 ? system(command) : -1;
}

/* A tree as /sys has it: tty → interface → device with busnum and devnum; and a UART without. */
static int make_tree(void **unused)
{
    (void)unused;
    if (!mkdtemp(root) || pipe(pipe_fds) < 0 || sem_init(&was_reset, 0, 0) < 0)
        return -1;
    return run("cd $ROOT && mkdir -p devices/usb1/1-2/1-2:1.2/ttyUSB2 devices/serial/ttyS0 "
        "class/tty/ttyUSB2 class/tty/ttyS0 && echo 1 > devices/usb1/1-2/busnum && "
        "echo 4 > devices/usb1/1-2/devnum && "
        "ln -s ../../../devices/usb1/1-2/1-2:1.2/ttyUSB2 class/tty/ttyUSB2/device && "
        "ln -s ../../../devices/serial/ttyS0 class/tty/ttyS0/device");
}

static int remove_tree(void **unused)
{
    (void)unused;
    return run("rm -r $ROOT");
}

static void test_finds_the_device(void **unused)
{
    char node[64];

    (void)unused;
    assert_int_equal(usb_reset_find(&io, "/dev/ttyUSB2", node, sizeof(node)), 0);
    assert_string_equal(node, "/bus/001/004");
    assert_int_equal(usb_reset_find(&io, "/dev/ttyS0", node, sizeof(node)), -ENODEV);
    assert_int_equal(usb_reset_find(&io, "/dev/pts/3", node, sizeof(node)), -ENODEV);
    assert_int_equal(usb_reset_find(&io, "/dev/ttyUSB2", node, 8), -ENAMETOOLONG);
}

static void test_resets_it(void **unused)
{
    (void)unused;
    reset_fd = -1;
    assert_int_equal(usb_reset_start(&io, "/bus/001/004"), 0);
    assert_int_equal(sem_wait(&was_reset), 0);
    assert_true(reset_fd >= 0);
    assert_string_equal(opened, "/bus/001/004");
}

static void test_no_permission(void **unused)
{
    (void)unused;
    assert_int_equal(usb_reset_start(&io, "/bus/001/005"), -EACCES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_the_device),
        cmocka_unit_test(test_resets_it),
        cmocka_unit_test(test_no_permission),
    };

    return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
