/* Messages in PDU mode as TS 27.005 carries them: references, headers, lines of hex, notices. */
#include "at/message.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

static void test_references(void **state)
{
    static const struct {
        const char *line;
        int reference; /* -1: refused */
    } rows[] = {
        {"+CMGS: 183", 183}, {"+CMGS:0", 0}, {"+CMGS: 255", 255},
        {"+CMGS: 12,\"26/11/23,10:30:00+22\"", 12}, {"+CMGS: 256", -1}, {"+CMGS: -1", -1},
        {"+CMGS:", -1}, {"+CMGS", -1}, {"+CMGL: 1", -1}, {"", -1}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        uint8_t reference = 77;

        if (at_parse_cmgs(rows[i].line, &reference) != (rows[i].reference < 0 ? -EINVAL : 0))
            fail_msg("%s", rows[i].line);
        assert_int_equal(reference, rows[i].reference < 0 ? 77 : rows[i].reference);
    }
}

static void test_headers(void **state)
{
    static const struct {
        const char *line;
        int r;
        int index, stat;
        unsigned octets;
    } rows[] = {
        {"+CMT: ,24", 0, -1, -1, 24},
        {"+CMT: \"Ravi\",24", 0, -1, -1, 24},
        {"+CMT: 24", 0, -1, -1, 24},
        {"+CDS: 25", 0, -1, -1, 25},
        {"+CDS: ,25", 0, -1, -1, 25}, /* ZTE */
        {"+CDS: 1,25", 0, -1, -1, 25},
        {"+CMGR: 0,,24", 0, -1, 0, 24},
        {"+CMGR: 1,\"Ravi\",24", 0, -1, 1, 24},
        {"+CMGR: ,,24", 0, -1, -1, 24},
        {"+CMGR: 24", 0, -1, -1, 24},
        {"+CMGR: ,24", 0, -1, -1, 24},
        {"+CMGL: 3,1,,24", 0, 3, 1, 24},
        {"+CMGL: 65535,255,,255", 0, 65535, 255, 255},
        {"+CMGL: 3,1,24", 0, 3, 1, 24},
        {"+CMGL: 3,24", 0, 3, -1, 24},
        /* In text mode: words, a number, a date. */
        {"+CMGL: 3,\"REC READ\",\"+919812345678\",,\"26/11/23,10:30:00+22\"", -EPROTO, 0, 0, 0},
        {"+CMGR: \"REC READ\",\"+919812345678\",\"26/11/23,10:30:00+22\"", -EPROTO, 0, 0, 0},
        {"+CMT: \"+919812345678\",,\"26/11/23,10:30:00+22\"", -EPROTO, 0, 0, 0},
        {"+CMGL: 3,1,,24,1", -EPROTO, 0, 0, 0},
        {"+CMGL: 65536,1,,24", -EPROTO, 0, 0, 0},
        {"+CMT: ,256", -EINVAL, 0, 0, 0},
        {"+CMT: ,", -EINVAL, 0, 0, 0},
        {"+CMGR: 0,,", -EINVAL, 0, 0, 0},
        {"+CMT:", -EINVAL, 0, 0, 0},
        {"+CMTI: \"SM\",3", -EINVAL, 0, 0, 0},
        {"07911326040000F0", -EINVAL, 0, 0, 0},
        {"", -EINVAL, 0, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct at_message_header header = {77, 77, 77};
        int r = at_parse_message_header(rows[i].line, &header);

        if (r != rows[i].r)
            fail_msg("%s: %d", rows[i].line, r);
        assert_int_equal(header.index, r == 0 ? rows[i].index : 77);
        assert_int_equal(header.stat, r == 0 ? rows[i].stat : 77);
        assert_int_equal(header.octets, r == 0 ? rows[i].octets : 77);
    }
}

static void test_pdus(void **state)
{
    static const struct {
        const char *line;
        unsigned octets;
        size_t n; /* 0: refused */
    } rows[] = {
        {"00010203", 3, 4},
        {"0001020a", 3, 4},
        {"00010203FFFFFFFF", 3, 4},
        {"00010203 ", 3, 4},
        {"0291FF0102", 2, 5},
        {"0001", 3, 2}, /* fewer than told: the decoder judges */
        {"07919132", 20, 4},
        {"00", 0, 0},
        {"", 3, 0},
        {"0001020", 3, 0},
        {"0001 0203", 3, 0},
        {"Hello, you", 3, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        uint8_t pdu[AT_MESSAGE_MAX_OCTETS];
        size_t n = 0;

        if (at_parse_message_pdu(rows[i].line, rows[i].octets, pdu, &n) !=
            (rows[i].n > 0 ? 0 : -EINVAL))
            fail_msg("%s", rows[i].line);
        assert_int_equal(n, rows[i].n);
    }
}

/* The longest that fits, and one octet more. */
static void test_long_pdu(void **state)
{
    static char line[2 * AT_MESSAGE_MAX_OCTETS + 3];
    uint8_t pdu[AT_MESSAGE_MAX_OCTETS];
    size_t n = 0;

    (void)state;
    memset(line, '0', 2 * AT_MESSAGE_MAX_OCTETS);
    assert_int_equal(at_parse_message_pdu(line, 255, pdu, &n), 0);
    assert_int_equal(n, 256);
    memset(line, '0', sizeof(line) - 1);
    assert_int_equal(at_parse_message_pdu(line, 255, pdu, &n), -EINVAL);
}

static void test_notices(void **state)
{
    static const struct {
        const char *line;
        const char *memory; /* NULL: refused */
        unsigned index;
    } rows[] = {
        {"+CMTI: \"SM\",3", "SM", 3},
        {"+CMTI:\"ME\",0", "ME", 0},
        {"+CDSI: \"SR\",65535", "SR", 65535},
        {"+CMTI: ,3", "", 3},
        {"+CMTI: \"\",3", "", 3},
        {"+CMTI: SM,3", "", 3},
        {"+CMTI: \"SM\",65536", NULL, 0},
        {"+CMTI: \"SM\"", NULL, 0},
        {"+CMTI: \"SM\",x", NULL, 0},
        {"+CMTI: \"SM\",-1", NULL, 0},
        {"+CMTI: \"SMSM\",3", NULL, 0},
        {"+CMTI:", NULL, 0},
        {"+CMT: ,24", NULL, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct at_message_notice notice = {"x", 77};
        int r = at_parse_message_notice(rows[i].line, &notice);

        if (r != (rows[i].memory ? 0 : -EINVAL))
            fail_msg("%s: %d", rows[i].line, r);
        assert_string_equal(notice.memory, rows[i].memory ? rows[i].memory : "x");
        assert_int_equal(notice.index, rows[i].memory ? rows[i].index : 77);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_pdus),
        cmocka_unit_test(test_long_pdu),
        cmocka_unit_test(test_notices),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
