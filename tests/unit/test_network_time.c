/* What modems say of the time: forms of TS 27.007 §8.15 and §8.41, of vendors, and as logs show
 * them. */
#include "at/network_time.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

static void test_lines(void **unused)
{
    static const struct {
        const char *line;
        int r;
        const char *utc;
    } rows[] = {
        {"+CCLK: \"26/11/23,10:30:00+22\"", 0, "2026-11-23T05:00:00Z"},
        {"+CCLK: \"26/11/23,00:30:00+22\"", 0, "2026-11-22T19:00:00Z"},
        {"+CCLK: \"26/12/31,20:00:01-20\"", 0, "2027-01-01T01:00:01Z"},
        {"+CCLK: 26/11/23,10:30:00+00", 0, "2026-11-23T10:30:00Z"},
        {"+CCLK:\"2026/11/23,10:30:00+22\"", 0, "2026-11-23T05:00:00Z"}, /* four digits: Huawei */
        {"+CCLK: \"2026/11/23, 10:30:00+22\"", 0, "2026-11-23T05:00:00Z"},
        {"+CCLK: \"28/02/29,00:00:00+00\"", 0, "2028-02-29T00:00:00Z"},
        {"+CTZE: \"+32\",0,\"2026/11/05,06:51:13\"", 0, "2026-11-04T22:51:13Z"}, /* EC25's manual */
        {"+CTZE: +32,,\"2026/11/05,06:51:13\"", 0, "2026-11-04T22:51:13Z"},
        {"+CTZEU: \"-16\",1,\"2026/11/05,06:51:13\"", 0, "2026-11-05T06:51:13Z"},
        {"*PSUTTZ: 2026,9,14,4,55,19,\"+28\",0", 0, "2026-09-14T04:55:19Z"}, /* SIM800, a log */
        {"*PSUTTZ: 26/11/04,22:38:07\",\"-32\",0", 0, "2026-11-04T22:38:07Z"}, /* SIM7000 */
        {"#NITZ: 26/04/03,16:07:54+08,1", 0, "2026-04-03T14:07:54Z"},
        {"#NITZ: 26/04/03,16:07:54+08", 0, "2026-04-03T14:07:54Z"},
        {"^NWTIME:26/12/13,06:20:04+28,00", 0, "2026-12-12T23:20:04Z"},
        {"^NWTIME: \"26/12/13,06:20:04+28,00\"", 0, "2026-12-12T23:20:04Z"},
        {"+CIEV: nitz,\"26/07/23,13:39:20\",-28,1", 0, "2026-07-23T13:39:20Z"},
        {"+CTZV: \"26/11/23,10:30:00+22\"", 0, "2026-11-23T05:00:00Z"},
        /* nothing that is a moment */
        {"+CTZV: +22", -ENODATA, NULL},
        {"+CTZV: \"+12\",0", -ENODATA, NULL},
        {"+CTZV: +22,\"26/11/23,10:30:00\"", -ENODATA, NULL}, /* local or UTC: makes differ */
        {"+CTZE: \"+32\",0", -ENODATA, NULL},
        {"+CTZE: \"+32\",0,\"\"", -ENODATA, NULL},
        {"+NITZ: 26/08/22,07:00:02+32,", -ENODATA, NULL},
        {"+CCLK: \"26/11/23,10:30:00\"", -ENODATA, NULL}, /* whose time? */
        {"+CCLK: \"26/11/23\"", -ENODATA, NULL},
        {"+CCLK: \"\"", -ENODATA, NULL},
        {"+CCLK:", -ENODATA, NULL},
        {"*PSUTTZ: 2026,9,14,4,55", -ENODATA, NULL}, /* cut off */
        /* clocks that nobody has set */
        {"+CCLK: \"80/01/06,00:00:12+00\"", -ERANGE, NULL},
        {"+CCLK: \"04/01/01,00:07:40+00\"", -ERANGE, NULL},
        {"+CCLK: \"70/01/01,00:00:05+00\"", -ERANGE, NULL},
        {"+CCLK: \"00/01/01,01:01:01+00\"", -ERANGE, NULL},
        {"+CCLK: \"1980/01/06,00:00:00+00\"", -ERANGE, NULL},
        {"+CCLK: \"24/12/31,23:59:59+00\"", -ERANGE, NULL},
        {"+CCLK: \"25/01/01,00:00:00+00\"", 0, "2025-01-01T00:00:00Z"},
        {"+CCLK: \"25/01/01,00:00:00+01\"", -ERANGE, NULL},
        {"+CCLK: \"2100/01/01,00:00:00+00\"", -ERANGE, NULL},
        {"+CCLK: \"9999/12/31,23:59:59+00\"", -ERANGE, NULL},
        /* no dates */
        {"+CCLK: \"26/02/29,00:00:00+00\"", -ERANGE, NULL},
        {"+CCLK: \"26/13/01,00:00:00+00\"", -ERANGE, NULL},
        {"+CCLK: \"26/00/01,00:00:00+00\"", -ERANGE, NULL},
        {"+CCLK: \"26/01/00,00:00:00+00\"", -ERANGE, NULL},
        {"+CCLK: \"26/01/99999999999,00:00:00+00\"", -ERANGE, NULL},
        {"+CCLK: \"26/01/01,24:00:00+00\"", -ERANGE, NULL},
        {"+CCLK: \"26/01/01,23:60:00+00\"", -ERANGE, NULL},
        {"+CCLK: \"26/01/01,23:00:61+00\"", -ERANGE, NULL},
        {"+CCLK: \"26/01/01,23:00:00+97\"", -ERANGE, NULL},
        {"+CCLK: \"26/01/01,23:00:00-97\"", -ERANGE, NULL},
        /* other lines */
        {"+CTZU: 1", -EINVAL, NULL},
        {"+CIEV: rssi,3", -EINVAL, NULL},
        {"26/11/23,10:30:00+22", -EINVAL, NULL},
        {"", -EINVAL, NULL},
    };

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char text[CLOCK_RFC3339_SIZE];
        usec_t wall = 4711;
        int r = at_parse_network_time(rows[i].line, &wall);

        if (r != rows[i].r)
            print_error("%s\n", rows[i].line);
        assert_int_equal(r, rows[i].r);
        if (r < 0) {
            assert_int_equal(wall, 4711);
            continue;
        }
        clock_format_rfc3339(wall, text);
        assert_string_equal(text, rows[i].utc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
