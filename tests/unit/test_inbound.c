/* Reading texts that came in: the newest, or from one on, as many as may be. */
#include "gateway_fixture.h"

#include "core/inbound.h"
#include "core/inbound_intake.h"
#include "deliver_pdu.h"

struct listed {
    unsigned n_calls, n_texts;
    bool is_more, is_refused;
    enum gateway_error error;
    char ids[SMSOTP_INBOUND_MAX][ID_SIZE];
    char bodies[SMSOTP_INBOUND_MAX][64]; /* "-": sealed with another key */
};

static void on_listed(void *userdata, const struct inbound_answer *answer)
{
    struct listed *listed = userdata;

    listed->n_calls++;
    listed->is_refused = answer->refusal != NULL;
    if (answer->refusal) {
        listed->error = answer->refusal->error;
        return;
    }
    listed->n_texts = answer->n_texts;
    listed->is_more = answer->is_more;
    for (unsigned i = 0; i < answer->n_texts; i++) {
        const struct inbound_text *text = &answer->texts[i];

        memcpy(listed->ids[i], text->inbound.id, ID_SIZE);
        snprintf(listed->bodies[i], sizeof(listed->bodies[i]), "%s", text->body ? text->body : "-");
        if (text->body)
            assert_int_equal(text->n_body, strlen(text->body));
    }
}

static struct listed list(struct gateway_fixture *f, const char *since, unsigned max)
{
    struct listed listed = {0};

    gateway_list_inbound(f->gateway, since, max, on_listed, &listed);
    gateway_wait(f, &listed.n_calls, 1);
    return listed;
}

/* `n` texts, "text 0" and so on. */
static void receive(struct gateway_fixture *f, unsigned n)
{
    static const struct modem_ops ops = {.state = NULL};
    struct modem_config config = {.name = "other", .device = "/dev/other"};
    struct modem *modem = NULL;

    assert_int_equal(modem_new(&modem, f->store.loop, &fixture_log, &config, &ops, NULL), 0);
    for (unsigned i = 0; i < n; i++) {
        uint8_t octets[DELIVER_MAX_OCTETS];
        char text[32];
        struct deliver_pdu pdu = {
            .from = NUMBER_1, .text = text, .sent_wall = fake_now + fake_wall_ahead};

        snprintf(text, sizeof(text), "text %u", i);
        inbound_intake(
            &f->gateway->env, &f->gateway->outbox, modem, 7, octets, deliver_make(&pdu, octets));
    }
    gateway_settle(f);
    modem_free(modem);
}

static void test_pages(void **state)
{
    static const struct {
        int since; /* number of the text; -1: the newest */
        unsigned max, n_texts, first;
        bool is_more;
    } rows[] = {
        {-1, 10, 5, 0, false},
        {-1, 5, 5, 0, false},
        {-1, 2, 2, 3, false}, /* none is newer than the newest */
        {0, 10, 4, 1, false},
        {0, 4, 4, 1, false},
        {0, 3, 3, 1, true},
        {3, 1, 1, 4, false},
        {4, 10, 0, 0, false},
    };
    struct gateway_fixture *f = *state;
    struct listed all;

    assert_int_equal(list(f, NULL, 10).n_texts, 0);
    receive(f, 5);
    all = list(f, NULL, 10);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct listed got =
            list(f, rows[i].since >= 0 ? all.ids[rows[i].since] : NULL, rows[i].max);

        if (got.is_refused || got.n_texts != rows[i].n_texts || got.is_more != rows[i].is_more)
            fail_msg("case %zu: %u texts, more: %d", i, got.n_texts, got.is_more);
        for (unsigned n = 0; n < got.n_texts; n++) {
            char body[32];

            snprintf(body, sizeof(body), "text %u", rows[i].first + n);
            assert_string_equal(got.bodies[n], body);
            assert_string_equal(got.ids[n], all.ids[rows[i].first + n]);
        }
    }
}

/* No page has more than the contract says, however many are asked for. */
static void test_bound(void **state)
{
    struct gateway_fixture *f = *state;
    struct listed all, rest;

    receive(f, SMSOTP_INBOUND_MAX + 1);
    all = list(f, NULL, 100000);
    assert_int_equal(all.n_texts, SMSOTP_INBOUND_MAX);
    assert_string_equal(all.bodies[0], "text 1");
    rest = list(f, all.ids[0], 100000);
    assert_int_equal(rest.n_texts, SMSOTP_INBOUND_MAX - 1);
    assert_false(rest.is_more);
}

/* What another key has sealed is listed without its body. */
static void test_another_key(void **state)
{
    struct gateway_fixture *f = *state;
    struct otp_keyring *before = f->keyring;
    uint8_t master[OTP_MASTER_KEY_SIZE] = {99};
    struct listed listed;

    receive(f, 2);
    assert_int_equal(otp_keyring_new(&f->keyring, master), 0);
    f->gateway->env.keyring = f->keyring;
    listed = list(f, NULL, 10);
    assert_int_equal(listed.n_texts, 2);
    assert_string_equal(listed.bodies[0], "-");
    assert_string_equal(listed.bodies[1], "-");
    otp_keyring_free(before);
}

static void test_no_table(void **state)
{
    struct gateway_fixture *f = *state;
    struct listed listed;

    gateway_sql(f, "ALTER TABLE inbound RENAME TO elsewhere");
    listed = list(f, NULL, 10);
    assert_true(listed.is_refused);
    assert_int_equal(listed.error, ERROR_STORAGE_UNAVAILABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_pages),
        GATEWAY_TEST(test_bound),
        GATEWAY_TEST(test_another_key),
        GATEWAY_TEST(test_no_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
