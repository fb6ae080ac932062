/* The list of keys, a new one, and what a start finds of them. */
#include "key_source_fixture.h"

static void test_each_run_notes_its_key(void **state)
{
    struct gateway_fixture *f = *state;
    uint32_t first = otp_keyring_id(f->keyring);
    struct key_listing listing = list_keys(f);

    assert_int_equal(listing.n_rows, 1);
    assert_int_equal(listing.rows[0].id, first);
    assert_int_equal(listing.current, first);
    assert_int_equal(listing.previous, 0);
    assert_memory_equal(
        listing.rows[0].public_key, otp_keyring_public_key(f->keyring), OTP_PUBLIC_KEY_SIZE);

    fake_now += USEC_PER_DAY;
    restart_with_keys(f, 8, 0);
    listing = list_keys(f);
    assert_int_equal(listing.n_rows, 2);
    assert_int_equal(listing.rows[0].id, otp_keyring_id(f->keyring));
    assert_int_equal(listing.current, listing.rows[0].id);
    assert_int_equal(listing.rows[1].id, first);
    restart_with_keys(f, 8, 0);
    assert_int_equal(list_keys(f).n_rows, 2);
}

static void test_damaged(void **state)
{
    struct gateway_fixture *f = *state;

    gateway_sql(f, "UPDATE keys SET public_key = x'00'");
    assert_int_equal(list_keys(f).refusal.error, ERROR_STORAGE_UNAVAILABLE);
}

static void test_refused_rotations(void **state)
{
    struct gateway_fixture *f = *state;
    struct played_source played;
    struct key_listing listing = rotate_key(f);

    assert_int_equal(listing.refusal.error, ERROR_ROTATION_BY_HAND); /* no source at all */
    played_init(&played);
    f->key_source = &played.source;
    restart_with_keys(f, 7, 0);
    played.renew_error = -ENOTSUP;
    listing = rotate_key(f);
    assert_int_equal(listing.refusal.error, ERROR_ROTATION_BY_HAND);
    assert_string_equal(listing.refusal.detail, "do it by hand");
    played.renew_error = -ENOSPC;
    assert_int_equal(rotate_key(f).refusal.error, ERROR_STORAGE_UNAVAILABLE);
    assert_int_equal(list_keys(f).n_rows, 1);
    assert_int_equal(played.n_renewed, 2);
}

static struct answer check_wrong(struct gateway_fixture *f, const struct verification *v)
{
    char wrong[OTP_CODE_SIZE];

    wrong_code_of(f, v, NUMBER_1, wrong);
    return check_code(f, v->id, wrong);
}

/*
 * The master changes by hand, the one before lies beside it: codes stay good, and guesses stay
 * counted, then and when the first key has gone.
 */
static void test_changed_by_hand(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made = issue_and_send(f, NUMBER_1), answer;

    f->policy->limits.guesses = (struct limit){.windows = {{3, USEC_PER_DAY}}, .n_windows = 1};
    (void)check_wrong(f, &made.v);
    restart_with_keys(f, 8, 7);
    f->policy->limits.guesses = (struct limit){.windows = {{3, USEC_PER_DAY}}, .n_windows = 1};
    assert_int_equal(call_till(f, gateway_get, made.v.id).v.status, VERIFICATION_PENDING);
    assert_int_equal(check_wrong(f, &made.v).result, CHECK_INCORRECT);
    made = issue_and_send(f, NUMBER_1);
    assert_int_equal(made.v.key_id, otp_keyring_id(f->keyring));
    restart_with_keys(f, 8, 0);
    f->policy->limits.guesses = (struct limit){.windows = {{3, USEC_PER_DAY}}, .n_windows = 1};
    assert_int_equal(check_wrong(f, &made.v).result, CHECK_INCORRECT);
    answer = check_wrong(f, &made.v);
    assert_string_equal(answer.refusal.limit_name, "guesses");
}

/* A key that is lost takes its codes along; one that comes back brings what it had sealed. */
static void test_lost_and_back(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made = issue_and_send(f, NUMBER_1);
    uint8_t first[OTP_NUMBER_INDEX_SIZE], index[OTP_NUMBER_INDEX_SIZE];

    otp_number_index(f->keyring, NUMBER_1, first);
    restart_with_keys(f, 9, 0);
    assert_true(f->gateway->keys_start.is_lost);
    assert_int_equal(f->gateway->keys_start.n_orphans, 1);
    assert_int_equal(call_till(f, gateway_get, made.v.id).v.status, VERIFICATION_EXPIRED);
    otp_number_index(f->keyring, NUMBER_1, index);
    assert_memory_not_equal(index, first, sizeof(first));
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'key.lost'")), 1);
    restart_with_keys(f, 7, 0);
    assert_false(f->gateway->keys_start.is_lost);
    assert_int_equal(f->gateway->keys_start.n_orphans, 0);
    otp_number_index(f->keyring, NUMBER_1, index);
    assert_memory_equal(index, first, sizeof(first));
}

/* A sealed secret that was damaged keeps nobody from starting. */
static void test_damaged_secret(void **state)
{
    struct gateway_fixture *f = *state;

    gateway_close(f);
    gateway_sql(f, "UPDATE keys SET lasting_sealed = zeroblob(length(lasting_sealed))");
    gateway_open(f);
    gateway_start_and_wait(f);
    assert_true(f->gateway->keys_start.is_lost);
    restart_with_keys(f, 7, 0);
    assert_false(f->gateway->keys_start.is_lost);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_each_run_notes_its_key),
        GATEWAY_TEST(test_damaged),
        GATEWAY_TEST(test_refused_rotations),
        GATEWAY_TEST(test_changed_by_hand),
        GATEWAY_TEST(test_lost_and_back),
        GATEWAY_TEST(test_damaged_secret),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
