#include "store/schema.h"

#include "util/macros.h"

/* Times: _wall is microseconds of Unix time, _boot microseconds of CLOCK_BOOTTIME of `boot_id`. */
static const char version_1[] =
    "CREATE TABLE meta ("
    "  key TEXT PRIMARY KEY,"
    "  value) WITHOUT ROWID;"

    "CREATE TABLE verifications ("
    "  id TEXT PRIMARY KEY,"            /* vf_ and 26 characters, in the order of time */
    "  client TEXT NOT NULL,"           /* who asked: uid:1000, or a client's name */
    "  purpose TEXT NOT NULL,"
    "  locale TEXT NOT NULL,"
    "  reference TEXT,"
    "  number_index BLOB NOT NULL,"
    "  number_masked TEXT NOT NULL,"
    "  number_sealed BLOB,"             /* wiped when nothing is to be sent any more */
    "  key_id INTEGER NOT NULL,"
    "  generation INTEGER NOT NULL,"
    "  code_length INTEGER NOT NULL,"
    "  context TEXT,"                   /* JSON; wiped when no text needs it any more */
    "  context_digest BLOB NOT NULL,"
    "  status TEXT NOT NULL,"           /* pending approved expired exhausted canceled denied
                                           undeliverable */
    "  attempts INTEGER NOT NULL,"
    "  attempts_max INTEGER NOT NULL,"
    "  sends INTEGER NOT NULL,"
    "  sends_max INTEGER NOT NULL,"
    "  resend_new INTEGER NOT NULL,"    /* 1: a resend makes a new code */
    "  ttl_usec INTEGER NOT NULL,"
    "  boot_id BLOB NOT NULL,"
    "  created_wall INTEGER NOT NULL,"
    "  created_boot INTEGER NOT NULL,"
    "  expires_wall INTEGER NOT NULL,"
    "  expires_boot INTEGER NOT NULL,"
    "  last_send_boot INTEGER NOT NULL,"
    "  last_send_wall INTEGER NOT NULL,"
    "  finished_wall INTEGER"
    ") WITHOUT ROWID;"
    "CREATE INDEX verifications_pending ON verifications (expires_wall) WHERE status = 'pending';"
    "CREATE INDEX verifications_reference ON verifications (reference, client)"
    "  WHERE reference IS NOT NULL;"
    "CREATE INDEX verifications_client ON verifications (client, created_wall);"

    "CREATE TABLE messages ("
    "  id TEXT PRIMARY KEY,"            /* ms_ and 26 characters, in the order of time */
    "  verification_id TEXT,"
    "  generation INTEGER NOT NULL,"
    "  client TEXT NOT NULL,"
    "  number_index BLOB NOT NULL,"
    "  number_masked TEXT NOT NULL,"
    "  number_sealed BLOB,"
    "  body_sealed BLOB,"               /* plain texts only; that of a code is rendered anew */
    "  status TEXT NOT NULL,"           /* queued sending sent delivered failed expired unknown */
    "  encoding TEXT NOT NULL,"
    "  segments INTEGER NOT NULL,"
    "  segments_sent INTEGER NOT NULL,"
    "  priority INTEGER NOT NULL,"
    "  tries INTEGER NOT NULL,"
    "  modem TEXT,  message_reference INTEGER,"
    "  error_class TEXT,"
    "  error_text TEXT,"
    "  created_wall INTEGER NOT NULL,"
    "  deadline_wall INTEGER NOT NULL,"
    "  deadline_boot INTEGER NOT NULL,"
    "  boot_id BLOB NOT NULL,"
    "  sent_wall INTEGER,"
    "  finished_wall INTEGER"
    ") WITHOUT ROWID;"
    "CREATE INDEX messages_open ON messages (id) WHERE status IN ('queued', 'sending');"
    "CREATE INDEX messages_verification ON messages (verification_id);"
    "CREATE INDEX messages_number ON messages (number_index, created_wall);"
    "CREATE INDEX messages_age ON messages (created_wall);"

    "CREATE TABLE idempotency ("        /* answers to requests that had an Idempotency-Key */
    "  client TEXT NOT NULL,"
    "  key TEXT NOT NULL,"
    "  body_digest BLOB NOT NULL,"
    "  verification_id TEXT NOT NULL,"
    "  message_id TEXT NOT NULL,"
    "  position INTEGER NOT NULL,"
    "  eta INTEGER NOT NULL,"
    "  created_wall INTEGER NOT NULL,"
    "  PRIMARY KEY (client, key)"
    ") WITHOUT ROWID;CREATE INDEX idempotency_age ON idempotency (created_wall);"

    "CREATE TABLE guesses ("            /* wrong codes by number, whatever the verification */
    "  number_index BLOB NOT NULL,"
    "  at_wall INTEGER NOT NULL,"       /* made unique by the microsecond */
    "  PRIMARY KEY (number_index, at_wall)"
    ") WITHOUT ROWID;"

    "CREATE TABLE attempts ("           /* answers to checks that had an attempt_id */
    "  verification_id TEXT NOT NULL,"
    "  attempt_id TEXT NOT NULL,"
    "  code_mac BLOB NOT NULL,"
    "  result TEXT NOT NULL,"
    "  attempts_left INTEGER NOT NULL,"
    "  PRIMARY KEY (verification_id, attempt_id)"
    ") WITHOUT ROWID;";

/* Texts that came in. */
static const char version_2[] =
    "CREATE TABLE inbound ("
    "  id TEXT PRIMARY KEY,"            /* in_ and 26 characters, in the order of time */
    "  modem TEXT NOT NULL,"
    "  number_index BLOB,"              /* NULL: the sender has no E.164 number */
    "  number_masked TEXT NOT NULL,"    /* or the sender's name */
    "  number_sealed BLOB,"
    "  key_id INTEGER NOT NULL,"
    "  body_sealed BLOB NOT NULL,"
    "  encoding TEXT NOT NULL,"         /* gsm7 8bit ucs2; the body of 8bit is hex */
    "  parts INTEGER NOT NULL,"         /* that came */
    "  parts_total INTEGER NOT NULL,"
    "  is_complete INTEGER NOT NULL,"
    "  received_wall INTEGER NOT NULL,"
    "  verification_id TEXT"            /* the one that it denied */
    ") WITHOUT ROWID;CREATE INDEX inbound_age ON inbound (received_wall);"

    "CREATE TABLE inbound_parts ("      /* every PDU that came: none is taken twice */
    "  digest BLOB PRIMARY KEY,"
    "  group_digest BLOB,"              /* of the text it is a part of; NULL: it is a whole one */
    "  sealed BLOB,"                    /* sender and PDU; NULL once its text is in `inbound` */
    "  modem TEXT NOT NULL,"
    "  verification_id TEXT,"           /* the one that it denied */
    "  received_wall INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE INDEX inbound_parts_group ON inbound_parts (group_digest, received_wall)"
    "  WHERE sealed IS NOT NULL;"
    "CREATE INDEX inbound_parts_open ON inbound_parts (received_wall) WHERE sealed IS NOT NULL;"
    "CREATE INDEX inbound_parts_age ON inbound_parts (received_wall) WHERE sealed IS NULL;";

/* Receipts of what was approved, and the keys that signed them. */
static const char version_3[] =
    "CREATE TABLE keys ("
    "  id INTEGER PRIMARY KEY,"         /* name of a master key, from it */
    "  public_key BLOB NOT NULL,"       /* Ed25519, of receipts */
    "  created_wall INTEGER NOT NULL"   /* first used here */
    ");ALTER TABLE verifications ADD COLUMN receipt_key_id INTEGER;"
    "ALTER TABLE verifications ADD COLUMN receipt_signature BLOB;"; /* Ed25519, by that key */

/* What the limits count. */
static const char version_4[] =
    "ALTER TABLE messages ADD COLUMN prefix_index BLOB;" /* of the number without its last four */
    "CREATE INDEX messages_prefix ON messages (prefix_index, created_wall)"
    "  WHERE prefix_index IS NOT NULL;"
    "CREATE INDEX verifications_purpose ON verifications (purpose, created_wall);"
    "CREATE INDEX verifications_pending_number ON verifications (number_index)"
    "  WHERE status = 'pending';"

    "ALTER TABLE guesses ADD COLUMN client TEXT NOT NULL DEFAULT '';" /* who tried it */
    "CREATE INDEX guesses_age ON guesses (at_wall);"
    "CREATE INDEX guesses_client ON guesses (client, at_wall);"

    "CREATE TABLE conversion_resets (" /* earlier texts are forgiven that nobody answered */
    "  scope TEXT NOT NULL,"           /* prefix client */
    "  subject BLOB NOT NULL,"         /* prefix_index, or the client's name */
    "  at_wall INTEGER NOT NULL,"
    "  PRIMARY KEY (scope, subject)"
    ") WITHOUT ROWID;";

/* What happened: the audit log, and the source of events. Rows are added and, old ones, purged. */
static const char version_5[] =
    "CREATE TABLE journal ("
    "  seq INTEGER PRIMARY KEY,"        /* from 1, without a gap */
    "  at_wall INTEGER NOT NULL,"
    "  kind TEXT NOT NULL,"             /* verification.approved, … */
    "  object TEXT,"                    /* id of a verification, a text; a modem's name */
    "  client TEXT,"                    /* whose object it is */
    "  actor_uid INTEGER,"              /* who did it; NULL: the gateway by itself */
    "  number_masked TEXT,"
    "  number_index BLOB,"
    "  detail TEXT,"                    /* a JSON object */
    "  key_id INTEGER NOT NULL,"
    "  hash BLOB NOT NULL"              /* keyed, over all of this and the hash of the row before */
    ");"

    "CREATE TABLE journal_ends ("       /* so that what is cut off either end shows */
    "  name TEXT PRIMARY KEY,"          /* head: the last row; anchor: the last that was purged */
    "  seq INTEGER NOT NULL,"
    "  hash BLOB NOT NULL,"
    "  key_id INTEGER NOT NULL,"
    "  mac BLOB NOT NULL"
    ") WITHOUT ROWID;";

/*
 * Two keys at once. What is sealed names its key since then, so what was sealed before cannot be
 * opened, and codes on their way end.
 */
static const char version_6[] =
    "ALTER TABLE keys ADD COLUMN lasting_sealed BLOB;"     /* by this key */
    "ALTER TABLE keys ADD COLUMN dropped_wall INTEGER;"    /* nothing needed it any more */
    "UPDATE verifications SET status = 'expired', finished_wall = expires_wall, "
    "number_sealed = NULL, context = NULL WHERE status = 'pending';"
    "UPDATE messages SET status = 'expired', finished_wall = deadline_wall, "
    "error_class = 'withdrawn', error_text = 'expired' WHERE status = 'queued';";

/* What each SIM has sent: rows that outlive the texts, for quotas by the month. */
static const char version_7[] =
    "CREATE TABLE sim_parts ("
    "  message_id TEXT NOT NULL,"
    "  part INTEGER NOT NULL,"          /* from 0 */
    "  sim TEXT NOT NULL,"              /* its ICCID */
    "  at_wall INTEGER NOT NULL,"
    "  number_index BLOB,"              /* NULL: numbers are not counted */
    "  PRIMARY KEY (message_id, part)"
    ") WITHOUT ROWID;CREATE INDEX sim_parts_sim ON sim_parts (sim, at_wall);"
    "CREATE INDEX sim_parts_age ON sim_parts (at_wall);";

/* Who wants no texts. */
static const char version_8[] =
    "CREATE TABLE optouts ("
    "  number_index BLOB PRIMARY KEY,"
    "  number_masked TEXT NOT NULL,"
    "  is_by_reply INTEGER NOT NULL,"   /* 0: by an operator */
    "  at_wall INTEGER NOT NULL"
    ") WITHOUT ROWID;CREATE INDEX optouts_age ON optouts (at_wall);";

/* Plain texts, found by their callers' own names for them. */
static const char version_9[] =
    "ALTER TABLE messages ADD COLUMN reference TEXT;"
    "CREATE INDEX messages_reference ON messages (reference, client)"
    "  WHERE reference IS NOT NULL;";

/* Verifications that the customer's own text approves. */
static const char version_10[] =
    "ALTER TABLE verifications ADD COLUMN reverse_mac BLOB;" /* of the code; NULL: another kind */
    "CREATE INDEX verifications_reverse ON verifications (reverse_mac)"
    "  WHERE reverse_mac IS NOT NULL;"
    "CREATE INDEX verifications_reverse_number ON verifications (number_index, created_wall)"
    "  WHERE reverse_mac IS NOT NULL;";

/* What each SIM has. */
static const char version_11[] =
    "CREATE TABLE sim_balances ("
    "  sim TEXT PRIMARY KEY,"           /* its ICCID */
    "  hundredths INTEGER NOT NULL,"
    "  at_wall INTEGER NOT NULL"        /* when the network said so */
    ") WITHOUT ROWID;";

/*
 * Wrong codes in a row; those that were counted until now are such, for a right one forgets them.
 */
static const char version_12[] =
    "CREATE TABLE streaks ("
    "  number_index BLOB PRIMARY KEY,"
    "  failures INTEGER NOT NULL"       /* since the last right code */
    ") WITHOUT ROWID;"
    "INSERT INTO streaks SELECT number_index, count(*) FROM guesses GROUP BY number_index;";

/* Plain texts of a client, which its limit counts. */
static const char version_13[] =
    "CREATE INDEX messages_plain ON messages (client, created_wall) WHERE verification_id IS NULL;";

/* The parts of texts in several: what is reported of each. Of one part the text's own row tells. */
static const char version_14[] =
    "CREATE TABLE message_parts ("
    "  message_id TEXT NOT NULL,"
    "  part INTEGER NOT NULL,"          /* from 0 */
    "  message_reference INTEGER NOT NULL,"
    "  status TEXT,"                    /* delivered failed expired; NULL: not reported yet */
    "  error_text TEXT,"
    "  PRIMARY KEY (message_id, part)"
    ") WITHOUT ROWID;CREATE INDEX message_parts_reference ON message_parts (message_reference);";

/* PINs that are not to be sent again by themselves, known again by a keyed digest. */
static const char version_15[] =
    "CREATE TABLE sim_pins ("
    "  sim_digest BLOB PRIMARY KEY," /* of SIM and PIN; of modem and PIN where that is not known */
    "  device_digest BLOB NOT NULL," /* of modem and PIN */
    "  unanswered INTEGER NOT NULL," /* sent so often without a word of the SIM's */
    "  is_refused INTEGER NOT NULL"
    ") WITHOUT ROWID;CREATE INDEX sim_pins_device ON sim_pins (device_digest);";

const char *const schema_migrations[] = {version_1, version_2, version_3, version_4,
    version_5, version_6, version_7, version_8, version_9, version_10, version_11, version_12,
    version_13, version_14, version_15};
const size_t schema_n_migrations = ARRAY_SIZE(schema_migrations);
