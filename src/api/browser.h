/*
 * Other sites' pages in the browser of somebody who may see the status page. What such a page can
 * make the browser send carries the user's own rights, so it is told by what browsers say and pages
 * cannot change, and is refused.
 */
#pragma once

#include "api/call.h"

/*
 * Whether a request is another site's: one that changes something and comes from elsewhere (the
 * Fetch standard, §3.2 and Fetch Metadata), or, on a socket that no proxy is meant to stand before,
 * one for a host that is not this machine's (a name that was bound to the tunnel's address).
 * Refuses it then.
 */
bool browser_is_foreign(struct call *call, bool is_local);
