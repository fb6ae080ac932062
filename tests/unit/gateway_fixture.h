/*
 * What the tests of the service as a whole share: a gateway with a real store on a temporary file,
 * a scripted modem on a pty, and a clock that stands still unless a test moves it. One test program
 * each, as fake_modem.h says.
 */
#pragma once

#include "core/gateway_state.h"
#include "core/gateway.h"
#include "fake_modem.h"
#include "sms/pdu.h"
#include "store_fixture.h"
#include "util/hex.h"

#include <signal.h>
#include <sys/resource.h>

#define NUMBER_1 "+919812345678"
#define NUMBER_2 "+919812345679"
#define COUNT_OF(condition) "SELECT count(*) FROM " condition

struct gateway_fixture {
    struct fixture store;
    struct otp_keyring *keyring;
    const struct key_source *key_source;
    struct gateway *gateway;
    struct policy *policy; /* the gateway's, for the test to change */
    const char *modem_number; /* its SIM's own, NULL: not known */
    const char *modem_pin;    /* the configured one, NULL: none */
    struct fake_peer peer;
    struct otp_context context; /* of the next requests */
    struct caller admin, till, web;
    /* What the modem was given, decoded; the last is sent[(n_sent - 1) % 16]. */
    struct sms_decoded sent[16];
    unsigned n_sent;
    void (*on_text)(struct gateway_fixture *f);
    sem_t gate_open, gate_entered; /* of a held store */
    struct store_job gate;
    bool is_held;
};

/* What came back, copied. */
struct answer {
    unsigned n; /* how often it was called back */
    struct refusal refusal;
    struct verification v;
    struct message m;
    struct verification_view view;
    enum check_result result;
    unsigned attempts_left;
    bool is_replay, is_resumed;
};

static inline void answer_take(void *userdata, const struct verification_answer *answer)
{
    struct answer *out = userdata;

    out->n++;
    if (answer->refusal) {
        out->refusal = *answer->refusal;
    } else {
        out->v = *answer->view->verification;
        out->m = *answer->view->message;
        out->view = *answer->view;
    }
    out->result = answer->result;
    out->attempts_left = answer->attempts_left;
    out->is_replay = answer->is_replay;
    out->is_resumed = answer->is_resumed;
}

/* The wire's word for how it went: "ok", or the code of the refusal. */
static inline const char *verdict_of(const struct answer *answer)
{
    return answer->refusal.is_refused ? gateway_error_to_string(answer->refusal.error) : "ok";
}

/* One turn of everything. True: something happened. */
static inline bool gateway_turn(struct gateway_fixture *f)
{
    struct store_stats stats;
    bool busy = fake_serve(&f->peer);

    loop_run_once(f->store.loop);
    busy |= fake_fire_due();
    if (f->is_held)
        return busy;
    store_get_stats(f->store.store, &stats);
    return busy || stats.waiting > 0;
}

/* Lets everything happen that takes no time. */
static inline void gateway_settle(struct gateway_fixture *f)
{
    unsigned quiet = 0;

    /* The kernel moves a pty's bytes from a work queue: a moment must really pass. */
    for (unsigned i = 0; i < 100000 && quiet < 8; i++) {
        bool busy = gateway_turn(f);

        quiet = busy ? 0 : quiet + 1;
        usleep(busy ? 20 : 200);
    }
}

/* Lets time pass, from timer to timer. */
static inline void gateway_pass(struct gateway_fixture *f, usec_t usec)
{
    usec_t until = fake_now + usec;

    gateway_settle(f);
    for (;;) {
        struct timer *timer = fake_earliest();

        if (!timer || timer->deadline > until)
            break;
        fake_now = MAX(fake_now, timer->deadline);
        gateway_settle(f);
    }
    fake_now = until;
    gateway_settle(f);
}

/* As if the machine had slept: all that became due happens now. */
static inline void gateway_jump(struct gateway_fixture *f, usec_t usec)
{
    gateway_settle(f);
    fake_now += usec;
    gateway_settle(f);
}

/* Waits in real time, while the test's clock stands. */
static inline void gateway_wait(
    struct gateway_fixture *f, const unsigned *counter, unsigned value)
{
    usec_t end = clock_boottime(&clock_system) + 60 * USEC_PER_SEC;

    while (*counter < value && clock_boottime(&clock_system) < end)
        if (!gateway_turn(f))
            usleep(100);
    assert_int_equal(*counter, value);
}

static inline int64_t gateway_query(struct gateway_fixture *f, const char *query)
{
    return fixture_query(&f->store, query);
}

/* Changes the database behind the gateway's back, or prepares it. */
static inline void gateway_sql(struct gateway_fixture *f, const char *script)
{
    sqlite3 *handle = NULL;

    assert_int_equal(
        sqlite3_open_v2(f->store.path, &handle, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    sqlite3_busy_timeout(handle, 5000);
    assert_int_equal(sqlite3_exec(handle, script, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

static inline void gateway_on_text(struct fake_peer *peer)
{
    struct gateway_fixture *f = CONTAINER_OF(peer, struct gateway_fixture, peer);
    struct sms_decoded *sent = &f->sent[f->n_sent % ARRAY_SIZE(f->sent)];
    uint8_t octets[SMS_MAX_PDU_OCTETS];
    size_t n;

    assert_int_equal(hex_decode(peer->text, strlen(peer->text), octets, sizeof(octets), &n), 0);
    assert_int_equal(sms_pdu_decode(octets, n, SMS_FROM_PHONE, sent, NULL), 0);
    f->n_sent++;
    if (f->on_text)
        f->on_text(f);
}

/* The text that the modem was given last. */
static inline const struct sms_decoded *gateway_last_sent(const struct gateway_fixture *f)
{
    assert_true(f->n_sent > 0);
    return &f->sent[(f->n_sent - 1) % ARRAY_SIZE(f->sent)];
}

/* A policy as the tests want it: a shop's name and no limits but where a test sets them. */
static inline struct policy *gateway_test_policy(void)
{
    struct policy *policy;

    assert_int_equal(policy_new(&policy), 0);
    snprintf(policy->shop, sizeof(policy->shop), "Ravi Stores");
    policy->limits = (struct limits){.guesses = policy->limits.guesses};
    return policy;
}

/* A gateway on the database, however often: not started, with its modem plugged in. */
static inline void gateway_open(struct gateway_fixture *f)
{
    struct modem_config modem = {
        .name = "counter", .device = "/dev/fake", .pin = f->modem_pin, .number = f->modem_number};
    struct gateway_config config;

    fixture_open(&f->store);
    f->policy = gateway_test_policy();
    config = (struct gateway_config){.loop = f->store.loop,
        .log = &fixture_log,
        .store = f->store.store,
        .keyring = f->keyring,
        .key_source = f->key_source,
        .policy = f->policy};
    assert_int_equal(gateway_new(&f->gateway, &config), 0);
    assert_int_equal(gateway_add_modem(f->gateway, &modem), 0);
    fake_plug(&f->peer);
}

static inline void gateway_start_and_wait(struct gateway_fixture *f)
{
    enum gateway_error reason;

    gateway_start(f->gateway);
    for (unsigned i = 0; i < 100 && !gateway_is_ready(f->gateway, &reason); i++)
        gateway_pass(f, 100 * USEC_PER_MSEC);
    assert_true(gateway_is_ready(f->gateway, &reason));
    gateway_settle(f);
}

static inline void gateway_unplug(struct gateway_fixture *f)
{
    fake_unplug(&f->peer);
}

static inline void gateway_plug(struct gateway_fixture *f)
{
    fake_plug(&f->peer);
}

/* As a crash would: nothing is stopped first, but what was committed is. */
static inline void gateway_close(struct gateway_fixture *f)
{
    f->store.store = store_close(f->store.store);
    f->gateway = gateway_free(f->gateway);
    gateway_unplug(f);
}

static inline int gateway_set_up_keyed(void **state, uint8_t key)
{
    struct gateway_fixture *f = calloc(1, sizeof(*f));
    uint8_t master[OTP_MASTER_KEY_SIZE];

    memset(fake_timers, 0, sizeof(fake_timers));
    fake_now = 1000 * USEC_PER_SEC;
    fake_wall_ahead = UINT64_C(1795000000) * USEC_PER_SEC;
    fixture_init(&f->store, NULL);
    memset(master, key, sizeof(master));
    assert_int_equal(otp_keyring_new(&f->keyring, master), 0);
    assert_int_equal(otp_context_add(&f->context, "amount", "1499.00"), 0);
    assert_int_equal(otp_context_add(&f->context, "payee", "Shop 12"), 0);
    f->admin = (struct caller){.name = "uid:0", .is_admin = true};
    f->till = (struct caller){.name = "till", .uid = 4711};
    f->web = (struct caller){.name = "web"};
    f->peer.on_text = gateway_on_text;
    assert_int_equal(loop_new(&f->store.loop, &fake_clock), 0);
    *state = f;
    return 0;
}

static inline int gateway_set_up(void **state)
{
    gateway_set_up_keyed(state, 7);
    gateway_open(*state);
    gateway_start_and_wait(*state);
    return 0;
}

static inline int gateway_tear_down(void **state)
{
    struct gateway_fixture *f = *state;

    if (f->gateway)
        gateway_close(f);
    otp_keyring_free(f->keyring);
    fixture_fini(&f->store);
    free(f);
    return 0;
}

#define GATEWAY_TEST(name) cmocka_unit_test_setup_teardown(name, gateway_set_up, gateway_tear_down)

/* --- requests -------------------------------------------------------------------------------- */

static inline struct issue_request request_to(struct gateway_fixture *f, const char *to)
{
    return (struct issue_request){.to = to, .purpose = "checkout", .context = &f->context};
}

/* Each of these waits for its answer, and for nothing else. */
static inline struct answer issue_as(
    struct gateway_fixture *f, const struct caller *caller, const struct issue_request *request)
{
    struct answer answer = {0};

    gateway_issue(f->gateway, caller, request, answer_take, &answer);
    gateway_wait(f, &answer.n, 1);
    return answer;
}

static inline struct answer issue(struct gateway_fixture *f, const char *to)
{
    struct issue_request request = request_to(f, to);

    return issue_as(f, &f->till, &request);
}

static inline struct answer check_with(struct gateway_fixture *f, const struct caller *caller,
    const char *id, const struct check_request *request)
{
    struct answer answer = {0};

    gateway_check(f->gateway, caller, id, request, answer_take, &answer);
    gateway_wait(f, &answer.n, 1);
    return answer;
}

static inline struct answer check_code(
    struct gateway_fixture *f, const char *id, const char *code)
{
    return check_with(f, &f->till, id, &(struct check_request){.code = code});
}

typedef void gateway_call(struct gateway *gateway, const struct caller *caller, const char *id,
    verification_callback callback, void *userdata);

static inline struct answer call_as(
    struct gateway_fixture *f, gateway_call *call, const struct caller *caller, const char *id)
{
    struct answer answer = {0};

    call(f->gateway, caller, id, answer_take, &answer);
    gateway_wait(f, &answer.n, 1);
    return answer;
}

static inline struct answer call_till(
    struct gateway_fixture *f, gateway_call *call, const char *id)
{
    return call_as(f, call, &f->till, id);
}

/* Issues, and waits until the modem has sent it. */
static inline struct answer issue_and_send(struct gateway_fixture *f, const char *to)
{
    unsigned before = f->n_sent;
    struct answer answer = issue(f, to);

    assert_string_equal(verdict_of(&answer), "ok");
    gateway_wait(f, &f->n_sent, before + 1);
    gateway_settle(f);
    return answer;
}

/* The code of a generation, derived, and one that it is not. */
static inline void code_of(const struct gateway_fixture *f, const struct verification *v,
    const char *number, uint32_t generation, char ret_code[static OTP_CODE_SIZE])
{
    struct otp_subject subject = {.id = v->id,
        .generation = generation,
        .purpose = v->purpose,
        .number = number,
        .context_digest = v->context_digest};

    assert_int_equal(otp_code_derive(otp_keyring_code_key(f->keyring, v->key_id), &subject,
                         v->code_length, ret_code),
        0);
}

static inline void wrong_code_of(const struct gateway_fixture *f, const struct verification *v,
    const char *number, char ret_code[static OTP_CODE_SIZE])
{
    code_of(f, v, number, 0, ret_code);
    ret_code[0] = ret_code[0] == '9' ? '0' : (char)(ret_code[0] + 1);
}

/* --- a store that waits ---------------------------------------------------------------------- */

static inline int gate_run(struct store_job *job, struct db *db)
{
    struct gateway_fixture *f = CONTAINER_OF(job, struct gateway_fixture, gate);

    (void)db;
    sem_post(&f->gate_entered);
    fixture_sem_wait(&f->gate_open);
    return -ECANCELED;
}

static inline void gate_done(struct store_job *job, int r)
{
    (void)job;
    assert_int_equal(r, -ECANCELED);
}

/* From now on the store answers nobody, and what is submitted becomes one batch. */
static inline void gateway_hold_store(struct gateway_fixture *f)
{
    sem_init(&f->gate_entered, 0, 0);
    sem_init(&f->gate_open, 0, 0);
    f->gate.run = gate_run;
    f->gate.done = gate_done;
    store_submit(f->store.store, &f->gate);
    fixture_sem_wait(&f->gate_entered);
    f->is_held = true;
}

static inline void gateway_release_store(struct gateway_fixture *f)
{
    f->is_held = false;
    sem_post(&f->gate_open);
}

/* From now on no file of this process takes an octet, as when the disk is full. */
static inline void disk_is_full(bool is_full)
{
    struct rlimit limit;

    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = is_full ? 1 : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}
