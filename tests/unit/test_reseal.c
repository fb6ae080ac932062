/* What stays for long is sealed anew, all of it, in batches. */
#include "core/reseal.h"

#include "core/inbound_table.h"
#include "core_fixture.h"

#define N_TEXTS 300 /* more than a batch */

struct resealing {
    struct core_fixture *core;
    struct otp_keyring *keyring, *next;
};

static struct otp_keyring *keyring_of(uint8_t octet)
{
    uint8_t master[OTP_MASTER_KEY_SIZE];
    struct otp_keyring *keyring;

    memset(master, octet, sizeof(master));
    assert_int_equal(otp_keyring_new(&keyring, master), 0);
    return keyring;
}

static int set_up(void **state)
{
    struct resealing *r = calloc(1, sizeof(*r));
    void *core;

    core_set_up(&core);
    r->core = core;
    r->keyring = keyring_of(1);
    r->next = keyring_of(2);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct resealing *r = *state;
    void *core = r->core;

    otp_keyring_free(r->keyring);
    otp_keyring_free(r->next);
    core_tear_down(&core);
    free(r);
    return 0;
}

static void insert_text(struct resealing *r, unsigned n)
{
    struct inbound text = {.modem = "m0", .encoding = SMS_ENCODING_GSM7, .parts = 1,
        .parts_total = 1, .is_complete = true, .received_wall = CORE_WALL + n * USEC_PER_SEC};

    snprintf(text.from, sizeof(text.from), "+91******5678");
    assert_int_equal(
        inbound_insert(r->core->db, r->keyring, &text, n % 2 ? "+919812345678" : "", "hello", 5),
        0);
}

static unsigned walk(struct resealing *r)
{
    struct reseal reseal = {0};
    unsigned n_batches = 1;

    assert_int_equal(db_begin(r->core->db), 0);
    while (reseal_some(&reseal, r->core->db, r->keyring) > 0)
        n_batches++;
    assert_int_equal(reseal_some(&reseal, r->core->db, r->keyring), 0);
    assert_int_equal(db_commit(r->core->db), 0);
    return n_batches;
}

static int count_readable(void *userdata, const struct inbound *inbound, const char *body, size_t n)
{
    (void)inbound;
    if (body && n == 5 && memcmp(body, "hello", 5) == 0)
        ++*(unsigned *)userdata;
    return 0;
}

static unsigned readable_with(struct resealing *r, const struct otp_keyring *keyring)
{
    unsigned n = 0;

    assert_int_equal(
        inbound_each(r->core->db, keyring, "in_", 2 * N_TEXTS, count_readable, &n), 0);
    return n;
}

static void test_all_of_it(void **state)
{
    struct resealing *r = *state;
    struct verification v = core_verification(1);
    char number[E164_SIZE];

    otp_number_seal(r->keyring, v.id, "+919812345678", v.number_sealed);
    core_insert(r->core, &v);
    for (unsigned n = 0; n < N_TEXTS; n++)
        insert_text(r, n);
    assert_int_equal(otp_keyring_rotate(r->keyring, r->next), 0);
    insert_text(r, N_TEXTS); /* sealed with the new one already */
    assert_int_equal(readable_with(r, r->next), 1);
    /* One for verifications and each of two columns of messages, two for each column of texts. */
    assert_int_equal(walk(r), 7);
    assert_int_equal(readable_with(r, r->next), N_TEXTS + 1);
    assert_int_equal(verification_load(r->core->db, v.id, &v), 0);
    assert_int_equal(otp_number_open(r->next, v.id, v.number_sealed, number), 0);
    assert_string_equal(number, "+919812345678");
    assert_int_equal(
        core_query(r->core, "SELECT count(*) FROM inbound WHERE number_sealed IS NULL"),
        N_TEXTS / 2 + 1);
}

/* One that a third key has sealed, and one that is no ciphertext, stay as they are. */
static void test_what_cannot_be_read(void **state)
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *third = keyring_of(3);
    struct resealing *r = *state;
    struct otp_keyring *own = r->keyring;

    r->keyring = third;
    insert_text(r, 1);
    r->keyring = own;
    insert_text(r, 2);
    core_run(r->core, "UPDATE inbound SET number_sealed = x'00' WHERE number_sealed IS NULL");
    assert_int_equal(otp_keyring_rotate(r->keyring, r->next), 0);
    walk(r);
    assert_int_equal(readable_with(r, r->next), 1);
    assert_int_equal(readable_with(r, third), 1);
    assert_int_equal(
        core_query(r->core, "SELECT count(*) FROM inbound WHERE number_sealed = x'00'"), 1);
}

static void test_empty(void **state)
{
    assert_int_equal(walk(*state), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_of_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_empty, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
