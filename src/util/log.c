#include "util/log.h"

#include "util/strbuf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define LOG_LINE_SIZE 1024

ENUM_DEFINE(log_level, LOG_LEVEL_LIST);

/* What is left of control characters in a message would forge lines or move a terminal. */
static void blank_controls(char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F)
            text[i] = '?';
}

void log_write(const struct log *log, enum log_level level, const char *format, ...)
{
    char line[LOG_LINE_SIZE + 8];
    int saved_errno = errno;
    size_t prefix, length;
    va_list args;
    int n;

    if (log->fd < 0 || level > log->level)
        return;
    prefix = (size_t)snprintf(line, sizeof(line), "<%d>", (int)level);
    va_start(args, format);
    errno = saved_errno;
    n = vsnprintf(line + prefix, LOG_LINE_SIZE, format, args);
    va_end(args);
    if (n >= 0) {
        length = prefix + MIN((size_t)n, (size_t)LOG_LINE_SIZE - 1);
        blank_controls(line, length);
        line[length++] = '\n';
        if (write(log->fd, line, length) < 0) {
            /* There is nowhere left to say so. */
        }
    }
    errno = saved_errno;
}
