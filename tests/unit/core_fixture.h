/*
 * What the tests of the core's tables share: an empty database with the schema, used on the test's
 * own thread, and rows to put into it.
 */
#pragma once

#include "core/message_table.h"
#include "core/verification_table.h"
#include "store/db_open.h"
#include "store/migrate.h"
#include "store/schema.h"
#include "store_fixture.h"

#define CORE_WALL (UINT64_C(1795000000) * USEC_PER_SEC) /* November 2026 */

/* Now, so long after CORE_WALL. */
#define CORE_NOW(usec) (&(struct moment){.wall = CORE_WALL + (usec)})

struct core_fixture {
    struct fixture fixture;
    struct db *db;
};

static inline int core_set_up(void **state)
{
    struct core_fixture *f = calloc(1, sizeof(*f));
    char error[DB_ERROR_SIZE];

    fixture_init(&f->fixture, NULL);
    assert_int_equal(db_open(&f->db, &fixture_log, f->fixture.path, 99, error), 0);
    assert_int_equal(migrate(f->db, schema_migrations, schema_n_migrations, error), 0);
    *state = f;
    return 0;
}

static inline int core_tear_down(void **state)
{
    struct core_fixture *f = *state;

    db_close(f->db);
    fixture_fini(&f->fixture);
    free(f);
    return 0;
}

#define CORE_TEST(name) cmocka_unit_test_setup_teardown(name, core_set_up, core_tear_down)

/* Any SQL, to prepare or damage rows. */
static inline void core_run(struct core_fixture *f, const char *script)
{
    int r = db_run_script(f->db, script);

    if (r < 0)
        print_error("%s: %s\n", script, db_error_text(f->db));
    assert_int_equal(r, 0);
}

/* The one number that a query answers, by another connection. */
static inline int64_t core_query(struct core_fixture *f, const char *query)
{
    return fixture_query(&f->fixture, query);
}

/* A pending verification number `n`, made at CORE_WALL + n s, that lives for 300 s. */
static inline struct verification core_verification(unsigned n)
{
    struct verification v = {.client = "till",
        .purpose = "checkout",
        .locale = "en",
        .number_masked = "+91******5678",
        .has_number = true,
        .key_id = 77,
        .code_length = 6,
        .attempts_max = 5,
        .sends = 1,
        .sends_max = 3,
        .ttl = 300 * USEC_PER_SEC};

    snprintf(v.id, sizeof(v.id), "vf_%026u", n);
    memset(v.number_index, 0x11, sizeof(v.number_index));
    memset(v.number_sealed, 0x22, sizeof(v.number_sealed));
    memset(v.context_digest, 0x33, sizeof(v.context_digest));
    memset(v.created.boot_id, 0x44, BOOT_ID_SIZE);
    v.created.wall = CORE_WALL + n * USEC_PER_SEC;
    v.created.boot = 1000 * USEC_PER_SEC + n * USEC_PER_SEC;
    v.last_send = v.created;
    v.expires = moment_add(&v.created, v.ttl);
    return v;
}

static inline void core_insert(struct core_fixture *f, const struct verification *v)
{
    assert_int_equal(verification_insert(f->db, v, "{\"amount\":\"5\"}"), 0);
}

/* Stores a text of `v` named ms_NUMBER; `status` replaces `queued`. */
static inline void core_insert_message(
    struct core_fixture *f, const struct verification *v, unsigned n, const char *status)
{
    struct outgoing_text *text;
    char script[160];

    assert_int_equal(outgoing_text_new(&text, v, "{\"amount\":\"5\"}"), 0);
    snprintf(text->id, sizeof(text->id), "ms_%026u", n);
    text->segments = 2;
    assert_int_equal(
        message_insert(f->db, v->client, text, SMS_ENCODING_UCS2, v->created.wall), 0);
    outgoing_text_free(text);
    snprintf(script, sizeof(script), "UPDATE messages SET status = '%s' WHERE id = 'ms_%026u'",
        status, n);
    core_run(f, script);
}
