#include "core/clock_steps.h"

#include "store/meta.h"
#include "util/hex.h"

#include <stdio.h>
#include <string.h>

/* Reading two clocks one after the other, and leap seconds, are no step. */
#define TOLERANCE ((int64_t)(2 * USEC_PER_SEC))

#define BOOT_TEXT_SIZE (2 * BOOT_ID_SIZE + 1)
#define ROW_SIZE (BOOT_TEXT_SIZE + 3 * 21) /* and three numbers */
#define META_KEY "clock_steps"

void clock_steps_init(struct clock_steps *steps)
{
    *steps = (struct clock_steps){.lock = PTHREAD_MUTEX_INITIALIZER};
}

void clock_steps_fini(struct clock_steps *steps)
{
    pthread_mutex_destroy(&steps->lock);
}

void clock_steps_watch(struct clock_steps *steps, bool is_watching)
{
    pthread_mutex_lock(&steps->lock);
    steps->is_watching = is_watching;
    pthread_mutex_unlock(&steps->lock);
}

/*
 * A step back takes from the sum what an earlier step forward had added; what lies ahead of the
 * clock then counts for longer than it should, never for less. What a small difference is, is told
 * from the last step on, so that many small steps are not overlooked.
 */
static void compare(struct clock_steps *steps, int64_t lead, usec_t wall)
{
    int64_t step = lead - steps->lead;

    if (!steps->is_begun) {
        steps->is_begun = true;
    } else if (step > TOLERANCE) {
        steps->forward = usec_add(steps->forward, (usec_t)step);
        steps->at_wall = wall;
    } else if (step < -TOLERANCE) {
        steps->forward = usec_sub(steps->forward, (usec_t)-step);
    } else {
        return;
    }
    steps->lead = lead;
    steps->is_changed = true;
}

void clock_steps_look(struct clock_steps *steps, usec_t wall, usec_t boot, usec_t *ret_forward,
    usec_t *ret_at_wall)
{
    pthread_mutex_lock(&steps->lock);
    if (steps->is_watching)
        compare(steps, (int64_t)(wall - boot), wall);
    *ret_forward = steps->forward;
    *ret_at_wall = steps->at_wall;
    pthread_mutex_unlock(&steps->lock);
}

int clock_steps_load(
    struct clock_steps *steps, struct db *db, const uint8_t boot_id[static BOOT_ID_SIZE])
{
    char boot[BOOT_TEXT_SIZE], of[BOOT_TEXT_SIZE] = "", row[ROW_SIZE] = "";
    int r = meta_read_text(db, META_KEY, row, sizeof(row));
    struct clock_steps read;

    if (r < 0)
        return r;
    hex_encode(boot_id, BOOT_ID_SIZE, boot);
    pthread_mutex_lock(&steps->lock);
    steps->is_begun = sscanf(row, "%32s %" SCNd64 " %" SCNu64 " %" SCNu64, of, &read.lead,
                          &read.forward, &read.at_wall) == 4 && strcmp(of, boot) == 0;
    if (steps->is_begun) {
        steps->lead = read.lead;
        steps->forward = read.forward;
        steps->at_wall = read.at_wall;
    }
    pthread_mutex_unlock(&steps->lock);
    return 0;
}

int clock_steps_save(
    struct clock_steps *steps, struct db *db, const uint8_t boot_id[static BOOT_ID_SIZE])
{
    char boot[BOOT_TEXT_SIZE], row[ROW_SIZE];
    bool is_changed;

    hex_encode(boot_id, BOOT_ID_SIZE, boot);
    pthread_mutex_lock(&steps->lock);
    is_changed = steps->is_changed;
    steps->is_changed = false;
    snprintf(row, sizeof(row), "%s %" PRId64 " %" PRIu64 " %" PRIu64, boot, steps->lead,
        steps->forward, steps->at_wall);
    pthread_mutex_unlock(&steps->lock);
    return is_changed ? meta_write_text(db, META_KEY, row) : 0;
}
