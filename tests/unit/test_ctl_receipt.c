/*
 * `smsotpctl receipt`: with a key at hand, and with the one that the daemon tells, which is played.
 */
#include "ctl/command.h"
#include "otp/receipt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char receipt[OTP_RECEIPT_SIZE], key[OTP_PUBLIC_KEY_TEXT_SIZE], name[OTP_KEY_NAME_SIZE];
static const char *daemon_answer; /* NULL: nobody is there */
static const char *typed;         /* NULL: nothing */
static json_t *printed;

bool ctl_call(struct ctl *ctl, const char *method, const char *route, json_t *body, unsigned also,
    json_t **ret_json, int *ret_exit)
{
    (void)ctl;
    assert_string_equal(method, "GET");
    assert_string_equal(route, "/v1/receipt-key");
    assert_null(body);
    assert_int_equal(also, 0);
    *ret_exit = CTL_EXIT_OFFLINE;
    *ret_json = daemon_answer ? json_loads(daemon_answer, 0, NULL) : NULL;
    return *ret_json != NULL;
}

void ctl_print_json(const json_t *json)
{
    assert_null(printed);
    printed = json_deep_copy(json);
}

bool ctl_read_line(char *ret_line, int size)
{
    if (typed)
        snprintf(ret_line, (size_t)size, "%s", typed);
    return typed != NULL;
}

const char *ctl_text(const json_t *json, const char *member, char *buffer, size_t size)
{
    snprintf(buffer, size, "%s", json_string_value(json_object_get(json, member)));
    return buffer;
}

static int set_up(void **state)
{
    static const uint8_t master[OTP_MASTER_KEY_SIZE] = {'a'}, digest[OTP_CONTEXT_DIGEST_SIZE] = {1};
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = NULL;
    struct otp_receipt facts = {.id = "vf_1",
        .purpose = "login",
        .client = "till",
        .context_digest = digest,
        .approved_at = "2026-11-23T05:00:00Z"};
    uint8_t signature[OTP_SIGNATURE_SIZE];

    (void)state;
    assert_int_equal(otp_keyring_new(&keyring, master), 0);
    facts.key_id = otp_keyring_id(keyring);
    assert_int_equal(otp_receipt_sign(keyring, &facts, signature), 0);
    assert_int_equal(otp_receipt_write(&facts, signature, receipt), 0);
    otp_public_key_to_text(otp_keyring_public_key(keyring), key);
    otp_key_name(facts.key_id, name);
    return 0;
}

/* Runs the words up to NULL with --json, and forgets what was printed unless it is wanted. */
static int run(const char *const *words, json_t **ret_printed)
{
    struct ctl ctl = {.json = true};
    char copies[6][OTP_RECEIPT_SIZE];
    char *argv[7] = {NULL};
    int argc = 0, status;

    for (; words[argc]; argc++) {
        snprintf(copies[argc], sizeof(copies[argc]), "%s", words[argc]);
        argv[argc] = copies[argc];
    }
    status = ctl_receipt(&ctl, argc, argv);
    if (ret_printed)
        *ret_printed = printed;
    else
        json_decref(printed);
    printed = NULL;
    return status;
}

#define RUN(...) run((const char *const[]){"receipt", __VA_ARGS__, NULL}, NULL)

static void test_key_at_hand(void **state)
{
    json_t *facts;

    (void)state;
    daemon_answer = NULL;
    assert_int_equal(
        run((const char *const[]){"receipt", "verify", "--key", key, receipt, NULL}, &facts), 0);
    assert_true(json_is_true(json_object_get(facts, "valid")));
    assert_string_equal(json_string_value(json_object_get(facts, "id")), "vf_1");
    json_decref(facts);
    typed = receipt;
    assert_int_equal(RUN("verify", "--key", key, "-"), CTL_EXIT_OK);
    typed = NULL;
    assert_int_equal(RUN("verify", "--key", key, "-"), CTL_EXIT_NO);
    assert_int_equal(RUN("verify", "--key", key, "x.y.z"), CTL_EXIT_NO);
    assert_int_equal(RUN("verify", "--key", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", receipt),
        CTL_EXIT_NO);
}

static void test_key_of_the_daemon(void **state)
{
    char answer[256];

    (void)state;
    daemon_answer = NULL;
    assert_int_equal(RUN("verify", "x.y.z"), CTL_EXIT_NO); /* nobody is asked for that */
    assert_int_equal(RUN("verify", receipt), CTL_EXIT_OFFLINE);
    daemon_answer = answer;
    snprintf(answer, sizeof(answer),
        "{\"keys\":[{},{\"key_id\":\"00000000\",\"public_key\":\"%s\"},"
        "{\"key_id\":\"%s\",\"public_key\":\"%s\"}]}", key, name, key);
    assert_int_equal(RUN("verify", receipt), CTL_EXIT_OK);
    snprintf(answer, sizeof(answer), "{\"keys\":[{\"key_id\":\"%s\",\"public_key\":\"x\"}]}", name);
    assert_int_equal(RUN("verify", receipt), CTL_EXIT_NO);
    snprintf(answer, sizeof(answer), "{\"keys\":[]}");
    assert_int_equal(RUN("verify", receipt), CTL_EXIT_NO);
}

static void test_usage(void **state)
{
    (void)state;
    assert_int_equal(RUN("verify"), CTL_EXIT_USAGE);
    assert_int_equal(RUN("show", receipt), CTL_EXIT_USAGE);
    assert_int_equal(RUN("verify", receipt, receipt), CTL_EXIT_USAGE);
    assert_int_equal(RUN("verify", "--key", "short", receipt), CTL_EXIT_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_at_hand),
        cmocka_unit_test(test_key_of_the_daemon),
        cmocka_unit_test(test_usage),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
