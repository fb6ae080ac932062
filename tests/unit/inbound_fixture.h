/* What the tests of received texts share: an empty database with the schema, keys, and PDUs. */
#pragma once

#include "core/inbound_join.h"
#include "store/db_open.h"
#include "store/migrate.h"
#include "store/schema.h"
#include "store_fixture.h"
#include "util/hex.h"

#define INBOUND_WALL (UINT64_C(1795000000) * USEC_PER_SEC) /* November 2026 */

struct inbound_fixture {
    struct fixture fixture;
    struct db *db;
    struct otp_keyring *keyring, *other_keyring;
    struct environment env, other_env; /* with one key and the other */
    struct inbound seen[64]; /* what inbound_each() told */
    char bodies[64][512];
    unsigned n_seen;
};

static inline int inbound_set_up(void **state)
{
    struct inbound_fixture *f = calloc(1, sizeof(*f));
    uint8_t master[OTP_MASTER_KEY_SIZE] = {1};
    char error[DB_ERROR_SIZE];

    fixture_init(&f->fixture, NULL);
    assert_int_equal(db_open(&f->db, &fixture_log, f->fixture.path, 99, error), 0);
    assert_int_equal(migrate(f->db, schema_migrations, schema_n_migrations, error), 0);
    assert_int_equal(otp_keyring_new(&f->keyring, master), 0);
    master[0] = 2;
    assert_int_equal(otp_keyring_new(&f->other_keyring, master), 0);
    f->env = (struct environment){.keyring = f->keyring, .timebase.clock = &clock_system};
    f->other_env = f->env;
    f->other_env.keyring = f->other_keyring;
    *state = f;
    return 0;
}

static inline int inbound_tear_down(void **state)
{
    struct inbound_fixture *f = *state;

    db_close(f->db);
    otp_keyring_free(f->keyring);
    otp_keyring_free(f->other_keyring);
    fixture_fini(&f->fixture);
    free(f);
    return 0;
}

#define INBOUND_TEST(name)                                                                         \
    cmocka_unit_test_setup_teardown(name, inbound_set_up, inbound_tear_down)

/* A PDU in hex, received `sec` after INBOUND_WALL; of group `group` unless that is 0. */
static inline struct inbound_part inbound_make(
    struct inbound_fixture *f, const char *hex, uint8_t group, unsigned sec)
{
    struct inbound_part part = {.is_part = group != 0,
        .modem = "m0",
        .from = "+91******5678",
        .number = "+919812345678",
        .received_wall = INBOUND_WALL + sec * USEC_PER_SEC};

    memset(part.group_digest, group, sizeof(part.group_digest));
    assert_int_equal(
        hex_decode(hex, strlen(hex), part.pdu, sizeof(part.pdu), &part.n_pdu), 0);
    otp_octets_digest(f->keyring, part.pdu, part.n_pdu, part.digest);
    return part;
}

static inline int inbound_note(
    void *userdata, const struct inbound *inbound, const char *body, size_t n_body)
{
    struct inbound_fixture *f = userdata;

    f->seen[f->n_seen] = *inbound;
    snprintf(f->bodies[f->n_seen], sizeof(f->bodies[0]), "%.*s", (int)n_body,
        body ? body : "(sealed)");
    if (!body)
        snprintf(f->bodies[f->n_seen], sizeof(f->bodies[0]), "(sealed)");
    f->n_seen++;
    return 0;
}

/* Reads all texts into `seen`. */
static inline unsigned inbound_read(struct inbound_fixture *f, const char *since, unsigned max)
{
    f->n_seen = 0;
    assert_int_equal(inbound_each(f->db, f->keyring, since, max, inbound_note, f), 0);
    return f->n_seen;
}
