/* A handle's options, and how an answer becomes a result. */
#include "client/handle.h"

#include "http_peer.h"

#include <errno.h>

static struct smsotp *new_handle(const char *path)
{
    struct smsotp *smsotp = NULL;

    assert_int_equal(smsotp_new(&smsotp, path), 0);
    return smsotp;
}

static void test_paths(void **state)
{
    char path[120] = "";
    struct smsotp *smsotp = new_handle(NULL);

    (void)state;
    assert_string_equal(smsotp->socket_path, "/run/smsotp/api.sock");
    assert_null(smsotp_free(smsotp));
    assert_null(smsotp_free(NULL));
    memset(path, 'p', 108);
    assert_int_equal(smsotp_new(&smsotp, path), -ENAMETOOLONG);
    path[107] = '\0';
    smsotp_free(new_handle(path));
}

static void test_tokens(void **state)
{
    static const struct {
        const char *token;
        int r;
    } rows[] = {{"abc-_.~+/=", 0}, {"", -EINVAL}, {"a b", -EINVAL}, {"a\r\nX: y", -EINVAL},
        {"\xC3\xA4", -EINVAL}, {"second", 0}};
    struct smsotp *smsotp = new_handle(NULL);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        assert_int_equal(smsotp_set_token(smsotp, rows[i].token), rows[i].r);
    assert_string_equal(smsotp->authorization, "Authorization: Bearer second");
    smsotp_free(smsotp);
}

static void test_results(void **state)
{
    static const struct {
        const char *says;
        int r;
        const char *code, *detail;
    } rows[] = {
        {"HTTP/1.1 201 Made\r\n\r\n{\"id\":1}", 0, NULL, NULL},
        {"HTTP/1.1 429 No\r\n\r\n{\"code\":\"limited\",\"detail\":\"wait\"}", SMSOTP_REFUSED,
            "limited", "wait"},
        {"HTTP/1.1 500 No\r\n\r\n<html>", -EPROTO, "", "no answer of a gateway"},
        {"HTTP/1.1 200 OK\r\n\r\n[]", -EPROTO, "", "no answer of a gateway"},
        {"HTTP/1.1 200 OK\r\n\r\n", -EPROTO, "", "no answer of a gateway"},
        {"nonsense", -EIO, "", "/tmp/smsotp-"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct peer peer = {0};
        struct smsotp_error error = {0};
        struct smsotp *smsotp;
        json_t *json = NULL;
        int r;

        peer_start(&peer, rows[i].says, strlen(rows[i].says));
        smsotp = new_handle(peer.path);
        assert_int_equal(smsotp_set_token(smsotp, "secret"), 0);
        r = handle_ask(
            smsotp, "POST", "/v1/x", json_pack("{s:s}", "a", "b"), "X-Own: 1", 5000, &json, &error);
        if (r != rows[i].r)
            fail_msg("row %zu: %d %s", i, r, error.detail);
        if (r != 0) {
            assert_null(json);
            assert_string_equal(error.code, rows[i].code);
            assert_non_null(strstr(error.detail, rows[i].detail));
        }
        json_decref(json);
        smsotp_free(smsotp);
        peer_end(&peer);
        assert_non_null(strstr(peer.heard, "\r\nAuthorization: Bearer secret\r\n"));
        assert_non_null(strstr(peer.heard, "\r\nX-Own: 1\r\n"));
    }
}

static void test_bad_headers(void **state)
{
    const char *const broken[] = {"X: a\r\nY: b", NULL};
    const char *const many[] = {
        "A: 1", "A: 1", "A: 1", "A: 1", "A: 1", "A: 1", "A: 1", "A: 1", "A: 1", NULL};
    struct smsotp *smsotp = new_handle("/nonexistent");
    struct smsotp_reply reply;
    struct smsotp_error error;

    (void)state;
    assert_int_equal(
        smsotp_call(smsotp, "GET", "/", NULL, broken, 0, &reply, &error), -EINVAL);
    assert_int_equal(smsotp_call(smsotp, "GET", "/", NULL, many, 0, &reply, NULL), -EINVAL);
    assert_int_equal(smsotp_call(smsotp, "GET", "/", NULL, NULL, 0, &reply, &error), -ENOTCONN);
    assert_non_null(strstr(error.detail, "is smsotpd running"));
    smsotp_free(smsotp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_results),
        cmocka_unit_test(test_bad_headers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
