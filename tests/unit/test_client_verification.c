/* The calls about a verification: what is asked, and what is never asked. */
#include "smsotp/client.h"

#include "http_peer.h"

#include <errno.h>

#define ID "vf_01m85b8x8559kf9te4vxdx71y6"
#define MADE "HTTP/1.1 200 OK\r\n\r\n{\"id\":\"" ID "\",\"status\":\"pending\"}"
#define CHECKED                                                                                    \
    "HTTP/1.1 200 OK\r\n\r\n{\"result\":\"approved\",\"status\":\"approved\",\"receipt\":\"r\"}"

static const struct smsotp_pair pairs[] = {{"amount", "1499.00"}, {"payee", "Shop 12"}};

/* Runs one of the calls by number against a peer; what it heard is in the peer. */
static int run(unsigned which, struct peer *peer, const char *says)
{
    struct smsotp_request request = {.to = "+919812345678",
        .purpose = "checkout",
        .reference = "bill-1",
        .context = pairs,
        .n_context = ARRAY_SIZE(pairs),
        .idempotency_key = "k-1",
        .resume = 1};
    struct smsotp_attempt attempt = {.code = "123456", .attempt_id = "a-1"};
    struct smsotp_verification v;
    struct smsotp_check check;
    struct smsotp_error error;
    struct smsotp *smsotp;
    int r = -1;

    peer_start(peer, says, strlen(says));
    assert_int_equal(smsotp_new(&smsotp, peer->path), 0);
    switch (which) {
    case 0:
        r = smsotp_verify(smsotp, &request, 5000, &v, &error);
        break;
    case 1:
        r = smsotp_check(smsotp, ID, &attempt, 5000, &check, &error);
        if (r == 0) {
            assert_int_equal(check.result, SMSOTP_CHECK_APPROVED);
            assert_string_equal(check.receipt, "r");
        }
        break;
    case 2:
        r = smsotp_get(smsotp, ID, 5000, &v, &error);
        break;
    case 3:
        r = smsotp_find(smsotp, "bill 1&x=\xC3\xA4", 5000, &v, &error);
        break;
    case 4:
        r = smsotp_resend(smsotp, ID, 5000, &v, &error);
        break;
    case 5:
        r = smsotp_cancel(smsotp, ID, 5000, &v, &error);
        break;
    }
    smsotp_free(smsotp);
    peer_end(peer);
    return r;
}

static void test_requests(void **state)
{
    static const struct {
        const char *says, *line, *body;
    } rows[] = {
        {MADE, "POST /v1/verifications HTTP/1.1\r\n",
            "{\"to\":\"+919812345678\",\"purpose\":\"checkout\",\"reference\":\"bill-1\","
            "\"resume\":true,\"context\":{\"amount\":\"1499.00\",\"payee\":\"Shop 12\"}}"},
        {CHECKED, "POST /v1/verifications/" ID "/check HTTP/1.1\r\n",
            "{\"code\":\"123456\",\"attempt_id\":\"a-1\"}"},
        {MADE, "GET /v1/verifications/" ID " HTTP/1.1\r\n", ""},
        {MADE, "GET /v1/verifications?reference=%62%69%6C%6C%20%31%26%78%3D%C3%A4 HTTP/1.1\r\n",
            ""},
        {MADE, "POST /v1/verifications/" ID "/resend HTTP/1.1\r\n", ""},
        {MADE, "POST /v1/verifications/" ID "/cancel HTTP/1.1\r\n", ""},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
        struct peer peer = {0};

        assert_int_equal(run(i, &peer, rows[i].says), 0);
        assert_ptr_equal(strstr(peer.heard, rows[i].line), peer.heard);
        assert_non_null(strstr(peer.heard, rows[i].body));
        assert_int_equal(strstr(peer.heard, "\r\nIdempotency-Key: k-1\r\n") != NULL, i == 0);
        /* An answer without an id is none; a check has none to tell. */
        peer = (struct peer){0};
        if (i != 1)
            assert_int_equal(run(i, &peer, "HTTP/1.1 200 OK\r\n\r\n{}"), -EPROTO);
    }
}

/* Refused before anything is sent: there is nobody to send it to. */
static void test_bad_arguments(void **state)
{
    static const char *const ids[] = {NULL, "", "../health", "vf_1/check", "vf_1?x", "VF_1",
        "vf_01m85b8x8559kf9te4vxdx71y67"};
    char key[200] = "", reference[66] = "";
    const struct smsotp_pair no_key[] = {{NULL, "x"}};
    const struct smsotp_request requests[] = {
        {.purpose = "login"}, {.to = "+919812345678"}, {.to = "\xFF", .purpose = "login"},
        {.to = "+1", .purpose = "login", .context = no_key, .n_context = 1},
        {.to = "+1", .purpose = "login", .idempotency_key = key}};
    const struct smsotp_attempt attempts[] = {{.code = NULL}, {.code = "\xFF"}};
    struct smsotp_verification v;
    struct smsotp_check check;
    struct smsotp_error error;
    struct smsotp *smsotp;

    (void)state;
    memset(key, 'k', sizeof(key) - 1);
    memset(reference, 'r', sizeof(reference) - 1);
    assert_int_equal(smsotp_new(&smsotp, "/nonexistent"), 0);
    for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
        assert_int_equal(smsotp_get(smsotp, ids[i], 0, &v, &error), -EINVAL);
        assert_non_null(strstr(error.detail, "vf_"));
        assert_int_equal(smsotp_cancel(smsotp, ids[i], 0, &v, NULL), -EINVAL);
        assert_int_equal(smsotp_check(smsotp, ids[i], &attempts[0], 0, &check, NULL), -EINVAL);
    }
    for (size_t i = 0; i < ARRAY_SIZE(requests); i++)
        assert_int_equal(smsotp_verify(smsotp, &requests[i], 0, &v, &error), -EINVAL);
    for (size_t i = 0; i < ARRAY_SIZE(attempts); i++)
        assert_int_equal(smsotp_check(smsotp, ID, &attempts[i], 0, &check, &error), -EINVAL);
    assert_int_equal(smsotp_find(smsotp, "", 0, &v, &error), -EINVAL);
    assert_int_equal(smsotp_find(smsotp, reference, 0, &v, &error), -EINVAL);
    assert_int_equal(smsotp_get(smsotp, ID, 0, &v, &error), -ENOTCONN);
    smsotp_free(smsotp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_bad_arguments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
