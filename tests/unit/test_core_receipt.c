/* The receipt of a verification, from its approval on. */
#include "core/receipt.h"

#include "gateway_fixture.h"

static void receipt_of(const struct verification *v, char ret_text[static OTP_RECEIPT_SIZE])
{
    snprintf(ret_text, OTP_RECEIPT_SIZE, "none");
    (void)receipt_write(v, ret_text);
}

/* An approval is signed; every later answer about it has the same signature. */
static void test_same_each_time(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer, made = issue_and_send(f, NUMBER_1);
    char code[OTP_CODE_SIZE], wrong[OTP_CODE_SIZE], payload[OTP_RECEIPT_PAYLOAD_SIZE];
    char first[OTP_RECEIPT_SIZE], again[OTP_RECEIPT_SIZE];
    struct check_request request = {.code = code, .attempt_id = "a"};

    code_of(f, &made.v, NUMBER_1, 0, code);
    wrong_code_of(f, &made.v, NUMBER_1, wrong);
    answer = check_code(f, made.v.id, wrong);
    receipt_of(&answer.v, first);
    assert_string_equal(first, "none");
    answer = check_with(f, &f->till, made.v.id, &request);
    receipt_of(&answer.v, first);
    assert_int_equal(
        otp_receipt_verify(first, otp_keyring_public_key(f->keyring), payload), 0);
    assert_non_null(strstr(payload, made.v.id));
    assert_non_null(strstr(payload, "\"purpose\":\"checkout\""));
    assert_non_null(strstr(payload, "\"client\":\"till\""));

    gateway_pass(f, 5 * USEC_PER_SEC);
    answer = check_with(f, &f->till, made.v.id, &request);
    assert_int_equal(answer.result, CHECK_APPROVED);
    receipt_of(&answer.v, again);
    assert_string_equal(again, first);
    gateway_close(f);
    gateway_open(f);
    gateway_start_and_wait(f);
    answer = call_till(f, gateway_get, made.v.id);
    receipt_of(&answer.v, again);
    assert_string_equal(again, first);
}

/* A row that cannot have one has none, whatever stands there. */
static void test_none(void **state)
{
    struct verification v = {.id = "vf_1", .client = "till", .purpose = "login"};
    char text[OTP_RECEIPT_SIZE];

    (void)state;
    for (unsigned i = 0; i < 2; i++)
        for (enum verification_status status = 0; status <= VERIFICATION_UNDELIVERABLE; status++) {
            v.has_receipt = i;
            v.status = status;
            assert_int_equal(receipt_write(&v, text), i && status == VERIFICATION_APPROVED);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        GATEWAY_TEST(test_same_each_time),
        cmocka_unit_test(test_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
