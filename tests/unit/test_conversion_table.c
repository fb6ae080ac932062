#include "core/conversion_table.h"
#include "core_fixture.h"

#define S USEC_PER_SEC

static const uint8_t block[OTP_NUMBER_INDEX_SIZE] = {1}, other_block[OTP_NUMBER_INDEX_SIZE] = {2};
static const struct limit_subject of_till = {.prefix_index = block, .client = "till"};
static const struct conversion_limit limit = {50, 5};

/* A text sent at CORE_WALL + n s in `block` by till, of a verification that lives 300 s. */
static void insert(struct core_fixture *f, unsigned n, const char *text, const char *verification)
{
    struct verification v = core_verification(n);
    char script[160];

    memcpy(v.prefix_index, block, sizeof(block));
    core_insert(f, &v);
    core_insert_message(f, &v, n, text);
    snprintf(script, sizeof(script), "UPDATE verifications SET status = '%s' WHERE id = '%s'",
        verification, v.id);
    core_run(f, script);
}

static struct conversion load(struct core_fixture *f, enum conversion_scope scope,
    const struct limit_subject *of, unsigned second)
{
    struct conversion conversion = {99, 99, 99};

    assert_int_equal(
        conversion_load(f->db, scope, of, &limit, CORE_NOW(second * S), &conversion), 0);
    return conversion;
}

/* Which texts count, and which of them as answered. */
static void test_what_counts(void **state)
{
    static const struct {
        const char *text, *verification;
        unsigned second; /* now; it runs out at 300 s */
        unsigned texts, verified;
    } rows[] = {
        {"sent", "approved", 10, 1, 1},
        {"delivered", "approved", 10, 1, 1},
        {"sent", "pending", 299, 0, 0}, /* it may yet be answered */
        {"sent", "pending", 300, 1, 0},
        {"sent", "expired", 300, 1, 0},
        {"delivered", "exhausted", 300, 1, 0},
        {"sent", "canceled", 299, 0, 0},
        {"sent", "canceled", 300, 1, 0},
        {"sent", "denied", 300, 1, 0},
        {"sent", "undeliverable", 300, 1, 0},
        {"unknown", "expired", 300, 1, 0},
        {"unknown", "approved", 10, 1, 1},
        {"unknown", "pending", 299, 0, 0},
        /* what did not leave says nothing about who is at the other end */
        {"failed", "expired", 300, 0, 0},
        {"expired", "canceled", 300, 0, 0},
        {"queued", "pending", 300, 0, 0},
        {"sending", "pending", 300, 0, 0},
        {"sent", "expired", 86399, 1, 0},
        {"sent", "expired", 86400, 0, 0}, /* within a day */
        {"sent", "approved", 86399, 1, 1},
        {"sent", "approved", 86400, 0, 0},
    };
    struct core_fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        for (unsigned scope = 0; scope < 2; scope++) {
            struct conversion conversion;

            insert(f, 0, rows[i].text, rows[i].verification);
            conversion = load(f, scope, &of_till, rows[i].second);
            if (conversion.texts != rows[i].texts || conversion.verified != rows[i].verified)
                print_error("%s %s at %u\n", rows[i].text, rows[i].verification, rows[i].second);
            assert_int_equal(conversion.texts, rows[i].texts);
            assert_int_equal(conversion.verified, rows[i].verified);
            assert_int_equal(conversion.oldest_wall, rows[i].texts ? CORE_WALL : 0);
            core_run(f, "DELETE FROM messages; DELETE FROM verifications");
        }
}

/* The network has taken it, and says that it did not arrive: that is no fault of our modem. */
static void test_reports(void **state)
{
    static const struct {
        const char *text, *error_class;
        unsigned texts;
    } rows[] = {{"failed", "report", 1}, {"expired", "report", 1}, {"failed", "network", 0},
        {"failed", "destination", 0}, {"expired", "withdrawn", 0}};
    struct core_fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char script[80];

        insert(f, 0, rows[i].text, "undeliverable");
        snprintf(
            script, sizeof(script), "UPDATE messages SET error_class = '%s'", rows[i].error_class);
        core_run(f, script);
        assert_int_equal(load(f, CONVERSION_OF_PREFIX, &of_till, 300).texts, rows[i].texts);
        assert_int_equal(load(f, CONVERSION_OF_CLIENT, &of_till, 300).texts, rows[i].texts);
        core_run(f, "UPDATE messages SET verification_id = NULL"); /* a plain one */
        assert_int_equal(load(f, CONVERSION_OF_PREFIX, &of_till, 300).texts, 0);
        core_run(f, "DELETE FROM messages; DELETE FROM verifications");
    }
}

/* Of seven the newest five, whatever has become of the older ones. */
static void test_newest(void **state)
{
    static const char *const verifications[] = {
        "approved", "approved", "expired", "approved", "expired", "expired", "approved"};
    struct core_fixture *f = *state;

    for (unsigned i = 0; i < ARRAY_SIZE(verifications); i++)
        insert(f, i, "sent", verifications[i]);
    for (unsigned scope = 0; scope < 2; scope++) {
        struct conversion conversion = load(f, scope, &of_till, 1000);

        assert_int_equal(conversion.texts, 5);
        assert_int_equal(conversion.verified, 2);
        assert_int_equal(conversion.oldest_wall, CORE_WALL + 2 * S);
    }
}

/* A text that was sent again counts twice, answered or not. */
static void test_resends(void **state)
{
    struct core_fixture *f = *state;
    struct verification v = core_verification(0);

    insert(f, 0, "sent", "approved");
    memcpy(v.prefix_index, block, sizeof(block));
    core_insert_message(f, &v, 1, "sent");
    for (unsigned scope = 0; scope < 2; scope++) {
        struct conversion conversion = load(f, scope, &of_till, 1000);

        assert_int_equal(conversion.texts, 2);
        assert_int_equal(conversion.verified, 2);
    }
}

static void test_low(void **state)
{
    static const struct {
        struct conversion_limit limit;
        unsigned texts, verified;
        bool is_low;
    } rows[] = {
        {{30, 20}, 20, 5, true}, {{30, 20}, 20, 6, false}, {{30, 20}, 19, 0, false},
        {{30, 20}, 0, 0, false}, {{100, 5}, 5, 4, true}, {{100, 5}, 5, 5, false},
        {{1, 1000}, 1000, 9, true}, {{1, 1000}, 1000, 10, false}, {{0, 0}, 20, 0, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        assert_int_equal(conversion_is_low(&(struct conversion){.texts = rows[i].texts,
                                               .verified = rows[i].verified},
                             &rows[i].limit),
            rows[i].is_low);
}

/* A reset forgives what came before it, to that block or client alone. */
static void test_reset(void **state)
{
    struct core_fixture *f = *state;
    struct limit_subject others = {.prefix_index = other_block, .client = "web"};

    for (unsigned i = 0; i < 5; i++)
        insert(f, i, "sent", "expired");
    for (unsigned scope = 0; scope < 2; scope++) {
        assert_int_equal(conversion_reset(f->db, scope, &others, CORE_WALL + 2 * S), 0);
        assert_int_equal(load(f, scope, &of_till, 1000).texts, 5);
        assert_int_equal(conversion_reset(f->db, scope, &of_till, CORE_WALL + S), 0);
        assert_int_equal(conversion_reset(f->db, scope, &of_till, CORE_WALL + 2 * S), 0);
        assert_int_equal(load(f, scope, &of_till, 1000).texts, 2);
        assert_int_equal(load(f, !scope, &of_till, 1000).texts, scope ? 2 : 5);
    }
    assert_int_equal(core_query(f, "SELECT count(*) FROM conversion_resets"), 4);
    assert_int_equal(conversion_purge(f->db, CORE_NOW(86401 * S)), 0);
    assert_int_equal(core_query(f, "SELECT count(*) FROM conversion_resets"), 4);
    assert_int_equal(conversion_purge(f->db, CORE_NOW(86402 * S)), 0);
    assert_int_equal(core_query(f, "SELECT count(*) FROM conversion_resets"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CORE_TEST(test_what_counts),
        CORE_TEST(test_reports),
        CORE_TEST(test_newest),
        CORE_TEST(test_resends),
        CORE_TEST(test_low),
        CORE_TEST(test_reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
