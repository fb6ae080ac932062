#include "core_fixture.h"

#define COUNT(condition) "SELECT count(*) FROM messages WHERE " condition

static const char *status_of(struct core_fixture *f, const struct verification *v)
{
    static struct message message;

    assert_int_equal(message_load_latest(f->db, v->id, &message), 0);
    return message.id[0] ? message_status_to_string(message.status) : "none";
}

static void test_latest(void **state)
{
    struct core_fixture *f = *state;
    struct verification v = core_verification(1), other = core_verification(2);
    struct message message;

    core_insert(f, &v);
    assert_string_equal(status_of(f, &v), "none");
    core_insert_message(f, &v, 2, "sent");
    core_insert_message(f, &v, 3, "queued");
    core_insert_message(f, &v, 1, "failed");
    core_insert_message(f, &other, 4, "failed");
    core_run(f, "UPDATE messages SET error_class = 'network', error_text = 'Congestion'");
    assert_int_equal(message_load_latest(f->db, v.id, &message), 0);
    assert_string_equal(message.id, "ms_00000000000000000000000003");
    assert_int_equal(message.status, MESSAGE_QUEUED);
    assert_int_equal(message.encoding, SMS_ENCODING_UCS2);
    assert_int_equal(message.segments, 2);
    assert_string_equal(message.error_class, "network");
    assert_string_equal(message.error_text, "Congestion");
}

/* Handed over while it waits, or came back from a modem, and while somebody waits for it. */
static void assert_subject(const struct message_subject *subject, const struct verification *v,
    const char *message_id)
{
    assert_string_equal(subject->id, message_id);
    assert_string_equal(subject->verification_id, v->id);
    assert_string_equal(subject->client, v->client);
    assert_string_equal(subject->number_masked, v->number_masked);
    assert_memory_equal(subject->number_index, v->number_index, sizeof(v->number_index));
}

static void test_hand_over(void **state)
{
    static const struct {
        const char *text, *verification;
        int r;
    } rows[] = {
        {"queued", "pending", 0}, {"sending", "pending", 0},
        {"queued", "canceled", -ENOENT}, {"queued", "approved", -ENOENT},
        {"queued", "expired", -ENOENT}, {"sending", "exhausted", -ENOENT},
        {"sent", "pending", -ENOENT}, {"unknown", "pending", -ENOENT},
        {"failed", "pending", -ENOENT}, {"expired", "pending", -ENOENT},
        {"delivered", "pending", -ENOENT},
    };
    struct core_fixture *f = *state;
    struct message_subject subject;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct verification v = core_verification(1);
        char script[120];

        core_insert(f, &v);
        core_insert_message(f, &v, 1, rows[i].text);
        snprintf(script, sizeof(script), "UPDATE verifications SET status = '%s'",
            rows[i].verification);
        core_run(f, script);
        assert_int_equal(
            message_hand_over(f->db, "ms_00000000000000000000000001", "counter", &subject),
            rows[i].r);
        if (rows[i].r == 0)
            assert_subject(&subject, &v, "ms_00000000000000000000000001");
        assert_string_equal(status_of(f, &v), rows[i].r == 0 ? "sending" : rows[i].text);
        assert_int_equal(core_query(f, COUNT("tries = 1 AND modem = 'counter'")), rows[i].r == 0);
        core_run(f, "DELETE FROM messages; DELETE FROM verifications");
    }
    assert_int_equal(message_hand_over(f->db, "ms_none", "counter", &subject), -ENOENT);
}

static void test_withdraw(void **state)
{
    static const struct {
        const char *text, *verification, *after;
    } rows[] = {
        {"queued", "canceled", "expired"}, {"sending", "expired", "expired"},
        {"queued", "pending", "queued"}, {"sending", "pending", "sending"},
        {"sent", "canceled", "sent"}, {"unknown", "approved", "unknown"},
        {"failed", "undeliverable", "failed"},
    };
    struct core_fixture *f = *state;
    struct message_subject subject;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct verification v = core_verification(1);
        char script[120];

        core_insert(f, &v);
        core_insert_message(f, &v, 1, rows[i].text);
        snprintf(script, sizeof(script), "UPDATE verifications SET status = '%s'",
            rows[i].verification);
        core_run(f, script);
        assert_int_equal(
            message_withdraw(f->db, "ms_00000000000000000000000001", 5, &subject),
            strcmp(rows[i].after, "expired") == 0 ? 0 : -ENOENT);
        assert_string_equal(status_of(f, &v), rows[i].after);
        snprintf(script, sizeof(script), COUNT("error_text = '%s' AND finished_wall = 5"),
            rows[i].verification);
        assert_int_equal(core_query(f, script), strcmp(rows[i].after, "expired") == 0);
        core_run(f, "DELETE FROM messages; DELETE FROM verifications");
    }
}

static void test_outcomes(void **state)
{
    static const struct {
        struct message_outcome outcome;
        const char *condition;
    } rows[] = {
        {{MESSAGE_SENT, "counter", 200, NULL, NULL},
            COUNT("status = 'sent' AND message_reference = 200 AND sent_wall = 5 AND "
                  "finished_wall = 5 AND error_class IS NULL AND modem = 'counter'")},
        {{MESSAGE_SENT, "counter", 0, NULL, NULL},
            COUNT("status = 'sent' AND message_reference = 0")},
        {{MESSAGE_FAILED, "counter", -1, "account", "Call barred"},
            COUNT("status = 'failed' AND message_reference IS NULL AND sent_wall IS NULL AND "
                  "finished_wall = 5 AND error_class = 'account' AND error_text = 'Call barred'")},
        {{MESSAGE_UNKNOWN, "counter", -1, "modem", "silent"},
            COUNT("status = 'unknown' AND sent_wall IS NULL AND finished_wall = 5")},
        {{MESSAGE_QUEUED, NULL, -1, "network", "Congestion"},
            COUNT("status = 'queued' AND finished_wall IS NULL AND modem IS NULL")},
    };
    struct core_fixture *f = *state;
    struct message_subject subject;
    struct verification v = core_verification(1);

    core_insert(f, &v);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        core_insert_message(f, &v, 1, "sending");
        core_insert_message(f, &v, 2, "sending");
        assert_int_equal(message_set_outcome(f->db, "ms_00000000000000000000000001",
                             &rows[i].outcome, 5, &subject), 0);
        assert_subject(&subject, &v, "ms_00000000000000000000000001");
        assert_int_equal(core_query(f, rows[i].condition), 1);
        assert_int_equal(core_query(f, COUNT("status = 'sending'")), 1);
        core_run(f, "DELETE FROM messages");
    }
    assert_int_equal(
        message_set_outcome(f->db, "ms_none", &rows[0].outcome, 5, &subject), -ENOENT);
}

static int count_subject(void *userdata, const struct message_subject *subject)
{
    unsigned *n = userdata;

    assert_string_equal(subject->client, "till");
    return ++*n == 9 ? -EIO : 0;
}

static void test_settle_interrupted(void **state)
{
    static const char *const statuses[] = {
        "queued", "sending", "sending", "sent", "failed", "delivered"};
    struct core_fixture *f = *state;
    struct verification v = core_verification(1);
    unsigned n = 0, n_until_error = 8;

    for (unsigned i = 0; i < ARRAY_SIZE(statuses); i++)
        core_insert_message(f, &v, i, statuses[i]);
    assert_int_equal(message_settle_interrupted(f->db, 5, count_subject, &n), 0);
    assert_int_equal(n, 2);
    assert_int_equal(core_query(f, COUNT("status = 'unknown' AND finished_wall = 5 AND "
                                         "error_class = 'interrupted'")), 2);
    assert_int_equal(core_query(f, COUNT("status = 'sending'")), 0);
    assert_int_equal(core_query(f, COUNT("status = 'queued'")), 1);
    assert_int_equal(message_settle_interrupted(f->db, 6, count_subject, &n), 0);
    assert_int_equal(n, 2);
    core_run(f, "UPDATE messages SET status = 'sending'");
    assert_int_equal(
        message_settle_interrupted(f->db, 5, count_subject, &n_until_error), -EIO);
}

struct collected {
    struct outgoing_text *texts[8];
    unsigned n;
};

static void collect(void *userdata, struct outgoing_text *text)
{
    struct collected *collected = userdata;

    collected->texts[collected->n++] = text;
}

static void free_collected(struct collected *collected)
{
    while (collected->n > 0)
        outgoing_text_free(collected->texts[--collected->n]);
}

static void test_load_queued(void **state)
{
    struct core_fixture *f = *state;
    struct verification v = core_verification(1), ended = core_verification(2);
    struct collected collected = {0};
    const struct outgoing_text *text;

    v.generation = 4;
    snprintf(v.reference, sizeof(v.reference), "bill-1");
    core_insert(f, &v);
    core_insert(f, &ended);
    core_insert_message(f, &v, 9, "queued");
    core_insert_message(f, &v, 3, "queued");
    core_insert_message(f, &v, 4, "sending");
    core_insert_message(f, &v, 5, "sent");
    core_insert_message(f, &ended, 6, "queued");
    core_run(f, "UPDATE messages SET tries = 2;"
                "UPDATE verifications SET status = 'canceled' WHERE id LIKE '%2'");
    assert_int_equal(message_load_queued(f->db, collect, &collected), 0);
    assert_int_equal(collected.n, 2);
    assert_string_equal(collected.texts[1]->id, "ms_00000000000000000000000009");
    text = collected.texts[0];
    assert_string_equal(text->id, "ms_00000000000000000000000003");
    assert_string_equal(text->verification_id, v.id);
    assert_string_equal(text->purpose, "checkout");
    assert_string_equal(text->locale, "en");
    assert_string_equal(text->reference, "bill-1");
    assert_string_equal(text->number_masked, v.number_masked);
    assert_string_equal(text->context_json, "{\"amount\":\"5\"}");
    assert_memory_equal(text->number_sealed, v.number_sealed, sizeof(v.number_sealed));
    assert_memory_equal(text->number_index, v.number_index, sizeof(v.number_index));
    assert_memory_equal(text->context_digest, v.context_digest, sizeof(v.context_digest));
    assert_memory_equal(&text->deadline, &v.expires, sizeof(v.expires));
    assert_int_equal(text->key_id, 77);
    assert_int_equal(text->generation, 4);
    assert_int_equal(text->code_length, 6);
    assert_int_equal(text->segments, 2);
    assert_int_equal(text->tries, 2);
    free_collected(&collected);
}

static void test_damaged(void **state)
{
    static const char *const latest[] = {"status = 'lost'", "encoding = 'morse'", "status = x'00'"};
    static const char *const queued[] = {"messages SET boot_id = x'00'",
        "messages SET number_index = x'00'", "verifications SET number_sealed = NULL",
        "verifications SET number_sealed = x'0011'", "verifications SET context_digest = x''",
        "verifications SET context = NULL"};
    struct core_fixture *f = *state;
    struct verification v = core_verification(1);
    struct collected collected = {0};
    struct message message;
    char script[100];

    core_insert(f, &v);
    for (size_t i = 0; i < ARRAY_SIZE(latest); i++) {
        core_insert_message(f, &v, 1, "queued");
        snprintf(script, sizeof(script), "UPDATE messages SET %s", latest[i]);
        core_run(f, script);
        assert_int_equal(message_load_latest(f->db, v.id, &message), -EUCLEAN);
        core_run(f, "DELETE FROM messages");
    }
    for (size_t i = 0; i < ARRAY_SIZE(queued); i++) {
        core_run(f, "DELETE FROM messages; DELETE FROM verifications");
        core_insert(f, &v);
        core_insert_message(f, &v, 1, "queued");
        snprintf(script, sizeof(script), "UPDATE %s", queued[i]);
        core_run(f, script);
        assert_int_equal(message_load_queued(f->db, collect, &collected), 0); /* passed over */
        assert_int_equal(collected.n, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CORE_TEST(test_latest),
        CORE_TEST(test_hand_over),
        CORE_TEST(test_withdraw),
        CORE_TEST(test_outcomes),
        CORE_TEST(test_settle_interrupted),
        CORE_TEST(test_load_queued),
        CORE_TEST(test_damaged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
