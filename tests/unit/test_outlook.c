/* Position and time of texts, among modems and before a queue that tables give. */
#include "core/outlook.h"

#include "slot_bench.h"
#include "util/strbuf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define S USEC_PER_SEC

static struct outgoing_text *make(struct bench *bench, enum text_kind kind, char name,
    unsigned segments, unsigned seconds)
{
    struct outgoing_text *text = calloc(1, sizeof(*text));
    struct moment now = moment_now(&bench->env.timebase);

    assert_non_null(text);
    list_init(&text->link);
    text->kind = kind;
    text->segments = segments;
    text->id[0] = name;
    text->deadline = moment_add(&now, seconds * S);
    return text;
}

static void queue(struct bench *bench, enum text_kind kind, char name, unsigned segments,
    unsigned seconds)
{
    outbox_add(&bench->outbox, make(bench, kind, name, segments, seconds), 0);
}

static void ready(struct bench *bench, unsigned i, usec_t mean)
{
    bench->modems[i].status.state = MODEM_READY;
    bench->modems[i].status.send_mean_usec = mean;
}

/* Gives it a text of so many parts, of which `part` is on its way since `since` seconds. */
static void busy(struct bench *bench, unsigned i, unsigned n_parts, unsigned part, unsigned since)
{
    bench->modems[i].status.state = MODEM_SENDING;
    bench->modems[i].status.state_since = bench_now - since * S;
    bench->slots[i].text = &bench->in_hand[i];
    bench->slots[i].n_parts = n_parts;
    bench->slots[i].part = part;
}

static void assert_outlook(struct bench *bench, const char *id, int position, int eta)
{
    struct outlook outlook = dispatcher_outlook_of(&bench->dispatcher, id);

    if (outlook.position != position || outlook.eta_sec != eta)
        fail_msg("%s: %d, %d s", id, outlook.position, outlook.eta_sec);
}

static void test_positions(void **state)
{
    struct bench *bench = *state;

    queue(bench, TEXT_CODE, 'b', 1, 200);
    queue(bench, TEXT_PLAIN, 'p', 2, 50);
    queue(bench, TEXT_CODE, 'a', 1, 100);
    assert_outlook(bench, "a", 0, -1); /* no modem */
    ready(bench, 0, 0);
    assert_outlook(bench, "a", 0, 3); /* nothing measured */
    assert_outlook(bench, "b", 1, 6);
    assert_outlook(bench, "p", 2, 12);
    assert_outlook(bench, "q", -1, -1);
    bench->modems[0].status.send_mean_usec = 2500 * USEC_PER_MSEC;
    assert_outlook(bench, "a", 0, 3); /* 2.5, rounded up */
    assert_outlook(bench, "b", 1, 5);
    ready(bench, 1, 10 * S);
    assert_outlook(bench, "a", 0, 3);
    assert_outlook(bench, "b", 1, 10);
    assert_outlook(bench, "p", 2, 8); /* by the fast one, when it has done its first */
}

static void test_what_modems_are_at(void **state)
{
    struct bench *bench = *state;

    queue(bench, TEXT_CODE, 'a', 1, 100);
    ready(bench, 0, 4 * S);
    busy(bench, 0, 1, 0, 1);
    assert_outlook(bench, "a", 0, 7);
    busy(bench, 0, 3, 1, 1);
    assert_outlook(bench, "a", 0, 11);
    busy(bench, 0, 1, 0, 60); /* overdue: any moment now */
    assert_outlook(bench, "a", 0, 4);
    bench->modems[0].status.state = MODEM_READY; /* between two parts */
    bench->slots[0].n_parts = 2;
    bench->slots[0].part = 1;
    assert_outlook(bench, "a", 0, 8);
    bench->modems[0].status.state = MODEM_RECOVERING;
    assert_outlook(bench, "a", 0, -1);
}

static void test_of_new(void **state)
{
    struct bench *bench = *state;
    struct outgoing_text *text = make(bench, TEXT_CODE, 'n', 2, 60);
    struct outlook outlook;

    ready(bench, 0, 5 * S);
    queue(bench, TEXT_CODE, 'a', 1, 60); /* as near a deadline, and was there before */
    queue(bench, TEXT_CODE, 'b', 1, 61);
    queue(bench, TEXT_PLAIN, 'p', 1, 10);
    outlook = dispatcher_outlook_of_new(&bench->dispatcher, text);
    assert_int_equal(outlook.position, 1);
    assert_int_equal(outlook.eta_sec, 15);
    assert_false(outlook.is_late);
    bench->outbox.n_reserved = 3; /* its own, and two that are being committed */
    outlook = dispatcher_outlook_of_new(&bench->dispatcher, text);
    assert_int_equal(outlook.position, 3);
    assert_int_equal(outlook.eta_sec, 25);
    bench->outbox.n_reserved = 10;
    outlook = dispatcher_outlook_of_new(&bench->dispatcher, text);
    assert_int_equal(outlook.eta_sec, 60);
    assert_false(outlook.is_late);
    bench->outbox.n_reserved = 11;
    outlook = dispatcher_outlook_of_new(&bench->dispatcher, text);
    assert_int_equal(outlook.eta_sec, 65);
    assert_true(outlook.is_late);
    bench->modems[0].status.send_mean_usec = 0; /* a guess gives nothing up */
    bench->outbox.n_reserved = 100;
    outlook = dispatcher_outlook_of_new(&bench->dispatcher, text);
    assert_int_equal(outlook.eta_sec, 306);
    assert_false(outlook.is_late);
    outgoing_text_free(text);
}

static bool judge(void *userdata, const struct outgoing_text *text)
{
    return lateness_judge(userdata, text);
}

static void drop(void *userdata, struct outgoing_text *text)
{
    (void)userdata;
    outgoing_text_free(text);
}

/* What is left of the queue. */
static void assert_left(struct bench *bench, const char *expected)
{
    char names[16];
    struct strbuf sb = STRBUF_ON(names);

    LIST_FOREACH(link, &bench->outbox.texts)
        strbuf_puts(&sb, CONTAINER_OF(link, struct outgoing_text, link)->id);
    assert_string_equal(names, expected);
}

static void sift(struct bench *bench)
{
    struct lateness lateness;

    lateness_begin(&bench->dispatcher, &lateness);
    outbox_sift(&bench->outbox, judge, drop, &lateness);
}

static void test_late(void **state)
{
    struct bench *bench = *state;

    queue(bench, TEXT_CODE, 'a', 1, 9);
    queue(bench, TEXT_CODE, 'b', 1, 19);
    queue(bench, TEXT_CODE, 'c', 2, 29); /* too long for what is left to it */
    queue(bench, TEXT_CODE, 'd', 1, 30); /* just in time, since two before it are given up */
    queue(bench, TEXT_PLAIN, 'p', 1, 39);
    queue(bench, TEXT_PLAIN, 'q', 1, 50);
    sift(bench); /* no modem: one may come */
    assert_left(bench, "abcdpq");
    ready(bench, 0, 0);
    sift(bench); /* nothing measured */
    assert_left(bench, "abcdpq");
    bench->modems[0].status.send_mean_usec = 10 * S;
    busy(bench, 0, 1, 0, 1); /* free in 9 s */
    sift(bench);
    assert_left(bench, "bdpq");
    ready(bench, 1, 0); /* measured is what counts; this one may be quick */
    sift(bench);
    assert_left(bench, "bdpq");
    bench->modems[1].status.state = MODEM_ABSENT;
    bench_now += 20 * S;
    sift(bench); /* b's deadline is over, d has 10 s and the modem is any moment free */
    assert_left(bench, "dq");
    bench->modems[0].status.state = MODEM_ABSENT;
    bench_now += 10 * S;
    sift(bench);
    assert_left(bench, "q");
}

/* Only by the SIM of its first part; not by who has refused it; in no SIM's place for one number
 * more. */
static void test_who_may(void **state)
{
    static const struct quota_limits one_number = {.max[QUOTA_RECIPIENTS] = 1};
    struct bench *bench = *state;
    struct outgoing_text *text;

    queue(bench, TEXT_CODE, 'a', 1, 30);
    text = CONTAINER_OF(bench->outbox.texts.next, struct outgoing_text, link);
    ready(bench, 0, 10 * S);
    ready(bench, 1, 2 * S);
    busy(bench, 1, 10, 0, 0);
    assert_outlook(bench, "a", 0, 10);
    text->refused_by = bench->slots[0].bit;
    text->refused_until = bench_now + 19 * S;
    assert_outlook(bench, "a", 0, 29);
    text->refused_until += 2 * S; /* would be late by then */
    assert_outlook(bench, "a", 0, 22);
    text->refused_by = 0;
    quota_init(&bench->slots[0].account.quota, &one_number);
    assert_outlook(bench, "a", 0, 10);
    assert_int_equal(quota_note_recipient(&bench->slots[0].account.quota,
        (const uint8_t[OTP_NUMBER_INDEX_SIZE]){1}, bench_now), 0);
    assert_outlook(bench, "a", 0, 22);
    busy(bench, 1, 20, 0, 0); /* 40 s, and the other SIM may not */
    sift(bench);
    assert_left(bench, "");
    queue(bench, TEXT_CODE, 'b', 2, 30);
    text = CONTAINER_OF(bench->outbox.texts.next, struct outgoing_text, link);
    text->parts_sent = 1;
    snprintf(text->parts_sim, sizeof(text->parts_sim), "gone");
    assert_outlook(bench, "b", 0, -1);
    sift(bench); /* that SIM may come back */
    assert_left(bench, "b");
}

/* Of two that are free, by the one that its number is meant for; in time by the other. */
static void test_whose_number(void **state)
{
    static const uint8_t master[OTP_MASTER_KEY_SIZE] = {1};
    struct modem_policy policy = {.name = "m1", .n_prefixes = 1, .prefixes = {"+9198"}};
    struct otp_keyring *keyring;
    struct bench *bench = *state;
    struct outlook outlook;

    assert_int_equal(otp_keyring_new(&keyring, master), 0);
    bench->env.keyring = keyring;
    bench->policy.modems[bench->policy.n_modems++] = &policy;
    ready(bench, 0, 2 * S);
    ready(bench, 1, 5 * S);
    for (unsigned i = 0; i < 2; i++) {
        struct outgoing_text *text = make(bench, TEXT_CODE, (char)('a' + i), 1, 60);

        snprintf(text->verification_id, sizeof(text->verification_id), "vf_1");
        otp_number_seal(
            keyring, "vf_1", i == 0 ? "+919812345678" : "+917012345678", text->number_sealed);
        outlook = dispatcher_outlook_of_new(&bench->dispatcher, text);
        assert_int_equal(outlook.eta_sec, i == 0 ? 5 : 2);
        text->deadline.wall = text->deadline.boot = bench_now + 4 * S;
        outlook = dispatcher_outlook_of_new(&bench->dispatcher, text);
        assert_int_equal(outlook.eta_sec, 2);
        assert_false(outlook.is_late);
        outgoing_text_free(text);
    }
    bench->policy.n_modems = 0;
    otp_keyring_free(keyring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(test_positions),
        BENCH_TEST(test_what_modems_are_at),
        BENCH_TEST(test_of_new),
        BENCH_TEST(test_late),
        BENCH_TEST(test_who_may),
        BENCH_TEST(test_whose_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
