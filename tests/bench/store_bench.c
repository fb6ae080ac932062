/*
 * Durable single-row updates per second with a fixed number of jobs always waiting, and how long
 * each takes from submit to done.
 *
 *     store_bench FILE [WAITING [SECONDS [ROWS]]]
 */
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOBS_MAX 1024
#define BUCKET_USEC 50
#define N_BUCKETS 20000

struct bench {
    struct loop *loop;
    struct store *store;
    int64_t n_rows;
    usec_t end;
    uint64_t n_done, n_failed;
    uint32_t latencies[N_BUCKETS];
    unsigned random;
    int n_running;
};

struct bench_job {
    struct store_job job;
    struct bench *bench;
    int64_t row, n_rows;
    usec_t submitted;
};

static void name_row(char name[static 32], int64_t row)
{
    snprintf(name, 32, "vf_%026lld", (long long)row);
}

static int fill(struct store_job *job, struct db *db)
{
    static const struct db_sql insert = {
        "INSERT OR IGNORE INTO verifications VALUES (?, 'uid:1000', 'checkout', 'en', 'bill-' || "
        "?1,"
        " randomblob(16), '+91******5678', randomblob(52), 1, 1, 6, NULL, randomblob(32), "
        "'pending',"
        " 0, 5, 1, 3, 300000000, randomblob(16), 1, 1, 1, 1, 1, 1, NULL)"};
    struct bench_job *self = CONTAINER_OF(job, struct bench_job, job);
    char name[32];
    int r = 0;

    for (int64_t i = 0; i < self->n_rows && r == 0; i++) {
        struct db_statement *statement = db_use(db, &insert);

        name_row(name, self->row + i);
        db_bind_text(statement, 1, name);
        r = db_run(statement);
    }
    return r;
}

static int update(struct store_job *job, struct db *db)
{
    static const struct db_sql sql = {
        "UPDATE verifications SET attempts = attempts + 1 WHERE id = ? AND status = 'pending'"};
    struct bench_job *self = CONTAINER_OF(job, struct bench_job, job);
    struct db_statement *statement = db_use(db, &sql);
    char name[32];

    name_row(name, self->row);
    db_bind_text(statement, 1, name);
    return db_run(statement);
}

static void filled(struct store_job *job, int result)
{
    struct bench_job *self = CONTAINER_OF(job, struct bench_job, job);

    loop_exit(self->bench->loop, result < 0);
}

static void submit(struct bench_job *self)
{
    self->row = rand_r(&self->bench->random) % self->bench->n_rows;
    self->submitted = loop_now(self->bench->loop);
    store_submit(self->bench->store, &self->job);
}

static void updated(struct store_job *job, int result)
{
    struct bench_job *self = CONTAINER_OF(job, struct bench_job, job);
    struct bench *bench = self->bench;
    usec_t now = loop_now(bench->loop);

    bench->latencies[MIN((now - self->submitted) / BUCKET_USEC, N_BUCKETS - 1)]++;
    bench->n_done++;
    bench->n_failed += result < 0;
    if (now < bench->end)
        submit(self);
    else if (--bench->n_running == 0)
        loop_exit(bench->loop, 0);
}

static double percentile_msec(const struct bench *bench, double share)
{
    uint64_t seen = 0;
    int i = 0;

    while (
        i < N_BUCKETS - 1 && (double)(seen += bench->latencies[i]) < share * (double)bench->n_done)
        i++;
    return i * BUCKET_USEC / 1000.0;
}

static void fill_rows(struct bench *bench)
{
    struct bench_job job = {.job = {.run = fill, .done = filled}, .bench = bench, .n_rows = 5000};

    for (job.row = 0; job.row < bench->n_rows; job.row += job.n_rows) {
        store_submit(bench->store, &job.job);
        loop_run(bench->loop);
    }
}

static void print_memory(const char *when)
{
    char line[128];
    FILE *file = fopen("/proc/self/status", "re");

    while (file && fgets(line, sizeof(line), file))
        if (strncmp(line, "VmRSS:", 6) == 0)
            printf("%s: %s", when, line);
    if (file)
        fclose(file);
}

int main(int argc, char **argv)
{
    static struct bench bench = {.n_rows = 10000, .n_running = 64, .random = 1};
    static struct bench_job jobs[JOBS_MAX];
    const struct log log = {.fd = 2, .level = LOG_LEVEL_NOTICE};
    struct store_config config;
    struct store_stats before, after;
    char url[4096], error[STORE_ERROR_SIZE];
    double seconds = argc > 3 ? strtod(argv[3], NULL) : 5;
    usec_t start;

    if (argc < 2)
        return 2;
    snprintf(url, sizeof(url), "sqlite:%s", argv[1]);
    config.url = url;
    bench.n_running = argc > 2 ? (int)strtol(argv[2], NULL, 10) : bench.n_running;
    bench.n_rows = argc > 4 ? strtol(argv[4], NULL, 10) : bench.n_rows;
    if (bench.n_running < 1 || bench.n_running > JOBS_MAX ||
        loop_new(&bench.loop, &clock_system) < 0)
        return 2;
    start = clock_boottime(&clock_system);
    if (store_open(&bench.store, bench.loop, &log, &config, error) < 0) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }
    printf("open: %.1f ms\n", (double)(clock_boottime(&clock_system) - start) / 1000);
    print_memory("memory after open");
    fill_rows(&bench);
    store_get_stats(bench.store, &before);
    start = loop_now(bench.loop);
    bench.end = start + (usec_t)(seconds * USEC_PER_SEC);
    for (int i = 0, n = bench.n_running; i < n; i++) {
        jobs[i] = (struct bench_job){.job = {.run = update, .done = updated}, .bench = &bench};
        submit(&jobs[i]);
    }
    loop_run(bench.loop);
    seconds = (double)(loop_now(bench.loop) - start) / USEC_PER_SEC;
    store_get_stats(bench.store, &after);
    printf("%.0f jobs/s, %.0f commits/s, %.1f jobs a commit, failed %llu\n",
        (double)bench.n_done / seconds, (double)(after.commits - before.commits) / seconds,
        (double)bench.n_done / (double)(after.commits - before.commits),
        (unsigned long long)bench.n_failed);
    printf("latency ms: p50 %.2f  p90 %.2f  p99 %.2f  p99.9 %.2f  max %.2f\n",
        percentile_msec(&bench, 0.5), percentile_msec(&bench, 0.9), percentile_msec(&bench, 0.99),
        percentile_msec(&bench, 0.999), percentile_msec(&bench, 1));
    print_memory("memory after load");
    start = loop_now(bench.loop);
    store_close(bench.store);
    printf("close: %.1f ms\n", (double)(loop_now(bench.loop) - start) / 1000);
    loop_free(bench.loop);
    return 0;
}
