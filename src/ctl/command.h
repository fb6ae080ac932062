/*
 * What the commands of smsotpctl share: options that come before the command, the talk with the
 * daemon, and how answers and problems are printed.
 */
#pragma once

#include "smsotp/client.h"
#include "util/macros.h"

#include <jansson.h>
#include <stdbool.h>

/* Exit statuses. */
#define CTL_EXIT_OK 0
#define CTL_EXIT_NO 1       /* asked and answered: not approved, not ready */
#define CTL_EXIT_REFUSED 2  /* the gateway refused the request */
#define CTL_EXIT_UNCHECKED 3 /* nothing is wrong, but not all could be looked at */
#define CTL_EXIT_WAITING 3  /* not known yet when it was time to leave */
#define CTL_EXIT_USAGE 64   /* sysexits.h: the command line */
#define CTL_EXIT_OFFLINE 69 /* nobody answers on the socket */
#define CTL_EXIT_OUTPUT 74  /* what was asked for could not be written out */

struct ctl {
    const char *socket_path;
    bool json; /* print the daemon's JSON, one object a line */
    struct smsotp *smsotp;
    const char *header; /* "Name: value" of the next calls, or NULL; borrowed */
};

/*
 * Calls a route; `body` (taken over) may be NULL. True: *ret_json is the answer of a 2xx, or of a
 * status that `also` names, to be released. False: what went wrong has been printed, and
 * *ret_exit says how to leave.
 */
bool ctl_call(struct ctl *ctl, const char *method, const char *route, json_t *body, unsigned also,
    json_t **ret_json, int *ret_exit);

/* The first line of standard input, without its end. False: there is none, or it is empty. */
bool ctl_read_line(char *ret_line, int size);

/* Prints an answer as it is, in one line. */
void ctl_print_json(const json_t *json);

/* A member's text for people, made harmless for the terminal; "-" when it is absent. Static buffers
 * are not used: the caller gives the room. */
const char *ctl_text(const json_t *json, const char *member, char *buffer, size_t size);

/*
 * Prints a text of several lines, each as it is, or made harmless where a terminal would act on it.
 */
void ctl_print_lines(const char *text);

/* Adds a text that was given, NULL: none. False: it is not UTF-8. */
bool ctl_add_text(json_t *object, const char *member, const char *text);

/* Says that an argument of a command is not UTF-8. */
void ctl_complain_of_encoding(const char *command);

/* The arguments KEY=VALUE from argv[first] on; NULL, and said why, when one is malformed. */
json_t *ctl_context(int argc, char **argv, int first);

/* The commands; argv[0] is their name. Each returns an exit status. */
int ctl_status(struct ctl *ctl, int argc, char **argv);
int ctl_modems(struct ctl *ctl, int argc, char **argv);
int ctl_modem(struct ctl *ctl, int argc, char **argv);
int ctl_inbound(struct ctl *ctl, int argc, char **argv);
int ctl_limits(struct ctl *ctl, int argc, char **argv);
int ctl_optout(struct ctl *ctl, int argc, char **argv);
int ctl_request(struct ctl *ctl, int argc, char **argv);
int ctl_message(struct ctl *ctl, int argc, char **argv);
int ctl_render(struct ctl *ctl, int argc, char **argv);
int ctl_check(struct ctl *ctl, int argc, char **argv);
int ctl_audit(struct ctl *ctl, int argc, char **argv);
int ctl_events(struct ctl *ctl, int argc, char **argv);
int ctl_clock(struct ctl *ctl, int argc, char **argv);
int ctl_key(struct ctl *ctl, int argc, char **argv);
int ctl_receipt(struct ctl *ctl, int argc, char **argv);
