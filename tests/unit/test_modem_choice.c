/* Which modem gets a text, among modems that are what a table says. */
#include "core/modem_choice.h"

#include "core/capacity.h"
#include "slot_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define N BENCH_MODEMS
struct given {
    enum modem_state state; /* 0: MODEM_ABSENT */
    unsigned n_failures;
    uint64_t sent;
    bool has_text, hand_over_pending, is_unknown, is_barred, abroad;
    unsigned mean_sec;   /* 0: not measured */
    unsigned quota_used; /* of five a minute, since 20 s; 0: no limit */
};

static void give(struct bench *bench, const struct given *given)
{
    for (unsigned i = 0; i < N; i++) {
        struct slot *slot = &bench->slots[i];

        slot->standing = (struct standing){.n_failures = given[i].n_failures,
            .is_barred = given[i].is_barred,
            .barred_boot = bench_now - 59 * USEC_PER_MINUTE};
        slot->text = given[i].has_text ? &bench->in_hand[i] : NULL;
        slot->hand_over_pending = given[i].hand_over_pending;
        slot->account.is_known = !given[i].is_unknown;
        bench->modems[i].status = (struct modem_status){.state = given[i].state,
            .sent = given[i].sent,
            .roaming_refused = given[i].abroad,
            .send_mean_usec = given[i].mean_sec * USEC_PER_SEC};
        quota_fini(&slot->account.quota);
        slot->account.quota.limits.max[QUOTA_MINUTE] = given[i].quota_used > 0 ? 5 : 0;
        for (unsigned n = 0; n < given[i].quota_used; n++)
            assert_int_equal(
                quota_note_part(&slot->account.quota, bench_now - 20 * USEC_PER_SEC), 0);
    }
}

/* The place of the modem chosen for the text, -1: none. */
static int choose(struct bench *bench, const struct outgoing_text *text, usec_t *ret_retry)
{
    struct moment now = moment_now(&bench->env.timebase);
    struct slot *slot;

    *ret_retry = USEC_INFINITY;
    slot = modem_choice_for(&bench->dispatcher, text, &now, ret_retry);
    return slot ? (int)(slot - bench->slots) : -1;
}

static struct outgoing_text text_for(const struct bench *bench, unsigned segments)
{
    struct moment now = moment_now(&bench->env.timebase);

    return (struct outgoing_text){
        .segments = segments, .deadline = moment_add(&now, 300 * USEC_PER_SEC)};
}

#define R .state = MODEM_READY
#define S .state = MODEM_SENDING

static void test_next(void **state)
{
    static const struct {
        const char *label;
        struct given given[N];
        int expected; /* its place, -1: none */
    } table[] = {
        {"all alike: the first", {{R}, {R}, {R}}, 0},
        {"least used", {{R, .sent = 9}, {R, .sent = 4}, {R, .sent = 5}}, 1},
        {"least used is last", {{R, .sent = 9}, {R, .sent = 4}, {R, .sent = 3}}, 2},
        {"least refused", {{R, .n_failures = 2}, {R, .n_failures = 1}, {R, .n_failures = 3}}, 1},
        {"refusals before use",
            {{R, .n_failures = 1}, {R, .n_failures = 1, .sent = 1}, {R, .sent = 1000}}, 2},
        {"… the other way round", {{R, .sent = 1000}, {R, .n_failures = 1}, {0}}, 0},
        {"use among the least refused", {{R, .sent = 7}, {R, .n_failures = 1}, {R, .sent = 6}}, 2},
        {"slower by a quarter: the least used",
            {{R, .sent = 9, .mean_sec = 4}, {R, .sent = 8, .mean_sec = 5}, {S}}, 1},
        {"slower by more: the fastest", {{R, .sent = 9, .mean_sec = 4}, {R, .mean_sec = 6}, {S}},
            0},
        {"of two slow ones the faster",
            {{S}, {R, .mean_sec = 14, .n_failures = 1},
                {R, .mean_sec = 9, .sent = 9, .n_failures = 1}},
            2},
        {"not measured yet", {{R, .sent = 3, .mean_sec = 4}, {R, .sent = 2}, {R, .sent = 4}}, 1},
        {"failures before speed", {{R, .n_failures = 1, .mean_sec = 1}, {R, .mean_sec = 9}, {S}},
            1},
        {"has a text", {{R, .has_text = true}, {R, .n_failures = 9}, {R, .has_text = true}}, 1},
        {"the store has its job", {{R, .hand_over_pending = true}, {R, .sent = 9}, {S}}, 1},
        {"sending", {{S}, {S}, {R, .n_failures = 9}}, 2},
        {"its SIM is not known yet", {{R, .is_unknown = true}, {R, .sent = 9}, {S}}, 1},
        {"barred", {{R, .is_barred = true}, {R, .n_failures = 9}, {S}}, 1},
        {"none ready", {{S}, {.state = MODEM_SEARCHING}, {.state = MODEM_RECOVERING}}, -1},
        {"none there", {{0}, {.state = MODEM_LOCKED}, {.state = MODEM_DISABLED}}, -1},
        {"its SIM has sent enough", {{R, .quota_used = 5}, {R, .quota_used = 3}, {0}}, 1},
        {"too little is left for two parts", {{R, .quota_used = 4}, {R, .n_failures = 9}, {S}}, 1},
        {"too slow to be in time", {{R, .mean_sec = 151}, {R, .mean_sec = 150, .sent = 9}, {S}}, 1},
    };
    struct bench *bench = *state;
    usec_t retry;

    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        struct outgoing_text text = text_for(bench, 2);
        int chosen;

        give(bench, table[i].given);
        chosen = choose(bench, &text, &retry);
        if (chosen != table[i].expected)
            fail_msg("%s: %d", table[i].label, chosen);
        if (modem_choice_any_free(&bench->dispatcher) != (chosen >= 0))
            fail_msg("%s: any", table[i].label);
    }
}

/* None may have it now; when is it worth to ask again? */
static void test_retry(void **state)
{
    static const struct {
        const char *label;
        struct given given[N];
        uint64_t refused_by; /* for 10 s */
        unsigned segments;
        usec_t expected_sec; /* 0: not until something happens */
    } table[] = {
        {"refused", {{R}, {S}, {0}}, 1, 1, 10},
        {"refused by both", {{R}, {R}, {0}}, 1 | 2, 1, 10},
        {"quota", {{R, .quota_used = 5}, {0}, {0}}, 0, 1, 40},
        {"quota for two", {{R, .quota_used = 4}, {0}, {0}}, 0, 2, 40},
        {"never so many", {{R, .quota_used = 4}, {0}, {0}}, 0, 6, 0},
        {"the sooner of two", {{R, .quota_used = 5}, {R}, {0}}, 2, 1, 10},
        {"both", {{R, .quota_used = 5}, {0}, {0}}, 1, 1, 40},
        {"too late by then", {{R, .quota_used = 5, .mean_sec = 261}, {0}, {0}}, 0, 1, 0},
        {"busy ones tell by themselves", {{S, .quota_used = 5}, {S}, {0}}, 0, 1, 0},
    };
    struct bench *bench = *state;

    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        struct outgoing_text text = text_for(bench, table[i].segments);
        usec_t retry;

        give(bench, table[i].given);
        text.refused_by = table[i].refused_by;
        text.refused_until = bench_now + 10 * USEC_PER_SEC;
        assert_int_equal(choose(bench, &text, &retry), -1);
        if (retry != (table[i].expected_sec ? table[i].expected_sec * USEC_PER_SEC : USEC_INFINITY))
            fail_msg("%s: %" PRIu64, table[i].label, retry);
    }
}

/* Refused by one, for a while. */
static void test_refused(void **state)
{
    static const struct given given[N] = {{R}, {R, .sent = 9}, {0}};
    struct bench *bench = *state;
    struct outgoing_text text = text_for(bench, 1);
    usec_t retry;

    give(bench, given);
    text.refused_by = 1;
    text.refused_until = bench_now + 1;
    assert_int_equal(choose(bench, &text, &retry), 1);
    text.refused_until = bench_now;
    assert_int_equal(choose(bench, &text, &retry), 0);
}

/* Whom a number is meant for; others take over when he is not free. */
static void test_prefixes(void **state)
{
    static const struct {
        const char *label, *number;
        struct given given[N];
        int expected;
    } table[] = {
        {"its own", "+919812345678", {{R}, {R, .sent = 9, .mean_sec = 9}, {R}}, 1},
        {"failures come behind", "+919812345678", {{R}, {R, .n_failures = 2}, {R}}, 1},
        {"the longest", "+919899345678", {{R}, {R}, {R, .sent = 9}}, 2},
        {"the longest is busy", "+919899345678", {{R}, {R, .sent = 9}, {S}}, 1},
        {"both are", "+919899345678", {{R, .sent = 9}, {S}, {S}}, 0},
        {"of no one's", "+447700900123", {{R, .sent = 9}, {R}, {R}}, 0},
        {"of no one's, with the others free", "+447700900123", {{S}, {R, .sent = 1}, {R}}, 2},
    };
    uint8_t master[OTP_MASTER_KEY_SIZE] = {7};
    struct modem_policy policies[N] = {{.name = "m0"}, {.name = "m1", .n_prefixes = 1},
        {.name = "m2", .n_prefixes = 2}};
    struct otp_keyring *keyring;
    struct bench *bench = *state;

    assert_int_equal(otp_keyring_new(&keyring, master), 0);
    bench->env.keyring = keyring;
    snprintf(policies[1].prefixes[0], E164_SIZE, "+9198");
    snprintf(policies[2].prefixes[0], E164_SIZE, "+1");
    snprintf(policies[2].prefixes[1], E164_SIZE, "+919899");
    for (unsigned i = 0; i < N; i++)
        bench->policy.modems[bench->policy.n_modems++] = &policies[i];
    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        for (enum text_kind kind = TEXT_CODE; kind <= TEXT_PLAIN; kind++) {
            struct outgoing_text text = text_for(bench, 1);
            usec_t retry;
            int chosen;

            text.kind = kind;
            snprintf(text.verification_id, sizeof(text.verification_id), "vf_1");
            snprintf(text.id, sizeof(text.id), "ms_1");
            otp_number_seal(keyring, kind == TEXT_CODE ? "vf_1" : "ms_1", table[i].number,
                text.number_sealed);
            give(bench, table[i].given);
            chosen = choose(bench, &text, &retry);
            if (chosen != table[i].expected)
                fail_msg("%s: %d", table[i].label, chosen);
        }
    bench->policy.n_modems = 0;
    otp_keyring_free(keyring);
}

/* A part of it has gone by a SIM: the others go by that one, wherever it is, or not at all. */
static void test_partly_sent(void **state)
{
    static const struct {
        const char *label;
        struct given given[N];
        const char *sims[N];
        int expected;
    } table[] = {
        {"its own", {{R}, {R, .n_failures = 9, .sent = 9}, {R}}, {"A", "B", "C"}, 1},
        {"busy: nobody else's", {{R}, {S}, {R}}, {"A", "B", "C"}, -1},
        {"has another SIM now", {{R}, {R}, {R}}, {"A", "D", "C"}, -1},
        {"in another modem now", {{R}, {0}, {R}}, {"A", "", "B"}, 2},
    };
    struct bench *bench = *state;

    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        struct outgoing_text text = text_for(bench, 3);
        usec_t retry;
        int chosen;

        give(bench, table[i].given);
        for (unsigned n = 0; n < N; n++)
            snprintf(bench->slots[n].account.sim, SIM_NAME_SIZE, "%s", table[i].sims[n]);
        text.parts_sent = 1;
        snprintf(text.parts_sim, sizeof(text.parts_sim), "B");
        chosen = choose(bench, &text, &retry);
        if (chosen != table[i].expected || (chosen < 0 && retry != USEC_INFINITY))
            fail_msg("%s: %d", table[i].label, chosen);
    }
}

/* The first has a text; who else could take it? */
static void test_has_other(void **state)
{
    static const struct {
        const char *label;
        struct given given[N];
        uint64_t refused_by;
        bool expected;
    } table[] = {
        {"ready", {{S}, {R}, {0}}, 0, true},
        {"busy is up too", {{S}, {0}, {S, .has_text = true}}, 0, true},
        {"only itself", {{S}, {0}, {0}}, 0, false},
        {"itself has refused", {{S}, {R}, {0}}, 1, true},
        {"the other has refused", {{S}, {R}, {0}}, 2, false},
        {"one of two has refused", {{S}, {R}, {R}}, 1 | 2, true},
        {"all have refused", {{S}, {R}, {R}}, 7, false},
        {"not up", {{S}, {.state = MODEM_SEARCHING}, {.state = MODEM_LOCKED}}, 0, false},
        {"barred", {{S}, {R, .is_barred = true}, {0}}, 0, false},
        {"up has refused, the other is not up", {{R}, {R}, {.state = MODEM_OPENING}}, 2, false},
        {"its SIM has sent enough", {{S}, {R, .quota_used = 5}, {0}}, 0, false},
        {"its SIM is not known", {{S}, {R, .is_unknown = true}, {0}}, 0, false},
    };
    struct bench *bench = *state;

    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        give(bench, table[i].given);
        bench->slots[0].text = &bench->in_hand[0];
        bench->in_hand[0] = text_for(bench, 1);
        bench->in_hand[0].refused_by = table[i].refused_by;
        if (modem_choice_has_other(&bench->slots[0]) != table[i].expected)
            fail_msg("%s", table[i].label);
    }
}

/* An hour after it was barred, a text may try. */
static void test_trial(void **state)
{
    static const struct given given[N] = {{R, .is_barred = true}, {S}, {0}};
    struct bench *bench = *state;

    give(bench, given);
    assert_false(modem_choice_any_free(&bench->dispatcher));
    assert_int_equal(modem_choice_trial_in(&bench->dispatcher), USEC_PER_MINUTE);
    bench_now += USEC_PER_MINUTE;
    loop_run_once(bench->env.loop); /* its time is that of the turn */
    assert_true(modem_choice_any_free(&bench->dispatcher));
    assert_int_equal(modem_choice_trial_in(&bench->dispatcher), USEC_INFINITY);
}

static void test_ready(void **state)
{
    static const struct {
        struct given given[N];
        const char *reason; /* NULL: ready */
    } table[] = {
        {{{0}, {R}, {0}}, NULL}, {{{0}, {0}, {S}}, NULL}, {{{0}, {0}, {0}}, "no_modem"},
        {{{.state = MODEM_LOCKED}, {0}, {0}}, "sim_locked"},
        {{{.state = MODEM_SEARCHING, .abroad = true}, {.state = MODEM_LOCKED}, {0}},
            "roaming_refused"},
        {{{.state = MODEM_SEARCHING, .abroad = true}, {.state = MODEM_SEARCHING}, {0}},
            "no_network"},
        {{{R, .is_barred = true}, {.state = MODEM_SEARCHING, .abroad = true}, {0}},
            "roaming_refused"},
        {{{.state = MODEM_LOCKED}, {.state = MODEM_SEARCHING}, {0}}, "no_network"},
        {{{.state = MODEM_SEARCHING}, {.state = MODEM_LOCKED}, {0}}, "no_network"},
        {{{R, .is_unknown = true}, {0}, {0}}, "no_modem"},
        {{{R, .is_barred = true}, {0}, {0}}, "sim_barred"},
        {{{R, .is_barred = true}, {R}, {0}}, NULL},
        {{{.state = MODEM_LOCKED}, {S, .is_barred = true}, {0}}, "sim_barred"},
        {{{R, .is_barred = true}, {.state = MODEM_LOCKED}, {0}}, "sim_barred"},
        {{{R, .is_barred = true}, {.state = MODEM_SEARCHING}, {0}}, "no_network"},
        {{{.state = MODEM_SEARCHING, .is_barred = true}, {0}, {0}}, "no_network"},
        {{{.is_barred = true}, {0}, {0}}, "no_modem"},
        {{{R, .quota_used = 5}, {0}, {0}}, NULL}, /* a minute is no time */
    };
    struct bench *bench = *state;

    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        enum gateway_error reason = ERROR_INTERNAL;
        bool is_ready;

        give(bench, table[i].given);
        is_ready = dispatcher_is_ready(&bench->dispatcher, &reason);
        if (is_ready != !table[i].reason ||
            (!is_ready && strcmp(gateway_error_to_string(reason), table[i].reason) != 0))
            fail_msg("row %zu: %s", i, gateway_error_to_string(reason));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(test_next),
        BENCH_TEST(test_retry),
        BENCH_TEST(test_refused),
        BENCH_TEST(test_prefixes),
        BENCH_TEST(test_partly_sent),
        BENCH_TEST(test_has_other),
        BENCH_TEST(test_trial),
        BENCH_TEST(test_ready),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
