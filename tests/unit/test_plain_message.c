/* Plain texts through the gateway: what rests of them, and when. */
#include "core/plain_message.h"

#include "gateway_fixture.h"

#define TEXT "Your order 17 is ready"

struct reply {
    unsigned n;
    struct refusal refusal;
    struct message_row row;
    int position;
    bool is_replay;
};

static void take(void *userdata, const struct message_answer *answer)
{
    struct reply *reply = userdata;

    reply->n++;
    if (answer->refusal) {
        reply->refusal = *answer->refusal;
        return;
    }
    reply->row = *answer->view.row;
    reply->position = answer->view.position;
    reply->is_replay = answer->is_replay;
}

static struct reply send_as(
    struct gateway_fixture *f, const struct caller *caller, const char *to, usec_t validity)
{
    struct send_request request = {
        .to = to, .text = TEXT, .reference = "order-17", .validity = validity};
    struct reply reply = {0};

    gateway_send(f->gateway, caller, &request, take, &reply);
    gateway_wait(f, &reply.n, 1);
    return reply;
}

static struct reply read_as(struct gateway_fixture *f, const struct caller *caller, const char *id)
{
    struct reply reply = {0};

    gateway_get_message(f->gateway, caller, id, take, &reply);
    gateway_wait(f, &reply.n, 1);
    return reply;
}

#define SEALED(n)                                                                                  \
    assert_int_equal(gateway_query(f, COUNT_OF("messages WHERE body_sealed IS NOT NULL AND "       \
                                               "number_sealed IS NOT NULL")), (n))

static void test_sent(void **state)
{
    struct gateway_fixture *f = *state;
    struct reply reply = send_as(f, &f->till, NUMBER_1, USEC_PER_HOUR);

    assert_false(reply.refusal.is_refused);
    assert_int_equal(reply.position, 0);
    assert_int_equal(reply.row.expires_wall - reply.row.created_wall, USEC_PER_HOUR);
    gateway_wait(f, &f->n_sent, 1);
    gateway_settle(f);
    assert_string_equal(gateway_last_sent(f)->text, TEXT);
    assert_string_equal(gateway_last_sent(f)->number.text, NUMBER_1);
    reply = read_as(f, &f->till, reply.row.message.id);
    assert_int_equal(reply.row.message.status, MESSAGE_SENT);
    assert_int_equal(gateway_query(f, COUNT_OF("messages WHERE number_sealed IS NULL AND "
                                               "body_sealed IS NULL")), 1);
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'message.queued'")), 1);
    assert_true(read_as(f, &f->web, reply.row.message.id).refusal.is_refused); /* a stranger */
    assert_false(read_as(f, &f->admin, reply.row.message.id).refusal.is_refused);
}

static void test_sealed_while_it_waits(void **state)
{
    struct gateway_fixture *f = *state;
    struct reply reply;

    gateway_unplug(f);
    gateway_settle(f);
    gateway_plug(f);
    f->peer.text_reply = "\r\n+CMS ERROR: 42\r\n";
    gateway_pass(f, 10 * USEC_PER_SEC);
    reply = send_as(f, &f->till, NUMBER_1, USEC_PER_HOUR);
    gateway_wait(f, &f->n_sent, 1);
    gateway_settle(f);
    SEALED(1); /* refused, to be tried again */
    gateway_close(f);
    f->peer.text_reply = NULL;
    gateway_open(f);
    gateway_start_and_wait(f);
    gateway_wait(f, &f->n_sent, 2);
    gateway_settle(f);
    SEALED(0);
    assert_string_equal(gateway_last_sent(f)->text, TEXT);
    assert_int_equal(read_as(f, &f->till, reply.row.message.id).row.message.status, MESSAGE_SENT);
}

/* With no modem for as long as it lives, it ends by itself. */
static void test_its_time_is_over(void **state)
{
    struct gateway_fixture *f = *state;
    struct reply reply;

    f->peer.no_text_answer = true;
    (void)issue_and_send(f, NUMBER_2);
    reply = send_as(f, &f->till, NUMBER_1, USEC_PER_MINUTE);
    gateway_unplug(f);
    gateway_settle(f);
    SEALED(1);
    gateway_pass(f, USEC_PER_MINUTE);
    gateway_settle(f);
    reply = read_as(f, &f->till, reply.row.message.id);
    assert_int_equal(reply.row.message.status, MESSAGE_EXPIRED);
    SEALED(0);
    assert_int_equal(gateway_n_queued(f->gateway), 0);
}

static void test_may_not(void **state)
{
    static const struct client client = {.name = "shop"},
                               sender = {.name = "shop", .messages = true};
    struct gateway_fixture *f = *state;
    struct caller shop = {.name = "shop", .client = &client};
    struct reply reply = send_as(f, &shop, NUMBER_1, USEC_PER_HOUR);

    assert_int_equal(reply.refusal.error, ERROR_FORBIDDEN);
    shop.client = &sender;
    assert_false(send_as(f, &shop, NUMBER_1, USEC_PER_HOUR).refusal.is_refused);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_sent),
        GATEWAY_TEST(test_sealed_while_it_waits),
        GATEWAY_TEST(test_its_time_is_over),
        GATEWAY_TEST(test_may_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
