/* How a number may be written, and which are refused; the tables behind have tests of their own. */
#include "core/destination.h"

#include "core/national_number.h"
#include "gateway_fixture.h"

#define OWN_NUMBER "+919800000001"

static void set_countries(struct gateway_fixture *f, const char *one, const char *two)
{
    f->policy->n_countries = 0;
    if (one)
        snprintf(f->policy->countries[f->policy->n_countries++], 8, "%s", one);
    if (two)
        snprintf(f->policy->countries[f->policy->n_countries++], 8, "%s", two);
}

/* What is read, or words of the answer that must help. */
static void test_read(void **state)
{
    static const struct {
        const char *one, *two, *text, *number, *words;
    } rows[] = {
        {"+91", NULL, "98123 45678", NUMBER_1, NULL},
        {"+91", NULL, "098123-45678", NUMBER_1, NULL},
        {"+91", NULL, "+91 98123 45678", NUMBER_1, NULL},
        {NULL, NULL, NUMBER_1, NUMBER_1, NULL},
        {"+91", NULL, "919812345678", NULL,
            "mobile number of +91: 10 to 10 digits that begin with 6 7 8 9"},
        {"+91", NULL, "12345", NULL, "with or without 0 in front"},
        {"+65", NULL, "12345", NULL, "begin with 8 9. This"},
        {"+91", "+977", "98123 45678", NULL, "is one country"},
        {NULL, NULL, "98123 45678", NULL, "must begin with `+`"},
        {"+7", NULL, "912 345-67-89", NULL, "must begin with `+`"},
        {"+44", NULL, "+44 (0)7400 123456", NULL, "leave it out"},
        {"+44", NULL, "+4407400123456", NULL, "leave it out"},
        {NULL, NULL, "+9109812345678", NULL, "like +919812345678"},
        {NULL, NULL, "+91981234567", NULL, "missing or was typed twice"},
        {"+91", NULL, "call me", NULL, "E.164"},
        {"+91", NULL, "", NULL, "E.164"},
    };
    struct gateway_fixture *f = *state;

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        char number[E164_SIZE] = "";
        struct refusal refusal = {0};

        set_countries(f, rows[i].one, rows[i].two);
        assert_int_equal(
            destination_read(f->policy, rows[i].text, number, &refusal), rows[i].number != NULL);
        if (rows[i].number) {
            assert_string_equal(number, rows[i].number);
            assert_false(refusal.is_refused);
            continue;
        }
        if (!strstr(refusal.detail, rows[i].words))
            print_error("%s: %s\n", rows[i].text, refusal.detail);
        assert_non_null(strstr(refusal.detail, rows[i].words));
        assert_int_equal(refusal.error, ERROR_INVALID);
        assert_string_equal(refusal.param, "to");
        assert_true(strlen(refusal.detail) < REFUSAL_DETAIL_SIZE - 1); /* not cut */
    }
}

/* The longest sentence of the table's rules is not cut either. */
static void test_sentences_fit(void **state)
{
    struct gateway_fixture *f = *state;

    for (size_t i = 0; national_rule_at(i); i++) {
        char number[E164_SIZE];
        struct refusal refusal = {0};

        set_countries(f, national_rule_at(i)->code, NULL);
        assert_false(destination_read(f->policy, "0", number, &refusal));
        assert_string_equal(
            refusal.detail + strlen(refusal.detail) - strlen("and number"), "and number");
    }
}

static void test_open(void **state)
{
    static const struct {
        const char *number;
        bool allows_special;
        bool is_open;
        enum destination_block block;
    } rows[] = {
        {NUMBER_1, false, true, 0},
        {"+447400123456", false, false, BLOCK_COUNTRY},
        {"+917012345678", false, false, BLOCK_DENIED},
        {"+911401234567", false, false, BLOCK_SPECIAL},
        {"+911401234567", true, true, 0},
        {"+917012345678", true, false, BLOCK_DENIED},
        {OWN_NUMBER, false, false, BLOCK_OWN},
        {OWN_NUMBER, true, false, BLOCK_OWN},
        {"+9170123", false, false, BLOCK_DENIED},
        {"+91701234", true, false, BLOCK_DENIED},
    };
    struct gateway_fixture *f = *state;

    set_countries(f, "+91", NULL);
    snprintf(f->policy->denied[f->policy->n_denied++], E164_SIZE, "+91701");
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        enum destination_block block = 0;
        struct refusal refusal = {0};

        f->policy->allows_special = rows[i].allows_special;
        assert_int_equal(
            destination_is_open(f->gateway, rows[i].number, &block, &refusal), rows[i].is_open);
        assert_int_equal(refusal.is_refused, !rows[i].is_open);
        if (rows[i].is_open)
            continue;
        assert_int_equal(block, rows[i].block);
        assert_int_equal(refusal.error, ERROR_DESTINATION_BLOCKED);
        assert_null(strstr(refusal.detail, rows[i].number + 1));
    }
}

/* One number is one number, in whichever form it is written. */
static void test_forms_are_one_number(void **state)
{
    struct gateway_fixture *f = *state;
    struct answer answer;

    set_countries(f, "+91", NULL);
    limit_parse(&f->policy->limits.number, "2/1h");
    answer = issue_and_send(f, "98123 45678");
    assert_string_equal(answer.v.number_masked, "+91******5678");
    assert_string_equal(gateway_last_sent(f)->number.text, NUMBER_1);
    answer = issue(f, "0 98123-45678");
    assert_string_equal(verdict_of(&answer), "ok");
    answer = issue(f, NUMBER_1);
    assert_string_equal(verdict_of(&answer), "limited");
    answer = issue(f, OWN_NUMBER);
    assert_string_equal(verdict_of(&answer), "destination_blocked");
    answer = issue(f, "+9109800000001");
    assert_string_equal(verdict_of(&answer), "invalid");
    answer = issue(f, &OWN_NUMBER[3]);
    assert_string_equal(verdict_of(&answer), "destination_blocked");
}

/* A change of number: the code goes to the number in force, and the new one is stored nowhere. */
static void test_new_number(void **state)
{
    static const struct {
        const char *new_number, *verdict;
    } rows[] = {{NUMBER_1, "invalid"}, {"098123 45678", "invalid"}, {"next week", "invalid"},
        {"+9109812345678", "invalid"}, {"+91 (0) 98123 45678", "invalid"}, {NUMBER_2, "ok"}};
    struct gateway_fixture *f = *state;

    set_countries(f, "+91", NULL);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct otp_context context = {0};
        struct issue_request request = {.to = NUMBER_1, .purpose = "account", .context = &context};
        struct answer answer;
        char code[OTP_CODE_SIZE];

        assert_int_equal(otp_context_add(&context, "change", "phone number"), 0);
        assert_int_equal(otp_context_add(&context, "new_number", rows[i].new_number), 0);
        answer = issue_as(f, &f->till, &request);
        assert_string_equal(verdict_of(&answer), rows[i].verdict);
        if (answer.refusal.is_refused)
            continue;
        assert_int_equal(
            gateway_query(f, COUNT_OF("verifications WHERE context LIKE '%9812345679%'")), 0);
        code_of(f, &answer.v, NUMBER_1, 0, code);
        answer = check_with(
            f, &f->till, answer.v.id, &(struct check_request){.code = code, .context = &context});
        assert_int_equal(answer.result, CHECK_APPROVED);
    }
}

static int set_up(void **state)
{
    gateway_set_up_keyed(state, 7);
    ((struct gateway_fixture *)*state)->modem_number = OWN_NUMBER;
    gateway_open(*state);
    gateway_start_and_wait(*state);
    return 0;
}

#define DESTINATION_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, gateway_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESTINATION_TEST(test_read),
        DESTINATION_TEST(test_sentences_fit),
        DESTINATION_TEST(test_open),
        DESTINATION_TEST(test_forms_are_one_number),
        DESTINATION_TEST(test_new_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
