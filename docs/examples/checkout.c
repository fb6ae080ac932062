/*
 * A till's checkout with libsmsotp: ask for a code, compare what the customer says, do the right
 * thing with each result.   cc checkout.c -o checkout $(pkg-config --cflags --libs libsmsotp)
 *
 *   checkout SOCKET NUMBER AMOUNT PAYEE BILL      reads codes from standard input, one a line;
 *                                                 `r` sends the text again, an empty line gives up
 */
#include <smsotp/client.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TRIES 5

/*
 * An answer that is lost is asked for again: a request with `resume` or an attempt_id is done once.
 */
static bool asks_again(int r, unsigned *tries)
{
    return r < 0 && r != -EINVAL && --*tries > 0 && sleep(1) == 0;
}

/* `resume`: after the till was switched off in the middle, the same bill goes on where it was; with
 * another amount or number it begins again. */
static int begin(struct smsotp *smsotp, const struct smsotp_request *request,
    struct smsotp_verification *verification, struct smsotp_error *error)
{
    unsigned tries = TRIES;
    int r;

    do
        r = smsotp_verify(smsotp, request, 0, verification, error);
    while (asks_again(r, &tries));
    return r;
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
    static unsigned n;
    char attempt_id[SMSOTP_ATTEMPT_ID_MAX + 1];
    const struct smsotp_attempt attempt = {.code = code,
        .context = request->context,
        .n_context = request->n_context,
        .attempt_id = attempt_id};
    struct smsotp_check check;
    struct smsotp_error error;
    unsigned tries = TRIES;
    int r;

    snprintf(attempt_id, sizeof(attempt_id), "%ld-%ld-%u", (long)time(NULL), (long)getpid(), ++n);
    do
        r = smsotp_check(smsotp, id, &attempt, 0, &check, &error);
    while (asks_again(r, &tries));
    if (r != 0) {
        printf("%s\n", error.detail); /* a typing mistake counts nothing */
        return r == SMSOTP_REFUSED || r == -EINVAL ? 0 : -1;
    }
    switch (check.result) {
    case SMSOTP_CHECK_APPROVED:
    case SMSOTP_CHECK_ALREADY_APPROVED: /* this very sale, at an earlier run or another till */
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
    const struct smsotp_pair bill[] = {
        {"amount", argv[3]}, {"currency", "INR"}, {"payee", argv[4]}};
    const struct smsotp_request request = {.to = argv[2],
        .purpose = "checkout",
        .reference = argv[5],
        .context = bill,
        .n_context = 3,
        .resume = 1};

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
