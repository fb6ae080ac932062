/*
 * Log lines on a file descriptor with the priority prefix `<N>` that the journal reads
 * (sd-daemon(3)). One line is one write(2), so lines of two threads do not mix. Text from outside
 * is escaped with strbuf_put_escaped() before it comes here; a control character left in a message
 * all the same is blanked. Codes, message bodies and full phone numbers are never passed in.
 */
#pragma once

#include "util/enum.h"
#include "util/macros.h"

/* syslog(3) priorities, in their order. */
#define LOG_LEVEL_LIST(X)                                                                          \
    X(LOG_LEVEL_EMERG, "emerg")                                                                    \
    X(LOG_LEVEL_ALERT, "alert")                                                                    \
    X(LOG_LEVEL_CRIT, "crit")                                                                      \
    X(LOG_LEVEL_ERROR, "error")                                                                    \
    X(LOG_LEVEL_WARNING, "warning")                                                                \
    X(LOG_LEVEL_NOTICE, "notice")                                                                  \
    X(LOG_LEVEL_INFO, "info")                                                                      \
    X(LOG_LEVEL_DEBUG, "debug")
ENUM_DECLARE(log_level, LOG_LEVEL_LIST);

struct log {
    int fd;               /* where lines go; -1: nowhere */
    enum log_level level; /* the least urgent level that is written */
};

/* One line, without its line break, cut at 1,024 bytes. errno is left as it was. */
void log_write(const struct log *log, enum log_level level, const char *format, ...) _printf_(3, 4);

#define log_error(log, ...) log_write(log, LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(log, ...) log_write(log, LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_notice(log, ...) log_write(log, LOG_LEVEL_NOTICE, __VA_ARGS__)
#define log_info(log, ...) log_write(log, LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(log, ...) log_write(log, LOG_LEVEL_DEBUG, __VA_ARGS__)
