/* Bodies in chunks: data moved to the front, how much was used, and where it stops. */
#include "http/chunked.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_pieces(void **state)
{
    static const struct {
        const char *piece; /* one after the other */
        const char *data;
        size_t taken;
        enum http_chunked_part part;
    } rows[] = {
        {"4", "", 1, HTTP_CHUNKED_SIZE},
        {";x\r", "", 3, HTTP_CHUNKED_EXTENSION},
        {"\nab", "ab", 3, HTTP_CHUNKED_DATA},
        {"cd", "cd", 2, HTTP_CHUNKED_DATA_END},
        {"\r\n1\r\ne\r\n2\r\nfg\r\n", "efg", 15, HTTP_CHUNKED_SIZE},
        {"0\r\n", "", 3, HTTP_CHUNKED_TRAILER},
        {"T: u\r\n", "", 6, HTTP_CHUNKED_TRAILER},
        {"\r\nGET", "", 2, HTTP_CHUNKED_DONE},
        {"more", "", 0, HTTP_CHUNKED_DONE},
    };
    struct http_chunked chunked = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char bytes[64];
        size_t taken, made;

        snprintf(bytes, sizeof(bytes), "%s", rows[i].piece);
        assert_int_equal(
            http_chunked_decode(&chunked, bytes, strlen(bytes), &taken, &made), HTTP_FAULT_NONE);
        assert_int_equal(taken, rows[i].taken);
        assert_int_equal(made, strlen(rows[i].data));
        assert_memory_equal(bytes, rows[i].data, made);
        assert_int_equal(chunked.part, rows[i].part);
    }
}

/* A size that no body may have is told as soon as it is read. */
static void test_sizes(void **state)
{
    static const struct {
        const char *text;
        enum http_fault fault;
        uint64_t left;
    } rows[] = {
        {"1aF\r\n", HTTP_FAULT_NONE, 0x1AF},
        {"00000001\r\n", HTTP_FAULT_NONE, 1},
        {"FFFFFFFF\r\n", HTTP_FAULT_NONE, 0xFFFFFFFF},
        {"100000000\r\n", HTTP_FAULT_CHUNK, 0},
        {"0x1\r\n", HTTP_FAULT_CHUNK, 0},
        {" 1\r\n", HTTP_FAULT_CHUNK, 0},
        {"1\r\r\n", HTTP_FAULT_CHUNK, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct http_chunked chunked = {0};
        char bytes[64];
        size_t taken, made;

        snprintf(bytes, sizeof(bytes), "%s", rows[i].text);
        assert_int_equal(
            http_chunked_decode(&chunked, bytes, strlen(bytes), &taken, &made), rows[i].fault);
        if (!rows[i].fault)
            assert_true(chunked.left == rows[i].left);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_sizes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
