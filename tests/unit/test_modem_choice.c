/* Which modem gets the next text, among modems that are what a table says. */
#include "core/modem_choice.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Stands in for modem/modem.c: the linker takes this before it looks into the library. */
struct modem {
    struct modem_status status;
};

const struct modem_status *modem_status(const struct modem *modem)
{
    return &modem->status;
}

#define N 3
struct given {
    enum modem_state state; /* 0: MODEM_ABSENT */
    unsigned n_refusals;
    uint64_t sent;
    bool has_text, hand_over_pending;
};

struct bench {
    struct dispatcher dispatcher;
    struct slot slots[N];
    struct modem modems[N];
    struct outgoing_text text;
};

static void bench_init(struct bench *bench, const struct given *given)
{
    memset(bench, 0, sizeof(*bench));
    bench->dispatcher.n_slots = N;
    for (unsigned i = 0; i < N; i++) {
        struct slot *slot = bench->dispatcher.slots[i] = &bench->slots[i];

        slot->dispatcher = &bench->dispatcher;
        slot->bit = UINT64_C(1) << i;
        slot->modem = &bench->modems[i];
        slot->n_refusals = given[i].n_refusals;
        slot->text = given[i].has_text ? &bench->text : NULL;
        slot->hand_over_pending = given[i].hand_over_pending;
        bench->modems[i].status.state = given[i].state;
        bench->modems[i].status.sent = given[i].sent;
    }
}

#define R .state = MODEM_READY
#define S .state = MODEM_SENDING

static void test_next(void **state)
{
    static const struct {
        const char *label;
        struct given given[N];
        uint64_t passed;
        int expected; /* its place, -1: none */
    } table[] = {
        {"all alike: the first", {{R}, {R}, {R}}, 0, 0},
        {"least used", {{R, .sent = 9}, {R, .sent = 4}, {R, .sent = 5}}, 0, 1},
        {"least used is last", {{R, .sent = 9}, {R, .sent = 4}, {R, .sent = 3}}, 0, 2},
        {"least refused", {{R, .n_refusals = 2}, {R, .n_refusals = 1}, {R, .n_refusals = 3}}, 0, 1},
        {"refusals before use",
            {{R, .n_refusals = 1}, {R, .n_refusals = 1, .sent = 1}, {R, .sent = 1000}}, 0, 2},
        {"… the other way round", {{R, .sent = 1000}, {R, .n_refusals = 1}, {0}}, 0, 0},
        {"use among the least refused",
            {{R, .sent = 7}, {R, .n_refusals = 1}, {R, .sent = 6}}, 0, 2},
        {"passed over", {{R}, {R, .sent = 5}, {R, .sent = 4}}, 1, 2},
        {"two passed over", {{R}, {R, .sent = 5}, {R, .sent = 4}}, 1 | 4, 1},
        {"all passed over", {{R}, {R}, {R}}, 7, -1},
        {"bits of no modem", {{R}, {R}, {R}}, ~UINT64_C(7), 0},
        {"has a text", {{R, .has_text = true}, {R, .n_refusals = 9}, {R, .has_text = true}}, 0, 1},
        {"the store has its job", {{R, .hand_over_pending = true}, {R, .sent = 9}, {S}}, 0, 1},
        {"sending", {{S}, {S}, {R, .n_refusals = 9}}, 0, 2},
        {"none ready", {{S}, {.state = MODEM_SEARCHING}, {.state = MODEM_RECOVERING}}, 0, -1},
        {"none there", {{0}, {.state = MODEM_LOCKED}, {.state = MODEM_DISABLED}}, 0, -1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        struct bench bench;
        struct slot *slot;

        bench_init(&bench, table[i].given);
        slot = modem_choice_free(&bench.dispatcher, table[i].passed);
        if ((slot ? (int)(slot - bench.slots) : -1) != table[i].expected)
            fail_msg("%s: %d", table[i].label, slot ? (int)(slot - bench.slots) : -1);
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
        {"up has refused, the other is not up", {{R}, {R}, {.state = MODEM_OPENING}}, 2, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        struct bench bench;

        bench_init(&bench, table[i].given);
        bench.slots[0].text = &bench.text;
        bench.text.refused_by = table[i].refused_by;
        if (modem_choice_has_other(&bench.slots[0]) != table[i].expected)
            fail_msg("%s", table[i].label);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_next),
        cmocka_unit_test(test_has_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
