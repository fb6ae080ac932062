/* What the SIMs together may still send, among modems and before a queue that tables give. */
#include "core/capacity.h"

#include "slot_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define S USEC_PER_SEC
#define N BENCH_MODEMS
#define NEVER 0

static const uint8_t index_a[OTP_NUMBER_INDEX_SIZE] = {1};

struct sim {
    bool is_up;
    unsigned day, reserve, recipients; /* 0: no limit */
    unsigned sent; /* a second apart, the last a minute ago; to other numbers than the text */
};

static void give(struct bench *bench, const struct sim *sims)
{
    for (unsigned i = 0; i < N; i++) {
        struct quota *quota = &bench->slots[i].account.quota;
        struct quota_limits limits = {
            {[QUOTA_DAY] = sims[i].day, [QUOTA_RECIPIENTS] = sims[i].recipients},
            sims[i].reserve};

        bench->modems[i].status.state = sims[i].is_up ? MODEM_READY : MODEM_ABSENT;
        quota_fini(quota);
        quota_init(quota, &limits);
        for (unsigned n = sims[i].sent; n > 0; n--) {
            const uint8_t number[OTP_NUMBER_INDEX_SIZE] = {9, (uint8_t)n};

            assert_int_equal(quota_note_part(quota, bench_now - (59 + n) * S), 0);
            assert_int_equal(quota_note_recipient(quota, number, bench_now - (59 + n) * S), 0);
        }
    }
}

static struct outgoing_text text_of(
    const struct bench *bench, enum text_kind kind, unsigned segments)
{
    struct moment now = moment_now(&bench->env.timebase);
    struct outgoing_text text = {
        .kind = kind, .segments = segments, .deadline = moment_add(&now, 300 * S)};

    memcpy(text.number_index, index_a, sizeof(index_a));
    return text;
}

static void queue(struct bench *bench, enum text_kind kind, unsigned segments)
{
    struct outgoing_text *text = calloc(1, sizeof(*text));

    assert_non_null(text);
    *text = text_of(bench, kind, segments);
    list_init(&text->link);
    outbox_add(&bench->outbox, text, 0);
}

/* Until the n-th of so many leaves the day. */
#define LEAVES(n_th, sent) (USEC_PER_DAY - (59 + (sent) + 1 - (n_th)) * S)

static void test_wait(void **state)
{
    static const struct {
        const char *label;
        struct sim sims[N];
        unsigned codes, plains; /* that wait, of a part each */
        unsigned reserved;      /* places, the text's own among them */
        enum text_kind kind;
        unsigned segments;
        usec_t wait; /* NEVER */
        bool is_now;
    } table[] = {
        {"no limit", {{true}}, 99, 0, 1, TEXT_CODE, 3, .is_now = true},
        {"room", {{true, .day = 5, .sent = 4}}, 0, 0, 1, TEXT_CODE, 1, .is_now = true},
        {"no room", {{true, .day = 5, .sent = 5}}, 0, 0, 1, TEXT_CODE, 1, LEAVES(1, 5)},
        {"no room for two", {{true, .day = 5, .sent = 4}}, 0, 0, 1, TEXT_CODE, 2, LEAVES(1, 4)},
        {"room, but one waits", {{true, .day = 5, .sent = 4}}, 1, 0, 1, TEXT_CODE, 1, LEAVES(1, 4)},
        {"… two wait", {{true, .day = 5, .sent = 4}}, 2, 0, 1, TEXT_CODE, 1, LEAVES(2, 4)},
        {"… is being committed", {{true, .day = 5, .sent = 4}}, 0, 0, 2, TEXT_CODE, 1,
            LEAVES(1, 4)},
        {"plain texts wait behind", {{true, .day = 5, .sent = 4}}, 0, 9, 1, TEXT_CODE, 1,
            .is_now = true},
        {"… before another", {{true, .day = 5, .sent = 3}}, 0, 1, 1, TEXT_PLAIN, 1, .is_now = true},
        {"… and fill it", {{true, .day = 5, .sent = 4}}, 0, 1, 1, TEXT_PLAIN, 1, LEAVES(1, 4)},
        {"codes go before", {{true, .day = 5, .sent = 4}}, 1, 0, 1, TEXT_PLAIN, 1, LEAVES(1, 4)},
        {"the reserve", {{true, .day = 5, .reserve = 2, .sent = 3}}, 0, 0, 1, TEXT_PLAIN, 1,
            LEAVES(1, 3)},
        {"… is for codes", {{true, .day = 5, .reserve = 2, .sent = 3}}, 0, 0, 1, TEXT_CODE, 1,
            .is_now = true},
        {"another SIM has room", {{true, .day = 5, .sent = 5}, {true, .day = 5, .sent = 4}}, 0, 0,
            1, TEXT_CODE, 1, .is_now = true},
        {"… and no modem", {{true, .day = 5, .sent = 5}, {false, .day = 5}}, 0, 0, 1, TEXT_CODE, 1,
            LEAVES(1, 5)},
        {"both", {{true, .day = 5, .sent = 4}, {true, .day = 5, .sent = 4}}, 1, 0, 1, TEXT_CODE, 1,
            .is_now = true},
        {"both are full", {{true, .day = 5, .sent = 5}, {true, .day = 9, .sent = 9}}, 0, 0, 1,
            TEXT_CODE, 1, LEAVES(1, 9)},
        {"more wait than a day has", {{true, .day = 2, .sent = 2}}, 3, 0, 1, TEXT_CODE, 1,
            USEC_PER_DAY + LEAVES(2, 2)},
        {"never", {{true, .day = 2}}, 0, 0, 1, TEXT_CODE, 3, NEVER},
        {"another would take it", {{true, .day = 2}, {true}}, 0, 0, 1, TEXT_CODE, 3,
            .is_now = true},
        {"no modem", {{false}}, 0, 0, 1, TEXT_CODE, 1, NEVER},
        {"a number too many", {{true, .recipients = 3, .sent = 3}}, 0, 0, 1, TEXT_CODE, 1,
            QUOTA_MONTH_USEC - 62 * S},
        {"… for one SIM", {{true, .recipients = 3, .sent = 3}, {true, .recipients = 3, .sent = 2}},
            0, 0, 1, TEXT_CODE, 1, .is_now = true},
    };
    struct bench *bench = *state;

    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        struct outgoing_text text = text_of(bench, table[i].kind, table[i].segments);
        usec_t expected = table[i].is_now ? 0 : table[i].wait ? table[i].wait : USEC_INFINITY;
        usec_t wait;

        give(bench, table[i].sims);
        for (unsigned n = 0; n < table[i].codes; n++)
            queue(bench, TEXT_CODE, 1);
        for (unsigned n = 0; n < table[i].plains; n++)
            queue(bench, TEXT_PLAIN, 1);
        bench->outbox.n_reserved = table[i].reserved;
        wait = capacity_wait(&bench->dispatcher, &text);
        if (wait != expected)
            fail_msg("%s: %" PRIu64 " s", table[i].label, wait / S);
        outbox_fini(&bench->outbox);
    }
}

/* What a modem has in hand and the SIM has not counted yet. */
static void test_in_hand(void **state)
{
    static const struct sim sims[N] = {{true, .day = 5, .sent = 3}};
    struct bench *bench = *state;
    struct outgoing_text text = text_of(bench, TEXT_CODE, 1);

    give(bench, sims);
    bench->slots[0].text = &bench->in_hand[0];
    bench->slots[0].n_parts = 3;
    bench->slots[0].part = 2;
    assert_int_equal(capacity_wait(&bench->dispatcher, &text), 0);
    bench->slots[0].part = 1;
    assert_int_equal(capacity_wait(&bench->dispatcher, &text), LEAVES(1, 3));
    bench->slots[0].handed_over = true;
    assert_int_equal(capacity_wait(&bench->dispatcher, &text), 0);
}

static void test_next_code(void **state)
{
    static const struct sim one_left[N] = {{true, .day = 5, .reserve = 4, .sent = 4}};
    static const struct sim full[N] = {{true, .day = 5, .sent = 5}};
    static const struct sim other_numbers[N] = {{true, .recipients = 5, .sent = 5}};
    struct bench *bench = *state;
    enum gateway_error reason;

    give(bench, one_left);
    queue(bench, TEXT_CODE, 1);
    assert_int_equal(capacity_wait(&bench->dispatcher, NULL), 0);
    assert_int_equal(dispatcher_quota_wait(&bench->dispatcher, NULL), 0);
    assert_true(dispatcher_is_ready(&bench->dispatcher, &reason));
    give(bench, other_numbers); /* numbers there are may be written to */
    assert_int_equal(capacity_wait(&bench->dispatcher, NULL), 0);
    give(bench, full);
    assert_int_equal(dispatcher_quota_wait(&bench->dispatcher, NULL), LEAVES(1, 5));
    assert_false(dispatcher_is_ready(&bench->dispatcher, &reason));
    assert_string_equal(gateway_error_to_string(reason), "quota_exhausted");
    bench_now += LEAVES(1, 5) - CAPACITY_PATIENCE_USEC;
    assert_int_equal(capacity_wait(&bench->dispatcher, NULL), CAPACITY_PATIENCE_USEC);
    assert_int_equal(dispatcher_quota_wait(&bench->dispatcher, NULL), 0); /* not worth a refusal */
    assert_true(dispatcher_is_ready(&bench->dispatcher, &reason));
}

static void test_view(void **state)
{
    static const struct sim sims[N] = {
        {true}, {true, .day = 5, .reserve = 1, .recipients = 9, .sent = 4}};
    struct bench *bench = *state;
    struct quota_view view;

    give(bench, sims);
    dispatcher_quota(&bench->dispatcher, 0, &view);
    assert_false(quota_limits_any(&view.limits));
    dispatcher_quota(&bench->dispatcher, 1, &view);
    assert_int_equal(view.limits.max[QUOTA_DAY], 5);
    assert_int_equal(view.limits.reserve, 1);
    assert_int_equal(view.used[QUOTA_MINUTE], 0);
    assert_int_equal(view.used[QUOTA_DAY], 4);
    assert_int_equal(view.used[QUOTA_RECIPIENTS], 4);
    assert_int_equal(view.code_wait, 0);
    assert_int_equal(view.plain_wait, LEAVES(1, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(test_wait),
        BENCH_TEST(test_in_hand),
        BENCH_TEST(test_next_code),
        BENCH_TEST(test_view),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
