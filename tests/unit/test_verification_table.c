#include "core_fixture.h"

#define COUNT(condition) "SELECT count(*) FROM " condition

static void test_comes_back(void **state)
{
    struct core_fixture *f = *state;
    struct verification in = core_verification(1), out;
    char *json = NULL;

    in.generation = 3;
    in.attempts = 2;
    in.resend_new = true;
    in.last_send.wall += 5;
    in.last_send.boot += 7;
    snprintf(in.reference, sizeof(in.reference), "bill-10482");
    core_insert(f, &in);
    memset(&out, 0xAA, sizeof(out));
    assert_int_equal(verification_load(f->db, in.id, &out), 0);
    assert_string_equal(out.id, in.id);
    assert_string_equal(out.client, "till");
    assert_string_equal(out.purpose, "checkout");
    assert_string_equal(out.locale, "en");
    assert_string_equal(out.reference, "bill-10482");
    assert_string_equal(out.number_masked, in.number_masked);
    assert_memory_equal(out.number_index, in.number_index, sizeof(in.number_index));
    assert_memory_equal(out.number_sealed, in.number_sealed, sizeof(in.number_sealed));
    assert_memory_equal(out.context_digest, in.context_digest, sizeof(in.context_digest));
    assert_true(out.has_number && out.resend_new);
    assert_int_equal(out.key_id, 77);
    assert_int_equal(out.generation, 3);
    assert_int_equal(out.code_length, 6);
    assert_int_equal(out.status, VERIFICATION_PENDING);
    assert_int_equal(out.attempts, 2);
    assert_int_equal(out.attempts_max, 5);
    assert_int_equal(out.sends, 1);
    assert_int_equal(out.sends_max, 3);
    assert_int_equal(out.ttl, in.ttl);
    assert_memory_equal(&out.created, &in.created, sizeof(in.created));
    assert_memory_equal(&out.expires, &in.expires, sizeof(in.expires));
    assert_memory_equal(&out.last_send, &in.last_send, sizeof(in.last_send));
    assert_int_equal(verification_load_context(f->db, in.id, &json), 0);
    assert_string_equal(json, "{\"amount\":\"5\"}");
    free(json);
    assert_int_equal(verification_load(f->db, "vf_none", &out), -ENOENT);
    assert_int_equal(verification_load_context(f->db, "vf_none", &json), -ENOENT);
    assert_int_equal(verification_insert(f->db, &in, "{}"), -EEXIST);
}

static void test_by_reference(void **state)
{
    static const struct {
        const char *client; /* NULL: anybody */
        const char *reference;
        const char *id; /* empty: none */
    } rows[] = {
        {"till", "bill-1", "vf_00000000000000000000000002"},
        {"web", "bill-1", "vf_00000000000000000000000003"},
        {NULL, "bill-1", "vf_00000000000000000000000003"},
        {"till", "bill-2", ""}, {NULL, "bill", ""}, {"none", "bill-1", ""}, {NULL, "", ""},
    };
    struct core_fixture *f = *state;
    struct verification v;

    for (unsigned n = 1; n <= 4; n++) {
        v = core_verification(n);
        if (n < 4)
            snprintf(v.reference, sizeof(v.reference), "bill-1");
        if (n == 3)
            snprintf(v.client, sizeof(v.client), "web");
        core_insert(f, &v);
    }
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        int r = verification_load_by_reference(f->db, rows[i].client, rows[i].reference, &v);

        assert_int_equal(r, rows[i].id[0] ? 0 : -ENOENT);
        if (r == 0)
            assert_string_equal(v.id, rows[i].id);
    }
}

/* Final states never reopen: an update of a row that has ended answers -ENOENT, changes nothing. */
static void test_updates_are_conditional(void **state)
{
    static const char *const ended[] = {"approved", "expired", "exhausted", "canceled", "denied",
        "undeliverable"};
    struct core_fixture *f = *state;
    char script[128], withdrawn[ID_SIZE];

    for (unsigned i = 0; i < ARRAY_SIZE(ended); i++) {
        struct verification out, v = core_verification(i);

        core_insert(f, &v);
        v.generation = 9;
        v.sends = 2;
        v.expires.wall += 60;
        v.expires.boot += 61;
        v.last_send.wall += 62;
        v.last_send.boot += 63;
        assert_int_equal(verification_set_attempts(f->db, v.id, 3), 0);
        assert_int_equal(verification_set_resent(f->db, &v), 0);
        snprintf(script, sizeof(script), "UPDATE verifications SET status = '%s' WHERE id = '%s'",
            ended[i], v.id);
        core_run(f, script);
        v.generation = 10;
        assert_int_equal(verification_set_attempts(f->db, v.id, 4), -ENOENT);
        assert_int_equal(verification_set_resent(f->db, &v), -ENOENT);
        assert_int_equal(verification_finish(f->db, v.id, VERIFICATION_APPROVED, 4, CORE_WALL,
                             withdrawn), -ENOENT);
        assert_int_equal(verification_load(f->db, v.id, &out), 0);
        assert_string_equal(verification_status_to_string(out.status), ended[i]);
        assert_int_equal(out.attempts, 3);
        assert_int_equal(out.generation, 9);
        assert_int_equal(out.sends, 2);
        assert_memory_equal(&out.expires, &v.expires, sizeof(v.expires));
        assert_memory_equal(&out.last_send, &v.last_send, sizeof(v.last_send));
        assert_true(out.has_number);
    }
    assert_int_equal(verification_set_attempts(f->db, "vf_none", 1), -ENOENT);
}

/* The end wipes number and context, and ends a text that waits, no other. */
static void test_finish(void **state)
{
    static const enum verification_status statuses[] = {VERIFICATION_APPROVED,
        VERIFICATION_EXPIRED, VERIFICATION_EXHAUSTED, VERIFICATION_CANCELED, VERIFICATION_DENIED,
        VERIFICATION_UNDELIVERABLE};
    static const char *const texts[] = {"queued", "sending", "sent", "failed", "unknown"};
    struct core_fixture *f = *state;

    for (unsigned i = 0; i < ARRAY_SIZE(statuses); i++) {
        struct verification out, other = core_verification(100), v = core_verification(i);
        char withdrawn[ID_SIZE];
        char *json = NULL;

        core_insert(f, &v);
        core_insert(f, &other);
        core_insert_message(f, &other, 100, "queued");
        for (unsigned j = 0; j < ARRAY_SIZE(texts); j++)
            core_insert_message(f, &v, j, texts[j]);
        assert_int_equal(
            verification_finish(f->db, v.id, statuses[i], 4, CORE_WALL + 99, withdrawn), 0);
        assert_string_equal(withdrawn, "ms_00000000000000000000000000");
        assert_int_equal(verification_load(f->db, v.id, &out), 0);
        assert_int_equal(out.status, statuses[i]);
        assert_int_equal(out.attempts, 4);
        assert_false(out.has_number);
        assert_int_equal(verification_load_context(f->db, v.id, &json), -ENOENT);
        assert_int_equal(core_query(f, COUNT("verifications WHERE number_sealed IS NULL "
                                             "AND context IS NULL AND finished_wall = "
                                             "1795000000000099")), 1);
        assert_int_equal(core_query(f, COUNT("messages WHERE status = 'queued'")), 1);
        assert_int_equal(core_query(f, COUNT("messages WHERE status = 'queued' AND "
                                             "id LIKE '%100'")), 1);
        assert_int_equal(core_query(f, COUNT("messages WHERE status = 'expired' AND "
                                             "error_class = 'withdrawn'")), 1);
        assert_int_equal(core_query(f, COUNT("messages WHERE status IN "
                                             "('sending', 'sent', 'failed', 'unknown')")), 4);
        core_run(f, "DELETE FROM messages; DELETE FROM verifications");
    }
}

static void test_overdue(void **state)
{
    struct core_fixture *f = *state;
    char ids[4][ID_SIZE];
    unsigned n = 99;
    usec_t next = 0, deadline_0 = CORE_WALL + 300 * USEC_PER_SEC;

    assert_int_equal(verification_overdue(f->db, CORE_WALL, ids, 4, &n, &next), 0);
    assert_int_equal(n, 0);
    assert_true(next == USEC_INFINITY);
    for (unsigned i = 0; i < 6; i++) {
        struct verification v = core_verification(5 - i);

        core_insert(f, &v);
    }
    assert_int_equal(verification_overdue(f->db, deadline_0 - 1, ids, 4, &n, &next), 0);
    assert_int_equal(n, 0);
    assert_int_equal(next, deadline_0);
    assert_int_equal(verification_overdue(f->db, deadline_0, ids, 4, &n, &next), 0);
    assert_int_equal(n, 1);
    assert_string_equal(ids[0], core_verification(0).id);
    assert_int_equal(next, deadline_0 + USEC_PER_SEC);
    core_run(f, "UPDATE verifications SET status = 'approved' WHERE id LIKE '%1'");
    assert_int_equal(
        verification_overdue(f->db, deadline_0 + 9 * USEC_PER_SEC, ids, 4, &n, &next), 0);
    assert_int_equal(n, 4);
    assert_string_equal(ids[0], core_verification(0).id);
    assert_string_equal(ids[1], core_verification(2).id);
    assert_string_equal(ids[3], core_verification(4).id);
    assert_true(next == USEC_INFINITY);
}

/* Finished 100 s to 109 s after CORE_WALL, number 5 never. Identifiers as they are made. */
static void insert_finished(struct core_fixture *f)
{
    for (unsigned i = 0; i < 10; i++) {
        struct verification v = core_verification(i);
        char script[300], withdrawn[ID_SIZE];

        id_make(ID_PREFIX_VERIFICATION, v.created.wall, v.id);
        core_insert(f, &v);
        core_insert_message(f, &v, 2 * i, "sent");
        core_insert_message(f, &v, 2 * i + 1, "sent");
        if (i != 5)
            assert_int_equal(verification_finish(f->db, v.id, VERIFICATION_APPROVED, 1,
                                 CORE_WALL + (100 + i) * USEC_PER_SEC, withdrawn), 0);
        snprintf(script, sizeof(script),
            "INSERT INTO attempts VALUES ('%s', 'one', x'00', 'approved', 1);"
            "INSERT INTO attempts VALUES ('%s', 'two', x'00', 'approved', 0)", v.id, v.id);
        core_run(f, script);
    }
}

static void test_purge(void **state)
{
    struct core_fixture *f = *state;
    usec_t before = CORE_WALL + 108 * USEC_PER_SEC; /* keeps numbers 5, 8 and 9 */
    unsigned n = 99;

    insert_finished(f);
    assert_int_equal(verification_purge(f->db, CORE_WALL + 100 * USEC_PER_SEC, 4, &n), 0);
    assert_int_equal(n, 0);
    for (unsigned left = 10; left > 3; left -= n) {
        assert_int_equal(verification_purge(f->db, before, 4, &n), 0);
        assert_int_equal(n, left == 10 ? 4 : 3);
        assert_int_equal(core_query(f, COUNT("verifications")), left - n);
        assert_int_equal(core_query(f, COUNT("messages")), 2 * (left - n));
        assert_int_equal(core_query(f, COUNT("attempts")), 2 * (left - n));
    }
    assert_int_equal(verification_purge(f->db, before, 4, &n), 0);
    assert_int_equal(n, 0);
    assert_int_equal(core_query(f, COUNT("verifications WHERE status = 'pending'")), 1);
    assert_int_equal(core_query(f, COUNT("messages m LEFT JOIN verifications v "
                                         "ON v.id = m.verification_id WHERE v.id IS NULL")), 0);
}

static void test_damaged(void **state)
{
    static const struct {
        const char *set;
        int r;
    } rows[] = {
        {"status = 'perhaps'", -EUCLEAN}, {"status = ''", -EUCLEAN}, {"status = x'00'", -EUCLEAN},
        {"number_index = x'0011'", -EUCLEAN}, {"context_digest = x''", -EUCLEAN},
        {"boot_id = x'00112233445566778899AABBCCDDEEFF00'", -EUCLEAN},
        {"number_index = 'text of some length'", -EUCLEAN},
        {"number_sealed = x'00'", 0}, /* as if it had been wiped */
        {"purpose = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'", 0},
        {"attempts = 'many'", 0},
    };
    struct core_fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct verification v = core_verification(1), out = {.attempts = 99};
        char script[200];

        core_insert(f, &v);
        snprintf(script, sizeof(script), "UPDATE verifications SET %s", rows[i].set);
        core_run(f, script);
        assert_int_equal(verification_load(f->db, v.id, &out), rows[i].r);
        if (rows[i].r < 0)
            assert_int_equal(out.attempts, 99);
        else
            assert_true(strlen(out.purpose) <= SMSOTP_PURPOSE_MAX);
        core_run(f, "DELETE FROM verifications");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CORE_TEST(test_comes_back),
        CORE_TEST(test_by_reference),
        CORE_TEST(test_updates_are_conditional),
        CORE_TEST(test_finish),
        CORE_TEST(test_overdue),
        CORE_TEST(test_purge),
        CORE_TEST(test_damaged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
