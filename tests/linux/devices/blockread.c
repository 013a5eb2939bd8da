// SPDX-License-Identifier: BSD-2-Clause
// Reads a disk: MiB of it in order, through the page cache, or as many blocks of 4 KiB
// here and there, past it. "none" only starts, for what is to be subtracted.
// usage: blockread seq|random|none DEVICE COUNT
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK 65536u
#define BLOCK 4096u

static char buffer[CHUNK] __attribute__((aligned(4096)));

static int sequential(int fd, uint32_t mib)
{
    uint32_t left;

    for (left = mib * (1048576 / CHUNK); left; left--)
        if (read(fd, buffer, CHUNK) != CHUNK)
            return 1;
    return 0;
}

static int scattered(int fd, uint32_t count)
{
    uint32_t blocks = (uint32_t)(lseek(fd, 0, SEEK_END) / BLOCK), seed = 1;

    while (count--) {
        seed = seed * 1664525u + 1013904223u;
        if (pread(fd, buffer, BLOCK, (off_t)(seed >> 8) % blocks * BLOCK) != BLOCK)
            return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    int fd, failed = 0, scatter;
    uint32_t count;

    if (argc != 4)
        return 2;
    scatter = strcmp(argv[1], "random") == 0;
    fd = open(argv[2], O_RDONLY | (scatter ? O_DIRECT : 0));
    count = (uint32_t)strtoul(argv[3], NULL, 0);
    if (fd < 0)
        return 1;
    if (scatter)
        failed = scattered(fd, count);
    else if (strcmp(argv[1], "seq") == 0)
        failed = sequential(fd, count);
    printf("blockread %s: %s\n", argv[1], failed ? "FAIL" : "done");
    return failed;
}
