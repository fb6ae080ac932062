/* `smsotpctl modem`: which words make which requests, and how it leaves. The daemon is played. */
#include "ctl/command.h"

#include "util/macros.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char asked[512]; /* all requests of one command */
static const char *answer;
static unsigned status;

int smsotp_call(struct smsotp *smsotp, const char *method, const char *route, const char *body,
    const char *const *headers, unsigned timeout_ms, struct smsotp_reply *ret,
    struct smsotp_error *ret_error)
{
    size_t n = strlen(asked);

    (void)smsotp;
    (void)headers;
    (void)ret_error;
    assert_true(timeout_ms > 90 * 1000); /* a text under way, and the network's minute */
    snprintf(
        asked + n, sizeof(asked) - n, "%s%s %s %s", n ? "|" : "", method, route, body ? body : "-");
    *ret = (struct smsotp_reply){status, strdup(answer), strlen(answer)};
    return 0;
}

void smsotp_reply_fini(struct smsotp_reply *reply)
{
    free(reply->body);
}

static int run(const char *words)
{
    char text[256], *argv[16], *rest = text;
    struct ctl ctl = {.json = false};
    int argc = 0;

    asked[0] = '\0';
    snprintf(text, sizeof(text), "modem %s", words);
    while (rest && argc < 16)
        argv[argc++] = strsep(&rest, " ");
    return ctl_modem(&ctl, argc, argv);
}

#define R "POST /v1/modems/counter/"

static void test_requests(void **state)
{
    static const struct {
        const char *words, *answer, *asked;
        int exit;
    } rows[] = {
        {"counter reset", "{\"state\":\"recovering\"}", R "reset -", CTL_EXIT_OK},
        {"counter enable", "{\"state\":\"absent\"}", R "enable -", CTL_EXIT_OK},
        {"counter disable", "{\"state\":\"disabled\"}", R "disable -", CTL_EXIT_OK},
        {"counter at AT+CSQ", "{\"result\":\"OK\",\"lines\":[\"+CSQ: 1,99\"]}",
            R "at {\"command\":\"AT+CSQ\"}", CTL_EXIT_OK},
        {"counter at AT+CEER", "{\"result\":\"ERROR\",\"lines\":[]}",
            R "at {\"command\":\"AT+CEER\"}", CTL_EXIT_NO},
        {"counter pin 4711", "{\"state\":\"ready\"}", R "pin {\"pin\":\"4711\"}", CTL_EXIT_OK},
        {"counter ussd *123#", "{\"text\":\"Rs 1\",\"awaits_reply\":false}",
            R "ussd {\"code\":\"*123#\"}", CTL_EXIT_OK},
        {"counter ussd *111# --reply 1 --reply 2", "{\"text\":\"1\\n2\",\"awaits_reply\":true}",
            R "ussd {\"code\":\"*111#\"}|" R "ussd {\"reply\":\"1\"}|" R "ussd {\"reply\":\"2\"}",
            CTL_EXIT_OK},
        {"counter ussd --reply 1", "{\"text\":\"1\"}", R "ussd {\"reply\":\"1\"}", CTL_EXIT_OK},
        {"counter ussd --cancel", "{\"text\":\"\"}", R "ussd {\"cancel\":true}", CTL_EXIT_OK},
    };

    (void)state;
    status = 200;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        answer = rows[i].answer;
        assert_int_equal(run(rows[i].words), rows[i].exit);
        assert_string_equal(asked, rows[i].asked);
    }
}

/* A step that is refused is the last. */
static void test_refused(void **state)
{
    (void)state;
    status = 409;
    answer = "{\"code\":\"modem_busy\",\"detail\":\"x\"}";
    assert_int_equal(run("counter ussd *111# --reply 1"), CTL_EXIT_REFUSED);
    assert_string_equal(asked, R "ussd {\"code\":\"*111#\"}");
    assert_int_equal(run("counter reset"), CTL_EXIT_REFUSED);
    assert_int_equal(run("counter at AT"), CTL_EXIT_REFUSED);
}

static void test_usage(void **state)
{
    static const char *const words[] = {"", "counter", "counter explode", "counter reset now",
        "../health reset", "a/b reset", "counter at", "counter at A B", "counter ussd",
        "counter ussd A B", "counter ussd --cancel A", "counter ussd --cancel --reply 1",
        "counter ussd --help", "counter pin 1 2"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        assert_int_equal(run(words[i]), CTL_EXIT_USAGE);
        assert_string_equal(asked, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_usage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
