#include "modem/pin_guard.h"

#include <string.h>

ENUM_DEFINE(pin_guard_verdict, PIN_GUARD_VERDICT_LIST);

static bool same_sim(const struct pin_guard_sim *sim, const char *iccid)
{
    return sim->iccid[0] == '\0' || iccid[0] == '\0' || strcmp(sim->iccid, iccid) == 0;
}

enum pin_guard_verdict pin_guard_ask(
    const struct pin_guard *guard, const char *iccid, int tries_left)
{
    bool unsure = false;

    if (guard->owner[0] && strcmp(guard->owner, iccid) != 0)
        return iccid[0] ? PIN_GUARD_OTHER_SIM : PIN_GUARD_UNREADABLE;
    if (tries_left >= 0 && tries_left < PIN_GUARD_MIN_TRIES)
        return PIN_GUARD_FEW_TRIES;
    if (guard->n_sims == PIN_GUARD_SIMS)
        return PIN_GUARD_REFUSED;
    for (size_t i = 0; i < guard->n_sims; i++) {
        if (!same_sim(&guard->sims[i], iccid))
            continue;
        if (guard->sims[i].refused)
            return PIN_GUARD_REFUSED;
        unsure |= guard->sims[i].unanswered;
    }
    return unsure && tries_left < 0 ? PIN_GUARD_UNSURE : PIN_GUARD_SEND;
}

static struct pin_guard_sim *find(struct pin_guard *guard, const char *iccid)
{
    for (size_t i = 0; i < guard->n_sims; i++)
        if (strcmp(guard->sims[i].iccid, iccid) == 0)
            return &guard->sims[i];
    return NULL;
}

void pin_guard_sending(struct pin_guard *guard, const char *iccid)
{
    struct pin_guard_sim *sim = find(guard, iccid);

    if (!sim && guard->n_sims < PIN_GUARD_SIMS && strlen(iccid) < sizeof(sim->iccid)) {
        sim = &guard->sims[guard->n_sims++];
        memcpy(sim->iccid, iccid, strlen(iccid) + 1);
    }
    if (sim)
        sim->unanswered = true;
}

void pin_guard_answered(struct pin_guard *guard, const char *iccid, bool accepted)
{
    struct pin_guard_sim *sim = find(guard, iccid);

    if (accepted && strlen(iccid) < sizeof(guard->owner))
        memcpy(guard->owner, iccid, strlen(iccid) + 1);
    if (!sim)
        return;
    if (accepted)
        *sim = guard->sims[--guard->n_sims];
    else
        *sim = (struct pin_guard_sim){.refused = true};
    if (!accepted)
        memcpy(sim->iccid, iccid, strlen(iccid) + 1);
}
