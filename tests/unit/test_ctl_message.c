/* `smsotpctl message`: what is sent, what is told of its way, and how it ends. The library is
 * played. */
#include "ctl_bench.h"

#include <stdbool.h>

#define FAILED_TEXT "no net\x1B[2J"
#define TOLD "id          ms_1\nto          +91******5678\nsegments    1, gsm7\n"
#define QUEUED "status      queued, position 2, eta 9 s\n"
#define ASKED_AGAIN "GET /v1/messages/ms_1 -"

static struct {
    int sent; /* what comes of sending, and of asking: 0, SMSOTP_REFUSED or an errno */
    int got[4];
    enum smsotp_message_status way[4]; /* of sending, and each time it is asked */
    unsigned n_asked;
    char said[256]; /* what was sent */
} line;

static void set(char *room, size_t size, const char *text)
{
    snprintf(room, size, "%s", text);
}

static int answer(int r, enum smsotp_message_status status, struct smsotp_message *ret,
    struct smsotp_error *ret_error)
{
    *ret_error = (struct smsotp_error){.http_status = r == SMSOTP_REFUSED ? 403 : 0};
    if (r == 0) {
        *ret = (struct smsotp_message){.id = "ms_1", .to = "+91******5678", .encoding = "gsm7",
            .segments = 1, .status = status, .position = status == SMSOTP_MESSAGE_QUEUED ? 2 : -1,
            .eta_sec = status == SMSOTP_MESSAGE_QUEUED ? 9 : -1};
        if (status == SMSOTP_MESSAGE_FAILED) {
            set(ret->error_class, sizeof(ret->error_class), "network");
            set(ret->error_detail, sizeof(ret->error_detail), FAILED_TEXT);
        }
        return 0;
    }
    set(ret_error->code, sizeof(ret_error->code), r == SMSOTP_REFUSED ? "forbidden" : "");
    set(ret_error->detail, sizeof(ret_error->detail), "why \x1B[2J");
    return r;
}

int smsotp_message_send(struct smsotp *smsotp, const struct smsotp_text *text, unsigned timeout_ms,
    struct smsotp_message *ret, struct smsotp_error *ret_error)
{
    (void)smsotp;
    (void)timeout_ms;
    snprintf(line.said, sizeof(line.said), "%s|%s|%s|%u", text->to, text->text,
        text->reference ? text->reference : "-", text->validity_sec);
    return answer(line.sent, line.way[0], ret, ret_error);
}

int smsotp_message_get(struct smsotp *smsotp, const char *id, unsigned timeout_ms,
    struct smsotp_message *ret, struct smsotp_error *ret_error)
{
    (void)smsotp;
    (void)timeout_ms;
    assert_string_equal(id, "ms_1");
    line.n_asked++;
    assert_true(line.n_asked < ARRAY_SIZE(line.way));
    return answer(line.got[line.n_asked], line.way[line.n_asked], ret, ret_error);
}

#define SEND "message", "--to", "+919812345678", "--text", "Hello"

/* How it ends, by the way of the text. */
static void test_ways(void **state)
{
    static const struct {
        enum smsotp_message_status way[4];
        int sent, got[4];
        struct ctl_row row;
    } rows[] = {
        {{SMSOTP_MESSAGE_QUEUED, SMSOTP_MESSAGE_SENDING, SMSOTP_MESSAGE_SENT}, 0, {0},
            {{SEND}, NULL, 200, "", false, CTL_EXIT_OK, "",
                TOLD QUEUED "status      sending\nstatus      sent\n", ""}},
        {{SMSOTP_MESSAGE_SENDING, SMSOTP_MESSAGE_DELIVERED}, 0, {0},
            {{SEND}, NULL, 200, "", false, CTL_EXIT_OK, "",
                TOLD "status      sending\nstatus      delivered\n", ""}},
        {{SMSOTP_MESSAGE_QUEUED, SMSOTP_MESSAGE_QUEUED, SMSOTP_MESSAGE_FAILED}, 0, {0},
            {{SEND}, NULL, 200, "", false, CTL_EXIT_NO, "",
                TOLD QUEUED "status      failed, network: no net\\u{1B}[2J\n", ""}},
        {{SMSOTP_MESSAGE_QUEUED, SMSOTP_MESSAGE_UNKNOWN}, 0, {0},
            {{SEND}, NULL, 200, "", false, CTL_EXIT_NO, "", TOLD QUEUED "status      unknown\n",
                ""}},
        {{SMSOTP_MESSAGE_QUEUED, SMSOTP_MESSAGE_EXPIRED}, 0, {0},
            {{SEND}, NULL, 200, "{\"status\":\"expired\"}", true, CTL_EXIT_NO, ASKED_AGAIN,
                "{\"status\":\"expired\"}\n", ""}},
        /* It restarts meanwhile. */
        {{SMSOTP_MESSAGE_QUEUED, 0, SMSOTP_MESSAGE_SENT}, 0, {0, -ENOTCONN, 0},
            {{SEND}, NULL, 200, "", false, CTL_EXIT_OK, "", TOLD QUEUED "status      sent\n", ""}},
        {{SMSOTP_MESSAGE_QUEUED}, 0, {0, SMSOTP_REFUSED},
            {{SEND}, NULL, 200, "", false, CTL_EXIT_REFUSED, "", TOLD QUEUED,
                "forbidden: why \\u{1B}[2J"}},
        {{SMSOTP_MESSAGE_QUEUED}, 0, {0},
            {{SEND, "--timeout", "0"}, NULL, 200, "", false, CTL_EXIT_WAITING, "", TOLD QUEUED,
                ""}},
        {{0}, SMSOTP_REFUSED, {0},
            {{SEND}, NULL, 200, "", false, CTL_EXIT_REFUSED, "", "", "forbidden: why \\u{1B}[2J"}},
        {{0}, SMSOTP_REFUSED, {0},
            {{SEND}, NULL, 200, "", true, CTL_EXIT_REFUSED, "",
                "{\"status\":403,\"code\":\"forbidden\",\"detail\":\"why \\u001B[2J\"}\n", ""}},
        {{0}, -ENOTCONN, {0}, {{SEND}, NULL, 200, "", false, CTL_EXIT_OFFLINE, "", "", "why"}},
        {{0}, -EINVAL, {0}, {{SEND}, NULL, 200, "", false, CTL_EXIT_USAGE, "", "", "why"}},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        memset(&line, 0, sizeof(line));
        memcpy(line.way, rows[i].way, sizeof(line.way));
        memcpy(line.got, rows[i].got, sizeof(line.got));
        line.sent = rows[i].sent;
        ctl_bench_check(ctl_message, &rows[i].row, 1);
        assert_string_equal(line.said, "+919812345678|Hello|-|0");
    }
}

static void test_arguments(void **state)
{
    static const struct {
        struct ctl_row row;
        const char *said; /* empty: nothing may be sent */
    } rows[] = {
        {{{SEND, "--reference", "bill-1", "--validity", "1h"}, NULL, 200, "{}", true, CTL_EXIT_OK,
             ASKED_AGAIN, "{}\n", ""},
            "+919812345678|Hello|bill-1|3600"},
        {{{"message", "--to", "+1", "--text", "-"}, "a line\nmore", 200, "{}", true, CTL_EXIT_OK,
             ASKED_AGAIN, "{}\n", ""},
            "+1|a line|-|0"},
        {{{"message", "--to", "+1", "--text", "-"}, "", 200, "{}", true, CTL_EXIT_USAGE, "", "",
             "Usage"},
            ""},
        {{{"message", "--to", "+1"}, NULL, 200, "", false, CTL_EXIT_USAGE, "", "", "Usage"}, ""},
        {{{"message", "--text", "x"}, NULL, 200, "", false, CTL_EXIT_USAGE, "", "", "Usage"}, ""},
        {{{SEND, "more"}, NULL, 200, "", false, CTL_EXIT_USAGE, "", "", "Usage"}, ""},
        {{{SEND, "--what"}, NULL, 200, "", false, CTL_EXIT_USAGE, "", "", "Usage"}, ""},
        {{{SEND, "--validity", "soon"}, NULL, 200, "", false, CTL_EXIT_USAGE, "", "",
             "a time like"},
            ""},
        {{{SEND, "--validity", "80h"}, NULL, 200, "", false, CTL_EXIT_USAGE, "", "", "a time like"},
            ""},
        {{{SEND, "--timeout", "-1"}, NULL, 200, "", false, CTL_EXIT_USAGE, "", "", "a time like"},
            ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        memset(&line, 0, sizeof(line));
        line.way[0] = SMSOTP_MESSAGE_SENT;
        ctl_bench_check(ctl_message, &rows[i].row, 1);
        assert_string_equal(line.said, rows[i].said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ways),
        cmocka_unit_test(test_arguments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
