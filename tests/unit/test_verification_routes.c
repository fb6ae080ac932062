/* What the routes of a verification read, and how they answer. */
#include "server_fixture.h"

#define ID "vf_00000000000000000000000000"
#define V "/v1/verifications"

static void test_bad_requests(void **state)
{
    static const struct server_row rows[] = {
        {"POST", V, "{", 400, "malformed"},
        {"POST", V, "[]", 400, "malformed"},
        {"POST", V, "{}", 422, "`to`"},
        {"POST", V, "{\"to\":7,\"purpose\":\"login\"}", 422, "\"name\":\"to\""},
        {"POST", V, "{\"to\":\"+919812345678\"}", 422, "\"name\":\"purpose\""},
        {"POST", V, "{\"to\":\"+919812345678\",\"purpose\":\"login\",\"x\":1}", 422,
            "\"name\":\"x\""},
        {"POST", V,
            "{\"to\":\"+919812345678\",\"purpose\":\"login\",\"locale\":\"aaaaaaaaaaaaaaaaa\"}",
            422, "\"name\":\"locale\""},
        {"POST", V, "{\"to\":\"+919812345678\",\"purpose\":\"login\",\"context\":[]}", 422,
            "\"name\":\"context\""},
        {"POST", V, "{\"to\":\"+919812345678\",\"purpose\":\"login\",\"resume\":true}", 422,
            "\"name\":\"resume\""},
        {"POST", V, "{\"to\":\"+919812345678\",\"purpose\":\"login\",\"resume\":\"yes\"}", 422,
            "\"name\":\"resume\""},
        {"GET", V, NULL, 422, "?reference="},
        {"GET", V "?reference=", NULL, 422, "?reference="},
        {"GET", V "?reference=none", NULL, 404, "not_found"},
        {"GET", V "/" ID, NULL, 404, "not_found"},
        {"GET", V "/vf_short", NULL, 404, "26 letters"},
        {"POST", V "/" ID "/check", "{\"code\":\"123456\"}", 404, "not_found"},
        {"POST", V "/nothing/check", "{\"code\":\"123456\"}", 404, "26 letters"},
        {"POST", V "/" ID "/check", "{}", 422, "\"name\":\"code\""},
        {"POST", V "/" ID "/check", "{\"code\":\"1\",\"more\":1}", 422, "\"name\":\"more\""},
        {"POST", V "/" ID "/resend", "{\"a\":1}", 422, "no body"},
        {"POST", V "/" ID "/resend", NULL, 404, "not_found"},
        {"POST", V "/" ID "/cancel", "{}", 404, "not_found"},
    };

    server_run_rows(*state, rows, ARRAY_SIZE(rows));
}

/* A life: made with a Location, found, wrong, right, twice; and the same key again. */
static void test_life(void **state)
{
    static const char request[] =
        "POST /v1/verifications HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "Idempotency-Key: k-1\r\nContent-Length: 72\r\n\r\n"
        "{\"to\":\"+919812345678\",\"purpose\":\"login\",\"reference\":\"b 1\",\"locale\":\"en\"}";
    struct server_fixture *f = *state;
    struct http_said *said = malloc(sizeof(*said));
    char id[ID_SIZE], route[128], body[64], code[OTP_CODE_SIZE];
    struct answer found;

    server_say(f, f->api, request, said);
    assert_int_equal(said->status, 201);
    snprintf(id, sizeof(id), "%s", said_text(said, "id"));
    snprintf(route, sizeof(route), "\r\nLocation: " V "/%s\r\n", id);
    assert_non_null(strstr(said->head, route));
    assert_null(strstr(said->head, "Idempotent-Replayed"));
    assert_string_equal(said_text(said, "to"), "+91******5678");
    json_decref(said->json);

    server_say(f, f->api, request, said);
    assert_int_equal(said->status, 201);
    assert_string_equal(said_text(said, "id"), id);
    assert_non_null(strstr(said->head, "\r\nIdempotent-Replayed: true\r\n"));
    json_decref(said->json);

    server_ask(f, "GET", V "?reference=b%201", NULL, said);
    assert_string_equal(said_text(said, "id"), id);
    json_decref(said->json);

    found = call_as(f->gateway, gateway_get, &f->gateway->admin, id);
    wrong_code_of(f->gateway, &found.v, NUMBER_1, code);
    snprintf(route, sizeof(route), V "/%s/check", id);
    snprintf(body, sizeof(body), "{\"code\":\"%s\"}", code);
    server_ask(f, "POST", route, body, said);
    assert_string_equal(said_text(said, "result"), "incorrect");
    json_decref(said->json);

    code_of(f->gateway, &found.v, NUMBER_1, 0, code);
    snprintf(body, sizeof(body), "{\"code\":\"%s\"}", code);
    server_ask(f, "POST", route, body, said);
    assert_string_equal(said_text(said, "result"), "approved");
    assert_true(strlen(said_text(said, "receipt")) > 100);
    json_decref(said->json);
    server_ask(f, "POST", route, body, said);
    assert_string_equal(said_text(said, "result"), "already_approved");
    assert_string_equal(said_text(said, "receipt"), "");
    json_decref(said->json);
    free(said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVER_TEST(test_bad_requests),
        SERVER_TEST(test_life),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
