/*
 * Who has a port that we do not get: looked up in /proc, as far as we may look, and put into words
 * that say what to do. ModemManager, which opens every modem it sees, has its own hint.
 */
#pragma once

#include <stddef.h>

/* Writes a sentence for people about a port that is busy. */
void port_holder_explain(const char *path, char *reason, size_t size);
