/*
 * The contract of API v1 in words that programs share: routes, states, results and error codes, as
 * lists from which the daemon makes its enums and anybody else what he needs. Each list calls
 * X(CONSTANT, "name on the wire"), errors with HTTP status and title besides (RFC 9457).
 */
#pragma once

#define SMSOTP_ROUTE_PAGE "/"
#define SMSOTP_ROUTE_VERIFICATIONS "/v1/verifications"
#define SMSOTP_ROUTE_MESSAGES "/v1/messages"
#define SMSOTP_ROUTE_INBOUND "/v1/inbound"
#define SMSOTP_ROUTE_EVENTS "/v1/events"
#define SMSOTP_ROUTE_HEALTH "/v1/health"
#define SMSOTP_ROUTE_MODEMS "/v1/modems"
#define SMSOTP_ROUTE_RENDER "/v1/render"
#define SMSOTP_ROUTE_STATS "/v1/stats"
#define SMSOTP_ROUTE_METRICS "/metrics"
#define SMSOTP_ROUTE_LIMITS "/v1/limits"
#define SMSOTP_ROUTE_OPTOUTS "/v1/optouts"
#define SMSOTP_ROUTE_RECEIPT_KEY "/v1/receipt-key"
#define SMSOTP_ROUTE_KEYS "/v1/keys"
#define SMSOTP_ROUTE_CLOCK "/v1/clock"
#define SMSOTP_ROUTE_AUDIT "/v1/audit"
#define SMSOTP_ROUTE_OPENAPI "/v1/openapi.yaml"

/* How the customer proves his number: by typing what was texted to him, or by texting what is
 * shown. */
#define SMSOTP_METHOD_SMS "sms"
#define SMSOTP_METHOD_INBOUND "inbound"
#define SMSOTP_METHOD_MAX 16

/* Of a proxy: the name in the certificate that its client has shown. */
#define SMSOTP_HEADER_CERTIFICATE "X-Smsotp-Client"

#define SMSOTP_TYPE_JSON "application/json"
#define SMSOTP_TYPE_PROBLEM "application/problem+json"
#define SMSOTP_TYPE_YAML "application/yaml" /* RFC 9512 */

#define SMSOTP_SOCKET_API "api.sock"     /* in the runtime directory: shop systems */
#define SMSOTP_SOCKET_ADMIN "admin.sock" /* technicians; answers everything */
#define SMSOTP_RUNTIME_DIR "/run/smsotp"
#define SMSOTP_STATE_DIR "/var/lib/smsotp"
#define SMSOTP_CONFIG_FILE "/etc/smsotp/smsotpd.conf"

/* A verification. All but the first are final and never reopen. */
#define SMSOTP_VERIFICATION_STATUS_LIST(X)                                                         \
    X(VERIFICATION_PENDING, "pending")                                                             \
    X(VERIFICATION_APPROVED, "approved")                                                           \
    X(VERIFICATION_EXPIRED, "expired")                                                             \
    X(VERIFICATION_EXHAUSTED, "exhausted")                                                         \
    X(VERIFICATION_CANCELED, "canceled")                                                           \
    X(VERIFICATION_DENIED, "denied")                                                               \
    X(VERIFICATION_UNDELIVERABLE, "undeliverable")

/* A text on its way. `unknown`: the modem fell silent after it had been handed over. */
#define SMSOTP_MESSAGE_STATUS_LIST(X)                                                              \
    X(MESSAGE_QUEUED, "queued")                                                                    \
    X(MESSAGE_SENDING, "sending")                                                                  \
    X(MESSAGE_SENT, "sent")                                                                        \
    X(MESSAGE_DELIVERED, "delivered")                                                              \
    X(MESSAGE_FAILED, "failed")                                                                    \
    X(MESSAGE_EXPIRED, "expired")                                                                  \
    X(MESSAGE_UNKNOWN, "unknown")

/* What a check came to. */
#define SMSOTP_CHECK_RESULT_LIST(X)                                                                \
    X(CHECK_APPROVED, "approved")                                                                  \
    X(CHECK_INCORRECT, "incorrect")                                                                \
    X(CHECK_EXPIRED, "expired")                                                                    \
    X(CHECK_EXHAUSTED, "exhausted")                                                                \
    X(CHECK_CANCELED, "canceled")                                                                  \
    X(CHECK_DENIED, "denied")                                                                      \
    X(CHECK_SUPERSEDED, "superseded")                                                              \
    X(CHECK_CONTEXT_MISMATCH, "context_mismatch")                                                  \
    X(CHECK_ALREADY_APPROVED, "already_approved")                                                  \
    X(CHECK_UNDELIVERABLE, "undeliverable")

/* Why no text may go to a number. */
#define SMSOTP_BLOCK_LIST(X)                                                                       \
    X(BLOCK_COUNTRY, "country")                                                                    \
    X(BLOCK_DENIED, "denied")                                                                      \
    X(BLOCK_SPECIAL, "special")                                                                    \
    X(BLOCK_OWN, "own_number")                                                                     \
    X(BLOCK_OPTED_OUT, "opted_out")

/* Signs of an attack, and what will be trouble soon. */
#define SMSOTP_WARNING_LIST(X)                                                                     \
    X(WARNING_SPRAY, "spray")                                                                      \
    X(WARNING_FAILURES, "failures")                                                                \
    X(WARNING_CONVERSION, "conversion")                                                            \
    X(WARNING_AUDIT, "audit")     /* the audit log is not what was written */                      \
    X(WARNING_STORAGE, "storage") /* the disk is nearly full */                                    \
    X(WARNING_BALANCE, "balance") /* a SIM has little credit */

/* What is wrong with the audit log, where it is broken. */
#define SMSOTP_AUDIT_FAULT_LIST(X)                                                                 \
    X(AUDIT_FAULT_CHANGED, "changed")       /* an entry is not the one that was written there */   \
    X(AUDIT_FAULT_MISSING, "missing")       /* an entry is not there */                            \
    X(AUDIT_FAULT_ANCHOR, "anchor")         /* the mark of where it begins is false */             \
    X(AUDIT_FAULT_HEAD, "head")             /* the mark of where it ends is false */               \
    X(AUDIT_FAULT_NOTED_HEAD, "noted_head") /* it is not the log that the noted head is of */

/* Limits that an operator can reset: those that do not, or not soon, pass with time. */
#define SMSOTP_LIMIT_RESETTABLE_LIST(X)                                                            \
    X(RESET_CONVERSION, "conversion") /* texts that nobody answered */                             \
    X(RESET_STREAK, "streak")         /* wrong codes in a row */                                   \
    X(RESET_ROLLBACK, "rollback")     /* guesses that an older database has forgotten */

/* What became of a head that somebody has noted. */
#define SMSOTP_AUDIT_NOTED_LIST(X)                                                                 \
    X(AUDIT_NOTED_MATCHES, "matches")                                                              \
    X(AUDIT_NOTED_DIFFERS, "differs")                                                              \
    X(AUDIT_NOTED_PURGED, "purged") /* retention has removed the entry: nothing can be said */

/*
 * What the journal records, and who hears of it as an event: X(CONSTANT, name, audience) with the
 * audience OWNER (the client whose verification or text it is, and watchers), WATCHER (technicians,
 * and clients with `status = yes`), READER (technicians, and clients with `inbound = yes`) or AUDIT
 * (nobody: it stands in the audit log only).
 */
#define SMSOTP_EVENT_LIST(X)                                                                       \
    X(EVENT_VERIFICATION_CREATED, "verification.created", OWNER)                                   \
    X(EVENT_VERIFICATION_RESENT, "verification.resent", OWNER)                                     \
    X(EVENT_VERIFICATION_INCORRECT, "verification.incorrect", OWNER) /* the code did not match */  \
    X(EVENT_VERIFICATION_APPROVED, "verification.approved", OWNER)                                 \
    X(EVENT_VERIFICATION_EXPIRED, "verification.expired", OWNER)                                   \
    X(EVENT_VERIFICATION_EXHAUSTED, "verification.exhausted", OWNER)                               \
    X(EVENT_VERIFICATION_CANCELED, "verification.canceled", OWNER)                                 \
    X(EVENT_VERIFICATION_DENIED, "verification.denied", OWNER)                                     \
    X(EVENT_VERIFICATION_UNDELIVERABLE, "verification.undeliverable", OWNER)                       \
    X(EVENT_MESSAGE_QUEUED, "message.queued", OWNER)                                               \
    X(EVENT_MESSAGE_SENDING, "message.sending", OWNER)                                             \
    X(EVENT_MESSAGE_SENT, "message.sent", OWNER)                                                   \
    X(EVENT_MESSAGE_DELIVERED, "message.delivered", OWNER)                                         \
    X(EVENT_MESSAGE_FAILED, "message.failed", OWNER)                                               \
    X(EVENT_MESSAGE_EXPIRED, "message.expired", OWNER)                                             \
    X(EVENT_MESSAGE_UNKNOWN, "message.unknown", OWNER)                                             \
    X(EVENT_INBOUND_RECEIVED, "inbound.received", READER)                                          \
    X(EVENT_MODEM_ABSENT, "modem.absent", WATCHER)                                                 \
    X(EVENT_MODEM_LOCKED, "modem.locked", WATCHER)                                                 \
    X(EVENT_MODEM_SEARCHING, "modem.searching", WATCHER)                                           \
    X(EVENT_MODEM_READY, "modem.ready", WATCHER)                                                   \
    X(EVENT_MODEM_RECOVERING, "modem.recovering", WATCHER)                                         \
    X(EVENT_MODEM_DISABLED, "modem.disabled", WATCHER)                                             \
    X(EVENT_MODEM_BARRED, "modem.barred", WATCHER) /* its SIM has no credit, or may not send */    \
    X(EVENT_MODEM_UNBARRED, "modem.unbarred", WATCHER)                                             \
    X(EVENT_MODEM_BALANCE_LOW, "modem.balance_low", WATCHER) /* its SIM has little credit */       \
    X(EVENT_MODEM_QUOTA_WARNING, "modem.quota_warning", WATCHER) /* few texts are left */          \
    X(EVENT_REQUEST_REFUSED, "request.refused", AUDIT)                                             \
    X(EVENT_NUMBER_OPTED_OUT, "number.opted_out", WATCHER) /* wants no texts */                    \
    X(EVENT_NUMBER_OPTED_IN, "number.opted_in", WATCHER)                                           \
    X(EVENT_WARNING_RAISED, "warning.raised", WATCHER) /* of SMSOTP_WARNING_LIST */                \
    X(EVENT_ADMIN_ACTION, "admin.action", AUDIT)                                                   \
    X(EVENT_DAEMON_STARTED, "daemon.started", AUDIT)                                               \
    X(EVENT_DAEMON_STOPPED, "daemon.stopped", AUDIT)                                               \
    X(EVENT_DAEMON_RELOADED, "daemon.reloaded", AUDIT)                                             \
    X(EVENT_DAEMON_ROLLBACK_DETECTED, "daemon.rollback_detected", AUDIT) /* an older database */   \
    X(EVENT_DAEMON_CLOCK_ACCEPTED, "daemon.clock_accepted", AUDIT) /* it was ahead before */       \
    X(EVENT_KEY_CHANGED, "key.changed", AUDIT) /* the chain goes on under another secret */        \
    X(EVENT_KEY_ROTATED, "key.rotated", AUDIT) /* a new master key is in force */                  \
    X(EVENT_KEY_DROPPED, "key.dropped", AUDIT) /* nothing needs the one before any more */         \
    X(EVENT_KEY_LOST, "key.lost", AUDIT)       /* the master key of this database is not there */  \
    X(EVENT_AUDIT_HEAD, "audit.head", WATCHER) /* the chain's head of a day */

/* X(CONSTANT, "code", HTTP status, "title") */
#define SMSOTP_ERROR_LIST(X)                                                                       \
    X(ERROR_MALFORMED, "malformed", 400, "The request could not be read")                          \
    X(ERROR_UNAUTHENTICATED, "unauthenticated", 401, "The caller is not known")                    \
    X(ERROR_PURPOSE_NOT_ALLOWED, "purpose_not_allowed", 403,                                       \
        "Purpose not allowed for this caller")                                                     \
    X(ERROR_DESTINATION_BLOCKED, "destination_blocked", 403, "Destination not allowed")            \
    X(ERROR_FORBIDDEN, "forbidden", 403, "Not allowed for this caller")                            \
    X(ERROR_NOT_FOUND, "not_found", 404, "No such object")                                         \
    X(ERROR_METHOD_NOT_ALLOWED, "method_not_allowed", 405, "Method not allowed")                   \
    X(ERROR_REQUEST_TIMEOUT, "request_timeout", 408, "The request took too long to arrive")        \
    X(ERROR_FINISHED, "verification_finished", 409, "The verification has ended")                  \
    X(ERROR_TEXT_WAITING, "text_waiting", 409, "The text is still on its way to the modem")        \
    X(ERROR_BY_TEXT, "by_text", 409, "The customer texts this code to the shop")                   \
    X(ERROR_NO_RESENDS_LEFT, "no_resends_left", 409, "No resends left")                            \
    X(ERROR_ROTATION_BY_HAND, "rotation_by_hand", 409, "This key is changed by hand")              \
    X(ERROR_ROTATION_UNDER_WAY, "rotation_under_way", 409, "The key before is still needed")       \
    X(ERROR_MODEM_BUSY, "modem_busy", 409, "The modem does something else")                        \
    X(ERROR_MODEM_ABSENT, "modem_absent", 409, "The modem is not there")                           \
    X(ERROR_MODEM_DISABLED, "modem_disabled", 409, "The modem is disabled")                        \
    X(ERROR_MODEM_NOT_READY, "modem_not_ready", 409, "The modem is not in the state for it")       \
    X(ERROR_MODEM_REFUSED, "modem_refused", 409, "Modem, SIM or network refused")                  \
    X(ERROR_TOO_LARGE, "too_large", 413, "The request is too large")                               \
    X(ERROR_PATH_TOO_LONG, "path_too_long", 414, "The path is too long")                           \
    X(ERROR_UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", 415, "Not application/json")         \
    X(ERROR_EXPECTATION, "expectation_failed", 417, "The expectation cannot be met")               \
    X(ERROR_INVALID, "invalid", 422, "The request cannot be carried out as it is")                 \
    X(ERROR_IDEMPOTENCY_KEY_REUSED, "idempotency_key_reused", 422,                                 \
        "Idempotency-Key was used before")                                                         \
    X(ERROR_ATTEMPT_ID_REUSED, "attempt_id_reused", 422, "attempt_id was used before")             \
    X(ERROR_LIMITED, "limited", 429, "A limit is reached")                                         \
    X(ERROR_RESEND_TOO_SOON, "resend_too_soon", 429, "Too soon for another text")                  \
    X(ERROR_HEADERS_TOO_LARGE, "headers_too_large", 431, "The headers are too large")              \
    X(ERROR_INTERNAL, "internal", 500, "The gateway failed")                                       \
    X(ERROR_NOT_IMPLEMENTED, "not_implemented", 501, "This is not done here")                      \
    X(ERROR_HTTP_VERSION, "http_version", 505, "HTTP version not supported")                       \
    X(ERROR_MODEM_FAILED, "modem_failed", 502, "The modem went away meanwhile")                    \
    X(ERROR_NO_MODEM, "no_modem", 503, "No modem is ready")                                        \
    X(ERROR_SIM_LOCKED, "sim_locked", 503, "The SIM is locked")                                    \
    X(ERROR_ROAMING_REFUSED, "roaming_refused", 503,                                               \
        "Only a network to roam in, which is refused")                                             \
    X(ERROR_SIM_BARRED, "sim_barred", 503, "The SIM may not send: no credit, or barred")           \
    X(ERROR_NO_NETWORK, "no_network", 503, "No mobile network")                                    \
    X(ERROR_QUOTA_EXHAUSTED, "quota_exhausted", 503, "The SIM may send no more for now")           \
    X(ERROR_QUEUE_FULL, "queue_full", 503, "Too many texts are waiting")                           \
    X(ERROR_STORAGE_UNAVAILABLE, "storage_unavailable", 503, "The database cannot be written")     \
    X(ERROR_CLOCK_UNTRUSTED, "clock_untrusted", 503, "The clock cannot be trusted yet")            \
    X(ERROR_SHUTTING_DOWN, "shutting_down", 503, "The gateway is stopping")                        \
    X(ERROR_TOO_MANY_CONNECTIONS, "too_many_connections", 503, "Too many connections")             \
    X(ERROR_MODEM_TIMEOUT, "modem_timeout", 504, "Modem or network did not answer in time")
