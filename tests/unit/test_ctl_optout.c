/* `smsotpctl optout`: what it asks the daemon, which is played, and what it prints. */
#include "capture.h"
#include "ctl/command.h"

#include <string.h>

static char asked[256];
static const char *daemon_answer;

bool ctl_call(struct ctl *ctl, const char *method, const char *route, json_t *body, unsigned also,
    json_t **ret_json, int *ret_exit)
{
    char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;

    (void)ctl;
    assert_int_equal(also, 0);
    snprintf(asked, sizeof(asked), "%s %s %s", method, route, text ? text : "-");
    free(text);
    json_decref(body);
    *ret_exit = CTL_EXIT_REFUSED;
    *ret_json = daemon_answer ? json_loads(daemon_answer, 0, NULL) : NULL;
    return *ret_json != NULL;
}

bool ctl_add_text(json_t *object, const char *member, const char *text)
{
    return json_object_set_new(object, member, json_string(text)) == 0;
}

void ctl_complain_of_encoding(const char *command)
{
    assert_string_equal(command, "optout");
}

void ctl_print_json(const json_t *json)
{
    json_dumpf(json, stdout, JSON_COMPACT);
}

const char *ctl_text(const json_t *json, const char *member, char *buffer, size_t size)
{
    const json_t *value = json_object_get(json, member);

    if (json_is_integer(value))
        snprintf(buffer, size, "%d", (int)json_integer_value(value));
    else
        snprintf(buffer, size, "%s", json_string_value(value));
    return buffer;
}

static char printed[512];

static int run(int argc, const char *one, const char *two)
{
    struct ctl ctl = {0};
    char words[3][32] = {"optout"};
    char *argv[] = {words[0], words[1], words[2], NULL};
    char complained[256];
    int out, err, status;

    snprintf(words[1], sizeof(words[1]), "%s", one);
    snprintf(words[2], sizeof(words[2]), "%s", two);
    asked[0] = '\0';
    out = capture_begin(stdout, "");
    err = capture_begin(stderr, "");
    status = ctl_optout(&ctl, argc, argv);
    capture_end(stderr, err, complained, sizeof(complained));
    capture_end(stdout, out, printed, sizeof(printed));
    return status;
}

static void test_all(void **state)
{
    (void)state;
    daemon_answer = "{\"number\":\"+91******5678\",\"changed\":true}";
    assert_int_equal(run(3, "add", "98123 45678"), CTL_EXIT_OK);
    assert_string_equal(asked, "POST /v1/optouts {\"to\":\"98123 45678\"}");
    assert_string_equal(printed, "+91******5678 gets no texts\n");
    daemon_answer = "{\"number\":\"+91******5678\",\"changed\":false}";
    assert_int_equal(run(3, "remove", "98123 45678"), CTL_EXIT_OK);
    assert_string_equal(asked, "POST /v1/optouts/remove {\"to\":\"98123 45678\"}");
    assert_string_equal(printed, "+91******5678 may get texts, as before\n");
    daemon_answer = "{\"optouts\":[{\"number\":\"+91******5678\",\"since\":\"2026\",\"by\":"
                    "\"reply\"}],\"total\":1}";
    assert_int_equal(run(2, "list", ""), CTL_EXIT_OK);
    assert_string_equal(asked, "GET /v1/optouts?limit=1000 -");
    assert_string_equal(printed, "+91******5678 since 2026 by a reply\n1 in all\n");
    daemon_answer = NULL;
    assert_int_equal(run(2, "list", ""), CTL_EXIT_REFUSED);
    assert_int_equal(run(2, "add", ""), CTL_EXIT_USAGE);
    assert_int_equal(run(3, "drop", "1"), CTL_EXIT_USAGE);
    assert_int_equal(run(1, "", ""), CTL_EXIT_USAGE);
    assert_string_equal(asked, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_all)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
