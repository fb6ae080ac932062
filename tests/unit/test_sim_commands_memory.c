/* Commands of the message memories: listing, reading, deleting (TS 27.005 §3.4, §3.5.4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim_bench.h"

#include "fake_pty.h"

/* What a slot holds; the index of the first is 1. */
static void put(struct sim_bench *bench, enum sms_status status, enum sms_kind kind)
{
    struct sms_slot slot = {.status = status,
        .kind = kind,
        .pdu = {0x00, 0x04, 0x02, 0x81, 0x21},
        .n_pdu = 5,
        .smsc_octets = 1,
        .number = "+4670825",
        .text = "Hi [you]",
        .at = 1795410000}; /* 2026-11-23T05:00:00Z */
    unsigned index;

    assert_int_equal(sms_store_add(&bench->modem.stores[0], &slot, &index), 0);
}

/* One of each: 1 unread, 2 read, 3 unsent, 4 sent. */
static struct sim_bench *begin(void)
{
    struct sim_bench *bench = sim_bench_new("generic", "", &clock_system);

    put(bench, SMS_REC_UNREAD, SMS_KIND_DELIVER);
    put(bench, SMS_REC_READ, SMS_KIND_DELIVER);
    put(bench, SMS_STO_UNSENT, SMS_KIND_SUBMIT);
    put(bench, SMS_STO_SENT, SMS_KIND_SUBMIT);
    return bench;
}

#define PDU "0004028121"

static void test_list(void **state)
{
    static const struct sim_row rows[] = {
        {"+CMGL=?", "+CMGL: (0-4)|OK"},
        {"+CMGL=1", "+CMGL: 2,1,,4|" PDU "|OK"},
        {"+CMGL=2", "+CMGL: 3,2,,4|" PDU "|OK"},
        {"+CMGL=3", "+CMGL: 4,3,,4|" PDU "|OK"},
        {"+CMGL", "+CMGL: 1,0,,4|" PDU "|OK"}, /* unread, and by that read */
        {"+CMGL=0", "OK"},
        {"+CMGL=4", "+CMGL: 1,1,,4|" PDU "|+CMGL: 2,1,,4|" PDU "|+CMGL: 3,2,,4|" PDU
                    "|+CMGL: 4,3,,4|" PDU "|OK"},
        {"+CMGL=5", "CMS 304"},
        {"+CMGL=\"ALL\"", "CMS 304"},
    };
    struct sim_bench *bench = begin();

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    sim_bench_free(bench);
}

/* The septets of `[` and `]` are 1B3C and 1B3E: in the set GSM they go as they are. */
static void test_list_as_text(void **state)
{
    static const struct sim_row rows[] = {
        {"+CMGF=1;+CSCS=\"IRA\"", "OK"},
        {"+CMGL=?", "+CMGL: (\"REC UNREAD\",\"REC READ\",\"STO UNSENT\",\"STO SENT\",\"ALL\")|OK"},
        {"+CMGL=\"REC READ\"",
            "+CMGL: 2,\"REC READ\",\"+4670825\",,\"26/11/23,05:00:00+00\"|Hi [you]|OK"},
        {"+CMGL=\"STO UNSENT\"", "+CMGL: 3,\"STO UNSENT\",\"+4670825\",|Hi [you]|OK"},
        {"+CMGL=\"STO SENT\"", "+CMGL: 4,\"STO SENT\",\"+4670825\",|Hi [you]|OK"},
        {"+CMGL", "+CMGL: 1,\"REC UNREAD\",\"+4670825\",,\"26/11/23,05:00:00+00\"|Hi [you]|OK"},
        {"+CMGL=\"REC UNREAD\"", "OK"},
        {"+CMGL=\"SOME\"", "CMS 305"},
        {"+CMGL=4", "CMS 305"},
        {"+CSCS=\"GSM\";+CMGR=2",
            "+CMGR: \"REC READ\",\"+4670825\",,\"26/11/23,05:00:00+00\"|Hi \x1b<you\x1b>|OK"},
        {"+CSCS=\"UCS2\";+CMGR=2", "+CMGR: \"REC READ\",\"+4670825\",,\"26/11/23,05:00:00+00\"|"
                                   "004800690020005B0079006F0075005D|OK"},
    };
    struct sim_bench *bench = begin();

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    sim_bench_free(bench);
}

static void test_read(void **state)
{
    static const struct sim_row rows[] = {
        {"+CMGR=1", "+CMGR: 0,,4|" PDU "|OK"},
        {"+CMGR=1", "+CMGR: 1,,4|" PDU "|OK"},
        {"+CMGR=4", "+CMGR: 3,,4|" PDU "|OK"},
        {"+CMGR=0", "CMS 321"},
        {"+CMGR=5", "CMS 321"},
        {"+CMGR=21", "CMS 321"},
        {"+CMGR=x", "CMS 321"},
        {"+CMGR=?", "OK"},
    };
    struct sim_bench *bench = begin();

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    sim_bench_free(bench);
}

/* By index, and by <delflag>: which of the four are left, told by their indices. */
static void test_delete(void **state)
{
    static const struct {
        const char *command, *answer;
        bool left[4];
    } rows[] = {
        {"+CMGD=2", "OK", {true, false, true, true}},
        {"+CMGD=2,0", "OK", {true, false, true, true}},
        {"+CMGD=20", "OK", {true, true, true, true}}, /* nothing there */
        {"+CMGD=21", "CMS 321", {true, true, true, true}},
        {"+CMGD=0", "CMS 321", {true, true, true, true}},
        {"+CMGD=1,1", "OK", {true, false, true, true}},
        {"+CMGD=1,2", "OK", {true, false, true, false}},
        {"+CMGD=1,3", "OK", {true, false, false, false}},
        {"+CMGD=1,4", "OK", {false, false, false, false}},
        {"+CMGD=1,5", "CMS 321", {true, true, true, true}},
        {"+CMGD=?", "+CMGD: (1-20),(0-4)|OK", {true, true, true, true}},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct sim_bench *bench = begin();

        if (strcmp(sim_ask(bench, rows[i].command), rows[i].answer) != 0)
            fail_msg("%s: %s", rows[i].command, bench->answer);
        for (unsigned index = 0; index < 4; index++)
            if (bench->modem.stores[0].slots[index].used != rows[i].left[index])
                fail_msg("%s: %u", rows[i].command, index + 1);
        sim_bench_free(bench);
    }
}

/* The memory that +CPMS has chosen for reading, and its first index. */
static void test_memories(void **state)
{
    static const struct sim_row rows[] = {
        {"+CPMS=\"ME\"", "+CPMS: 0,50,4,20,4,20|OK"},
        {"+CMGL=4", "OK"},
        {"+CMGR=1", "CMS 321"},
        {"+CMGD=?", "+CMGD: (1-50),(0-4)|OK"},
    };
    struct sim_bench *bench = begin();

    (void)state;
    sim_check(bench, rows, ARRAY_SIZE(rows));
    sim_bench_free(bench);
    bench = sim_bench_new("huawei", "", &clock_system);
    assert_string_equal(sim_ask(bench, "+CMGD=?"), "+CMGD: (0-19),(0-4)|OK");
    put(bench, SMS_REC_READ, SMS_KIND_DELIVER);
    assert_string_equal(sim_ask(bench, "+CMGR=0"), "+CMGR: 1,,4|" PDU "|OK");
    sim_bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_list_as_text),
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_delete),
        cmocka_unit_test(test_memories),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
