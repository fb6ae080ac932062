/* Actions on modems by name, and every way they end as an error of the contract. The modem is
 * played. */
#include "core/modem_action.h"

#include "core/gateway_state.h"
#include "core/journal.h"
#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

/* The modem that answers to "counter", the task it was given, and how that ends. */
static struct modem *const the_modem = (struct modem *)(uintptr_t)0x1000;
static struct modem_task_request given;
static struct modem_task_result ends;
static bool ends_at_once;

struct modem *dispatcher_find_modem(const struct dispatcher *dispatcher, const char *name)
{
    (void)dispatcher;
    return strcmp(name, "counter") == 0 ? the_modem : NULL;
}

static unsigned n_redeemed;

void dispatcher_redeem(struct dispatcher *dispatcher, const struct modem *modem, const char *why)
{
    (void)dispatcher;
    assert_ptr_equal(modem, the_modem);
    assert_string_equal(why, "enabled by hand");
    n_redeemed++;
}

void modem_task_begin(struct modem *modem, const struct modem_task_request *request)
{
    assert_ptr_equal(modem, the_modem);
    given = *request;
    if (ends_at_once)
        given.done(given.userdata, modem, &ends);
}

/* What the journal was told last. */
static char noted[128];

void journal_post(const struct environment *env, const struct journal_entry *entry)
{
    assert_non_null(env);
    assert_int_equal(entry->kind, EVENT_ADMIN_ACTION);
    assert_null(entry->facts[2].name);
    snprintf(noted, sizeof(noted), "%s %u %s=%s %s=%s", entry->object, (unsigned)*entry->actor,
        entry->facts[0].name, entry->facts[0].text, entry->facts[1].name, entry->facts[1].text);
}

const char *modem_name(const struct modem *modem)
{
    assert_ptr_equal(modem, the_modem);
    return "counter";
}

static unsigned n_answers;
static struct refusal refused;
static struct modem_task_result told;

static void on_answer(void *userdata, const struct modem_action_answer *answer)
{
    assert_null(userdata);
    n_answers++;
    refused = answer->refusal ? *answer->refusal : (struct refusal){.is_refused = false};
    if (answer->result)
        told = *answer->result;
    assert_int_equal(!answer->refusal, answer->result != NULL);
}

static void act(struct gateway *gateway, const char *modem, enum modem_task_kind kind)
{
    const struct modem_action_request request = {.modem = modem, .kind = kind, .text = "1"};

    n_answers = 0;
    noted[0] = '\0';
    gateway_act_on_modem(gateway, &(struct caller){.uid = 1234}, &request, on_answer, NULL);
}

static void test_done(void **state)
{
    struct gateway gateway = {.is_stopping = false};

    (void)state;
    ends_at_once = false;
    act(&gateway, "counter", MODEM_TASK_USSD);
    assert_int_equal(n_answers, 0);
    assert_int_equal(given.kind, MODEM_TASK_USSD);
    assert_string_equal(given.text, "1");
    given.done(given.userdata, the_modem,
        &(struct modem_task_result){
            .outcome = MODEM_TASK_DONE, .text = "Rs 1", .awaits_reply = true});
    assert_int_equal(n_answers, 1);
    assert_string_equal(told.text, "Rs 1");
    assert_string_equal(noted, "counter 1234 action=ussd outcome=done");
    assert_true(told.awaits_reply);
}

static void test_errors(void **state)
{
    static const struct {
        enum modem_task_outcome outcome;
        enum modem_task_kind kind;
        enum gateway_error error;
        const char *param, *detail;
        unsigned retry_after_sec;
    } rows[] = {
        {MODEM_TASK_INVALID, MODEM_TASK_USSD, ERROR_INVALID, "code", "Not sent: why", 0},
        {MODEM_TASK_INVALID, MODEM_TASK_USSD_REPLY, ERROR_INVALID, "reply", "Not sent: why", 0},
        {MODEM_TASK_INVALID, MODEM_TASK_AT, ERROR_INVALID, "command", "Not sent: why", 0},
        {MODEM_TASK_INVALID, MODEM_TASK_PIN, ERROR_INVALID, "pin", "Not sent: why", 0},
        {MODEM_TASK_REFUSED, MODEM_TASK_PIN, ERROR_MODEM_REFUSED, "", "Refused: why", 0},
        {MODEM_TASK_UNANSWERED, MODEM_TASK_AT, ERROR_MODEM_TIMEOUT, "", "No answer: why", 0},
        {MODEM_TASK_BROKEN, MODEM_TASK_AT, ERROR_MODEM_FAILED, "", "Broken off: why", 0},
        {MODEM_TASK_BUSY, MODEM_TASK_AT, ERROR_MODEM_BUSY, "", "busy: why", 5},
        {MODEM_TASK_ABSENT, MODEM_TASK_AT, ERROR_MODEM_ABSENT, "", "why; check that", 0},
        {MODEM_TASK_DISABLED, MODEM_TASK_AT, ERROR_MODEM_DISABLED, "", "why; enable it", 0},
        {MODEM_TASK_NOT_READY, MODEM_TASK_AT, ERROR_MODEM_NOT_READY, "", "now: why", 0},
    };
    struct gateway gateway = {.is_stopping = false};

    (void)state;
    ends_at_once = true;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        ends = (struct modem_task_result){.outcome = rows[i].outcome, .why = "why", .text = ""};
        act(&gateway, "counter", rows[i].kind);
        assert_int_equal(n_answers, 1);
        assert_int_equal(refused.error, rows[i].error);
        assert_string_equal(refused.param, rows[i].param);
        assert_non_null(strstr(refused.detail, rows[i].detail));
        assert_int_equal(refused.retry_after_sec, rows[i].retry_after_sec);
        assert_non_null(strstr(noted, modem_task_outcome_to_string(rows[i].outcome)));
    }
}

static void test_no_such_modem(void **state)
{
    struct gateway gateway = {.is_stopping = false};

    (void)state;
    act(&gateway, "nobody", MODEM_TASK_RESET);
    assert_int_equal(n_answers, 1);
    assert_int_equal(refused.error, ERROR_NOT_FOUND);
    assert_string_equal(noted, "");
}

/* Nothing new is begun, and what is broken off for it says so. */
static void test_stopping(void **state)
{
    struct gateway gateway = {.is_stopping = false};

    (void)state;
    ends_at_once = false;
    act(&gateway, "counter", MODEM_TASK_USSD);
    gateway.is_stopping = true;
    given.done(given.userdata, the_modem,
        &(struct modem_task_result){.outcome = MODEM_TASK_BROKEN, .why = "", .text = ""});
    assert_int_equal(refused.error, ERROR_SHUTTING_DOWN);
    given = (struct modem_task_request){.kind = MODEM_TASK_RESET};
    act(&gateway, "counter", MODEM_TASK_USSD);
    assert_int_equal(refused.error, ERROR_SHUTTING_DOWN);
    assert_int_equal(given.kind, MODEM_TASK_RESET);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_done),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_no_such_modem),
        cmocka_unit_test(test_stopping),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
