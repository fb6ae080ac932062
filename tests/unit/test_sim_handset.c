#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sim/handset.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bench {
    struct handset *handset;
    char path[64];
};

static int set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    struct handset_options options = {.path = bench->path};
    int fd;

    memcpy(bench->path, "/tmp/handset.XXXXXX", 20);
    fd = mkstemp(bench->path);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(handset_new(&bench->handset, &options), 0);
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    handset_free(bench->handset);
    (void)unlink(bench->path);
    free(bench);
    return 0;
}

/* 2026-11-23T05:00:00.007Z */
#define ARRIVED_AT ((usec_t)1795410000007000)

static void receive(struct bench *bench, const char *modem, const struct sms_submit *submit)
{
    struct handset_origin origin = {.modem = modem, .mr = 9, .arrived_at = ARRIVED_AT};

    assert_int_equal(handset_receive(bench->handset, &origin, submit), 0);
}

static struct sms_submit part(unsigned ref, unsigned seq, const char *septets)
{
    struct sms_submit submit = {.to = "+919812345678",
        .validity_sec = 300,
        .body = {.alphabet = SMS_GSM7, .message_class = -1, .n_payload = strlen(septets)}};

    submit.body.has_concat = ref != 0;
    submit.body.ref = ref;
    submit.body.total = 2;
    submit.body.seq = seq;
    memcpy(submit.body.payload, septets, submit.body.n_payload);
    return submit;
}

/* The lines shown so far, as a JSON array. */
static json_t *lines_of(const struct bench *bench)
{
    FILE *file = fopen(bench->path, "re");
    json_t *lines = json_array(), *line;

    assert_non_null(file);
    while ((line = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL)) != NULL)
        json_array_append_new(lines, line);
    (void)fclose(file);
    return lines;
}

static const char *text_of(const json_t *lines, size_t i)
{
    return json_string_value(json_object_get(json_array_get(lines, i), "text"));
}

static void test_one(void **state)
{
    struct sms_submit submit = part(0, 0, "Code 482913");
    json_t *lines, *line;

    receive(*state, "modem0", &submit);
    lines = lines_of(*state);
    assert_int_equal(json_array_size(lines), 1);
    line = json_array_get(lines, 0);
    assert_string_equal(text_of(lines, 0), "Code 482913");
    assert_string_equal(json_string_value(json_object_get(line, "at")), "2026-11-23T05:00:00.007Z");
    assert_int_equal(json_integer_value(json_object_get(line, "validity")), 300);
    assert_true(json_is_null(json_object_get(line, "class")));
    assert_null(json_object_get(line, "udh"));
    json_decref(lines);
}

/* Parts out of order, one twice, and two texts at once, of which one stays incomplete. */
static void test_parts(void **state)
{
    struct sms_submit second = part(5, 2, "\x65 world"), first = part(5, 1, "hello\x1b");
    struct sms_submit other = part(6, 1, "lost");
    json_t *lines;

    receive(*state, "modem0", &second);
    receive(*state, "modem0", &second);
    receive(*state, "modem0", &other);
    receive(*state, "modem1", &first); /* another sender's reference */
    lines = lines_of(*state);
    assert_int_equal(json_array_size(lines), 0);
    json_decref(lines);
    receive(*state, "modem0", &first);
    lines = lines_of(*state);
    assert_int_equal(json_array_size(lines), 1);
    /* the escape at the end of part 1 belongs to the first septet of part 2 */
    assert_string_equal(text_of(lines, 0), "hello\xe2\x82\xac world");
    assert_int_equal(json_integer_value(json_object_get(json_array_get(lines, 0), "parts")), 2);
    json_decref(lines);
}

static void test_many_incomplete(void **state)
{
    struct sms_submit first = part(1, 1, "a"), second = part(1, 2, "b");
    json_t *lines;

    receive(*state, "modem0", &first);
    for (unsigned ref = 2; ref < 200; ref++) {
        struct sms_submit submit = part(ref, 1, "x");
        receive(*state, "modem0", &submit);
    }
    receive(*state, "modem0", &second); /* the oldest were given up */
    lines = lines_of(*state);
    assert_int_equal(json_array_size(lines), 0);
    json_decref(lines);
}

#define UNIT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(test_one),
        UNIT(test_parts),
        UNIT(test_many_incomplete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
