/* The calls about plain texts: what is asked, what comes of it, and what is never asked. */
#include "smsotp/client.h"

#include "http_peer.h"

#include <errno.h>

#define ID "ms_01m85b8x8559kf9te4vxdx71y6"
#define TOLD                                                                                       \
    "{\"id\":\"" ID "\",\"status\":\"failed\",\"to\":\"+91******5678\",\"encoding\":\"ucs2\","     \
    "\"segments\":2,\"reference\":\"bill-1\",\"verification\":null,"                               \
    "\"created_at\":\"2026-11-23T05:00:00Z\",\"expires_at\":\"2026-11-24T05:00:00Z\","             \
    "\"error\":{\"class\":\"network\",\"detail\":\"no net\"}}"

static int send_text(struct peer *peer, const struct smsotp_text *text, const char *says,
    struct smsotp_message *ret, struct smsotp_error *ret_error)
{
    struct smsotp *smsotp;
    int r;

    *peer = (struct peer){0};
    peer_start(peer, says, strlen(says));
    assert_int_equal(smsotp_new(&smsotp, peer->path), 0);
    r = text ? smsotp_message_send(smsotp, text, 5000, ret, ret_error)
             : smsotp_message_get(smsotp, ID, 5000, ret, ret_error);
    smsotp_free(smsotp);
    peer_end(peer);
    return r;
}

static void test_send(void **state)
{
    static const struct {
        struct smsotp_text text;
        const char *body;
        bool has_key;
    } rows[] = {
        {{.to = "+919812345678", .text = "Your order\nis ready \xE2\x82\xB9"},
            "\r\n\r\n{\"to\":\"+919812345678\",\"text\":\"Your order\\nis ready \xE2\x82\xB9\"}",
            false},
        {{.to = "+1",
             .text = "x",
             .reference = "bill-1",
             .validity_sec = 3600,
             .idempotency_key = "k-1"},
            "\r\n\r\n{\"to\":\"+1\",\"text\":\"x\",\"reference\":\"bill-1\",\"validity\":3600}",
            true},
    };
    struct smsotp_message message;
    struct smsotp_error error;
    struct peer peer;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        assert_int_equal(send_text(&peer, &rows[i].text, "HTTP/1.1 201 Made\r\n\r\n" TOLD, &message,
                             &error), 0);
        assert_ptr_equal(strstr(peer.heard, "POST /v1/messages HTTP/1.1\r\n"), peer.heard);
        assert_non_null(strstr(peer.heard, rows[i].body));
        assert_int_equal(
            strstr(peer.heard, "\r\nIdempotency-Key: k-1\r\n") != NULL, rows[i].has_key);
        assert_string_equal(message.id, ID);
    }
    assert_int_equal(
        send_text(&peer, &rows[0].text, "HTTP/1.1 201 Made\r\n\r\n{}", &message, &error), -EPROTO);
    assert_int_equal(send_text(&peer, &rows[0].text, "HTTP/1.1 403 No\r\n\r\n"
        "{\"code\":\"forbidden\",\"detail\":\"not you\"}", &message, &error), SMSOTP_REFUSED);
    assert_string_equal(error.code, "forbidden");
}

static void test_get(void **state)
{
    struct smsotp_message message;
    struct smsotp_error error;
    struct peer peer;

    (void)state;
    assert_int_equal(send_text(&peer, NULL, "HTTP/1.1 200 OK\r\n\r\n" TOLD, &message, &error), 0);
    assert_ptr_equal(strstr(peer.heard, "GET /v1/messages/" ID " HTTP/1.1\r\n"), peer.heard);
    assert_int_equal(message.status, SMSOTP_MESSAGE_FAILED);
    assert_string_equal(message.to, "+91******5678");
    assert_string_equal(message.reference, "bill-1");
    assert_string_equal(message.created_at, "2026-11-23T05:00:00Z");
    assert_string_equal(message.expires_at, "2026-11-24T05:00:00Z");
    assert_string_equal(message.encoding, "ucs2");
    assert_int_equal(message.segments, 2);
    assert_int_equal(message.position, -1);
    assert_string_equal(message.error_class, "network");
    assert_string_equal(message.error_detail, "no net");
}

/* Refused before anything is sent: there is nobody to send it to. */
static void test_bad_arguments(void **state)
{
    static const char *const ids[] = {NULL, "", "../health", "ms_1/x", "ms_1?x", "MS_1"};
    char key[200] = "";
    const struct smsotp_text texts[] = {{.to = "+1"}, {.text = "x"}, {.to = "\xFF", .text = "x"},
        {.to = "+1", .text = "\xFF"}, {.to = "+1", .text = "x", .reference = "\xFF"},
        {.to = "+1", .text = "x", .idempotency_key = key}};
    struct smsotp_message message;
    struct smsotp_error error;
    struct smsotp *smsotp;

    (void)state;
    memset(key, 'k', sizeof(key) - 1);
    assert_int_equal(smsotp_new(&smsotp, "/nonexistent"), 0);
    for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
        assert_int_equal(smsotp_message_get(smsotp, ids[i], 0, &message, &error), -EINVAL);
        assert_non_null(strstr(error.detail, "ms_"));
    }
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        assert_int_equal(smsotp_message_send(smsotp, &texts[i], 0, &message, &error), -EINVAL);
    assert_int_equal(smsotp_message_get(smsotp, ID, 0, &message, NULL), -ENOTCONN);
    smsotp_free(smsotp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_send),
        cmocka_unit_test(test_get),
        cmocka_unit_test(test_bad_arguments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
