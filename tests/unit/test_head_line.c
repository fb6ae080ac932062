/* The line that an owner keeps: written, read back in the ways it comes back, compared. */
#include "core/head_line.h"

#include "util/macros.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define HEX_64 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void make_hash(uint8_t ret_hash[static JOURNAL_HASH_SIZE])
{
    for (unsigned i = 0; i < JOURNAL_HASH_SIZE; i++)
        ret_hash[i] = (uint8_t)(0x11 * (i % 16));
}

static void test_format(void **state)
{
    uint8_t hash[JOURNAL_HASH_SIZE];
    char line[HEAD_LINE_SIZE];

    (void)state;
    make_hash(hash);
    head_line_format(12, hash, 1795410000 * USEC_PER_SEC, line);
    assert_string_equal(line, "seq=12 hash=" HEX_64 " at=2026-11-23T05:00:00Z");
    head_line_format(UINT64_MAX, hash, 0, line); /* the longest fits */
    assert_string_equal(line, "seq=18446744073709551615 hash=" HEX_64 " at=1970-01-01T00:00:00Z");
}

static void test_parse(void **state)
{
    static const struct {
        const char *text;
        uint64_t seq; /* 0: refused */
        const char *hash;
    } rows[] = {
        {"seq=12 hash=" HEX_64 " at=2026-11-23T05:00:00Z", 12, HEX_64},
        {"Nov 23 till smsotpd[7]: event=audit_head seq=12 hash=" HEX_64 " at=x", 12, HEX_64},
        {"  hash=0011223344556677\tseq=9223372036854775807", INT64_MAX, "0011223344556677"},
        {"12 00112233AABBCCDD", 12, "00112233aabbccdd"},
        {"12 " HEX_64 "\n", 12, HEX_64},
        {"12", 0, NULL}, {"", 0, NULL}, {"seq=12", 0, NULL}, {"hash=" HEX_64, 0, NULL},
        {"12 001122334455667", 0, NULL},   /* 15 digits */
        {"12 " HEX_64 "0", 0, NULL},       /* 65 */
        {"12 0011223344556677x", 0, NULL},
        {"0 0011223344556677", 0, NULL},   /* there is no entry 0 */
        {"-1 0011223344556677", 0, NULL}, {"9223372036854775808 0011223344556677", 0, NULL},
        {"seq=1x hash=0011223344556677", 0, NULL}, {"0011223344556677 12", 0, NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct head_line line = {.seq = 99};

        if (head_line_parse(rows[i].text, &line) != (rows[i].seq > 0 ? 0 : -EINVAL))
            fail_msg("%s", rows[i].text);
        assert_true(line.seq == (rows[i].seq > 0 ? rows[i].seq : 99));
        if (rows[i].seq > 0)
            assert_string_equal(line.hash, rows[i].hash);
    }
}

static void test_matches(void **state)
{
    struct head_line line = {.seq = 1};
    uint8_t hash[JOURNAL_HASH_SIZE];

    (void)state;
    make_hash(hash);
    memcpy(line.hash, HEX_64, sizeof(HEX_64));
    assert_true(head_line_matches(&line, hash));
    line.hash[2 * JOURNAL_HASH_SIZE - 1] ^= 1;
    assert_false(head_line_matches(&line, hash));
    line.hash[HEAD_LINE_DIGITS_MIN] = '\0'; /* only these are known */
    assert_true(head_line_matches(&line, hash));
    hash[7] ^= 1;
    assert_false(head_line_matches(&line, hash));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_matches),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
