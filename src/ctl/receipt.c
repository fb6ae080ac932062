/*
 * `smsotpctl receipt verify`: whether a receipt was signed by the gateway and is as it was, with a
 * public key that is at hand, or that the daemon tells.
 */
#include "ctl/command.h"
#include "ctl/usage.h"

#include "otp/receipt.h"
#include "smsotp/api.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

static int print_invalid(const struct ctl *ctl, const char *reason)
{
    json_t *answer;

    if (!ctl->json) {
        printf("not valid: %s\n", reason);
        return CTL_EXIT_NO;
    }
    answer = json_pack("{s:b, s:s}", "valid", 0, "reason", reason);
    ctl_print_json(answer);
    json_decref(answer);
    return CTL_EXIT_NO;
}

static int print_valid(const struct ctl *ctl, json_t *payload)
{
    static const char *const members[] = {
        "id", "purpose", "context_digest", "client", "approved_at", "key_id"};
    char text[128];

    if (ctl->json) {
        json_object_set_new(payload, "valid", json_true());
        ctl_print_json(payload);
        return CTL_EXIT_OK;
    }
    printf("valid\n");
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        printf("%-15s %s\n", members[i], ctl_text(payload, members[i], text, sizeof(text)));
    return CTL_EXIT_OK;
}

static int verify(
    const struct ctl *ctl, const char *receipt, const uint8_t key[static OTP_PUBLIC_KEY_SIZE])
{
    char text[OTP_RECEIPT_PAYLOAD_SIZE];
    json_t *payload;
    int status;
    int r = otp_receipt_verify(receipt, key, text);

    if (r < 0)
        return print_invalid(ctl, r == -EBADMSG
            ? "it was not signed with this key, or has been changed since"
            : "it is no receipt, or not whole");
    payload = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    status = payload ? print_valid(ctl, payload) : print_invalid(ctl, "its content is no JSON");
    json_decref(payload);
    return status;
}

/* The key of this name in the daemon's answer. */
static bool find_key(
    const json_t *answer, const char *name, uint8_t ret_key[static OTP_PUBLIC_KEY_SIZE])
{
    const json_t *row;
    size_t i;

    json_array_foreach (json_object_get(answer, "keys"), i, row) {
        const char *key_id = json_string_value(json_object_get(row, "key_id"));
        const char *key = json_string_value(json_object_get(row, "public_key"));

        if (key_id && key && strcmp(key_id, name) == 0)
            return otp_public_key_from_text(key, ret_key) == 0;
    }
    return false;
}

static int verify_with_daemon(struct ctl *ctl, const char *receipt)
{
    char name[OTP_KEY_NAME_SIZE];
    uint8_t key[OTP_PUBLIC_KEY_SIZE];
    json_t *answer;
    bool is_found;
    int status;

    if (otp_receipt_key(receipt, name) < 0)
        return print_invalid(ctl, "it is no receipt, or not whole");
    if (!ctl_call(ctl, "GET", SMSOTP_ROUTE_RECEIPT_KEY, NULL, 0, &answer, &status))
        return status;
    is_found = find_key(answer, name, key);
    json_decref(answer);
    return is_found ? verify(ctl, receipt, key)
                    : print_invalid(ctl, "this gateway has never had the key that it names");
}

int ctl_receipt(struct ctl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{"key", required_argument, NULL, 'k'}, {0}};
    uint8_t key[OTP_PUBLIC_KEY_SIZE];
    const char *key_text = NULL, *receipt;
    char line[OTP_RECEIPT_SIZE + 2];
    int c;

    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0) {
        if (c != 'k')
            return ctl_usage("receipt");
        key_text = optarg;
    }
    if (argc - optind != 2 || strcmp(argv[optind], "verify") != 0)
        return ctl_usage("receipt");
    receipt = argv[optind + 1];
    if (strcmp(receipt, "-") == 0)
        receipt = ctl_read_line(line, sizeof(line)) ? line : "";
    if (!key_text)
        return verify_with_daemon(ctl, receipt);
    if (otp_public_key_from_text(key_text, key) < 0) {
        fprintf(stderr, "smsotpctl receipt: --key: expected the 43 characters of a `public_key` "
                        "that GET " SMSOTP_ROUTE_RECEIPT_KEY " answers\n");
        return CTL_EXIT_USAGE;
    }
    return verify(ctl, receipt, key);
}
