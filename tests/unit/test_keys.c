/* The list of keys: that of this run, and those before it. */
#include "core/keys.h"

#include "gateway_fixture.h"

struct listing {
    unsigned n; /* how often it was called back */
    bool is_refused;
    struct key_row rows[4];
    unsigned n_rows;
    uint32_t current;
};

static void take(void *userdata, const struct keys_answer *answer)
{
    struct listing *listing = userdata;

    listing->n++;
    listing->is_refused = answer->refusal != NULL;
    listing->n_rows = answer->n_keys;
    listing->current = answer->current;
    for (unsigned i = 0; i < answer->n_keys && i < ARRAY_SIZE(listing->rows); i++)
        listing->rows[i] = answer->keys[i];
}

static struct listing list(struct gateway_fixture *f)
{
    struct listing listing = {0};

    gateway_list_keys(f->gateway, take, &listing);
    gateway_wait(f, &listing.n, 1);
    assert_false(listing.is_refused);
    return listing;
}

static void restart_with(struct gateway_fixture *f, uint8_t key)
{
    uint8_t master[OTP_MASTER_KEY_SIZE];

    gateway_close(f);
    otp_keyring_free(f->keyring);
    memset(master, key, sizeof(master));
    assert_int_equal(otp_keyring_new(&f->keyring, master), 0);
    gateway_open(f);
    gateway_start_and_wait(f);
}

static void test_each_run_notes_its_key(void **state)
{
    struct gateway_fixture *f = *state;
    uint32_t first = otp_keyring_id(f->keyring);
    struct listing listing = list(f);

    assert_int_equal(listing.n_rows, 1);
    assert_int_equal(listing.rows[0].id, first);
    assert_int_equal(listing.current, first);
    assert_memory_equal(
        listing.rows[0].public_key, otp_keyring_public_key(f->keyring), OTP_PUBLIC_KEY_SIZE);

    fake_now += USEC_PER_DAY;
    restart_with(f, 8);
    listing = list(f);
    assert_int_equal(listing.n_rows, 2);
    assert_int_equal(listing.rows[0].id, otp_keyring_id(f->keyring));
    assert_int_equal(listing.current, listing.rows[0].id);
    assert_int_equal(listing.rows[1].id, first);
    restart_with(f, 8);
    assert_int_equal(list(f).n_rows, 2);
}

static void test_damaged(void **state)
{
    struct gateway_fixture *f = *state;
    struct listing listing = {0};

    gateway_sql(f, "UPDATE keys SET public_key = x'00'");
    gateway_list_keys(f->gateway, take, &listing);
    gateway_wait(f, &listing.n, 1);
    assert_true(listing.is_refused);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_each_run_notes_its_key),
        GATEWAY_TEST(test_damaged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
