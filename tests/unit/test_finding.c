/* The search for modems among sticks made by umockdev, through the true udev and libserialport. */
#include "modem/modem.h"

#include "modem/device_finder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "usb_bench.h"

#define IMEI_RULE(digits) {"AT+CGSN", "\r\n" digits "\r\n\r\nOK\r\n"}
static const struct fake_rule imei_a[] = {IMEI_RULE("359072060000016"), {NULL, NULL}};
static const struct fake_rule imei_b[] = {IMEI_RULE("490154203237518"), {NULL, NULL}};
static const struct fake_rule imei_c[] = {IMEI_RULE("863703031234561"), {NULL, NULL}};
static const struct fake_rule no_cgmi[] = {{"AT+CGMI", "\r\nERROR\r\n"}, {NULL, NULL}};
static const struct fake_rule no_cgsn[] = {{"AT+CGSN", "\r\nERROR\r\n"}, {NULL, NULL}};

static const struct modem_ops no_ops = {0};
static const struct log no_log = {.fd = -1, .level = LOG_LEVEL_DEBUG};

struct fixture {
    struct usb_bench *bench;
    struct device_finder *finder;
    struct modem *modems[4];
    unsigned n_modems;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    f->bench = bench_new();
    assert_int_equal(device_finder_new(&f->finder, f->bench->loop, &no_log), 0);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    for (unsigned i = 0; i < f->n_modems; i++)
        modem_free(f->modems[i]);
    device_finder_free(f->finder);
    bench_free(f->bench);
    free(f);
    return 0;
}

static const struct modem_status *start(struct fixture *f, const char *name, const char *device)
{
    struct modem_config config = {.name = name, .device = device, .finder = f->finder};
    struct modem **modem = &f->modems[f->n_modems++];

    assert_int_equal(modem_new(modem, f->bench->loop, &no_log, &config, &no_ops, f), 0);
    modem_start(*modem);
    return modem_status(*modem);
}

/* Makes a port one that answers. */
static struct fake_peer *answer(
    struct fixture *f, const char *node, const struct fake_rule *rules)
{
    struct fake_peer *peer = &bench_port(f->bench, node)->peer;

    peer->dead = false;
    peer->rules = rules;
    return peer;
}

static bool was_opened(struct fixture *f, const char *node)
{
    return bench_port(f->bench, node)->peer.n_escapes > 0;
}

static void assert_ready(const struct modem_status *status, const char *port)
{
    if (status->state != MODEM_READY)
        fail_msg("%s: %s", modem_state_to_string(status->state), status->reason);
    assert_string_equal(status->port, port);
}

static void assert_absent(const struct modem_status *status, const char *reason)
{
    assert_int_equal(status->state, MODEM_ABSENT);
    assert_string_equal(status->reason, reason);
    assert_string_equal(status->port, "");
    assert_string_equal(status->usb, "");
}

/*
 * Each stick: the right port is opened, the modem there becomes ready, the others are left alone.
 */
static void test_auto_takes_the_at_port(void **state)
{
    static const struct stick *const sticks[] = {
        &huawei_e3372, &huawei_e173, &zte_mf, &quectel_ec25, &simcom_7600, &simcom_a7670};
    struct fixture *f = *state;
    const struct modem_status *status = start(f, "counter", "auto");

    for (size_t i = 0; i < ARRAY_SIZE(sticks); i++) {
        unsigned first = 10 * (unsigned)i;
        char node[16] = "", path[64], usb[16];

        bench_plug(f->bench, sticks[i], "1-1", first);
        for (unsigned k = 0; k < sticks[i]->n_interfaces; k++)
            if (sticks[i]->interfaces[k].number == sticks[i]->order[0] - '0')
                snprintf(node, sizeof(node), "ttyUSB%u", first + k);
        answer(f, node, NULL);
        bench_pass(f->bench, USEC_PER_SEC);
        snprintf(path, sizeof(path), "/dev/%s", node);
        snprintf(usb, sizeof(usb), "%04x:%04x", sticks[i]->vid, sticks[i]->pid);
        assert_ready(status, path);
        assert_string_equal(status->usb, usb);
        assert_string_equal(status->device, "auto");
        for (unsigned k = 0; k < sticks[i]->n_interfaces; k++) {
            char other[32];

            snprintf(other, sizeof(other), "ttyUSB%u", first + k);
            assert_int_equal(was_opened(f, other), strcmp(node, other) == 0);
        }
        bench_unplug(f->bench, "1-1");
        bench_pass(f->bench, 0);
        assert_absent(status, "unplugged");
    }
}

/* A port that is dead, or answers AT and not +CGMI, is none: the next one is tried. */
static void test_next_candidate(void **state)
{
    struct fixture *f = *state;
    const struct modem_status *status;
    struct fake_peer *first;

    bench_plug(f->bench, &quectel_ec25, "1-1", 0);
    status = start(f, "counter", "usb:2c7c:0125");
    answer(f, "ttyUSB3", NULL);
    bench_pass(f->bench, 10 * USEC_PER_SEC);
    assert_ready(status, "/dev/ttyUSB3");
    assert_true(was_opened(f, "ttyUSB2"));

    bench_unplug(f->bench, "1-1");
    bench_plug(f->bench, &quectel_ec25, "1-1", 4);
    first = answer(f, "ttyUSB6", no_cgmi);
    answer(f, "ttyUSB7", NULL);
    bench_pass(f->bench, 2 * USEC_PER_SEC);
    assert_ready(status, "/dev/ttyUSB7");
    assert_non_null(strstr(first->log, "AT+CGMI"));
    assert_null(strstr(first->log, "AT+CPIN"));
}

/* All tried in vain: the reason is that of the best port, and a later round finds it. */
static void test_rounds(void **state)
{
    struct fixture *f = *state;
    const struct modem_status *status;

    bench_plug(f->bench, &zte_mf, "1-1", 0);
    status = start(f, "counter", "auto");
    for (unsigned i = 0; i < 300 && !(was_opened(f, "ttyUSB1") && status->state == MODEM_ABSENT);
         i++)
        bench_pass(f->bench, 100 * USEC_PER_MSEC);
    assert_absent(status, "AT is not answered");
    assert_false(was_opened(f, "ttyUSB0"));
    answer(f, "ttyUSB2", NULL);
    bench_pass(f->bench, 10 * USEC_PER_SEC);
    assert_ready(status, "/dev/ttyUSB2");
    assert_true(status->recoveries == 0);
}

/* A port that another process holds is passed over. */
static void test_busy_port(void **state)
{
    struct fixture *f = *state;
    struct port_handle handle = PORT_HANDLE_CLOSED;
    const struct modem_status *status;
    char reason[128];

    bench_plug(f->bench, &quectel_ec25, "1-1", 0);
    assert_int_equal(
        port_handle_open(&handle, "/dev/ttyUSB2", 115200, reason, sizeof(reason)), 0);
    answer(f, "ttyUSB3", NULL);
    status = start(f, "counter", "auto");
    bench_pass(f->bench, USEC_PER_SEC);
    assert_ready(status, "/dev/ttyUSB3");
    port_handle_close(&handle);
}

/* Plugged: at once, not at the next poll. Again under other numbers: found again. */
static void test_hot_plug(void **state)
{
    struct fixture *f = *state;
    const struct modem_status *status = start(f, "counter", "usb:12d1:1506");
    const struct modem_status *by_path = start(f, "door", "/dev/ttyUSB7");

    bench_pass(f->bench, 60 * USEC_PER_SEC);
    assert_absent(status, "no such device");
    assert_absent(by_path, "no such device");
    bench_plug(f->bench, &huawei_e3372, "1-1", 0);
    answer(f, "ttyUSB1", NULL);
    bench_pass(f->bench, 600 * USEC_PER_MSEC);
    assert_ready(status, "/dev/ttyUSB1");
    bench_unplug(f->bench, "1-1");
    bench_pass(f->bench, 0);
    assert_absent(status, "unplugged");

    bench_plug(f->bench, &huawei_e3372, "1-1", 3);
    answer(f, "ttyUSB4", NULL);
    bench_plug(f->bench, &ch340, "1-2", 7);
    answer(f, "ttyUSB7", NULL);
    bench_pass(f->bench, 600 * USEC_PER_MSEC);
    assert_ready(status, "/dev/ttyUSB4");
    assert_ready(by_path, "/dev/ttyUSB7");
    assert_string_equal(by_path->usb, "1a86:7523");
}

/* Sent away, it is opened when it is back, and not before the owner's program has ended. */
static void test_power_hook(void **state)
{
    struct fixture *f = *state;
    struct modem_config config = {.name = "counter", .device = "usb:12d1:1506", .finder = f->finder,
        .no_usb_reset = true};
    char program[] = "/tmp/test_finding.XXXXXX", text[128];
    const struct modem_status *status;
    int fd = mkstemp(program);

    /* It runs until its file has been made one that cannot be run. */
    assert_true(fd >= 0);
    snprintf(text, sizeof(text), "#!/bin/sh\nwhile [ -x %s ]; do sleep 0.01; done\n", program);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(fd, 0700), 0);
    close(fd);
    config.power_hook = program;
    assert_int_equal(modem_new(&f->modems[0], f->bench->loop, &no_log, &config, &no_ops, f), 0);
    f->n_modems = 1;
    bench_plug(f->bench, &huawei_e3372, "1-1", 0);
    answer(f, "ttyUSB1", NULL);
    modem_start(f->modems[0]);
    status = modem_status(f->modems[0]);
    bench_pass(f->bench, USEC_PER_SEC);
    assert_ready(status, "/dev/ttyUSB1");

    bench_port(f->bench, "ttyUSB1")->peer.dead = true;
    for (unsigned i = 0; i < 300 && status->power_cycles == 0; i++)
        bench_pass(f->bench, USEC_PER_SEC);
    assert_int_equal(status->power_cycles, 1);
    bench_unplug(f->bench, "1-1");
    bench_plug(f->bench, &huawei_e3372, "1-1", 3);
    answer(f, "ttyUSB4", NULL);
    bench_pass(f->bench, 5 * USEC_PER_SEC);
    assert_int_equal(status->state, MODEM_RECOVERING);
    assert_int_equal(chmod(program, 0600), 0);
    for (unsigned i = 0; i < 500 && status->state == MODEM_RECOVERING; i++)
        bench_pass(f->bench, 10 * USEC_PER_MSEC);
    bench_pass(f->bench, USEC_PER_SEC);
    assert_ready(status, "/dev/ttyUSB4");
    unlink(program);
}

/* Without a udevd no event comes; looking every two seconds finds it all the same. */
static void test_without_events(void **state)
{
    struct fixture *f = *state;
    struct rlimit limit, none;
    const struct modem_status *status;

    device_finder_free(f->finder);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    none = (struct rlimit){.rlim_cur = 0, .rlim_max = limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0); /* no socket to listen on */
    assert_int_equal(device_finder_new(&f->finder, f->bench->loop, &no_log), 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    status = start(f, "counter", "auto");
    bench_pass(f->bench, 60 * USEC_PER_SEC);
    bench_plug(f->bench, &simcom_7600, "1-1", 0);
    answer(f, "ttyUSB2", NULL);
    bench_pass(f->bench, 3 * USEC_PER_SEC);
    assert_ready(status, "/dev/ttyUSB2");
    bench_unplug(f->bench, "1-1");
    bench_pass(f->bench, 11 * USEC_PER_SEC);
    assert_int_equal(status->state, MODEM_ABSENT);
}

/* Alike and without serial numbers: each modem has one, and one that goes absent frees its own. */
static void test_two_alike(void **state)
{
    struct fixture *f = *state;
    const struct modem_status *a = start(f, "a", "auto"), *b = start(f, "b", "usb:12d1:1506");
    const struct modem_status *c;

    bench_plug(f->bench, &huawei_e3372, "1-1", 0);
    bench_plug(f->bench, &huawei_e3372, "1-2", 3);
    answer(f, "ttyUSB1", imei_a);
    answer(f, "ttyUSB4", imei_b);
    bench_pass(f->bench, 5 * USEC_PER_SEC);
    assert_ready(a, "/dev/ttyUSB4");
    assert_ready(b, "/dev/ttyUSB1"); /* which names it, and so comes first */
    c = start(f, "c", "auto");
    bench_pass(f->bench, USEC_PER_SEC);
    assert_absent(c, "12d1:1506 is for modem b");
    bench_unplug(f->bench, "1-2");
    bench_plug(f->bench, &huawei_e3372, "1-2", 6);
    answer(f, "ttyUSB7", imei_b);
    bench_pass(f->bench, 5 * USEC_PER_SEC);
    assert_true((a->state == MODEM_READY) != (c->state == MODEM_READY));
    assert_ready(b, "/dev/ttyUSB1");
}

/* By IMEI: the others are asked once, left at once, and not asked again. */
static void test_imei(void **state)
{
    struct fixture *f = *state;
    const struct modem_status *status;
    struct fake_peer *other;
    unsigned n_commands;

    bench_plug(f->bench, &quectel_ec25, "1-1", 0);
    other = answer(f, "ttyUSB2", imei_a);
    status = start(f, "counter", "imei:49015420323751");
    bench_pass(f->bench, 5 * USEC_PER_SEC);
    assert_absent(status, "no free modem has this IMEI");
    assert_null(strstr(other->log, "AT+CPIN"));
    assert_false(was_opened(f, "ttyUSB3"));
    n_commands = other->n_commands;
    bench_plug(f->bench, &simcom_7600, "1-2", 4);
    answer(f, "ttyUSB6", imei_b);
    bench_pass(f->bench, USEC_PER_SEC);
    assert_ready(status, "/dev/ttyUSB6");
    assert_int_equal(other->n_commands, n_commands);
    bench_unplug(f->bench, "1-2");
    bench_plug(f->bench, &simcom_a7670, "1-3", 9);
    answer(f, "ttyUSB10", no_cgsn); /* the IMEI read before is not this one's */
    bench_pass(f->bench, 5 * USEC_PER_SEC);
    assert_absent(status, "the modem has another IMEI");
}

/* `auto`, which comes first, leaves the modem that another section names by its IMEI. */
static void test_auto_leaves_what_is_named(void **state)
{
    struct fixture *f = *state;
    const struct modem_status *any, *named, *door;

    bench_plug(f->bench, &quectel_ec25, "1-1", 0);
    bench_plug(f->bench, &simcom_7600, "1-2", 4);
    bench_plug(f->bench, &huawei_e3372, "1-3", 9);
    answer(f, "ttyUSB2", imei_b);
    answer(f, "ttyUSB6", imei_a);
    answer(f, "ttyUSB10", imei_c);
    any = start(f, "any", "auto");
    named = start(f, "named", "imei:490154203237518");
    door = start(f, "door", "/dev/ttyUSB6");
    bench_pass(f->bench, 8 * USEC_PER_SEC);
    assert_ready(named, "/dev/ttyUSB2");
    assert_ready(door, "/dev/ttyUSB6");
    assert_ready(any, "/dev/ttyUSB10");
}

static void test_not_for_auto(void **state)
{
    struct fixture *f = *state;
    const struct modem_status *any = start(f, "any", "auto");
    const struct modem_status *named, *same, *twice;

    bench_plug(f->bench, &ch340, "1-1", 0);
    answer(f, "ttyUSB0", NULL);
    bench_pass(f->bench, USEC_PER_SEC);
    assert_absent(any,
        "1a86:7523 is a general serial adapter: to use it write usb:1a86:7523 or its path");
    assert_false(was_opened(f, "ttyUSB0"));
    named = start(f, "named", "usb:1A86:7523");
    same = start(f, "same", "/dev/ttyUSB0");
    bench_pass(f->bench, USEC_PER_SEC);
    assert_absent(named, "1a86:7523 is for modem same");
    assert_ready(same, "/dev/ttyUSB0");
    twice = start(f, "twice", "/dev/ttyUSB0");
    bench_pass(f->bench, USEC_PER_SEC);
    assert_absent(twice, "/dev/ttyUSB0 is in use by modem same");
    bench_plug(f->bench, &hilink, "1-2", 1);
    bench_pass(f->bench, USEC_PER_SEC);
    assert_absent(any, "12d1:14dc is in network mode (HiLink), without an AT port: "
                      "switch it to modem mode, or take another");
    bench_plug(f->bench, &storage, "1-3", 1);
    bench_pass(f->bench, USEC_PER_SEC);
    assert_absent(any, "12d1:1446 is in storage mode: install usb-modeswitch");
}

/* A modem that has been found and falls silent is recovered on its port, not sought elsewhere. */
static void test_recovery_keeps_the_port(void **state)
{
    struct fixture *f = *state;
    const struct modem_status *status;
    struct fake_peer *peer;

    bench_plug(f->bench, &quectel_ec25, "1-1", 0);
    peer = answer(f, "ttyUSB2", NULL);
    answer(f, "ttyUSB3", NULL);
    status = start(f, "counter", "auto");
    bench_pass(f->bench, USEC_PER_SEC);
    assert_ready(status, "/dev/ttyUSB2");
    peer->dead = true;
    bench_pass(f->bench, 30 * USEC_PER_SEC);
    assert_true(status->recoveries > 0 && status->state != MODEM_READY);
    peer->dead = false;
    bench_pass(f->bench, 60 * USEC_PER_SEC);
    assert_ready(status, "/dev/ttyUSB2");
    assert_false(was_opened(f, "ttyUSB3"));
}

static void test_config(void **state)
{
    struct fixture *f = *state;
    struct modem_config config = {.name = "m", .device = "auto"};
    struct device_spec spec;
    struct modem *modem = NULL;
    char reason[128] = "";

    assert_int_equal(modem_new(&modem, f->bench->loop, &no_log, &config, &no_ops, f), -EINVAL);
    config.device = "ttyUSB2";
    assert_int_equal(modem_new(&modem, f->bench->loop, &no_log, &config, &no_ops, f), -EINVAL);
    assert_null(modem);
    assert_int_equal(device_spec_parse(&spec, "usb:2c7c:0125"), 0);
    assert_int_equal(device_finder_check(&spec, reason, sizeof(reason)), -ENODEV);
    assert_string_equal(reason, "no such device");
    bench_plug(f->bench, &quectel_ec25, "1-1", 0);
    assert_int_equal(device_finder_check(&spec, reason, sizeof(reason)), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_auto_takes_the_at_port),
        TEST(test_next_candidate),
        TEST(test_rounds),
        TEST(test_busy_port),
        TEST(test_hot_plug),
        TEST(test_power_hook),
        TEST(test_without_events),
        TEST(test_two_alike),
        TEST(test_imei),
        TEST(test_auto_leaves_what_is_named),
        TEST(test_not_for_auto),
        TEST(test_recovery_keeps_the_port),
        TEST(test_config),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
