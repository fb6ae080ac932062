/* [api]: the two sockets, and whom the file system lets at them. */
#include "daemon/config_keys.h"

#include "util/parse.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>

static int read_socket(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return value[0] == '/' ? config_set_string(&((struct config *)object)->api_socket, value)
                           : -EINVAL;
}

static int read_admin_socket(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return value[0] == '/' ? config_set_string(&((struct config *)object)->admin_socket, value)
                           : -EINVAL;
}

/* Three octal digits, with a 0 before them or not: read and write, for the owner in any case. */
static int read_mode(const char *value, mode_t others, mode_t *ret)
{
    size_t n = strlen(value);
    unsigned long mode;

    if (n < 3 || n > 4 || strspn(value, "01234567") != n)
        return -EINVAL;
    mode = strtoul(value, NULL, 8);
    if ((mode & 0600) != 0600 || (mode & ~(unsigned long)(0660 | others)) != 0)
        return -EINVAL;
    *ret = (mode_t)mode;
    return 0;
}

static int read_socket_mode(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return read_mode(value, 0006, &((struct config *)object)->api_access.mode);
}

/* Who may open it may do everything: never everybody. */
static int read_admin_socket_mode(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return read_mode(value, 0, &((struct config *)object)->admin_access.mode);
}

static int find_group(const char *value, struct unix_access *ret)
{
    struct group *group = getgrnam(value);
    unsigned gid;

    if (!group && parse_unsigned(value, 0, UINT32_MAX - 1, &gid) == 0)
        group = getgrgid(gid);
    if (!group)
        return -EINVAL;
    ret->has_gid = true;
    ret->gid = group->gr_gid;
    return 0;
}

static int read_socket_group(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return find_group(value, &((struct config *)object)->api_access);
}

static int read_admin_socket_group(void *object, const char *suffix, const char *value)
{
    (void)suffix;
    return find_group(value, &((struct config *)object)->admin_access);
}

static const struct config_key api_keys[] = {
    {"socket", read_socket, "an absolute path of at most 107 bytes"},
    {"socket_mode", read_socket_mode,
        "an octal mode from 0600 to 0666, of read and write alone, like 0660"},
    {"socket_group", read_socket_group, "a group of this machine, by name or number"},
    {"admin_socket", read_admin_socket, "an absolute path of at most 107 bytes"},
    {"admin_socket_mode", read_admin_socket_mode,
        "an octal mode from 0600 to 0660, like 0660; nothing for others, who could do everything"},
    {"admin_socket_group", read_admin_socket_group, "a group of this machine, by name or number"},
};

const struct config_section config_api = {"api", false, config_open_whole, CONFIG_KEYS(api_keys)};
