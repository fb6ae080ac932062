#include "core/send_policy.h"

#include "at/error.h"
#include "util/macros.h"

/*
 * Pauses before further tries: a network hiccup is over in seconds, and a code lives for minutes.
 */
static const usec_t pauses[] = {2 * USEC_PER_SEC, 5 * USEC_PER_SEC, 10 * USEC_PER_SEC};

/* What each class allows: how many tries in all, and who is to blame: the number, or the modem. */
static const struct class_policy {
    unsigned tries_max;
    bool undeliverable;
    enum standing_blame blame;
} class_policies[] = {
    [AT_ERROR_DESTINATION] = {1, true, STANDING_BLAMES_NOBODY},
    [AT_ERROR_REJECTED] = {2, false, STANDING_BLAMES_NOBODY},
    [AT_ERROR_ACCOUNT] = {1, false, STANDING_BLAMES_SIM},
    [AT_ERROR_NETWORK] = {4, false, STANDING_BLAMES_MODEM},
    [AT_ERROR_SIM] = {4, false, STANDING_BLAMES_MODEM},
    [AT_ERROR_MEMORY] = {2, false, STANDING_BLAMES_MODEM},
    [AT_ERROR_BUSY] = {4, false, STANDING_BLAMES_MODEM},
    [AT_ERROR_PROTOCOL] = {1, false, STANDING_BLAMES_NOBODY},
    [AT_ERROR_UNKNOWN] = {2, false, STANDING_BLAMES_MODEM},
};

static struct send_verdict judge_refused(const struct modem_send_result *result, unsigned tries)
{
    static const struct at_error bare_error = {
        .code = -1, .error_class = AT_ERROR_UNKNOWN, .text = "The modem said ERROR and no more"};
    const struct at_error *error = &bare_error;
    const struct class_policy *policy;
    struct send_verdict verdict;

    if (result->cms_error >= 0)
        error = at_cms_error(result->cms_error);
    else if (result->cme_error >= 0)
        error = at_cme_error(result->cme_error);
    policy = &class_policies[error->error_class];
    verdict = (struct send_verdict){.status = MESSAGE_FAILED,
        .undeliverable = policy->undeliverable,
        .blame = policy->blame,
        .error_class = at_error_class_to_string(error->error_class),
        .error_text = error->text,
        .is_unlisted = error->code < 0 && error != &bare_error};
    if (tries + 1 < policy->tries_max) {
        verdict.status = MESSAGE_QUEUED;
        verdict.undeliverable = false;
        verdict.pause = pauses[MIN(tries, (unsigned)ARRAY_SIZE(pauses) - 1)];
    }
    return verdict;
}

struct send_verdict send_policy_judge(const struct modem_send_result *result, unsigned tries)
{
    switch (result->outcome) {
    case MODEM_SEND_SENT:
        return (struct send_verdict){.status = MESSAGE_SENT};
    case MODEM_SEND_REFUSED:
        return judge_refused(result, tries);
    case MODEM_SEND_NOT_SENT:
        /* The modem's fault, not the text's: it waits for as long as its code lives. */
        return (struct send_verdict){.status = MESSAGE_QUEUED,
            .pause = USEC_PER_SEC,
            .error_class = "modem",
            .error_text = result->fault ? result->fault
                                        : "The modem went away before it took the text"};
    case MODEM_SEND_UNKNOWN:
        return (struct send_verdict){.status = MESSAGE_UNKNOWN,
            .error_class = "modem",
            .error_text = "The modem fell silent after it took the text"};
    }
    return (struct send_verdict){.status = MESSAGE_UNKNOWN};
}
