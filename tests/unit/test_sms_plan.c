/* The way a text will travel: which alphabet is chosen, and where its parts are cut. */
#include "sms/plan.h"
#include "util/macros.h"
#include "util/strbuf.h"
#include "util/utf8.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define TEXT_SIZE 8192

static struct sms_plan plan;

/* `times` times `filler`, then `rest`. */
static int plan_text(const char *filler, size_t times, const char *rest, int national, int force)
{
    static char data[TEXT_SIZE];
    struct strbuf text = STRBUF_ON(data);
    struct sms_outgoing outgoing = {.number = "+1", .text = data, SMS_OUTGOING_DEFAULT};

    outgoing.national = national;
    outgoing.force_encoding = force;
    for (size_t i = 0; i < times; i++)
        strbuf_puts(&text, filler);
    strbuf_puts(&text, rest);
    assert_false(text.overflow);
    return sms_plan_make(&outgoing, &plan);
}

/* Fewest parts first, then what most handsets can read, then fewest septets. */
static void test_choice(void **state)
{
    static const struct {
        const char *filler;
        size_t times;
        int national;
        enum sms_encoding encoding;
        unsigned parts, locking, single;
    } cases[] = {
        {"a", 160, SMS_NATIONAL_AUTO, SMS_ENCODING_GSM7, 1, 0, 0},
        {"a", 161, SMS_NATIONAL_AUTO, SMS_ENCODING_GSM7, 2, 0, 0},
        /* one part in any way: the national tables before UCS-2, and the shorter of them */
        {"ç", 60, SMS_NATIONAL_AUTO, SMS_ENCODING_GSM7, 1, 1, 0},
        {"ç", 60, SMS_NATIONAL_OFF, SMS_ENCODING_UCS2, 1, 0, 0},
        {"ç", 70, 2, SMS_ENCODING_GSM7, 1, 0, 2},
        {"ç", 78, 2, SMS_ENCODING_GSM7, 2, 0, 2}, /* UCS-2 takes two as well */
        {"क", 71, SMS_NATIONAL_OFF, SMS_ENCODING_UCS2, 2, 0, 0},
        {"क", 71, 6, SMS_ENCODING_GSM7, 1, 6, 0},
        {"०", 71, 6, SMS_ENCODING_GSM7, 1, 0, 6},
        {"日", 71, SMS_NATIONAL_AUTO, SMS_ENCODING_UCS2, 2, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const struct sms_sizing *sizing = &plan.sizing;

        assert_int_equal(plan_text(cases[i].filler, cases[i].times, "", cases[i].national, -1), 0);
        if (sizing->encoding != cases[i].encoding || sizing->parts != cases[i].parts ||
            sizing->locking != cases[i].locking || sizing->single != cases[i].single)
            fail_msg("case %zu: %s, %u parts, tables %u, %u", i,
                sms_encoding_to_string(sizing->encoding), sizing->parts, sizing->locking,
                sizing->single);
        assert_int_equal(plan.n_chars, cases[i].times);
    }
}

/* The character that is named as the one that forces UCS-2. */
static void test_forced_by(void **state)
{
    static const struct {
        const char *text;
        int national;
        uint32_t forced_by;
    } cases[] = {
        {"a`b", SMS_NATIONAL_OFF, '`'},
        {"ç क 日", SMS_NATIONAL_AUTO, 0x65E5}, /* in no table at all, before one that is in some */
        {"a क অ", SMS_NATIONAL_AUTO, 0x0915},  /* each in some table, which go not together */
        {"abc", SMS_NATIONAL_OFF, 0},
        {"क", 6, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        assert_int_equal(plan_text(cases[i].text, 1, "", cases[i].national, -1), 0);
        if (plan.sizing.forced_by != cases[i].forced_by)
            fail_msg("case %zu: U+%04X", i, plan.sizing.forced_by);
    }
}

static void test_refused(void **state)
{
    (void)state;
    assert_int_equal(plan_text("\xC3", 1, "", SMS_NATIONAL_OFF, -1), -EILSEQ);
    assert_int_equal(plan_text("a", SMS_PLAN_MAX_CHARS, "", SMS_NATIONAL_OFF, -1), 0);
    assert_int_equal(plan_text("a", SMS_PLAN_MAX_CHARS + 1, "", SMS_NATIONAL_OFF, -1), -EMSGSIZE);
    assert_int_equal(plan_text("`", 1, "", SMS_NATIONAL_OFF, SMS_ENCODING_GSM7), -ENOTSUP);
    assert_int_equal(plan.sizing.forced_by, '`');
    assert_int_equal(plan_text("a", 671, "", SMS_NATIONAL_OFF, SMS_ENCODING_UCS2), -EMSGSIZE);
}

/* Every part begins where the one before it ends, and none is longer than its room. */
static void test_parts(void **state)
{
    static const struct {
        const char *filler;
        size_t times;
        const char *rest;
        size_t ends[4];
    } cases[] = {
        {"a", 160, "", {160}},
        {"a", 161, "", {153, 161}},
        {"a", 306, "b", {153, 306, 307}},
        {"a", 152, "€€€€€", {152, 157}},              /* an escape sequence is not parted */
        {"日", 66, "😁日日日日", {66, 71}},            /* nor a surrogate pair */
        {"日", 66, "e\xCC\x81日日日日", {66, 72}},    /* nor a letter and its mark */
        {"日", 65, "👨\xE2\x80\x8D👩日日日", {65, 71}}, /* nor what is joined */
        {"日", 1, "", {1}},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        size_t begin, end, last = 0;

        assert_int_equal(
            plan_text(cases[i].filler, cases[i].times, cases[i].rest, SMS_NATIONAL_OFF, -1), 0);
        for (unsigned part = 0; part < plan.sizing.parts; part++) {
            sms_plan_part(&plan, part, &begin, &end);
            assert_int_equal(begin, last);
            if (end != cases[i].ends[part])
                fail_msg("case %zu: part %u ends at %zu", i, part, end);
            last = end;
        }
        assert_int_equal(last, plan.n_chars);
    }
}

/* A run of marks that is too long to be kept together is cut where the room ends. */
static void test_endless_marks(void **state)
{
    static const struct {
        size_t n_marks, end;
    } cases[] = {{7, 60}, {8, 67}, {20, 67}};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        char rest[256] = "e";
        size_t begin, end;

        for (size_t n = 0; n < cases[i].n_marks; n++)
            memcpy(rest + strlen(rest), "\xCC\x81", 3);
        memcpy(rest + strlen(rest), "日日日日日日日日日", 28);
        assert_int_equal(plan_text("日", 67 - cases[i].n_marks, rest, SMS_NATIONAL_OFF, -1), 0);
        sms_plan_part(&plan, 0, &begin, &end);
        if (end != cases[i].end)
            fail_msg("%zu marks: %zu", cases[i].n_marks, end);
    }
}

/*
 * Categories Mn and Mc of the Unicode Character Database 14.0 (UnicodeData.txt) from U+0300 to
 * U+036F, U+0600 to U+06FF and U+0900 to U+0D7F: no part begins with one.
 */
static void test_marks(void **state)
{
    /* clang-format off */
    static const struct {
        uint32_t first, last;
    } marks[] = {
        {0x0300, 0x036F}, {0x0610, 0x061A}, {0x064B, 0x065F}, {0x0670, 0x0670}, {0x06D6, 0x06DC},
        {0x06DF, 0x06E4}, {0x06E7, 0x06E8}, {0x06EA, 0x06ED}, {0x0900, 0x0903}, {0x093A, 0x093C},
        {0x093E, 0x094F}, {0x0951, 0x0957}, {0x0962, 0x0963}, {0x0981, 0x0983}, {0x09BC, 0x09BC},
        {0x09BE, 0x09C4}, {0x09C7, 0x09C8}, {0x09CB, 0x09CD}, {0x09D7, 0x09D7}, {0x09E2, 0x09E3},
        {0x09FE, 0x09FE}, {0x0A01, 0x0A03}, {0x0A3C, 0x0A3C}, {0x0A3E, 0x0A42}, {0x0A47, 0x0A48},
        {0x0A4B, 0x0A4D}, {0x0A51, 0x0A51}, {0x0A70, 0x0A71}, {0x0A75, 0x0A75}, {0x0A81, 0x0A83},
        {0x0ABC, 0x0ABC}, {0x0ABE, 0x0AC5}, {0x0AC7, 0x0AC9}, {0x0ACB, 0x0ACD}, {0x0AE2, 0x0AE3},
        {0x0AFA, 0x0AFF}, {0x0B01, 0x0B03}, {0x0B3C, 0x0B3C}, {0x0B3E, 0x0B44}, {0x0B47, 0x0B48},
        {0x0B4B, 0x0B4D}, {0x0B55, 0x0B57}, {0x0B62, 0x0B63}, {0x0B82, 0x0B82}, {0x0BBE, 0x0BC2},
        {0x0BC6, 0x0BC8}, {0x0BCA, 0x0BCD}, {0x0BD7, 0x0BD7}, {0x0C00, 0x0C04}, {0x0C3C, 0x0C3C},
        {0x0C3E, 0x0C44}, {0x0C46, 0x0C48}, {0x0C4A, 0x0C4D}, {0x0C55, 0x0C56}, {0x0C62, 0x0C63},
        {0x0C81, 0x0C83}, {0x0CBC, 0x0CBC}, {0x0CBE, 0x0CC4}, {0x0CC6, 0x0CC8}, {0x0CCA, 0x0CCD},
        {0x0CD5, 0x0CD6}, {0x0CE2, 0x0CE3}, {0x0D00, 0x0D03}, {0x0D3B, 0x0D3C}, {0x0D3E, 0x0D44},
        {0x0D46, 0x0D48}, {0x0D4A, 0x0D4D}, {0x0D57, 0x0D57}, {0x0D62, 0x0D63},
    };
    /* clang-format on */

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
        for (uint32_t mark = marks[i].first; mark <= marks[i].last; mark++) {
            char rest[32];
            size_t begin, end, n;

            memcpy(rest, "日", 3);
            n = 3 + (size_t)utf8_encode(mark, rest + 3);
            memcpy(rest + n, "日日日", 10);
            assert_int_equal(plan_text("日", 66, rest, SMS_NATIONAL_OFF, -1), 0);
            sms_plan_part(&plan, 0, &begin, &end);
            if (end != 66)
                fail_msg("U+%04X is parted from its letter", mark);
        }
}

/* Letters of the same blocks begin a part like any other. */
static void test_letters(void **state)
{
    static const uint32_t letters[] = {'a', 0x0370, 0x0627, 0x06CC, 0x0904, 0x0939, 0x093D, 0x0950,
        0x0958, 0x0966, 0x0985, 0x0A05, 0x0A95, 0x0B15, 0x0B95, 0x0C15, 0x0C95, 0x0D15, 0x0D7A,
        0x200C, 0x20CF, 0x20F1, 0xFE10, 0x1F600};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(letters); i++) {
        size_t begin, end, n;
        char rest[32];

        n = (size_t)utf8_encode(letters[i], rest);
        memcpy(rest + n, "日日日日", 13);
        assert_int_equal(plan_text("日", 67, rest, SMS_NATIONAL_OFF, -1), 0);
        sms_plan_part(&plan, 0, &begin, &end);
        if (end != 67)
            fail_msg("U+%04X is kept with what is before it", letters[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choice),
        cmocka_unit_test(test_forced_by),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_endless_marks),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_letters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
