#include "http/crowd.h"

#include <errno.h>

struct crowd_user {
    uid_t uid;
    unsigned n;
};

void crowd_init(struct crowd *crowd, unsigned max, unsigned max_per_user)
{
    *crowd = (struct crowd){.max = max, .max_per_user = max_per_user};
    for (unsigned i = 0; i < CROWD_N_PLACES; i++)
        list_init(&crowd->places[i]);
}

void crowd_fini(struct crowd *crowd)
{
    free(crowd->users);
    crowd->users = NULL;
}

static struct crowd_member *member_of(struct list_link *link)
{
    return CONTAINER_OF(link, struct crowd_member, link);
}

static struct crowd_user *find_user(const struct crowd *crowd, uid_t uid)
{
    for (size_t i = 0; i < crowd->n_users; i++)
        if (crowd->users[i].uid == uid)
            return &crowd->users[i];
    return NULL;
}

/* The first to leave, of this user's if one is named. */
static struct crowd_member *first_to_leave(const struct crowd *crowd, const uid_t *uid)
{
    for (unsigned place = CROWD_NEW; place < CROWD_BUSY; place++)
        LIST_FOREACH (link, &crowd->places[place])
            if (!uid || member_of(link)->uid == *uid)
                return member_of(link);
    return NULL;
}

bool crowd_has_room(const struct crowd *crowd, uid_t uid, struct crowd_member **ret_victim)
{
    const struct crowd_user *user = find_user(crowd, uid);
    bool is_user_full = user && user->n >= crowd->max_per_user;

    *ret_victim = NULL;
    if (!is_user_full && crowd->n < crowd->max)
        return true;
    *ret_victim = first_to_leave(crowd, is_user_full ? &uid : NULL);
    return *ret_victim != NULL;
}

struct crowd_member *crowd_first_to_leave(const struct crowd *crowd)
{
    return first_to_leave(crowd, NULL);
}

int crowd_join(struct crowd *crowd, struct crowd_member *member, uid_t uid)
{
    struct crowd_user *user = find_user(crowd, uid);

    if (!user) {
        struct crowd_user *users =
            reallocarray(crowd->users, crowd->n_users + 1, sizeof(*crowd->users));

        if (!users)
            return -ENOMEM;
        crowd->users = users;
        user = &users[crowd->n_users++];
        *user = (struct crowd_user){.uid = uid};
    }
    user->n++;
    crowd->n++;
    member->uid = uid;
    list_init(&member->link);
    list_append(&crowd->places[CROWD_NEW], &member->link);
    return 0;
}

void crowd_move(struct crowd *crowd, struct crowd_member *member, enum crowd_place place)
{
    list_unlink(&member->link);
    list_append(&crowd->places[place], &member->link);
}

void crowd_leave(struct crowd *crowd, struct crowd_member *member)
{
    struct crowd_user *user = find_user(crowd, member->uid);

    list_unlink(&member->link);
    crowd->n--;
    if (user && --user->n == 0)
        *user = crowd->users[--crowd->n_users];
}

struct crowd_member *crowd_any(const struct crowd *crowd)
{
    for (unsigned place = 0; place < CROWD_N_PLACES; place++)
        if (!list_is_empty(&crowd->places[place]))
            return member_of(crowd->places[place].next);
    return NULL;
}
