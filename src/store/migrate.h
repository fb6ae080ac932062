/* Brings a database to the schema of this program, one version per transaction. */
#pragma once

#include "store/db_open.h"

/*
 * Runs scripts[version] … scripts[n_scripts - 1]. When one fails, the database keeps the version
 * before it, the error is returned, and `ret_error` says which and why.
 */
int migrate(struct db *db, const char *const *scripts, size_t n_scripts,
    char ret_error[static DB_ERROR_SIZE]);
