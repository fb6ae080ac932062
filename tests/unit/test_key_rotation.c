/* A rotation while the gateway runs: codes stay good, counters stay, and the key before goes. */
#include "key_source_fixture.h"

#include "core/receipt.h"

static struct played_source played;

static int set_up(void **state)
{
    struct gateway_fixture *f;

    gateway_set_up_keyed(state, 7);
    f = *state;
    played_init(&played);
    f->key_source = &played.source;
    gateway_open(f);
    gateway_start_and_wait(f);
    return 0;
}

static struct answer check_right(struct gateway_fixture *f, const struct verification *v)
{
    char code[OTP_CODE_SIZE];

    code_of(f, v, NUMBER_1, 0, code);
    return check_code(f, v->id, code);
}

static void test_codes_stay_good(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer before = issue_and_send(f, NUMBER_1), after, answer;
    uint32_t first = otp_keyring_id(f->keyring);
    struct key_listing listing = rotate_key(f);

    assert_false(listing.refusal.is_refused);
    assert_int_equal(listing.n_rows, 2);
    assert_int_equal(listing.current, otp_keyring_id(f->keyring));
    assert_int_equal(listing.previous, first);
    assert_int_not_equal(listing.current, first);
    after = issue_and_send(f, NUMBER_1);
    assert_int_equal(after.v.key_id, listing.current);
    answer = check_right(f, &before.v);
    assert_int_equal(answer.result, CHECK_APPROVED);
    assert_int_equal(answer.v.receipt_key_id, listing.current); /* signed with the new one */
    assert_int_equal(check_right(f, &after.v).result, CHECK_APPROVED);
}

/* A text that waits is composed with the key it was accepted under. */
static void test_waiting_text(void **state)
{
    static const struct fake_rule no_prompt[] = {{"AT+CMGS=*", NULL}, {NULL, NULL}};
    struct gateway_fixture *f = *state;
    struct answer made;
    char code[OTP_CODE_SIZE];

    f->peer.rules = no_prompt;
    (void)issue(f, NUMBER_2); /* the modem has this one in hand */
    gateway_settle(f);
    made = issue(f, NUMBER_1);
    (void)rotate_key(f);
    f->peer.rules = NULL;
    gateway_pass(f, 60 * USEC_PER_SEC);
    assert_int_equal(f->n_sent, 2);
    for (unsigned i = 0; i < 2; i++)
        if (strcmp(f->sent[i].number.text, NUMBER_1) == 0) {
            code_of(f, &made.v, NUMBER_1, 0, code);
            assert_memory_equal(f->sent[i].text, code, 6);
        }
    assert_int_not_equal(made.v.key_id, otp_keyring_id(f->keyring));
}

static void test_previous_goes_when_its_codes_have_ended(void **state)
{
    struct gateway_fixture *f = *state;
    uint32_t first = otp_keyring_id(f->keyring);

    (void)issue_and_send(f, NUMBER_1);
    (void)rotate_key(f);
    gateway_pass(f, 290 * USEC_PER_SEC);
    assert_int_equal(otp_keyring_previous_id(f->keyring), first);
    assert_int_equal(rotate_key(f).refusal.error, ERROR_ROTATION_UNDER_WAY);
    assert_int_equal(played.n_dropped, 0);
    gateway_pass(f, 90 * USEC_PER_SEC);
    assert_int_equal(otp_keyring_previous_id(f->keyring), 0);
    assert_int_equal(played.n_dropped, 1);
    assert_true(list_keys(f).rows[1].dropped_wall > 0);
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'key.rotated' AND "
                                               "actor_uid = 0")), 1);
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'key.dropped'")), 1);
    assert_int_equal(gateway_query(f, COUNT_OF("journal WHERE kind = 'key.changed'")), 0);
    played.next = 9;
    assert_false(rotate_key(f).refusal.is_refused);
    assert_int_equal(list_keys(f).n_rows, 3);
    assert_int_equal(played.n_renewed, 2);
}

/* With nothing on its way it goes at once, and where it rests may be left to the owner. */
static void test_previous_goes_at_once(void **state)
{
    struct gateway_fixture *f = *state;

    played.drop_error = -ENOTSUP;
    (void)rotate_key(f);
    gateway_settle(f);
    assert_int_equal(otp_keyring_previous_id(f->keyring), 0);
    assert_string_equal(f->gateway->rotation.note, "remove it by hand");
}

/* A disk that fails keeps the key, and the next look drops it. */
static void test_drop_is_tried_again(void **state)
{
    struct gateway_fixture *f = *state;
    uint32_t first = otp_keyring_id(f->keyring);

    played.drop_error = -EIO;
    (void)rotate_key(f);
    gateway_pass(f, 30 * USEC_PER_SEC);
    assert_int_equal(otp_keyring_previous_id(f->keyring), first);
    assert_int_equal(gateway_query(f, COUNT_OF("keys WHERE dropped_wall IS NOT NULL")), 0);
    played.drop_error = 0;
    gateway_pass(f, 60 * USEC_PER_SEC);
    assert_int_equal(otp_keyring_previous_id(f->keyring), 0);
}

/* Wrong guesses, and texts to a number, count on through it; so does a restart with the new key. */
static void test_limits_count_on(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made = issue_and_send(f, NUMBER_1);
    char wrong[OTP_CODE_SIZE];

    f->policy->limits.guesses = (struct limit){.windows = {{2, USEC_PER_DAY}}, .n_windows = 1};
    f->policy->limits.number = (struct limit){.windows = {{2, USEC_PER_DAY}}, .n_windows = 1};
    wrong_code_of(f, &made.v, NUMBER_1, wrong);
    (void)check_code(f, made.v.id, wrong);
    (void)rotate_key(f);
    (void)check_code(f, made.v.id, wrong);
    assert_string_equal(check_code(f, made.v.id, wrong).refusal.limit_name, "guesses");
    made = issue_and_send(f, NUMBER_1);
    assert_string_equal(issue(f, NUMBER_1).refusal.limit_name, "number");
    gateway_pass(f, 11 * USEC_PER_MINUTE);
    restart_with_keys(f, 8, 0);
    f->policy->limits.number = (struct limit){.windows = {{2, USEC_PER_DAY}}, .n_windows = 1};
    assert_string_equal(issue(f, NUMBER_1).refusal.limit_name, "number");
}

/* A repeated attempt is known again, whatever key its code was made with. */
static void test_attempts_are_known_again(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer made = issue_and_send(f, NUMBER_1);
    char code[OTP_CODE_SIZE];
    struct check_request request = {.code = code, .attempt_id = "a"};

    code_of(f, &made.v, NUMBER_1, 0, code);
    assert_int_equal(check_with(f, &f->till, made.v.id, &request).result, CHECK_APPROVED);
    (void)rotate_key(f);
    gateway_pass(f, 2 * USEC_PER_MINUTE);
    assert_int_equal(otp_keyring_previous_id(f->keyring), 0);
    assert_int_equal(check_with(f, &f->till, made.v.id, &request).result, CHECK_APPROVED);
}

/* Of two at once, both are told of the same new key, or one that it comes too early. */
static void test_two_at_once(void **state)
{
    struct gateway_fixture *f = *state;
    struct key_listing a = {0}, b = {0};

    (void)issue_and_send(f, NUMBER_1);
    gateway_hold_store(f);
    gateway_rotate_key(f->gateway, &f->admin, key_listing_take, &a);
    gateway_rotate_key(f->gateway, &f->admin, key_listing_take, &b);
    gateway_release_store(f);
    gateway_wait(f, &b.n, 1);
    assert_false(a.refusal.is_refused || b.refusal.is_refused);
    assert_int_equal(a.current, b.current);
    assert_int_equal(list_keys(f).n_rows, 2);

    gateway_pass(f, 12 * USEC_PER_MINUTE);
    (void)issue_and_send(f, NUMBER_1);
    a = b = (struct key_listing){0};
    gateway_hold_store(f);
    played.next = 9;
    gateway_rotate_key(f->gateway, &f->admin, key_listing_take, &a);
    gateway_release_store(f);
    gateway_wait(f, &a.n, 1);
    played.next = 10; /* as one in memory would: another each time */
    gateway_rotate_key(f->gateway, &f->admin, key_listing_take, &b);
    gateway_wait(f, &b.n, 1);
    assert_int_equal(b.refusal.error, ERROR_ROTATION_UNDER_WAY);
}

/* Nothing is in force that is not stored. */
static void test_full_disk(void **state)
{
    struct gateway_fixture *f = *state;
    uint32_t first = otp_keyring_id(f->keyring);
    struct key_listing listing;

    disk_is_full(true);
    listing = rotate_key(f);
    disk_is_full(false);
    assert_int_equal(listing.refusal.error, ERROR_STORAGE_UNAVAILABLE);
    assert_int_equal(otp_keyring_id(f->keyring), first);
    assert_false(rotate_key(f).refusal.is_refused);
}

int main(void)
{
#define ROTATED(test) cmocka_unit_test_setup_teardown(test, set_up, gateway_tear_down)
    const struct CMUnitTest tests[] = {
        ROTATED(test_codes_stay_good),
        ROTATED(test_waiting_text),
        ROTATED(test_previous_goes_when_its_codes_have_ended),
        ROTATED(test_previous_goes_at_once),
        ROTATED(test_drop_is_tried_again),
        ROTATED(test_limits_count_on),
        ROTATED(test_attempts_are_known_again),
        ROTATED(test_two_at_once),
        ROTATED(test_full_disk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
