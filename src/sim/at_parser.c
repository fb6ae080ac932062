#include "sim/at_parser.h"

#include "util/parse.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

ENUM_DEFINE(at_op, AT_OP_LIST);

static char upper(char c)
{
    return (char)toupper((unsigned char)c);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

const char *at_find_body(const char *line, size_t n, size_t *ret_n_body)
{
    for (size_t i = 0; i + 1 < n; i++) {
        if (upper(line[i]) == 'A' && upper(line[i + 1]) == 'T') {
            *ret_n_body = n - i - 2;
            return line + i + 2;
        }
    }
    return NULL;
}

static bool is_extended_start(char c)
{
    return strchr("+^*#$%!@", c) != NULL && c != '\0';
}

static bool is_extended_name(char c)
{
    return isalnum((unsigned char)c) || strchr("!%-./:_", c) != NULL;
}

/* Length of one command's arguments: up to a `;` outside quotes. */
static size_t args_length(const char *text, size_t n)
{
    bool quoted = false;
    size_t i;

    for (i = 0; i < n; i++) {
        if (text[i] == '"')
            quoted = !quoted;
        else if (text[i] == ';' && !quoted)
            break;
    }
    return i;
}

/* AT+NAME, AT+NAME?, AT+NAME=?, AT+NAME=…; answers the characters taken. */
static int parse_extended(const char *text, size_t n, struct at_command *ret)
{
    struct at_command command = {.op = AT_EXEC, .args = text};
    size_t i = 1, length = args_length(text, n);

    command.name[0] = text[0];
    while (i < length && is_extended_name(text[i]) && text[i] != '\0') {
        if (i >= sizeof(command.name) - 1)
            return -EBADMSG;
        command.name[i] = upper(text[i]);
        i++;
    }
    if (i == 1)
        return -EBADMSG;
    if (i < length && text[i] == '?' && i + 1 == length) {
        command.op = AT_READ;
    } else if (i < length && text[i] == '=') {
        command.args = text + i + 1;
        command.n_args = length - i - 1;
        command.op = command.n_args == 1 && command.args[0] == '?' ? AT_TEST : AT_SET;
    } else if (i != length) {
        return -EBADMSG;
    }
    *ret = command;
    return (int)length;
}

/* S-parameters: ATSn?, ATSn=v. The register number belongs to the name. */
static int parse_register(const char *text, size_t n, struct at_command *ret)
{
    struct at_command command = {.name = "S", .op = AT_EXEC, .args = text};
    size_t i = 1;

    while (i < n && is_digit(text[i]) && i < 4) {
        command.name[i] = text[i];
        i++;
    }
    if (i < n && text[i] == '?') {
        command.op = AT_READ;
        i++;
    } else if (i < n && text[i] == '=') {
        command.op = AT_SET;
        command.args = text + ++i;
        while (i < n && is_digit(text[i]))
            i++;
        command.n_args = (size_t)(text + i - command.args);
    }
    *ret = command;
    return (int)i;
}

/* A letter, `&` and a letter, or D with all that follows; a number behind it. */
static int parse_basic(const char *text, size_t n, struct at_command *ret)
{
    struct at_command command = {.op = AT_EXEC};
    size_t i = 0;

    if (text[i] == '&' || text[i] == '\\')
        command.name[i++] = text[0];
    if (i >= n || !isalpha((unsigned char)text[i]))
        return -EBADMSG;
    command.name[i] = upper(text[i]);
    i++;
    if (strcmp(command.name, "S") == 0)
        return parse_register(text, n, ret);
    command.args = text + i;
    if (strcmp(command.name, "D") == 0) {
        i = n;
    } else if (i < n && text[i] == '?') {
        command.op = AT_READ;
        i++;
    } else {
        while (i < n && is_digit(text[i]))
            i++;
    }
    command.n_args = command.op == AT_READ ? 0 : (size_t)(text + i - command.args);
    *ret = command;
    return (int)i;
}

int at_parse(const char *body, size_t n, struct at_command ret_commands[static AT_MAX_COMMANDS],
    size_t *ret_n_commands)
{
    size_t i = 0;

    *ret_n_commands = 0;
    while (i < n) {
        int r;

        if (body[i] == ' ' || body[i] == ';') {
            i++;
            continue;
        }
        if (*ret_n_commands == AT_MAX_COMMANDS)
            return -EBADMSG;
        if (is_extended_start(body[i]))
            r = parse_extended(body + i, n - i, &ret_commands[*ret_n_commands]);
        else
            r = parse_basic(body + i, n - i, &ret_commands[*ret_n_commands]);
        if (r < 0)
            return r;
        (*ret_n_commands)++;
        i += (size_t)r;
    }
    return 0;
}

struct at_args at_args_of(const struct at_command *command)
{
    return (struct at_args){
        .text = command->args, .left = command->n_args, .more = command->n_args > 0};
}

/* Takes up to the next comma outside quotes, and the comma. */
static size_t take_parameter(struct at_args *args, const char **ret_text)
{
    bool quoted = false;
    size_t i;

    for (i = 0; i < args->left; i++) {
        if (args->text[i] == '"')
            quoted = !quoted;
        else if (args->text[i] == ',' && !quoted)
            break;
    }
    *ret_text = args->text;
    args->more = i < args->left;
    args->text += args->more ? i + 1 : i;
    args->left -= args->more ? i + 1 : i;
    while (i > 0 && (*ret_text)[0] == ' ') {
        (*ret_text)++;
        i--;
    }
    while (i > 0 && (*ret_text)[i - 1] == ' ')
        i--;
    return i;
}

int at_args_number(struct at_args *args, unsigned fallback, unsigned max, unsigned *ret)
{
    const char *text;
    uint64_t value;
    size_t n;
    int r;

    n = take_parameter(args, &text);
    if (n == 0) {
        *ret = fallback;
        return 0;
    }
    r = parse_u64_n(text, n, 0, max, &value);
    if (r < 0)
        return -EINVAL;
    *ret = (unsigned)value;
    return 0;
}

int at_args_string(struct at_args *args, char *ret_text, size_t size)
{
    const char *text;
    size_t n;

    n = take_parameter(args, &text);
    if (n > 0 && text[0] == '"') {
        if (n < 2 || text[n - 1] != '"')
            return -EINVAL;
        text++;
        n -= 2;
    }
    if (n >= size || memchr(text, '"', n))
        return -EINVAL;
    memcpy(ret_text, text, n);
    ret_text[n] = '\0';
    return 0;
}

bool at_args_done(const struct at_args *args)
{
    return !args->more;
}
