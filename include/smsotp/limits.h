/*
 * Every bound of the service, in one place, each with its reason. Numbers only: nothing of the
 * program is included, so a client may read this file too.
 */
#pragma once

/* Codes. NIST SP 800-63B-4 §3.1.3.2: at least six digits, at most ten minutes. */
#define SMSOTP_CODE_LENGTH_MIN 6
#define SMSOTP_CODE_LENGTH_MIN_SHORT 4 /* only where the configuration says allow_short */
#define SMSOTP_CODE_LENGTH_MAX 10
#define SMSOTP_CODE_LENGTH_DEFAULT 6
#define SMSOTP_TTL_MIN_SEC 60
#define SMSOTP_TTL_MAX_SEC 600
#define SMSOTP_TTL_DEFAULT_SEC 300
#define SMSOTP_ATTEMPTS_MAX 10
#define SMSOTP_ATTEMPTS_DEFAULT 5
#define SMSOTP_STREAK_MAX 100      /* wrong codes in a row for a number, NIST SP 800-63B-4 §3.2.2 */
#define SMSOTP_REVERSE_TRIES 3     /* wrong texts for one reverse code (NPCI: three tokens) */
#define SMSOTP_REVERSE_WORD_MAX 11 /* letters of the word before it */
#define SMSOTP_RESENDS_MAX 5
#define SMSOTP_RESENDS_DEFAULT 2

/* Names and texts that callers choose, in bytes. */
#define SMSOTP_PURPOSE_MAX 32
#define SMSOTP_LOCALE_MAX 16
#define SMSOTP_CLIENT_MAX 48
#define SMSOTP_CERTIFICATE_MAX 64     /* a common name, X.520 ub-common-name */
#define SMSOTP_REFERENCE_MAX 64       /* a bill or order number, with room */
#define SMSOTP_ATTEMPT_ID_MAX 64      /* a UUID and a prefix */
#define SMSOTP_IDEMPOTENCY_KEY_MAX 128
#define SMSOTP_SHOP_MAX 40            /* it has to share 160 characters with the rest of the text */
#define SMSOTP_MODEM_NAME_MAX 32
#define SMSOTP_WEBOTP_MAX 63          /* a host name that leaves room for the text */
#define SMSOTP_ANDROID_HASH 11        /* characters, as Google's SMS Retriever API says */

/* Parts of one text. Three hold 201 characters of any script (TS 23.040 §9.2.3.24.1: 67 each). */
#define SMSOTP_SEGMENTS_DEFAULT 3
#define SMSOTP_SEGMENTS_MAX 6

/* Requests. OWASP ASVS 5.0 2.2.1: bounded before they are parsed. */
#define SMSOTP_BODY_MAX 8192          /* bytes; a request with every field at its longest is half */
#define SMSOTP_BODY_DROPPED_MAX 65536 /* up to here read over, so that the connection can go on */
#define SMSOTP_JSON_DEPTH_MAX 6
#define SMSOTP_JSON_KEYS_MAX 32       /* of one object */
#define SMSOTP_HEADERS_MAX 8192       /* bytes of all headers, the request line among them */

/* Connections. A caller who is slow, silent or greedy harms himself alone (RFC 9112 §9.5, §9.8). */
#define SMSOTP_REQUEST_TIMEOUT_SEC 10 /* from the first byte of a request to its last */
#define SMSOTP_SEND_TIMEOUT_SEC 30    /* for an answer to leave */
#define SMSOTP_IDLE_TIMEOUT_SEC 60    /* between requests */
#define SMSOTP_LINGER_SEC 5           /* for a refused peer to read the answer and hang up, */
#define SMSOTP_LINGER_OCTETS_MAX (8 * 1024 * 1024) /* and what it may send meanwhile */
#define SMSOTP_CONNECTIONS_MAX 8192   /* of all users */
#define SMSOTP_CONNECTIONS_PER_USER_MAX 1024 /* tills behind one proxy are one user */
/*
 * Readers of events: a process each at some tills, and pages. So many of them may be one client's,
 * that no till shuts out the others; so many are kept for technicians, who look when something is
 * wrong.
 */
#define SMSOTP_STREAMS_MAX 64
#define SMSOTP_STREAMS_PER_CLIENT_MAX 8
#define SMSOTP_STREAMS_KEPT 8
#define SMSOTP_STREAM_BACKLOG_MAX 65536 /* bytes of events that wait for a reader */

/* Texts waiting for a modem. At 6 a minute more would expire before it is sent. */
#define SMSOTP_QUEUE_MAX 1000

/* Received texts in one answer; the longest alone has 40,000 characters. */
#define SMSOTP_INBOUND_DEFAULT 20
#define SMSOTP_INBOUND_MAX 200
#define SMSOTP_INBOUND_OCTETS_MAX (1024 * 1024) /* then the next request has the rest */

/* Entries of the audit log in one answer; each has up to a kilobyte. */
#define SMSOTP_AUDIT_DEFAULT 100
#define SMSOTP_AUDIT_MAX 500

/* Master keys in one answer: one a month for ten years. */
#define SMSOTP_KEYS_MAX 128

/* Modems in one process. */
#define SMSOTP_MODEMS_MAX 64

/* Plain texts. Four parts have 612 letters, or 268 that are outside the GSM alphabet: 804 bytes. */
#define SMSOTP_MESSAGE_PARTS_MAX 4
#define SMSOTP_MESSAGE_TEXT_MAX 1000
#define SMSOTP_MESSAGE_VALIDITY_MIN_SEC 60
#define SMSOTP_MESSAGE_VALIDITY_DEFAULT_SEC 86400
#define SMSOTP_MESSAGE_VALIDITY_MAX_SEC (3 * 86400)

/* Texts that a SIM may send in any of its windows; operators name 100 a day to 20,000 a month. */
#define SMSOTP_QUOTA_MAX 1000000

/* 2026-01-01T00:00:00Z, before this program was made: no right clock stands before it. */
#define SMSOTP_CLOCK_EARLIEST_SEC 1767225600
/* 2046-01-01T00:00:00Z, twenty years later: a clock that shows more is a spoilt one. */
#define SMSOTP_CLOCK_LATEST_SEC 2398377600

/* A disk of which so much is used, and less than that is left, is told of: a year's database has
 * less. */
#define SMSOTP_STORAGE_WARN_PERCENT 80
#define SMSOTP_STORAGE_AMPLE_OCTETS (1024 * 1024 * 1024)

/* How long an Idempotency-Key is remembered: a till's retries end well within a day. */
#define SMSOTP_IDEMPOTENCY_SEC 86400
