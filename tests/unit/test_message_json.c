/* A text as JSON: what is left out, and what is told of one that failed. */
#include "api/message_json.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_texts(void **state)
{
    static const struct {
        struct message message;
        int position, eta_sec;
        const char *json;
    } rows[] = {
        {{.id = "ms_1", .status = MESSAGE_QUEUED, .encoding = SMS_ENCODING_GSM7, .segments = 2}, 0,
            3,
            "{\"id\":\"ms_1\",\"status\":\"queued\",\"encoding\":\"gsm7\",\"segments\":2,"
            "\"position\":0,\"eta\":3}"},
        {{.id = "ms_1", .status = MESSAGE_SENT, .encoding = SMS_ENCODING_UCS2, .segments = 1}, -1,
            -1, "{\"id\":\"ms_1\",\"status\":\"sent\",\"encoding\":\"ucs2\",\"segments\":1}"},
        {{.id = "ms_1",
             .status = MESSAGE_FAILED,
             .encoding = SMS_ENCODING_GSM7,
             .segments = 1,
             .error_class = "credit",
             .error_text = "no credit"},
            -1, -1,
            "{\"id\":\"ms_1\",\"status\":\"failed\",\"encoding\":\"gsm7\",\"segments\":1,"
            "\"error\":{\"class\":\"credit\",\"detail\":\"no credit\"}}"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        json_t *json = message_to_json(&rows[i].message, rows[i].position, rows[i].eta_sec);
        char *text = json_dumps(json, JSON_COMPACT);

        assert_string_equal(text, rows[i].json);
        free(text);
        json_decref(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_texts)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
