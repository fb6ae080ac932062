/*
 * The bring-up's steps that concern the SIM: its number, its PIN, whether it is the one of before,
 * and the waits while it starts. Rows of bringup_steps.c name these functions; their signatures
 * are those of struct bringup_step.
 */
#pragma once

#include "modem/bringup_steps.h"

/* The state becomes `locked`, with this reason. */
enum bringup_verdict bringup_stop_locked(struct modem *modem, const char *reason);

/*
 * Whether a SIM that is still starting is to be given more time; begins to count when first asked.
 */
bool bringup_may_wait(struct modem *modem);

/* Goes on, or waits when the refusal was that of a SIM still starting (CMS 314, CME 14). */
enum bringup_verdict bringup_next_or_wait(struct modem *modem, const struct at_result *result);

/* The forms of the question for the SIM's number, one after the other. */
int bringup_make_iccid(struct modem *modem, struct at_command *command);
const char *bringup_iccid_prefix(const struct modem *modem);
void bringup_on_iccid(void *userdata, const char *line);
enum bringup_verdict bringup_iccid_done(struct modem *modem, const struct at_result *result);

/* +CPIN? */
void bringup_on_cpin(void *userdata, const char *line);
enum bringup_verdict bringup_cpin_done(struct modem *modem, const struct at_result *result);

/* Tries left: the vendor's question, then all others. */
int bringup_make_tries(struct modem *modem, struct at_command *command);
void bringup_on_tries(void *userdata, const char *line);
enum bringup_verdict bringup_tries_done(struct modem *modem, const struct at_result *result);

/* +CPIN=, if the guard lets it. */
int bringup_make_pin(struct modem *modem, struct at_command *command);
enum bringup_verdict bringup_pin_done(struct modem *modem, const struct at_result *result);

/* No command: stops when the SIM is another than before although the modem was not unplugged. */
int bringup_make_same_sim(struct modem *modem, struct at_command *command);

/* Waits for the message service, by the vendor's question or for its line. */
int bringup_make_sms_ready(struct modem *modem, struct at_command *command);
const char *bringup_sms_ready_prefix(const struct modem *modem);
void bringup_on_sms_ready(void *userdata, const char *line);
enum bringup_verdict bringup_sms_ready_done(struct modem *modem, const struct at_result *result);
