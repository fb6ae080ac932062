/*
 * Feeds a fuzz target with files, and with the files of folders (not recursive), without libFuzzer.
 * Exit status: 0 all inputs went through, 77 there was none (meson's "skipped"), 1 an input could
 * not be read. What a target finds ends the process by a sanitizer or a signal; the name of the
 * input was printed before.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_MAX_OCTETS ((size_t)1 << 20)

static int replay_file(const char *path, unsigned *n_inputs)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return -errno;
    uint8_t *buffer = malloc(INPUT_MAX_OCTETS);
    if (!buffer) {
        fclose(file);
        return -ENOMEM;
    }
    size_t size = fread(buffer, 1, INPUT_MAX_OCTETS, file);
    int r = ferror(file) ? -EIO : 0;
    fclose(file);
    /* An allocation of exactly this size lets the address sanitizer see a read past the end. */
    uint8_t *exact = r == 0 ? malloc(size ? size : 1) : NULL;
    if (exact) {
        memcpy(exact, buffer, size);
        printf("%s\n", path);
        fflush(stdout);
        LLVMFuzzerTestOneInput(exact, size);
        (*n_inputs)++;
    } else if (r == 0) {
        r = -ENOMEM;
    }
    free(exact);
    free(buffer);
    return r;
}

static int replay_folder(const char *path, unsigned *n_inputs)
{
    DIR *folder = opendir(path);
    if (!folder)
        return -errno;
    int r = 0;
    struct dirent *entry;
    while (r == 0 && (entry = readdir(folder))) {
        char file[PATH_MAX];
        if (entry->d_name[0] == '.')
            continue;
        int n = snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
        r = n < (int)sizeof(file) ? replay_file(file, n_inputs) : -ENAMETOOLONG;
    }
    closedir(folder);
    return r;
}

int main(int argc, char **argv)
{
    unsigned n_inputs = 0;
    for (int i = 1; i < argc; i++) {
        struct stat status;
        int r = stat(argv[i], &status) < 0 ? -errno
            : S_ISDIR(status.st_mode)      ? replay_folder(argv[i], &n_inputs)
                                           : replay_file(argv[i], &n_inputs);
        if (r == -ENOENT)
            continue; /* a target without a corpus yet */
        if (r < 0) {
            fprintf(stderr, "%s: %s\n", argv[i], strerror(-r));
            return 1;
        }
    }
    printf("%u inputs\n", n_inputs);
    return n_inputs ? 0 : 77;
}
