#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sim/gsm7.h"
#include "vectors.h"
#include "util/hex.h"

#include <errno.h>
#include <string.h>

/* 3GPP TS 23.038 §6.1.2.1.1 and the example that every description of the packing has. */
static void test_pack(void **state _unused_)
{
    static const uint8_t packed[] = {0xe8, 0x32, 0x9b, 0xfd, 0x46, 0x97, 0xd9, 0xec, 0x37};
    uint8_t septets[16], octets[16];
    size_t n;

    assert_int_equal(gsm7_from_utf8("hellohello", 10, septets, sizeof(septets), &n), 0);
    assert_int_equal(n, 10);
    assert_int_equal(gsm7_pack(septets, n, 0, octets), sizeof(packed));
    assert_memory_equal(octets, packed, sizeof(packed));
    assert_int_equal(gsm7_unpack(packed, sizeof(packed), 0, 10, septets), 0);
    assert_memory_equal(septets, "hellohello", 10);
    assert_int_equal(gsm7_unpack(packed, sizeof(packed), 0, 11, septets), -ENODATA);
}

static void test_fill_bits(void **state _unused_)
{
    uint8_t septets[8], octets[8];

    for (unsigned fill = 0; fill < 7; fill++) {
        size_t n = gsm7_pack((const uint8_t *)"Ab\x1b\x65", 4, fill, octets);
        assert_int_equal(gsm7_unpack(octets, n, fill, 4, septets), 0);
        assert_memory_equal(septets, "Ab\x1b\x65", 4);
    }
}

static void test_no_such_character(void **state _unused_)
{
    uint8_t septets[8];
    size_t n;

    assert_int_equal(gsm7_from_utf8("\xe0\xa4\xa8", 3, septets, sizeof(septets), &n), -EILSEQ);
    assert_int_equal(gsm7_from_utf8("\xff", 1, septets, sizeof(septets), &n), -EILSEQ);
    assert_int_equal(gsm7_from_utf8("{{{{{", 5, septets, sizeof(septets), &n), -ENOBUFS);
}

static void test_escape_at_the_end(void **state _unused_)
{
    char text[16];
    struct strbuf sb = STRBUF_ON(text);

    gsm7_put_utf8(&sb, (const uint8_t *)"a\x1b", 2, 0, 0);
    gsm7_put_utf8(&sb, (const uint8_t *)"\x1b\x1b" "b", 3, 0, 0); /* reserved: shown as space */
    gsm7_put_utf8(&sb, (const uint8_t *)"\x1b" "c", 2, 0, 0); /* not in the table: main table */
    assert_string_equal(text, "a bc");
}

/* The septets of a vector, from its text where it does not list them. */
static size_t vector_septets(const json_t *vector, uint8_t *septets, size_t size)
{
    const char *text = vectors_string(vector, "text"), *hex = vectors_string(vector, "septets");
    size_t n;

    if (json_object_get(vector, "septets")) {
        assert_int_equal(hex_decode(hex, strlen(hex), septets, size, &n), 0);
        return n;
    }
    if (gsm7_from_utf8(text, strlen(text), septets, size, &n) < 0)
        fail_msg("%s: cannot encode", vectors_string(vector, "source"));
    return n;
}

static void check_pack(const json_t *vector)
{
    const char *hex = vectors_string(vector, "packed");
    unsigned fill_bits = (unsigned)vectors_int(vector, "fill_bits", 0);
    uint8_t packed[256], octets[256], septets[256], unpacked[256];
    size_t n_packed, n_septets;

    n_septets = vector_septets(vector, septets, sizeof(septets));
    assert_int_equal(hex_decode(hex, strlen(hex), packed, sizeof(packed), &n_packed), 0);
    assert_int_equal(gsm7_pack(septets, n_septets, fill_bits, octets), n_packed);
    assert_memory_equal(octets, packed, n_packed);
    assert_int_equal(gsm7_unpack(packed, n_packed, fill_bits, n_septets, unpacked), 0);
    assert_memory_equal(unpacked, septets, n_septets);
}

/* Positions that a locking shift table leaves empty show as no character at all. */
static void check_gaps(const json_t *vector)
{
    for (unsigned septet = 0; septet < 128; septet++) {
        uint8_t one = (uint8_t)septet;
        char key[8], text[8];
        struct strbuf sb = STRBUF_ON(text);

        (void)snprintf(key, sizeof(key), "%02X", septet);
        if (one == GSM7_ESCAPE || json_object_get(json_object_get(vector, "map"), key))
            continue;
        gsm7_put_utf8(&sb, &one, 1, (unsigned)vectors_int(vector, "nli", 0), 0);
        if (strcmp(text, "\xef\xbf\xbd") != 0)
            fail_msg("%s %s: \"%s\"", vectors_string(vector, "language"), key, text);
    }
}

/* Every septet of a table, after an escape for the single shift tables. */
static void check_table(const json_t *vector)
{
    bool single = strcmp(vectors_string(vector, "table"), "single") == 0;
    unsigned language = (unsigned)vectors_int(vector, "nli", 0);
    const char *key;
    json_t *value;

    json_object_foreach(json_object_get(vector, "map"), key, value)
    {
        uint8_t septets[2] = {GSM7_ESCAPE, (uint8_t)strtoul(key, NULL, 16)};
        char text[8];
        struct strbuf sb = STRBUF_ON(text);

        if (septets[1] == GSM7_ESCAPE)
            continue;
        gsm7_put_utf8(&sb, septets + !single, 1 + single, single ? 0 : language,
            single ? language : 0);
        if (strcmp(text, json_string_value(value)) != 0)
            fail_msg("language %u %s %s: \"%s\", expected \"%s\"", language,
                vectors_string(vector, "table"), key, text, json_string_value(value));
    }
}

static void test_vectors(void **state _unused_)
{
    unsigned n_packs = 0, n_tables = 0;
    FILE *file = vectors_open("gsm7.jsonl");
    json_t *vector;

    if (!file)
        skip();
    while ((vector = vectors_next(file)) != NULL) {
        if (strcmp(vectors_string(vector, "kind"), "pack") == 0 &&
            !json_object_get(vector, "ussd_padding")) {
            check_pack(vector);
            n_packs++;
        } else if (strcmp(vectors_string(vector, "kind"), "nltable") == 0) {
            check_table(vector);
            if (strcmp(vectors_string(vector, "table"), "locking") == 0)
                check_gaps(vector);
            n_tables++;
        }
        json_decref(vector);
    }
    (void)fclose(file);
    assert_int_not_equal(n_packs, 0);
    assert_int_not_equal(n_tables, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pack),
        cmocka_unit_test(test_fill_bits),
        cmocka_unit_test(test_no_such_character),
        cmocka_unit_test(test_escape_at_the_end),
        cmocka_unit_test(test_vectors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
