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
        {{.seq = 7, .at_wall = UINT64_C(1795000000000000), .kind = "verification.created",
             .object = "vf_1", .client = "till", .has_actor = true, .actor_uid = 1000,
             .number_masked = "+91******5678", .detail = "{\"purpose\":\"login\"}"},
            "{\"seq\":7,\"type\":\"verification.created\",\"at\":\"2026-11-18T11:06:40Z\","
            "\"id\":\"vf_1\",\"client\":\"till\",\"to\":\"+91******5678\",\"purpose\":\"login\"}"},
        {{.seq = 8, .kind = "modem.ready", .object = "counter"},
            "{\"seq\":8,\"type\":\"modem.ready\",\"at\":\"1970-01-01T00:00:00Z\","
            "\"modem\":\"counter\"}"},
        /* a detail does not take a member's place, and a damaged one is left out */
        {{.seq = 9, .kind = "modem.ready", .detail = "{\"seq\":1,\"type\":\"x\",\"reason\":\"r\"}"},
            "{\"seq\":9,\"type\":\"modem.ready\",\"at\":\"1970-01-01T00:00:00Z\",\"reason\":\"r\"}"},
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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_events)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
