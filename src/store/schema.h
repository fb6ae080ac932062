/*
 * The tables, as an ordered list of migrations: entry N brings a database from schema version N to
 * N + 1. An entry that was released is never edited; a change is a new entry at the end.
 */
#pragma once

#include <stddef.h>

extern const char *const schema_migrations[];

/* Their number, which is the schema version of this program. */
extern const size_t schema_n_migrations;
