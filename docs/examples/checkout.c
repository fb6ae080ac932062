/*
 * A till's checkout with libsmsotp: ask for a code, compare what the customer says, do the right thing
 * with each result.   cc checkout.c -o checkout $(pkg-config --cflags --libs libsmsotp)
 *
 *   checkout SOCKET NUMBER AMOUNT PAYEE BILL      reads codes from standard input, one a line;
 *                                                 `r` sends the text again, an empty line gives up
 */
#include <smsotp/client.h>

#include <stdio.h>
#include <string.h>

/* The same bill again, after the till was switched off in the middle: go on where it was. */
static int begin(struct smsotp *smsotp, const struct smsotp_request *request,
    struct smsotp_verification *verification, struct smsotp_error *error)
{
    int r = smsotp_find(smsotp, request->reference, 0, verification, error);

    if (r == 0 && (verification->status == SMSOTP_VERIFICATION_PENDING ||
                      verification->status == SMSOTP_VERIFICATION_APPROVED))
        return 0;
    return smsotp_verify(smsotp, request, 0, verification, error);
}

static void resend(struct smsotp *smsotp, const char *id)
{
    struct smsotp_verification verification;
    struct smsotp_error error;

    if (smsotp_resend(smsotp, id, 0, &verification, &error) == 0)
        printf("The text is sent again; %u more are possible.\n", verification.resends_left);
    else if (error.retry_after_sec > 0)
        printf("Please wait %u s.\n", error.retry_after_sec);
    else
        printf("%s\n", error.detail);
}

/* 1: paid; 0: ask again; -1: not paid. */
static int compare(
    struct smsotp *smsotp, const char *id, const struct smsotp_request *request, const char *code)
{
    struct smsotp_attempt attempt = {
        .code = code, .context = request->context, .n_context = request->n_context};
    struct smsotp_check check;
    struct smsotp_error error;

    if (smsotp_check(smsotp, id, &attempt, 0, &check, &error) != 0) {
        printf("%s\n", error.detail); /* a typing mistake counts nothing */
        return 0;
    }
    switch (check.result) {
    case SMSOTP_CHECK_APPROVED:
    case SMSOTP_CHECK_ALREADY_APPROVED: /* our own check, whose answer was lost */
        printf("PAID\n");
        return 1;
    case SMSOTP_CHECK_INCORRECT:
        printf("Wrong code; %u tries left.\n", check.attempts_left);
        return check.attempts_left > 0 ? 0 : -1;
    case SMSOTP_CHECK_SUPERSEDED:
        printf("That code is from an older text; please use the newest.\n");
        return 0;
    case SMSOTP_CHECK_DENIED:
        printf("The customer's phone says NO: do not sell, call the manager.\n");
        return -1;
    case SMSOTP_CHECK_CONTEXT_MISMATCH:
        printf("The amount has changed since the text: begin again.\n");
        return -1;
    case SMSOTP_CHECK_EXPIRED:
    case SMSOTP_CHECK_EXHAUSTED:
    case SMSOTP_CHECK_CANCELED:
    case SMSOTP_CHECK_UNDELIVERABLE:
    case SMSOTP_CHECK_OTHER:
        break;
    }
    printf("The code is %s: begin again or take cash.\n", smsotp_check_result_name(check.result));
    return -1;
}

int main(int argc, char **argv)
{
    struct smsotp_verification verification;
    struct smsotp_error error;
    struct smsotp *smsotp;
    char line[64];
    int outcome = 0;

    if (argc != 6 || smsotp_new(&smsotp, argv[1]) < 0) {
        fprintf(stderr, "usage: checkout SOCKET NUMBER AMOUNT PAYEE BILL\n");
        return 64;
    }
    const struct smsotp_pair bill[] = {{"amount", argv[3]}, {"currency", "INR"}, {"payee", argv[4]}};
    const struct smsotp_request request = {.to = argv[2],
        .purpose = "checkout",
        .reference = argv[5],
        .context = bill,
        .n_context = 3,
        .idempotency_key = argv[5]};

    if (begin(smsotp, &request, &verification, &error) != 0) {
        printf("No text was sent: %s\nNOT PAID\n", error.detail);
        smsotp_free(smsotp);
        return 1;
    }
    if (verification.status == SMSOTP_VERIFICATION_APPROVED) {
        printf("PAID\n");
        outcome = 1;
    } else {
        printf("A code was sent to %s; it is good for %u s.\n", verification.to,
            verification.expires_in_sec);
    }
    while (outcome == 0) {
        fflush(stdout);
        if (!fgets(line, sizeof(line), stdin) || line[0] == '\n') {
            smsotp_cancel(smsotp, verification.id, 0, &verification, &error);
            break;
        }
        line[strcspn(line, "\r\n")] = '\0';
        if (strcmp(line, "r") == 0)
            resend(smsotp, verification.id);
        else
            outcome = compare(smsotp, verification.id, &request, line);
    }
    smsotp_free(smsotp);
    if (outcome != 1)
        printf("NOT PAID\n");
    return outcome == 1 ? 0 : 1;
}
