/* Forms that the third-party vectors do not hold; each from a standard or a vendor's manual. */
#include "at/identity.h"
#include "at/message.h"
#include "at/registration.h"
#include "at/response.h"
#include "at/sim_lock.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

/* TS 27.007 §7.2, §10.1.20, §10.1.22: answer and unsolicited forms. */
static void test_registration(void **unused)
{
    static const struct {
        const char *line;
        int r;
        enum at_domain domain;
        int stat;
        int64_t lac, ci;
        int act;
    } rows[] = {
        {"+CREG: 1", 0, AT_DOMAIN_CREG, 1, -1, -1, -1},
        {"+CREG: 0,1", 0, AT_DOMAIN_CREG, 1, -1, -1, -1},
        {"+CREG: 2,5", 0, AT_DOMAIN_CREG, 5, -1, -1, -1},
        {"+CREG: 5,\"1A2B\",\"0000C3D4\",7", 0, AT_DOMAIN_CREG, 5, 0x1A2B, 0xC3D4, 7},
        {"+CREG: 2,1,\"1A2B\",\"C3D4\",7", 0, AT_DOMAIN_CREG, 1, 0x1A2B, 0xC3D4, 7},
        {"+CREG: 1,9110,7E6", 0, AT_DOMAIN_CREG, 1, 0x9110, 0x7E6, -1},
        {"+CREG: 2,1,9110,7E6", 0, AT_DOMAIN_CREG, 1, 0x9110, 0x7E6, -1},
        {"+CREG: 1,\"05\",\"06\"", 0, AT_DOMAIN_CREG, 1, 5, 6, -1},
        {"+CGREG: 0,7", 0, AT_DOMAIN_CGREG, 7, -1, -1, -1},
        {"+CEREG: 4,5,\"5B22\",\"0362CA01\",7,,,\"00100100\"", 0, AT_DOMAIN_CEREG, 5, 0x5B22,
            0x0362CA01, 7},
        {"+CEREG:0,6", 0, AT_DOMAIN_CEREG, 6, -1, -1, -1},
        {"+CREG: 0,11", 0, AT_DOMAIN_CREG, 11, -1, -1, -1}, /* SIMCom */
        {"+CREG:", -EINVAL, 0, 0, 0, 0, 0},
        {"+CREG: x", -EINVAL, 0, 0, 0, 0, 0},
        {"+CREG: 99", -EINVAL, 0, 0, 0, 0, 0},
        {"+CSQ: 1,1", -EINVAL, 0, 0, 0, 0, 0},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct at_registration got;

        assert_int_equal(at_registration_parse(rows[i].line, &got), rows[i].r);
        if (rows[i].r < 0)
            continue;
        assert_int_equal(got.domain, rows[i].domain);
        assert_int_equal(got.stat, rows[i].stat);
        assert_int_equal(got.lac, rows[i].lac);
        assert_int_equal(got.ci, rows[i].ci);
        assert_int_equal(got.act, rows[i].act);
    }
    for (int stat = 0; stat <= 11; stat++)
        assert_int_equal(at_registration_is_registered(stat),
            stat == 1 || stat == 5 || stat == 6 || stat == 7);
}

/* TS 27.007 §8.5 */
static void test_signal(void **unused)
{
    static const struct {
        const char *line;
        int r, dbm;
    } rows[] = {{"+CSQ: 0,0", 0, -113}, {"+CSQ: 1,99", 0, -111}, {"+CSQ: 31,0", 0, -51},
        {"+CSQ: 99,99", 0, 0}, {"+CSQ: 199,99", 0, 0}, {"+CSQ: 132,99", 0, -84},
        {"+CSQ: 50,0", 0, 0}, {"+CSQ: 200,0", -EINVAL, 0}, {"+CSQ:", -EINVAL, 0},
        {"+CSQ: ,", -EINVAL, 0}};

    (void)unused;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        unsigned rssi;
        int dbm = 0;

        assert_int_equal(at_parse_csq(rows[i].line, &rssi, &dbm), rows[i].r);
        assert_int_equal(dbm, rows[i].dbm);
    }
}

static void test_locks(void **unused)
{
    static const struct {
        const char *line;
        int r;
        enum at_sim_lock lock;
    } rows[] = {{"+CPIN: READY", 0, AT_SIM_READY}, {"+CPIN:READY", 0, AT_SIM_READY},
        {"+CPIN: SIM PIN", 0, AT_SIM_PIN}, {"+CPIN: \"SIM PUK\"", 0, AT_SIM_PUK},
        {"+CPIN: SIM PIN2", 0, AT_SIM_PIN2}, {"+CPIN: PH-NET PIN", 0, AT_SIM_PERSONALIZED},
        {"+CPIN: PH-SIM PIN", 0, AT_SIM_PERSONALIZED}, {"+CPIN: NOT READY", 0, AT_SIM_NOT_READY},
        {"+CPIN: NOT INSERTED", 0, AT_SIM_NOT_INSERTED}, {"+CPIN: ", -EINVAL, 0},
        {"+CPIN: SOMETHING", -EINVAL, 0}, {"READY", -EINVAL, 0}};

    (void)unused;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        enum at_sim_lock lock = AT_SIM_READY;

        assert_int_equal(at_parse_cpin(rows[i].line, &lock), rows[i].r);
        if (rows[i].r == 0)
            assert_int_equal(lock, rows[i].lock);
    }
}

/* TS 27.007 §8.65, ETSI TS 102 221 §10.2.1.5.2, vendors' manuals. */
static void test_pin_tries(void **unused)
{
    static const struct {
        const char *line;
        int r, tries, puk;
    } rows[] = {
        {"+CPINR: SIM PIN,3,3", 0, 3, -1}, {"+CPINR: SIM PUK,10,10", -EINVAL, 0, 0},
        {"+CPINR: SIM PIN2,2", -EINVAL, 0, 0}, {"^CPIN: SIM PIN,3,10,2,10,3", 0, 2, 10},
        {"^CPIN: SIM PIN,,10,2,10,3", 0, 2, 10}, {"^CPIN: SIM PUK,1", -EINVAL, 0, 0},
        {"+QPINC: \"SC\",3,10", 0, 3, 10}, {"+QPINC: \"P2\",1,10", -EINVAL, 0, 0},
        {"+ZPINPUK: 3,2,10,9", 0, 3, 10}, {"+SPIC: 3,10,0,10", 0, 3, 10},
        {"*SPIC: 1,10,0,10", 0, 1, 10}, {"#PCT: 2", 0, 2, -1}, {"^SPIC: 3", 0, 3, -1},
        {"+UPINCNT: 3,2,10,9", 0, 3, 10}, {"+CSIM: 4,\"63C3\"", 0, 3, -1},
        {"+CSIM: 4,63C2", 0, 2, -1}, {"+CSIM: 4,\"6983\"", 0, 0, -1},
        {"+CSIM: 4,\"9000\"", -EINVAL, 0, 0}, {"+CSIM: 4,\"6700\"", -EINVAL, 0, 0},
        {"+CSIM: 4", -EINVAL, 0, 0}, {"+SPIC: x", -EINVAL, 0, 0}, {"OK", -EINVAL, 0, 0}};

    (void)unused;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int tries = -7, puk = -7;

        assert_int_equal(at_parse_pin_tries(rows[i].line, &tries, &puk), rows[i].r);
        assert_int_equal(tries, rows[i].r == 0 ? rows[i].tries : -7);
        assert_int_equal(puk, rows[i].r == 0 ? rows[i].puk : -7);
    }
}

static void test_identity(void **unused)
{
    static const char *const no_iccid[] = {"", "OK", "+CCID:", "+CCID: 123", "+CCID: \"\"",
        "+CCID: 8991101200003204510123456", "+CCID: 89911012000032045G0",
        "+CCID: 12345678901234567890"};
    char iccid[AT_ICCID_SIZE], imei[AT_IMEI_SIZE], imsi[AT_IMSI_SIZE], text[8];

    (void)unused;
    for (size_t i = 0; i < sizeof(no_iccid) / sizeof(no_iccid[0]); i++)
        assert_int_equal(at_parse_iccid(no_iccid[i], iccid), -EINVAL);
    assert_int_equal(at_parse_iccid("ICCID: 8991101200003204510f", iccid), 0);
    assert_string_equal(iccid, "8991101200003204510");
    assert_int_equal(at_parse_imei("IMEI: 490154203237518", imei), 0);
    assert_string_equal(imei, "490154203237518");
    assert_int_equal(at_parse_imei("+CGSN: 12", imei), -EINVAL);
    assert_int_equal(at_parse_imsi("+CIMI: \"404685505601234\"", imsi), 0);
    assert_string_equal(imsi, "404685505601234");
    assert_int_equal(at_parse_text("a\xC3\xA9z", "+CGMM:", text, sizeof(text)), 0);
    assert_string_equal(text, "a??z");
    assert_int_equal(at_parse_text("+CGMM: \"0123456789\"", "+CGMM:", text, sizeof(text)), 0);
    assert_string_equal(text, "0123456");
    assert_int_equal(at_parse_text("+CGMM: ", "+CGMM:", text, sizeof(text)), -EINVAL);
}

/* TS 27.005 §3.4.1, §3.4.2, §4.1 */
static void test_messages(void **unused)
{
    static const struct {
        const char *line;
        int r, index, stat;
        unsigned octets;
    } rows[] = {
        {"+CMT: ,26", 0, -1, -1, 26}, {"+CMT: \"Ann\",26", 0, -1, -1, 26}, {"+CMT: 26", 0, -1, -1, 26},
        {"+CDS: 29", 0, -1, -1, 29}, {"+CDS: ,29", 0, -1, -1, 29}, /* ZTE */
        {"+CMGR: 0,,159", 0, -1, 0, 159}, {"+CMGR: 0,23", 0, -1, 0, 23}, {"+CMGR: 24", 0, -1, -1, 24},
        {"+CMGR: ,,27", 0, -1, -1, 27}, {"+CMGL: 3,1,,35", 0, 3, 1, 35}, {"+CMGL: 3,1,35", 0, 3, 1, 35},
        {"+CMGR: 0,,256", -EINVAL, 0, 0, 0}, {"+CMGR: 0,,", -EINVAL, 0, 0, 0}, {"+CMGR:", -EINVAL, 0, 0, 0},
        {"+CMGR: \"REC READ\",\"+39\",,\"07/04/05\"", -EPROTO, 0, 0, 0}, {"+CMTI: \"SM\",1", -EINVAL, 0, 0, 0},
        {"+CMT: \"+49\",,\"13/03/08,15:02:16+08\"", -EINVAL, 0, 0, 0}};
    uint8_t pdu[AT_MESSAGE_MAX_OCTETS], reference;
    struct at_message_notice notice;
    size_t n;

    (void)unused;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct at_message_header header;

        assert_int_equal(at_parse_message_header(rows[i].line, &header), rows[i].r);
        if (rows[i].r < 0)
            continue;
        assert_int_equal(header.index, rows[i].index);
        assert_int_equal(header.stat, rows[i].stat);
        assert_int_equal(header.octets, rows[i].octets);
    }
    assert_int_equal(at_parse_message_pdu("01AA0405FFFF", 2, pdu, &n), 0);
    assert_int_equal(n, 4); /* padding is left out */
    assert_int_equal(at_parse_message_pdu("01AA04", 200, pdu, &n), 0);
    assert_int_equal(n, 3); /* less than told is the decoder's matter */
    assert_int_equal(at_parse_message_pdu("01AA0", 2, pdu, &n), -EINVAL);
    assert_int_equal(at_parse_message_pdu("OK", 2, pdu, &n), -EINVAL);
    assert_int_equal(at_parse_message_pdu("", 2, pdu, &n), -EINVAL);
    assert_int_equal(at_parse_cmgs("+CMGS: 255", &reference), 0);
    assert_int_equal(reference, 255);
    assert_int_equal(at_parse_cmgs("+CMGS: 7,\"0691\"", &reference), 0);
    assert_int_equal(reference, 7);
    assert_int_equal(at_parse_cmgs("+CMGS: 256", &reference), -EINVAL);
    assert_int_equal(at_parse_cmgs("+CMGS:", &reference), -EINVAL);
    assert_int_equal(at_parse_message_notice("+CDSI: \"SR\",0", &notice), 0);
    assert_string_equal(notice.memory, "SR");
    assert_int_equal(at_parse_message_notice("+CMTI: \"LONG\",0", &notice), -EINVAL);
    assert_int_equal(at_parse_message_notice("+CMTI: \"SM\",-1", &notice), -EINVAL);
}

static void test_settings(void **unused)
{
    char number[AT_NUMBER_SIZE], name[8];
    struct at_cnmi_range range;
    bool international;
    unsigned values[5];

    (void)unused;
    assert_int_equal(at_parse_csca("+CSCA: \"+919810051914\",145", number, &international), 0);
    assert_true(international);
    assert_int_equal(at_parse_csca("+CSCA: \"9810051914\",129", number, &international), 0);
    assert_false(international);
    assert_int_equal(at_parse_csca("+CSCA: \"12\r34\",129", number, &international), -EINVAL);
    assert_int_equal(
        at_parse_csca("+CSCA: \"0123456789012345678901234\",129", number, &international), -EINVAL);
    assert_int_equal(at_parse_cops("+COPS: 0", name, sizeof(name)), 0);
    assert_string_equal(name, "");
    assert_int_equal(at_parse_cops("+COPS: 0,0,\"A long name\",7", name, sizeof(name)), 0);
    assert_string_equal(name, "A long ");
    assert_int_equal(at_parse_cnmi("+CNMI: 2,1,0,1,0", values), 0);
    assert_int_equal(values[3], 1);
    assert_int_equal(at_parse_cnmi("+CNMI: 2,1", values), 0);
    assert_int_equal(values[4], 0);
    assert_int_equal(at_parse_cnmi("+CNMI: (0-2)", values), -EINVAL);
    assert_int_equal(at_parse_cnmi_range("+CNMI: (2),(0-1)", &range), 0);
    assert_int_equal(range.mode, 4);
    assert_int_equal(range.ds, 0);
    assert_int_equal(at_parse_cnmi_range("+CNMI: ", &range), -EINVAL);
    assert_true(at_cpms_offers("+CPMS: (\"SM\"),(\"ME\"),(\"SM\",\"SR\")", 2, "SR"));
    assert_false(at_cpms_offers("+CPMS: (\"SM\"),(\"ME\"),(\"SM\",\"SR\")", 3, "SR"));
}

/* TS 27.005 §3.2.2: the answers to AT+CPMS? and to AT+CPMS=. */
static void test_usage(void **unused)
{
    static const struct {
        const char *line;
        int r, used, total;
    } rows[] = {
        {"+CPMS: \"SM\",3,10,\"SM\",3,10,\"SM\",3,10", 0, 3, 10},
        {"+CPMS: \"SM\",3,10,\"ME\",1,99,\"MT\",4,255", 0, 4, 255},
        {"+CPMS: 0,40,0,40,1,50", 0, 1, 50},
        {"+CPMS: 20,20", 0, 20, 20},
        {"+CPMS: \"SM\",0,0", 0, 0, 0},
        {"+CPMS: \"SM\",3", -EINVAL, 0, 0},
        {"+CPMS: \"SM\"", -EINVAL, 0, 0},
        {"+CPMS: ", -EINVAL, 0, 0},
        {"+CPMS: 1,x", -EINVAL, 0, 0},
        {"+CPMS: (\"SM\"),(\"SM\")", -EINVAL, 0, 0},
        {"+CPMS: 1,65536", -EINVAL, 0, 0},
        {"+CMGL: 1,2", -EINVAL, 0, 0},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        int used = 0, total = 0;

        assert_int_equal(at_parse_cpms_usage(rows[i].line, &used, &total), rows[i].r);
        assert_int_equal(used, rows[i].used);
        assert_int_equal(total, rows[i].total);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registration),
        cmocka_unit_test(test_signal),
        cmocka_unit_test(test_locks),
        cmocka_unit_test(test_pin_tries),
        cmocka_unit_test(test_identity),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_usage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
