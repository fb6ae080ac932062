/* What the tests of the journal share: an empty database, two master keys, a clock of their own. */
#pragma once

#include "core/journal.h"
#include "core/journal_chain.h"
#include "core_fixture.h"

static usec_t journal_now; /* what the clock says */

static inline usec_t journal_clock_read(void *userdata)
{
    (void)userdata;
    return journal_now;
}

static const struct clock journal_clock = {journal_clock_read, journal_clock_read, NULL};

struct journal_fixture {
    struct core_fixture *core;
    struct db *db;
    struct otp_keyring *keyrings[2];
    struct environment env; /* with the first key */
};

static inline int journal_set_up(void **state)
{
    struct journal_fixture *f = calloc(1, sizeof(*f));
    void *core = NULL;

    core_set_up(&core);
    f->core = core;
    f->db = f->core->db;
    for (uint8_t i = 0; i < 2; i++) {
        uint8_t master[OTP_MASTER_KEY_SIZE] = {(uint8_t)(i + 1)};

        assert_int_equal(otp_keyring_new(&f->keyrings[i], master), 0);
    }
    f->env = (struct environment){
        .log = &fixture_log, .keyring = f->keyrings[0], .timebase.clock = &journal_clock};
    journal_now = CORE_WALL;
    *state = f;
    return 0;
}

static inline int journal_tear_down(void **state)
{
    struct journal_fixture *f = *state;
    void *core = f->core;

    core_tear_down(&core);
    otp_keyring_free(f->keyrings[0]);
    otp_keyring_free(f->keyrings[1]);
    free(f);
    return 0;
}

#define JOURNAL_TEST(name) cmocka_unit_test_setup_teardown(name, journal_set_up, journal_tear_down)

/* Writes `n` entries about one verification, a second apart. */
static inline void journal_fill(struct journal_fixture *f, unsigned n)
{
    const struct verification v = core_verification(7);
    const uid_t actor = 1000;

    for (unsigned i = 0; i < n; i++) {
        struct journal_entry entry = journal_entry_of(EVENT_VERIFICATION_INCORRECT, &v, &actor);

        entry.facts[0] = (struct journal_fact)FACT_NUMBER("attempts_left", i);
        assert_int_equal(journal_write(f->db, &f->env, &entry), 0);
        journal_now += USEC_PER_SEC;
    }
}
