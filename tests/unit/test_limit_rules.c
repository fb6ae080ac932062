/* Which rule refuses first, with what, and when one more fits; requests as such:
 * test_gateway_limits. */
#include "core/limit_rules.h"

#include "core_fixture.h"

#define S USEC_PER_SEC

static const uint8_t number[OTP_NUMBER_INDEX_SIZE] = {1}, block[OTP_NUMBER_INDEX_SIZE] = {2};

/* A pending verification of `number` with its text sent, made at CORE_WALL + n s by till. */
static void insert(struct core_fixture *f, unsigned n)
{
    struct verification v = core_verification(n);

    memcpy(v.number_index, number, sizeof(number));
    memcpy(v.prefix_index, block, sizeof(block));
    core_insert(f, &v);
    core_insert_message(f, &v, n, "sent");
    assert_int_equal(guess_insert(f->db, number, "till", v.created.wall), 0);
}

/* The text that there is, once more without a code. */
static void insert_plain(struct core_fixture *f)
{
    core_run(f,
        "INSERT INTO messages (id, generation, client, number_index, prefix_index, number_masked, "
        "status, encoding, segments, segments_sent, priority, tries, created_wall, deadline_wall, "
        "deadline_boot, boot_id) SELECT 'ms_plain', generation, client, number_index, "
        "prefix_index, "
        "number_masked, status, encoding, segments, segments_sent, priority, tries, created_wall, "
        "deadline_wall, deadline_boot, boot_id FROM messages LIMIT 1");
}

/* The moment of core_verification(n). */
static struct moment moment_of(unsigned n)
{
    return core_verification(n).created;
}

static struct limit_request request(
    enum limit_kind kind, const struct limits *limits, const struct moment *now)
{
    return (struct limit_request){.kind = kind,
        .limits = limits,
        .of = {.number_index = number,
            .prefix_index = block,
            .client = "till",
            .purpose = "checkout"},
        .now = now,
        .key_id = 77,
        .is_client = true};
}

/* Each rule alone refuses the requests that it is for, and names itself. */
static void test_each_rule(void **state)
{
    static const enum limit_kind kinds[] = {LIMIT_KIND_ISSUE, LIMIT_KIND_TEXT,
        LIMIT_KIND_CHECK, LIMIT_KIND_PLAIN};
    struct core_fixture *f = *state;
    struct moment now = moment_of(10);

    insert(f, 0);
    insert_plain(f);
    for (size_t i = 0; i < limit_n_rules; i++)
        for (size_t kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
            struct limits limits = {0};
            struct refusal refusal = {0};
            struct limit_request asked = request(kinds[kind], &limits, &now);
            int r;

            *(struct limit *)(void *)((char *)&limits + limit_rules[i].offset) =
                (struct limit){{{1, USEC_PER_HOUR}}, 1};
            r = limit_rules_apply(f->db, &asked, &refusal);
            assert_int_equal(r, (limit_rules[i].kinds & kinds[kind]) != 0);
            assert_int_equal(refusal.is_refused, r);
            if (r == 0)
                continue;
            assert_int_equal(refusal.error, ERROR_LIMITED);
            assert_string_equal(refusal.limit_name, limit_rules[i].name);
            assert_string_equal(refusal.limit_scope, limit_rules[i].scope);
            assert_int_equal(refusal.retry_after_sec, 3590);
        }
}

/* What a client learns first is what is nearest to the customer. */
static void test_order(void **state)
{
    static const char *const names[] = {
        "number", "share", "prefix", "client", "purpose", "gateway"};
    struct core_fixture *f = *state;
    struct moment now = moment_of(10);
    struct limit one = {{{1, USEC_PER_HOUR}}, 1};
    struct limits limits = {.number = one, .number_share = one, .prefix = one, .client = one,
        .purpose = one, .gateway = one, .pending = 1};
    struct limit_request asked = request(LIMIT_KIND_ISSUE, &limits, &now);

    insert(f, 0);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        struct refusal refusal = {0};

        assert_int_equal(limit_rules_apply(f->db, &asked, &refusal), 1);
        assert_string_equal(refusal.limit_name, names[i]);
        ((struct limit *)(void *)((char *)&limits + limit_rules[i].offset))->n_windows = 0;
    }
    asked.kind = LIMIT_KIND_ISSUE;
    assert_int_equal(limit_rules_apply(f->db, &asked, &(struct refusal){0}), 1); /* pending */
    limits.pending = 0;
    assert_int_equal(limit_rules_apply(f->db, &asked, &(struct refusal){0}), 0);
}

/* Of several full windows the one that keeps waiting longest is told. */
static void test_worst_window(void **state)
{
    struct core_fixture *f = *state;
    struct moment now = moment_of(10);
    struct limits limits = {0};
    struct limit_request asked = request(LIMIT_KIND_ISSUE, &limits, &now);
    struct refusal refusal = {0};

    insert(f, 0);
    assert_int_equal(limit_parse(&limits.number, "1/30s 1/2h 2/1h 1/1h"), 0);
    assert_int_equal(limit_rules_apply(f->db, &asked, &refusal), 1);
    assert_int_equal(refusal.limit_window.span, 2 * USEC_PER_HOUR);
    assert_int_equal(refusal.retry_after_sec, 7190);
}

/* Three are pending since 0, 10 and 20 s for 300 s. */
static void test_pending(void **state)
{
    static const struct {
        unsigned max, second, n;
        usec_t wait;
    } rows[] = {
        {0, 30, 3, 0}, {4, 30, 3, 0}, {3, 30, 3, 270 * S}, {2, 30, 3, 280 * S}, {1, 30, 3, 290 * S},
        {2, 305, 2, 5 * S}, {2, 310, 1, 0}, {1, 319, 1, 1 * S}, {1, 320, 0, 0},
    };
    struct core_fixture *f = *state;

    for (unsigned i = 0; i < 3; i++)
        insert(f, 10 * i);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct limits limits = {.pending = rows[i].max};
        struct moment now = moment_of(rows[i].second);
        struct limit_request asked = request(LIMIT_KIND_ISSUE, &limits, &now);
        struct limit_pending pending, own;

        assert_int_equal(limit_count_pending(f->db, &asked, &pending, &own), 0);
        assert_int_equal(pending.n, rows[i].n);
        assert_int_equal(pending.wait, rows[i].wait);
        assert_int_equal(limit_rules_apply(f->db, &asked, &(struct refusal){0}), rows[i].wait > 0);
        asked.kind = LIMIT_KIND_TEXT; /* a resend adds no verification */
        assert_int_equal(limit_rules_apply(f->db, &asked, &(struct refusal){0}), 0);
        asked.kind = LIMIT_KIND_ISSUE;
        asked.key_id = 78; /* their codes are void */
        assert_int_equal(limit_rules_apply(f->db, &asked, &(struct refusal){0}), 0);
    }
}

/* Of three, two are one client's: it gets no third, and somebody else the last. */
static void test_share_of_pending(void **state)
{
    struct core_fixture *f = *state;
    struct limits limits = {.pending = 3, .pending_share = 2};
    struct moment now = moment_of(30);
    struct limit_request asked = request(LIMIT_KIND_REVERSE, &limits, &now);
    struct refusal refusal = {0};

    insert(f, 0);
    assert_int_equal(limit_rules_apply(f->db, &asked, &refusal), 0);
    insert(f, 10);
    assert_int_equal(limit_rules_apply(f->db, &asked, &refusal), 1);
    assert_string_equal(refusal.limit_name, "share");
    assert_string_equal(refusal.limit_scope, "client");
    assert_int_equal(refusal.limit_window.max, 2);
    assert_int_equal(refusal.limit_window.span, 0);
    assert_int_equal(refusal.retry_after_sec, 270);
    asked.of.client = "web";
    assert_int_equal(limit_rules_apply(f->db, &asked, &refusal), 0);
    insert(f, 20);
    assert_int_equal(limit_rules_apply(f->db, &asked, &refusal), 1);
    assert_string_equal(refusal.limit_name, "pending");
}

/* Wrong codes weigh as long as right ones do not outnumber them, within the same window. */
static void test_failures_yield(void **state)
{
    static const struct {
        unsigned approvals;
        int is_hit;
    } rows[] = {{0, 1}, {2, 1}, {3, 0}};
    struct core_fixture *f = *state;
    struct limits limits = {.failures = {{{2, USEC_PER_HOUR}}, 1}};
    struct moment now = moment_of(60);
    struct limit_request asked = request(LIMIT_KIND_CHECK, &limits, &now);
    unsigned n = 0;

    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(guess_insert(f->db, number, "till", CORE_WALL + i), 0);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        for (; n < rows[i].approvals; n++) {
            struct verification v = core_verification(n);

            core_insert(f, &v);
        }
        core_run(f, "UPDATE verifications SET status = 'approved', finished_wall = created_wall");
        assert_int_equal(limit_rules_apply(f->db, &asked, &(struct refusal){0}), rows[i].is_hit);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CORE_TEST(test_each_rule),
        CORE_TEST(test_order),
        CORE_TEST(test_worst_window),
        CORE_TEST(test_pending),
        CORE_TEST(test_share_of_pending),
        CORE_TEST(test_failures_yield),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
