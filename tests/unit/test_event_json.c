/* What an event says. */
#include "api/event_json.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_events(void **state)
{
    static const struct {
        struct journal_row row;
        const char *json;
    } rows[] = {
        {{.seq = 7,
             .at_wall = UINT64_C(1795000000000000),
             .kind = "verification.created",
             .object = "vf_1",
             .client = "till",
             .has_actor = true,
             .actor_uid = 1000,
             .number_masked = "+91******5678",
             .detail = "{\"purpose\":\"login\"}"},
            "{\"seq\":7,\"type\":\"verification.created\",\"at\":\"2026-11-18T11:06:40Z\","
            "\"id\":\"vf_1\",\"client\":\"till\",\"to\":\"+91******5678\",\"purpose\":\"login\"}"},
        {{.seq = 8, .kind = "modem.ready", .object = "counter"},
            "{\"seq\":8,\"type\":\"modem.ready\",\"at\":\"1970-01-01T00:00:00Z\","
            "\"modem\":\"counter\"}"},
        /* a detail does not take a member's place, and a damaged one is left out */
        {{.seq = 9, .kind = "modem.ready", .detail = "{\"seq\":1,\"type\":\"x\",\"reason\":\"r\"}"},
            "{\"seq\":9,\"type\":\"modem.ready\",\"at\":\"1970-01-01T00:00:00Z\",\"reason\":"
            "\"r\"}"},
        {{.seq = 9, .kind = "modem.ready", .detail = "{\"seq\":1"},
            "{\"seq\":9,\"type\":\"modem.ready\",\"at\":\"1970-01-01T00:00:00Z\"}"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        json_t *json = event_to_json(&rows[i].row);
        char *text = json_dumps(json, JSON_COMPACT);

        assert_string_equal(text, rows[i].json);
        free(text);
        json_decref(json);
    }
}

#define ZEROS_32 "00000000000000000000000000000000"

/* The event, with who did it and the chain's members; what is damaged is shown and does no harm. */
static void test_audit_entries(void **state)
{
    static const struct {
        struct journal_row row;
        const char *json;
    } rows[] = {
        {{.seq = 7, .at_wall = UINT64_C(1795000000000000), .kind = "verification.created",
             .object = "vf_1", .client = "till", .has_actor = true, .actor_uid = 0,
             .number_masked = "+91******5678", .number_index = {0xAB}, .key_id = 0x1F,
             .detail = "{\"purpose\":\"login\",\"hash\":\"x\",\"uid\":7}", .hash = {0xCD}},
            "{\"seq\":7,\"type\":\"verification.created\",\"at\":\"2026-11-18T11:06:40Z\","
            "\"id\":\"vf_1\",\"client\":\"till\",\"to\":\"+91******5678\",\"purpose\":\"login\","
            "\"hash\":\"cd00000000000000" ZEROS_32 "0000000000000000\",\"uid\":0,"
            "\"to_index\":\"ab000000000000000000000000000000\",\"key_id\":\"0000001f\"}"},
        {{.seq = 8, .kind = "daemon.started"},
            "{\"seq\":8,\"type\":\"daemon.started\",\"at\":\"1970-01-01T00:00:00Z\","
            "\"key_id\":\"00000000\",\"hash\":\"" ZEROS_32 ZEROS_32 "\"}"},
        {{.seq = 9, .kind = "\xFFkind\n", .object = "\xC3(", .detail = "\xFF"},
            "{\"seq\":9,\"type\":\"\\\\xFFkind\\\\u{A}\",\"at\":\"1970-01-01T00:00:00Z\","
            "\"id\":\"\\\\xC3(\",\"key_id\":\"00000000\",\"hash\":\"" ZEROS_32 ZEROS_32 "\"}"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        json_t *json = audit_entry_to_json(&rows[i].row);
        char *text = json_dumps(json, JSON_COMPACT);

        assert_string_equal(text, rows[i].json);
        free(text);
        json_decref(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_audit_entries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
