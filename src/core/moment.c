#include "core/moment.h"

#include "util/hex.h"
#include "util/macros.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* The kernel writes a UUID: 32 hex digits and four dashes. */
int timebase_init(struct timebase *timebase, const struct clock *clock)
{
    _cleanup_close_ int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    char text[64], digits[64];
    size_t n_digits = 0, n_octets;
    ssize_t n;

    if (fd < 0)
        return -errno;
    n = read(fd, text, sizeof(text));
    if (n < 0)
        return -errno;
    for (ssize_t i = 0; i < n; i++)
        if (hex_digit(text[i]) >= 0)
            digits[n_digits++] = text[i];
    if (hex_decode(digits, n_digits, timebase->boot_id, BOOT_ID_SIZE, &n_octets) < 0 ||
        n_octets != BOOT_ID_SIZE)
        return -EIO;
    timebase->clock = clock;
    timebase->steps = NULL;
    return 0;
}

struct moment moment_now(const struct timebase *timebase)
{
    struct moment now = {0};

    do {
        now.boot = clock_boottime(timebase->clock);
        now.wall = clock_realtime(timebase->clock);
    } while (clock_boottime(timebase->clock) > now.boot + USEC_PER_SEC); /* held up in between */
    memcpy(now.boot_id, timebase->boot_id, BOOT_ID_SIZE);
    if (timebase->steps)
        clock_steps_look(timebase->steps, now.wall, now.boot, &now.set_forward, &now.set_wall);
    return now;
}

struct moment moment_add(const struct moment *moment, usec_t delay_usec)
{
    struct moment sum = *moment;

    sum.wall = usec_add(sum.wall, delay_usec);
    sum.boot = usec_add(sum.boot, delay_usec);
    return sum;
}

static bool is_same_boot(const struct moment *a, const struct moment *b)
{
    return memcmp(a->boot_id, b->boot_id, BOOT_ID_SIZE) == 0;
}

usec_t moment_until(const struct moment *moment, const struct moment *now)
{
    if (is_same_boot(moment, now))
        return usec_sub(moment->boot, now->boot);
    return usec_sub(moment->wall, now->wall);
}

usec_t moment_since(const struct moment *moment, const struct moment *now)
{
    return moment_until(now, moment);
}

usec_t moment_back(const struct moment *now, usec_t span)
{
    usec_t wall = usec_sub(now->wall, span);

    return wall < now->set_wall ? usec_sub(wall, now->set_forward) : wall;
}

usec_t moment_age(const struct moment *now, usec_t wall)
{
    usec_t age = usec_sub(now->wall, wall);

    return wall < now->set_wall ? usec_sub(age, now->set_forward) : age;
}

bool moment_passed(const struct moment *moment, const struct moment *now)
{
    return moment_until(moment, now) == 0;
}

usec_t moment_on_boottime(const struct moment *moment, const struct moment *now)
{
    return usec_add(now->boot, moment_until(moment, now));
}
