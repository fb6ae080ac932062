/* Which states of a modem get into the journal. */
#include "core/modem_journal.h"

#include "core/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Stands in for modem/modem.c and core/journal.c: the linker takes these before the libraries. */
struct modem {
    struct modem_status status;
};

static struct modem modem = {.status.reason = "a reason"};
static const char *told; /* the kind of the last entry */
static unsigned n_told;

const struct modem_status *modem_status(const struct modem *self)
{
    return &self->status;
}

const char *modem_name(const struct modem *self)
{
    (void)self;
    return "counter";
}

void journal_post(const struct environment *env, const struct journal_entry *entry)
{
    (void)env;
    told = event_kind_to_string(entry->kind);
    n_told++;
    assert_string_equal(entry->object, "counter");
    assert_null(entry->client);
    assert_string_equal(entry->facts[0].name, "reason");
    assert_string_equal(entry->facts[0].text, "a reason");
}

static void test_states(void **state)
{
    static const struct {
        enum modem_state state;
        const char *told; /* NULL: nothing new */
    } rows[] = {
        {MODEM_ABSENT, "modem.absent"},
        {MODEM_OPENING, NULL}, {MODEM_PROBING, NULL}, {MODEM_ABSENT, NULL}, {MODEM_OPENING, NULL},
        {MODEM_PROBING, NULL}, {MODEM_CONFIGURING, NULL}, {MODEM_LOCKED, "modem.locked"},
        {MODEM_CONFIGURING, NULL}, {MODEM_SEARCHING, "modem.searching"},
        {MODEM_READY, "modem.ready"}, {MODEM_SENDING, NULL}, {MODEM_READY, NULL},
        {MODEM_RECOVERING, "modem.recovering"}, {MODEM_PROBING, NULL},
        {MODEM_READY, "modem.ready"}, {MODEM_DISABLED, "modem.disabled"}, {MODEM_DISABLED, NULL},
        {MODEM_ABSENT, "modem.absent"},
    };
    struct modem_journal journal = {0};
    const struct environment env = {0};
    unsigned n = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        modem.status.state = rows[i].state;
        modem_journal_note(&journal, &env, &modem);
        n += rows[i].told != NULL;
        assert_int_equal(n_told, n);
        if (rows[i].told)
            assert_string_equal(told, rows[i].told);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_states)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
