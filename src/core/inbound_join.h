/*
 * From PDUs to texts: a whole one is a text at once; parts wait in their table for each other, and
 * when the last does not come within a day, what has come is a text that is not complete. The
 * journal has each text. On the store's thread.
 */
#pragma once

#include "core/environment.h"
#include "core/inbound_table.h"
#include "sms/pdu.h"

#define INBOUND_PARTS_MAX 255

/* How long the parts of a text are waited for. A reference comes round after 256 texts. */
#define INBOUND_PARTS_AGE USEC_PER_DAY

/*
 * Makes a text of a PDU, or of its group if that is complete with it; `part` is in its table.
 * `decoded` is NULL for octets that are no short message: the text is their hex then. 1: *ret is
 * stored; 0: it waits for other parts.
 */
int inbound_join(struct db *db, const struct environment *env, const struct inbound_part *part,
    const struct sms_decoded *decoded, struct inbound *ret);

/* Makes texts of parts that have waited too long, `max` at most. */
int inbound_join_old(struct db *db, const struct environment *env, usec_t now_wall, unsigned max,
    unsigned *ret_n);
