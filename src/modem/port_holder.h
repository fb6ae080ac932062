/*
 * Who has a port that we do not get: looked up in /proc, as far as we may look, and put into words
 * that say what to do. ModemManager, which opens every modem it sees, has its own hint.
 */
#pragma once

#include <stddef.h>

/*
 * Writes a sentence for people about a port that is busy. With the `usb` identity of its device
 * ("2c7c:0125"; empty: not known) the hint is the very rule to write.
 */
void port_holder_explain(const char *path, const char *usb, char *reason, size_t size);
