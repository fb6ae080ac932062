/*
 * What modems tell each other while they look for devices: who has which, which IMEI was found
 * where, what came and went. Which ports are chosen is test_device_choice.c; here the true list is
 * read, of sticks made by umockdev.
 */
#include "modem/device_finder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/ioctl.h>

#include "usb_bench.h"

#define MEMBERS 4

struct bench {
    struct usb_bench *usb;
    struct device_finder *finder;
    struct device_spec specs[MEMBERS];
    struct device_member members[MEMBERS];
    unsigned n_members;
    char told[256]; /* "a plugged; b unplugged /dev/ttyUSB0; " */
    struct strbuf sb;
    bool leaves; /* who is told leaves at that */
};

static struct bench *bench_of_all; /* since the members are their own userdata */

static void tell(struct device_member *member, const char *what, const char *port)
{
    strbuf_printf(&bench_of_all->sb, "%s %s%s; ", member->name, what, port);
    if (bench_of_all->leaves)
        device_finder_leave(bench_of_all->finder, member);
}

static void on_plugged(void *userdata)
{
    tell(userdata, "plugged", "");
}

static void on_unplugged(void *userdata, const char *port)
{
    tell(userdata, "unplugged ", port);
}

static const struct device_member_ops ops = {.plugged = on_plugged, .unplugged = on_unplugged};
static const struct log no_log = {.fd = -1, .level = LOG_LEVEL_DEBUG};

static int set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));

    bench_of_all = bench;
    bench->usb = bench_new();
    bench->sb = STRBUF_ON(bench->told);
    assert_int_equal(device_finder_new(&bench->finder, bench->usb->loop, &no_log), 0);
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    assert_null(device_finder_free(bench->finder));
    bench_free(bench->usb);
    free(bench);
    return 0;
}

static struct device_member *join(struct bench *bench, const char *spec)
{
    static const char *const names[MEMBERS] = {"a", "b", "c", "d"};
    unsigned i = bench->n_members++;

    assert_int_equal(device_spec_parse(&bench->specs[i], spec), 0);
    bench->members[i] = (struct device_member){
        .name = names[i], .spec = &bench->specs[i], .ops = &ops, .userdata = &bench->members[i]};
    device_finder_join(bench->finder, &bench->members[i]);
    return &bench->members[i];
}

/* The ports that a member would try, "/dev/ttyUSB2 ", or the reason. Static. */
static const char *look(struct bench *bench, struct device_member *member)
{
    static char found[256];
    struct strbuf sb = STRBUF_ON(found);
    struct device_list *list = NULL;
    struct device_choice choice;

    assert_int_equal(device_finder_look(bench->finder, member, &list, &choice), 0);
    strbuf_printf(&sb, "%s", choice.reason);
    for (unsigned i = 0; i < choice.n; i++)
        strbuf_printf(&sb, "%s ", choice.candidates[i].port->path);
    device_list_free(list);
    return found;
}

/* Has a member take the first of its ports; the device's key, static. */
static const char *take_first(struct bench *bench, struct device_member *member)
{
    struct device_list *list = NULL;
    struct device_choice choice;

    assert_int_equal(device_finder_look(bench->finder, member, &list, &choice), 0);
    assert_true(choice.n > 0);
    device_finder_claim(member, choice.candidates[0].device, choice.candidates[0].port->path);
    device_list_free(list);
    return member->key;
}

/* What one has, another does not get, until it is released. */
static void test_claims(void **state)
{
    struct bench *bench = *state;
    struct device_member *a, *b;

    bench_plug(bench->usb, &huawei_e3372, "1-1", 0);
    a = join(bench, "auto");
    b = join(bench, "auto");
    assert_string_equal(look(bench, a), "/dev/ttyUSB1 ");
    assert_string_equal(look(bench, b), "/dev/ttyUSB1 ");
    assert_string_equal(take_first(bench, a), "1-1@1");
    assert_true(a->has_port && !a->is_settled);
    assert_string_equal(a->port, "/dev/ttyUSB1");
    assert_string_equal(look(bench, a), "/dev/ttyUSB1 "); /* its own is no obstacle */
    assert_string_equal(look(bench, b), "12d1:1506 is for modem a");
    assert_ptr_equal(device_finder_holder(bench->finder, b, "/dev/ttyUSB1"), a);
    assert_null(device_finder_holder(bench->finder, a, "/dev/ttyUSB1"));
    assert_null(device_finder_holder(bench->finder, b, "/dev/ttyUSB2"));
    device_finder_release(a);
    assert_false(a->has_port);
    assert_string_equal(a->key, "");
    assert_string_equal(a->port, "");
    assert_null(device_finder_holder(bench->finder, b, "/dev/ttyUSB1"));
    assert_string_equal(look(bench, b), "/dev/ttyUSB1 ");
    (void)take_first(bench, a);
    device_finder_leave(bench->finder, a);
    assert_string_equal(look(bench, b), "/dev/ttyUSB1 ");
}

/* A claim replaces the one before; a port on no USB device has no key. */
static void test_claim_anew(void **state)
{
    struct bench *bench = *state;
    struct device_member *a, *b;

    bench_plug(bench->usb, &huawei_e3372, "1-1", 0);
    a = join(bench, "auto");
    b = join(bench, "/dev/ttyS0");
    (void)take_first(bench, a);
    device_finder_claim(a, NULL, "/dev/ttyS0");
    assert_string_equal(a->key, "");
    assert_string_equal(a->port, "/dev/ttyS0");
    assert_ptr_equal(device_finder_holder(bench->finder, b, "/dev/ttyS0"), a);
    device_finder_claim(a, NULL, a->port); /* the text may be its own */
    assert_string_equal(a->port, "/dev/ttyS0");
}

/* A path keeps its device while its modem is still looking, also when it is plugged in later. */
static void test_path_that_waits(void **state)
{
    struct bench *bench = *state;
    struct device_member *any = join(bench, "auto");
    struct device_member *door = join(bench, "/dev/ttyUSB1");

    assert_string_equal(look(bench, any), "no such device");
    bench_plug(bench->usb, &huawei_e3372, "1-1", 0);
    assert_string_equal(look(bench, any), "12d1:1506 is for modem b");
    assert_string_equal(door->port, "/dev/ttyUSB1");
    assert_null(device_finder_holder(bench->finder, any, "/dev/ttyUSB1")); /* not yet */
    bench_unplug(bench->usb, "1-1");
    assert_string_equal(look(bench, any), "no such device");
    assert_string_equal(door->port, "");
    bench_plug(bench->usb, &huawei_e3372, "1-1", 3); /* the path leads to no port of it now */
    assert_string_equal(look(bench, any), "/dev/ttyUSB4 ");
}

#define IMEI_A "359072060000016"
#define IMEI_B "490154203237518"

/* A modem comes by, reads this IMEI from the device that has this port, and leaves. */
static void read_imei(struct bench *bench, const char *port, const char *imei)
{
    struct device_member *reader = join(bench, port);
    struct device_list *list = NULL;
    struct device_choice choice;

    assert_int_equal(device_finder_look(bench->finder, reader, &list, &choice), 0);
    device_finder_claim(reader, device_list_find_port(list, port), port);
    assert_true(device_finder_learn(bench->finder, reader, imei));
    device_list_free(list);
    device_finder_leave(bench->finder, reader);
    bench->n_members--;
}

/* What was read from a device is known until it is unplugged. */
static void test_imei_is_remembered(void **state)
{
    static const struct {
        const char *imei, *ports;
    } rows[] = {
        {"", "/dev/ttyUSB1 /dev/ttyUSB5 /dev/ttyUSB6 "}, /* which is no word */
        {IMEI_A, "/dev/ttyUSB1 "},                       /* no other need be asked */
        {"", "/dev/ttyUSB1 "},
        {IMEI_B, "/dev/ttyUSB5 /dev/ttyUSB6 "}, /* the later word counts */
        {IMEI_B, "/dev/ttyUSB5 /dev/ttyUSB6 "},
        {IMEI_A, "/dev/ttyUSB1 "},
    };
    struct bench *bench = *state;
    struct device_member *named;

    bench_plug(bench->usb, &huawei_e3372, "1-1", 0);
    bench_plug(bench->usb, &quectel_ec25, "1-2", 3);
    named = join(bench, "imei:" IMEI_A);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        read_imei(bench, "/dev/ttyUSB1", rows[i].imei);
        if (strcmp(look(bench, named), rows[i].ports) != 0)
            fail_msg("row %zu: %s", i, look(bench, named));
    }
    read_imei(bench, "/dev/ttyUSB5", IMEI_B);
    assert_string_equal(look(bench, named), "/dev/ttyUSB1 ");
    bench_unplug(bench->usb, "1-1");
    assert_string_equal(look(bench, named), "no free modem has this IMEI");
    bench->usb->n_plugged = 0; /* a bus may count anew */
    bench_plug(bench->usb, &huawei_e3372, "1-1", 7); /* another at that place, for all we know */
    assert_string_equal(look(bench, named), "/dev/ttyUSB8 ");
    read_imei(bench, "/dev/ttyUSB8", IMEI_B);
    assert_string_equal(look(bench, named), "no free modem has this IMEI");
}

/* Whether who has read an IMEI may keep the device: `auto` yields to who names it and has none. */
static void test_learn(void **state)
{
    static const struct {
        const char *spec, *other, *imei;
        bool other_is_settled, keeps;
    } rows[] = {
        {"auto", "imei:" IMEI_A, IMEI_A, false, false},
        {"auto", "imei:" IMEI_A, "35907206000001", false, false}, /* 14 digits do */
        {"auto", "imei:" IMEI_A, IMEI_B, false, true},
        {"auto", "imei:" IMEI_A, "", false, true},
        {"auto", "imei:" IMEI_A, IMEI_A, true, true},
        {"auto", "usb:12d1:1506", IMEI_A, false, true},
        {"auto", "auto", IMEI_A, false, true},
        {"usb:12d1:1506", "imei:" IMEI_A, IMEI_A, false, true},
        {"/dev/ttyUSB1", "imei:" IMEI_A, IMEI_A, false, true},
    };
    struct bench *bench = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct device_member *member = join(bench, rows[i].spec);
        struct device_member *other = join(bench, rows[i].other);

        other->is_settled = rows[i].other_is_settled;
        if (device_finder_learn(bench->finder, member, rows[i].imei) != rows[i].keeps)
            fail_msg("row %zu", i);
        device_finder_leave(bench->finder, member);
        device_finder_leave(bench->finder, other);
        bench->n_members = 0;
    }
}

/* All are told what comes and goes; who is told may leave at that. */
static void test_news(void **state)
{
    struct bench *bench = *state;

    (void)join(bench, "auto");
    (void)join(bench, "/dev/ttyUSB0");
    bench_plug(bench->usb, &ch340, "1-1", 0);
    assert_string_equal(bench->told, "a plugged; b plugged; a plugged; b plugged; ");
    strbuf_reset(&bench->sb);
    bench->leaves = true;
    bench_unplug(bench->usb, "1-1");
    assert_string_equal(bench->told, "a unplugged /dev/ttyUSB0; b unplugged /dev/ttyUSB0; ");
    strbuf_reset(&bench->sb);
    bench_plug(bench->usb, &ch340, "1-1", 1);
    assert_string_equal(bench->told, "");
}

/* For a check of the configuration, which has no finder. */
static void test_check(void **state)
{
    static const struct {
        const char *spec, *reason; /* NULL: it is there */
    } rows[] = {
        {"auto", NULL},
        {"usb:2c7c:0125", NULL},
        {"imei:" IMEI_A, NULL}, /* may be that one: nobody has asked it */
        {"/dev/ttyUSB2", NULL},
        {"/dev/ttyUSB9", "no such device"},
        {"usb:12d1:1506", "no such device"},
        {"usb:2c7c:0125:A", "no such device"},
        {"usb:12d1:1446", "12d1:1446 is in storage mode: install usb-modeswitch"},
    };
    struct bench *bench = *state;

    bench_plug(bench->usb, &quectel_ec25, "1-1", 0);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct device_spec spec;
        char reason[128] = "";
        int r;

        if (i + 1 == ARRAY_SIZE(rows))
            bench_plug(bench->usb, &storage, "1-2", 4);
        assert_int_equal(device_spec_parse(&spec, rows[i].spec), 0);
        r = device_finder_check(&spec, reason, sizeof(reason));
        if (r != (rows[i].reason ? -ENODEV : 0) ||
            strcmp(reason, rows[i].reason ? rows[i].reason : "") != 0)
            fail_msg("%s: %d, %s", rows[i].spec, r, reason);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_claims),
        TEST(test_claim_anew),
        TEST(test_path_that_waits),
        TEST(test_imei_is_remembered),
        TEST(test_learn),
        TEST(test_news),
        TEST(test_check),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
