/*
 * Figures as Prometheus reads them: its text format, version 0.0.4. Names and help texts are ours,
 * label values may be anybody's and are escaped.
 */
#pragma once

#include "util/histogram.h"

#include <stdint.h>
#include <stdio.h>

#define EXPOSITION_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* What begins a family of samples. `type`: counter, gauge or histogram. */
void exposition_family(FILE *file, const char *name, const char *type, const char *help);

/* A sample with labels: name and value alternating, up to NULL. */
void exposition_sample(FILE *file, const char *name, double value, ...)
    __attribute__((__sentinel__));

/* Buckets, sum and count of a histogram without labels, in seconds. */
void exposition_histogram(FILE *file, const char *name, const struct histogram *histogram,
    const struct histogram_scale *scale);
