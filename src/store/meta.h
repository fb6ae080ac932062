/*
 * The table `meta`: single values by name, of the store itself and of whoever else has one to keep.
 * Within a transaction of the caller's.
 */
#pragma once

#include "store/db.h"

/* 1: there is one; 0: there is none, and `ret` is left alone; or the error of a db_ function. */
int meta_read_int(struct db *db, const char *key, int64_t *ret);

/* The same; cut to fit `size` octets with the NUL. A value that is no text becomes one, NULL is
 * none. */
int meta_read_text(struct db *db, const char *key, char *ret, size_t size);

/* Whether there was one before or not. */
int meta_write_int(struct db *db, const char *key, int64_t value);
int meta_write_text(struct db *db, const char *key, const char *value);

/* Whether there was one or not. */
int meta_delete(struct db *db, const char *key);
