#include "at/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void put(struct at_command *command, const char *text)
{
    size_t n = strlen(text);

    if (command->error)
        return;
    if (n >= sizeof(command->text) - command->n) {
        command->error = -ENOBUFS;
        return;
    }
    memcpy(command->text + command->n, text, n + 1);
    command->n += n;
}

static bool is_printable(const char *text, const char *refused)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~' || strchr(refused, *text))
            return false;
    return true;
}

void at_encode_begin(struct at_command *command, const char *name)
{
    *command = (struct at_command){.error = is_printable(name, ";") ? 0 : -EINVAL};
    put(command, "AT");
    put(command, name);
}

static void begin_argument(struct at_command *command)
{
    if (command->has_argument)
        put(command, ",");
    command->has_argument = true;
}

void at_encode_number(struct at_command *command, unsigned value)
{
    char digits[16];

    snprintf(digits, sizeof(digits), "%u", value);
    begin_argument(command);
    put(command, digits);
}

void at_encode_string(struct at_command *command, const char *text)
{
    if (!is_printable(text, "\"\\") && !command->error)
        command->error = -EINVAL;
    begin_argument(command);
    put(command, "\"");
    put(command, text);
    put(command, "\"");
}

int at_encode_end(struct at_command *command)
{
    put(command, "\r");
    return command->error;
}

int at_encode_plain(struct at_command *command, const char *name)
{
    at_encode_begin(command, name);
    return at_encode_end(command);
}
