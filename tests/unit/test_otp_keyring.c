/* Keys: known answers, two at once, what stays when they change, and how the memory is kept. */
#include "otp/seal.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "otp_vectors.h"

static const uint8_t master_a[OTP_MASTER_KEY_SIZE] = {'a'};
static const uint8_t master_b[OTP_MASTER_KEY_SIZE] = {'b'};

static struct otp_keyring *keyring_of(const uint8_t *master)
{
    struct otp_keyring *keyring = NULL;

    assert_int_equal(otp_keyring_new(&keyring, master), 0);
    return keyring;
}

static struct otp_keyring *keyring_from_hex(const char *hex)
{
    uint8_t master[OTP_MASTER_KEY_SIZE];

    otp_vector_bytes(hex, master, sizeof(master));
    return keyring_of(master);
}

static void check_keyring_vector(char *fields[])
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_from_hex(fields[0]);
    uint8_t expected[OTP_CODE_KEY_SIZE];

    assert_int_equal(otp_keyring_id(keyring), strtoul(fields[1], NULL, 10));
    otp_vector_bytes(fields[2], expected, sizeof(expected));
    assert_memory_equal(
        otp_keyring_code_key(keyring, otp_keyring_id(keyring)), expected, sizeof(expected));
}

static void check_index_vector(char *fields[])
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_from_hex(fields[0]);
    uint8_t index[OTP_NUMBER_INDEX_SIZE], expected[OTP_NUMBER_INDEX_SIZE];

    otp_number_index(keyring, fields[1], index);
    otp_vector_bytes(fields[2], expected, sizeof(expected));
    assert_memory_equal(index, expected, sizeof(index));
}

static void check_attempt_vector(char *fields[])
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_from_hex(fields[0]);
    uint8_t mac[OTP_ATTEMPT_MAC_SIZE], expected[OTP_ATTEMPT_MAC_SIZE];

    otp_keyring_attempt_mac(keyring, fields[1], fields[2], fields[3], mac);
    otp_vector_bytes(fields[4], expected, sizeof(expected));
    assert_memory_equal(mac, expected, sizeof(mac));
}

static void test_known_answers(void **state)
{
    (void)state;
    assert_int_equal(otp_vectors_each("keyring", check_keyring_vector), 4);
    assert_int_equal(otp_vectors_each("index", check_index_vector), 12);
    assert_int_equal(otp_vectors_each("attempt", check_attempt_vector), 12);
}

static void test_attempt_mac_depends_on_all(void **state)
{
    static const char *const attempts[][3] = {{"vf_1", "a", "123456"}, {"vf_2", "a", "123456"},
        {"vf_1", "b", "123456"}, {"vf_1", "a", "123457"}, {"vf_1a", "", "123456"},
        {"vf_1", "a1", "23456"}};
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_of(master_a);
    uint8_t macs[6][OTP_ATTEMPT_MAC_SIZE], again[OTP_ATTEMPT_MAC_SIZE];

    (void)state;
    for (size_t i = 0; i < 6; i++) {
        otp_keyring_attempt_mac(keyring, attempts[i][0], attempts[i][1], attempts[i][2], macs[i]);
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(macs[i], macs[j], OTP_ATTEMPT_MAC_SIZE);
    }
    otp_keyring_attempt_mac(keyring, "vf_1", "a", "123456", again);
    assert_memory_equal(again, macs[0], sizeof(again));
}

/* Runs `body` in a child and answers its wait status. */
static int status_of_child(void (*body)(void))
{
    pid_t pid = fork();
    int status = 0;

    assert_true(pid >= 0);
    if (pid == 0) {
        body();
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void write_to_key(void)
{
    struct otp_keyring *keyring = NULL;

    if (otp_keyring_new(&keyring, master_a) < 0)
        _exit(1);
    signal(SIGSEGV, SIG_DFL);
    *(volatile uint8_t *)(uintptr_t)otp_keyring_code_key(keyring, otp_keyring_id(keyring)) = 1;
}

static void test_keys_cannot_be_written(void **state)
{
    int status = status_of_child(write_to_key);

    (void)state;
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGSEGV);
}

/* A container that may lock nothing: 0 when the keyring works and says that it is not locked. */
static void live_without_locked_memory(void)
{
    const struct rlimit nothing = {0, 0};
    struct otp_keyring *keyring = NULL;

    if (setrlimit(RLIMIT_MEMLOCK, &nothing) < 0 || (geteuid() == 0 && setuid(65534) < 0) ||
        mlock(&nothing, sizeof(nothing)) == 0) /* the limit is not heeded (address sanitizer) */
        _exit(77);
    if (otp_keyring_new(&keyring, master_a) < 0)
        _exit(1);
    _exit(otp_keyring_is_locked(keyring) ? 2 : otp_keyring_id(keyring) ? 0 : 3);
}

static void test_memory_that_cannot_be_locked(void **state)
{
    int status = status_of_child(live_without_locked_memory);

    (void)state;
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77) {
        print_message("mlock() is not the system's own under this sanitizer\n");
        skip();
    }
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_freeing(void **state)
{
    (void)state;
    assert_null(otp_keyring_free(NULL));
    assert_null(otp_keyring_free(keyring_of(master_a)));
}

/* Equal octets are known again; under another key, or with another octet, nothing is alike. */
static void test_octets_digest(void **state)
{
    static const char *const octets[] = {"+919812345678", "+919812345679", "+91981234567", ""};
    _cleanup_(otp_keyring_freep) struct otp_keyring *a = keyring_of(master_a);
    _cleanup_(otp_keyring_freep) struct otp_keyring *b = keyring_of(master_b);
    uint8_t digests[sizeof(octets) / sizeof(octets[0])][OTP_DIGEST_SIZE], other[OTP_DIGEST_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof(octets) / sizeof(octets[0]); i++) {
        otp_octets_digest(a, octets[i], strlen(octets[i]), digests[i]);
        otp_octets_digest(a, octets[i], strlen(octets[i]), other);
        assert_memory_equal(digests[i], other, sizeof(other));
        otp_octets_digest(b, octets[i], strlen(octets[i]), other);
        assert_memory_not_equal(digests[i], other, sizeof(other));
        otp_number_index(a, octets[i], other);
        assert_memory_not_equal(digests[i], other, sizeof(other));
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(digests[i], digests[j], sizeof(digests[j]));
    }
}

/* A code's key is the row's; new things are made with the current one. */
static void test_rotation(void **state)
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_of(master_a);
    _cleanup_(otp_keyring_freep) struct otp_keyring *next = keyring_of(master_b);
    uint32_t a = otp_keyring_id(keyring), b = otp_keyring_id(next);
    uint8_t code_key[OTP_CODE_KEY_SIZE], old[OTP_SEALED_NUMBER_SIZE], new[OTP_SEALED_NUMBER_SIZE];
    char number[E164_SIZE];

    (void)state;
    memcpy(code_key, otp_keyring_code_key(keyring, a), sizeof(code_key));
    otp_number_seal(keyring, "vf_1", "+919812345678", old);
    assert_null(otp_keyring_code_key(keyring, b));
    assert_null(otp_keyring_code_key(keyring, 0));
    assert_int_equal(otp_keyring_previous_id(keyring), 0);

    assert_int_equal(otp_keyring_rotate(keyring, next), 0);
    assert_int_equal(otp_keyring_id(keyring), b);
    assert_int_equal(otp_keyring_previous_id(keyring), a);
    assert_true(otp_keyring_has(keyring, a) && otp_keyring_has(keyring, b));
    assert_memory_equal(otp_keyring_code_key(keyring, a), code_key, sizeof(code_key));
    assert_memory_equal(otp_keyring_code_key(keyring, b), otp_keyring_code_key(next, b),
        OTP_CODE_KEY_SIZE);
    assert_memory_equal(
        otp_keyring_public_key(keyring), otp_keyring_public_key(next), OTP_PUBLIC_KEY_SIZE);
    otp_number_seal(keyring, "vf_1", "+919812345678", new);
    assert_true(otp_is_sealed_with(old, sizeof(old), a) && otp_is_sealed_with(new, sizeof(new), b));
    assert_int_equal(otp_number_open(keyring, "vf_1", old, number), 0);
    assert_int_equal(otp_number_open(keyring, "vf_1", new, number), 0);
    assert_int_equal(otp_number_open(next, "vf_1", old, number), -EBADMSG);
    assert_int_equal(otp_number_open(next, "vf_1", new, number), 0);
}

static void test_one_rotation_at_a_time(void **state)
{
    static const uint8_t master_c[OTP_MASTER_KEY_SIZE] = {'c'};
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_of(master_a);
    _cleanup_(otp_keyring_freep) struct otp_keyring *b = keyring_of(master_b);
    _cleanup_(otp_keyring_freep) struct otp_keyring *c = keyring_of(master_c);
    uint8_t old[OTP_SEALED_NUMBER_SIZE];
    char number[E164_SIZE];

    (void)state;
    otp_number_seal(keyring, "vf_1", "+919812345678", old);
    assert_int_equal(otp_keyring_rotate(keyring, keyring), -EEXIST);
    assert_int_equal(otp_keyring_rotate(keyring, b), 0);
    assert_int_equal(otp_keyring_rotate(keyring, b), -EEXIST);
    assert_int_equal(otp_keyring_rotate(keyring, c), -EBUSY);
    assert_int_equal(otp_keyring_add_previous(keyring, master_c), -EBUSY);
    otp_keyring_hide_previous(keyring);
    assert_int_equal(otp_keyring_previous_id(keyring), 0);
    assert_int_equal(otp_number_open(keyring, "vf_1", old, number), -EBADMSG);
    otp_keyring_wipe_hidden(keyring);
    assert_int_equal(otp_keyring_id(keyring), otp_keyring_id(b));
    assert_int_equal(otp_keyring_rotate(keyring, c), 0);
    assert_int_equal(otp_keyring_previous_id(keyring), otp_keyring_id(b));
}

static void test_hidden_key_is_wiped(void **state)
{
    static const uint8_t zeros[OTP_CODE_KEY_SIZE];
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_of(master_a);
    const uint8_t *previous;

    (void)state;
    assert_int_equal(otp_keyring_add_previous(keyring, master_b), 0);
    previous = otp_keyring_code_key(keyring, otp_keyring_previous_id(keyring));
    assert_memory_not_equal(previous, zeros, sizeof(zeros));
    otp_keyring_hide_previous(keyring);
    assert_memory_not_equal(previous, zeros, sizeof(zeros)); /* whoever has it may go on */
    otp_keyring_wipe_hidden(keyring);
    assert_memory_equal(previous, zeros, sizeof(zeros));
    assert_non_null(otp_keyring_code_key(keyring, otp_keyring_id(keyring)));
}

static void test_previous_that_is_the_same(void **state)
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_of(master_a);

    (void)state;
    assert_int_equal(otp_keyring_add_previous(keyring, master_a), -EEXIST);
    assert_int_equal(otp_keyring_previous_id(keyring), 0);
    assert_int_equal(otp_keyring_add_previous(keyring, master_b), 0);
}

static void index_of(const struct otp_keyring *keyring, uint8_t ret[static OTP_NUMBER_INDEX_SIZE])
{
    otp_number_index(keyring, "+919812345678", ret);
}

/* What limits are counted on stays through a rotation, a restart, and the end of the first key. */
static void test_lasting_secret(void **state)
{
    _cleanup_(otp_keyring_freep) struct otp_keyring *keyring = keyring_of(master_a);
    _cleanup_(otp_keyring_freep) struct otp_keyring *next = keyring_of(master_b);
    uint8_t first[OTP_NUMBER_INDEX_SIZE], index[OTP_NUMBER_INDEX_SIZE];
    uint8_t sealed[OTP_SEALED_LASTING_SIZE], again[OTP_SEALED_LASTING_SIZE];

    (void)state;
    index_of(keyring, first);
    index_of(next, index);
    assert_memory_not_equal(index, first, sizeof(index));
    otp_lasting_seal(keyring, next, sealed);
    assert_int_equal(otp_lasting_adopt(keyring, sealed), -EBADMSG); /* it is not its key yet */
    assert_int_equal(otp_keyring_rotate(keyring, next), 0);
    index_of(keyring, index);
    assert_memory_equal(index, first, sizeof(index));
    assert_int_equal(otp_lasting_adopt(next, sealed), 0); /* as after a restart */
    index_of(next, index);
    assert_memory_equal(index, first, sizeof(index));

    otp_lasting_seal(keyring, keyring, sealed);
    sealed[sizeof(sealed) - 1] ^= 1;
    assert_int_equal(otp_lasting_adopt(next, sealed), -EBADMSG);
    assert_int_equal(otp_lasting_reseal(next, sealed, again), -EBADMSG);
    sealed[sizeof(sealed) - 1] ^= 1;
    assert_int_equal(otp_lasting_reseal(next, sealed, again), 0);
    assert_memory_not_equal(again, sealed, sizeof(sealed));
    assert_int_equal(otp_lasting_adopt(next, again), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_attempt_mac_depends_on_all),
        cmocka_unit_test(test_keys_cannot_be_written),
        cmocka_unit_test(test_memory_that_cannot_be_locked),
        cmocka_unit_test(test_freeing),
        cmocka_unit_test(test_octets_digest),
        cmocka_unit_test(test_rotation),
        cmocka_unit_test(test_one_rotation_at_a_time),
        cmocka_unit_test(test_hidden_key_is_wiped),
        cmocka_unit_test(test_previous_that_is_the_same),
        cmocka_unit_test(test_lasting_secret),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
