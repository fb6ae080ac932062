/* Times as service centres write them. */
#include "sms/timestamp.h"
#include "util/macros.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* TS 23.040 §9.2.3.11; Unix seconds from date(1). */
static void test_octets(void **state)
{
    static const struct {
        uint8_t octets[7];
        int r;
        const char *text; /* NULL: unknown */
        int64_t unix_sec;
    } cases[] = {
        {{0x31, 0x30, 0x80, 0x51, 0x20, 0x61, 0x80}, 0, "2013-03-08T15:02:16+02:00", 1362747736},
        {{0x42, 0x20, 0x92, 0x00, 0x00, 0x00, 0x00}, 0, "2024-02-29T00:00:00+00:00", 1709164800},
        {{0x32, 0x20, 0x92, 0x00, 0x00, 0x00, 0x00}, -ERANGE, NULL, 0}, /* no leap year */
        {{0x42, 0x20, 0x92, 0x32, 0x95, 0x95, 0x22}, 0, "2024-02-29T23:59:59+05:30", 1709231399},
        {{0x42, 0x20, 0x92, 0x32, 0x95, 0x95, 0x2A}, 0, "2024-02-29T23:59:59-05:30", 1709270999},
        {{0x42, 0x20, 0x92, 0x42, 0x00, 0x00, 0x00}, -ERANGE, NULL, 0}, /* hour 24 */
        {{0x42, 0x20, 0x92, 0x00, 0x00, 0x00, 0xA0}, 0, "2024-02-29T00:00:00+00:00", 1709164800},
        {{0x99, 0x30, 0x92, 0x51, 0x61, 0x95, 0x80}, 0, "1999-03-29T15:16:59+02:00", 922713419},
        {{0x09, 0x10, 0x10, 0x00, 0x00, 0x00, 0x00}, 0, "1990-01-01T00:00:00+00:00", 631152000},
        {{0x98, 0x21, 0x13, 0x32, 0x95, 0x95, 0x00}, 0, "2089-12-31T23:59:59+00:00", 3786911999},
        {{0x00, 0x20, 0x92, 0x21, 0x00, 0x00, 0x00}, 0, "2000-02-29T12:00:00+00:00", 951825600},
        {{0x00, 0x30, 0x10, 0x00, 0x00, 0x00, 0x00}, 0, "2000-03-01T00:00:00+00:00", 951868800},
        {{0x62, 0x11, 0x32, 0x01, 0x03, 0x00, 0x97}, 0, "2026-11-23T10:30:00+19:45", 1795358700},
        {{0x62, 0x11, 0x32, 0x01, 0x03, 0x00, 0x9F}, 0, "2026-11-23T10:30:00-19:45", 1795500900},
        {{0xA2, 0xA1, 0x11, 0xA1, 0x00, 0x00, 0xA0}, 0, "2020-10-11T10:00:00+00:00", 1602410400},
        {{0x62, 0x31, 0x10, 0x00, 0x00, 0x00, 0x00}, -ERANGE, NULL, 0}, /* month 13 */
        {{0x62, 0x00, 0x10, 0x00, 0x00, 0x00, 0x00}, -ERANGE, NULL, 0}, /* month 0 */
        {{0x62, 0x11, 0x00, 0x00, 0x00, 0x00, 0x00}, -ERANGE, NULL, 0}, /* day 0 */
        {{0x62, 0x11, 0x13, 0x00, 0x00, 0x00, 0x00}, -ERANGE, NULL, 0}, /* 31 November */
        {{0x62, 0x11, 0x32, 0x01, 0x06, 0x00, 0x00}, -ERANGE, NULL, 0}, /* minute 60 */
        {{0x62, 0x11, 0x32, 0x01, 0x00, 0x06, 0x00}, -ERANGE, NULL, 0}, /* second 60 */
        {{0}, 0, NULL, 0},
        {{0x62, 0x00, 0x00, 0x01, 0x03, 0x00, 0x22}, 0, NULL, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct cursor c = cursor_on(cases[i].octets, 7), cut = cursor_on(cases[i].octets, 6);
        struct sms_timestamp timestamp;
        char data[40] = "";
        struct strbuf text = STRBUF_ON(data);

        assert_int_equal(sms_timestamp_decode(&cut, &timestamp), -ENODATA);
        if (sms_timestamp_decode(&c, &timestamp) != cases[i].r)
            fail_msg("case %zu", i);
        assert_int_equal(c.left, cases[i].r < 0 ? 7 : 0);
        if (cases[i].r < 0)
            continue;
        assert_int_equal(timestamp.known, cases[i].text != NULL);
        if (!cases[i].text)
            continue;
        sms_timestamp_format(&timestamp, &text);
        assert_string_equal(data, cases[i].text);
        assert_int_equal(sms_timestamp_unix_sec(&timestamp), cases[i].unix_sec);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_octets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
