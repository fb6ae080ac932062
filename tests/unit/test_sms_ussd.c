/*
 * USSD texts: answers that others have collected, forms of TS 23.038 §5 and §6.1.2.3, what fools.
 */
#include "at/response.h"
#include "sms/ussd.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "vectors.h"

static const enum ussd_coding plain_first[] = {USSD_PLAIN, USSD_UCS2, USSD_END};
static const enum ussd_coding packed_first[] = {USSD_PACKED, USSD_PLAIN, USSD_UCS2, USSD_END};
static const enum ussd_coding no_order[] = {USSD_END};

static const char *decode(
    const char *text, size_t n, int dcs, const enum ussd_coding *order, char *buffer)
{
    struct strbuf sb;

    strbuf_init(&sb, buffer, USSD_TEXT_SIZE);
    ussd_decode(text, n, dcs, false, order, &sb);
    assert_false(sb.overflow);
    return buffer;
}

/* A filler at the end may stay or go, as the vectors' note has it. */
static bool is_same(const char *got, const char *expected)
{
    size_t n = strlen(expected);

    if (n > 0 && expected[n - 1] == '\r')
        n--;
    return strncmp(got, expected, n) == 0 && (got[n] == '\0' || strcmp(got + n, "\r") == 0);
}

static void test_vectors(void **unused)
{
    FILE *file = vectors_open("at_responses.jsonl");
    unsigned n = 0;
    json_t *row;

    (void)unused;
    if (!file)
        skip();
    while ((row = vectors_next(file))) {
        const json_t *expect = json_object_get(row, "expect");
        const char *line = strstr(vectors_string(row, "reply"), "+CUSD:");
        const char *text = vectors_string(expect, "text");
        char buffer[USSD_TEXT_SIZE], one[1024];
        struct at_cusd cusd;

        if (!text)
            text = vectors_string(expect, "text_if_packed7");
        if (line && text) {
            snprintf(one, sizeof(one), "%.*s", (int)strcspn(line, "\r\n"), line);
            assert_int_equal(at_parse_cusd(one, &cusd), 0);
            /* found out whatever the make's row says first */
            for (unsigned i = 0; i < 3; i++)
                if (!is_same(
                        decode(cusd.text, cusd.n, cusd.dcs,
                            (const enum ussd_coding *[]){plain_first, packed_first, no_order}[i],
                            buffer),
                        text))
                    fail_msg("%s: \"%s\"", one, buffer);
            n++;
        }
        json_decref(row);
    }
    fclose(file);
    assert_true(n >= 6);
}

static void test_forms(void **unused)
{
    static const struct {
        const char *text;
        int dcs;
        const enum ussd_coding *order;
        const char *utf8;
    } rows[] = {
        {"Your balance is Rs 120.50", 15, plain_first, "Your balance is Rs 120.50"},
        {"Your balance is Rs 120.50", 15, packed_first, "Your balance is Rs 120.50"},
        {"1 Balance\n2 Data", -1, plain_first, "1 Balance\n2 Data"},
        /* numbers are numbers */
        {"1200", 15, plain_first, "1200"},
        {"12345678", 15, no_order, "12345678"},
        {"123412341234", 15, plain_first, "123412341234"},
        {"120", 15, packed_first, "120"},
        {"AB", 15, plain_first, "AB"},
        {"", 15, plain_first, ""},
        /* TS 23.038 §6.1.2.3.1: seven spare bits hold a CR, which is no text */
        {"AA180C3602", 15, packed_first, "*100#"},
        {"AA180C3602", 15, plain_first, "*100#"},
        {"31D98C56B3DD1A", 15, packed_first, "1234567"},
        {"31D98C56B3DD7039", 15, packed_first, "123456789"},
        {"E8329BFD06", 15, packed_first, "hello"},
        /* UCS-2: told, or by its looks */
        {"00310032003300340035", 72, plain_first, "12345"},
        {"00310032003300340035", 15, plain_first, "12345"},
        {"00310032003300340035", 15, packed_first, "12345"},
        {"0031", 72, plain_first, "1"},
        {"00310032", -1, plain_first, "12"},
        {"20B9003100320030", 72, plain_first, "₹120"},
        {"0906092A0915093E0020092C0948093209470902", 15, plain_first, "आपका बैलें"},
        {"0414043B044F", 72, plain_first, "Для"},
        {"0414043B044F", 15, plain_first, "Для"},
        {"D83DDE00", 72, plain_first, "😀"},
        {"6139063106350064", 17, plain_first, "رصd"}, /* begins with its language, "ar" */
        {"00410042000000FFFFFF", 72, plain_first,
            "AB"}, /* garbage behind a NUL: HE910, gammu #377 */
        /* Latin-1 in plain */
        {"beträgt", 15, plain_first, "beträgt"},
        {"betr\xE4gt", 15, plain_first, "beträgt"},
        /* nothing fits: as it is */
        {"FACE", 15, plain_first, "FACE"},
        {"DEADBEEF0", 15, plain_first, "DEADBEEF0"},
    };
    char buffer[USSD_TEXT_SIZE];

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        decode(rows[i].text, strlen(rows[i].text), rows[i].dcs, rows[i].order, buffer);
        if (strcmp(buffer, rows[i].utf8) != 0)
            fail_msg("%s, %d: \"%s\", expected \"%s\"", rows[i].text, rows[i].dcs, buffer,
                rows[i].utf8);
    }
}

/* The alphabet of TS 23.038 §6.2.1: told by +CSCS, or by octets that are letters there alone. */
static void test_alphabets(void **unused)
{
#define ROW(text, is_gsm, utf8) {text, sizeof(text) - 1, is_gsm, utf8}
    static const struct {
        const char *text;
        size_t n;
        bool is_gsm;
        const char *utf8;
    } rows[] = {
        ROW("ask a\0b.c", true, "ask a@b.c"), ROW("\x01" "5 \x10\x11 \x1B\x65", true, "£5 Δ_ €"),
        ROW("@$[\x7F", true, "¡¤Äà"), ROW("a\nb\rc", true, "a\nb\rc"),
        ROW("\x02" "5@\0", false, "$5¡@"), /* says another set, writes the network's */
        ROW("Rs 5@\0", false, "Rs 5@"), ROW("a\tb\x7F", false, "a\tb"), /* noise */
        ROW("Gr\xFC\xDF\x02" "e", true, "Grüße"), ROW("Größe\0", true, "Größe"), /* no septets */
        ROW("0031\0" "0032", true, "12"), ROW("\0AA180C3602", false, "*100#"),
    };
#undef ROW
    char buffer[USSD_TEXT_SIZE];

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct strbuf sb;

        strbuf_init(&sb, buffer, sizeof(buffer));
        ussd_decode(rows[i].text, rows[i].n, 15, rows[i].is_gsm, plain_first, &sb);
        assert_string_equal(buffer, rows[i].utf8);
    }
}

static void test_encode(void **unused)
{
    static const struct {
        const char *text;
        enum ussd_coding coding;
        const char *encoded; /* NULL: refused */
    } rows[] = {
        {"*123#", USSD_PLAIN, "*123#"}, {"*100#", USSD_PACKED, "AA180C3602"},
        {"*123#", USSD_UCS2, "002A0031003200330023"},
        {"1234567", USSD_PACKED, "31D98C56B3DD1A"}, /* CR in the spare bits */
        {"$@_", USSD_PACKED, "024004"}, {"a b", USSD_PLAIN, "a b"},
        {"", USSD_PLAIN, NULL}, {"1\"", USSD_PLAIN, NULL}, {"1\\", USSD_PLAIN, NULL},
        {"1\r2", USSD_PACKED, NULL}, {"1\x1A", USSD_UCS2, NULL}, {"é", USSD_PLAIN, NULL},
        {"`", USSD_PACKED, NULL},
        {"12345678901234567890123456789012345678901234567890123456789012345", USSD_PLAIN, NULL},
    };
    char encoded[USSD_ENCODED_SIZE];

    (void)unused;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        int r = ussd_encode(rows[i].text, rows[i].coding, encoded);

        assert_int_equal(r, rows[i].encoded ? 0 : -EINVAL);
        if (rows[i].encoded)
            assert_string_equal(encoded, rows[i].encoded);
    }
}

/*
 * What is sent packed reads the same, at every length: with padding, without, with a CR at its end.
 */
static void test_round_trip(void **unused)
{
    char text[USSD_CODE_MAX + 1] = "", encoded[USSD_ENCODED_SIZE], buffer[USSD_TEXT_SIZE];

    (void)unused;
    for (size_t n = 2; n <= USSD_CODE_MAX; n++) {
        for (size_t i = 0; i < n; i++)
            text[i] = "Balance *123# "[i % 14];
        text[n] = '\0';
        for (enum ussd_coding coding = USSD_PLAIN; coding <= USSD_PACKED; coding++) {
            assert_int_equal(ussd_encode(text, coding, encoded), 0);
            assert_string_equal(decode(encoded, strlen(encoded), coding == USSD_UCS2 ? 72 : 15,
                                    packed_first, buffer), text);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_alphabets),
        cmocka_unit_test(test_encode),
        cmocka_unit_test(test_round_trip),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
