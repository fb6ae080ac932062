/*
 * `smsotpctl message`: sends a plain text and follows it until it has left or will not: a
 * technician's test, or a line for a script.
 */
#include "ctl/command.h"
#include "ctl/usage.h"

#include "util/clock.h"
#include "util/parse.h"
#include "util/strbuf.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* A text takes 2 s to 15 s, and one that is tried again a minute. */
#define PATIENCE (2 * USEC_PER_MINUTE)
#define PAUSE_NSEC 250000000

struct message_options {
    struct smsotp_text text;
    usec_t patience;
    char line[SMSOTP_MESSAGE_TEXT_MAX + 2]; /* of standard input */
};

static bool take_option(struct message_options *options, int c)
{
    usec_t time;

    switch (c) {
    case 't':
        options->text.to = optarg;
        return true;
    case 'x':
        options->text.text = optarg;
        return true;
    case 'r':
        options->text.reference = optarg;
        return true;
    case 'v':
        if (parse_duration(optarg, &time) < 0 || time < USEC_PER_SEC ||
            time > SMSOTP_MESSAGE_VALIDITY_MAX_SEC * USEC_PER_SEC)
            break;
        options->text.validity_sec = (unsigned)(time / USEC_PER_SEC);
        return true;
    case 'w':
        if (parse_duration(optarg, &options->patience) == 0)
            return true;
        break;
    default:
        return false;
    }
    fprintf(stderr, "smsotpctl message: `%s`: expected a time like 90s, 5m or 1h\n", optarg);
    return false;
}

static bool parse_options(int argc, char **argv, struct message_options *ret)
{
    static const struct option options[] = {
        {"to", required_argument, NULL, 't'},
        {"text", required_argument, NULL, 'x'},
        {"reference", required_argument, NULL, 'r'},
        {"validity", required_argument, NULL, 'v'},
        {"timeout", required_argument, NULL, 'w'},
        {0},
    };
    int c;

    *ret = (struct message_options){.patience = PATIENCE};
    optind = 0;
    while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0)
        if (!take_option(ret, c))
            return false;
    if (optind != argc || !ret->text.to || !ret->text.text)
        return false;
    if (strcmp(ret->text.text, "-") == 0) {
        ret->text.text = ret->line;
        return ctl_read_line(ret->line, sizeof(ret->line));
    }
    return true;
}

/* Text from the gateway, made harmless for a terminal, in a line. */
static void print_text(FILE *file, const char *before, const char *text, const char *after)
{
    char line[8 * sizeof(((struct smsotp_error *)NULL)->detail)];
    struct strbuf sb = STRBUF_ON(line);

    strbuf_put_escaped(&sb, text, strlen(text));
    fprintf(file, "%s%s%s", before, line, after);
}

/* What went wrong, and how to leave. */
static int complain(const struct ctl *ctl, int r, const struct smsotp_error *error)
{
    json_t *json;

    if (ctl->json && r == SMSOTP_REFUSED) {
        json = json_pack("{s:i, s:s, s:s}", "status", (int)error->http_status, "code", error->code,
            "detail", error->detail);
        ctl_print_json(json);
        json_decref(json);
        return CTL_EXIT_REFUSED;
    }
    fputs("smsotpctl: ", stderr);
    if (r == SMSOTP_REFUSED)
        print_text(stderr, "", error->code, ": ");
    print_text(stderr, "", error->detail, "\n");
    return r == SMSOTP_REFUSED ? CTL_EXIT_REFUSED
           : r == -EINVAL      ? CTL_EXIT_USAGE
                               : CTL_EXIT_OFFLINE;
}

static bool is_on_its_way(const struct smsotp_message *message)
{
    return message->status == SMSOTP_MESSAGE_QUEUED || message->status == SMSOTP_MESSAGE_SENDING;
}

static void print_status(const struct smsotp_message *message)
{
    printf("status      %s", smsotp_message_status_name(message->status));
    if (message->status == SMSOTP_MESSAGE_QUEUED && message->position >= 0)
        printf(", position %d", message->position);
    if (message->status == SMSOTP_MESSAGE_QUEUED && message->eta_sec >= 0)
        printf(", eta %d s", message->eta_sec);
    if (message->error_class[0]) {
        print_text(stdout, ", ", message->error_class, ": ");
        print_text(stdout, "", message->error_detail, "");
    }
    putchar('\n');
    (void)fflush(stdout); /* somebody watches */
}

/*
 * Until it has left or will not, or until it is time to go. A gateway that restarts is waited for.
 */
static int follow(struct ctl *ctl, usec_t patience, struct smsotp_message *message,
    struct smsotp_error *ret_error)
{
    const struct timespec pause = {.tv_nsec = PAUSE_NSEC};
    usec_t end = usec_add(clock_boottime(&clock_system), patience);
    enum smsotp_message_status told = message->status;
    int r = 0;

    while (is_on_its_way(message) && clock_boottime(&clock_system) < end) {
        (void)nanosleep(&pause, NULL);
        r = smsotp_message_get(ctl->smsotp, message->id, 0, message, ret_error);
        if (r == SMSOTP_REFUSED && ret_error->http_status != 503)
            return r;
        if (r == 0 && message->status != told && !ctl->json)
            print_status(message);
        told = message->status;
    }
    return r;
}

static int exit_of(const struct smsotp_message *message)
{
    if (is_on_its_way(message))
        return CTL_EXIT_WAITING;
    return message->status == SMSOTP_MESSAGE_SENT || message->status == SMSOTP_MESSAGE_DELIVERED
               ? CTL_EXIT_OK
               : CTL_EXIT_NO;
}

/* The gateway's own words, as the other commands print them. */
static int print_answer(struct ctl *ctl, const struct smsotp_message *message)
{
    char route[sizeof(SMSOTP_ROUTE_MESSAGES) + SMSOTP_ID_MAX + 2];
    json_t *answer;
    int status;

    snprintf(route, sizeof(route), "%s/%s", SMSOTP_ROUTE_MESSAGES, message->id);
    if (!ctl_call(ctl, "GET", route, NULL, 0, &answer, &status))
        return status;
    ctl_print_json(answer);
    json_decref(answer);
    return exit_of(message);
}

int ctl_message(struct ctl *ctl, int argc, char **argv)
{
    struct message_options options;
    struct smsotp_message message;
    struct smsotp_error error;
    int r;

    if (!parse_options(argc, argv, &options))
        return ctl_usage("message");
    r = smsotp_message_send(ctl->smsotp, &options.text, 0, &message, &error);
    if (r != 0)
        return complain(ctl, r, &error);
    if (!ctl->json) {
        print_text(stdout, "id          ", message.id, "\n");
        print_text(stdout, "to          ", message.to, "\n");
        printf("segments    %u", message.segments);
        print_text(stdout, ", ", message.encoding, "\n");
        print_status(&message);
    }
    r = follow(ctl, options.patience, &message, &error);
    if (r != 0)
        return complain(ctl, r, &error);
    return ctl->json ? print_answer(ctl, &message) : exit_of(&message);
}
