/* The work of the tasks other than USSD, and the answers for a modem that is not in the state for
 * one. */
#pragma once

struct modem;

/* Ends the task: the modem's state does not allow it now, or any more. */
void task_cannot(struct modem *modem);
void task_cannot_any_more(struct modem *modem);
