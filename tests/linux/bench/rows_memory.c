/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows about memory and bandwidth: mapping, faults, file and pipe. */
#include "bench.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, FAULT_PAGES = 256, CHUNK = 65536 };

static int file = -1;

static void open_file(void)
{
    file = open_or_fail(BENCH_FILE, O_RDWR);
}

static void close_file(void)
{
    close(file);
}

static char *map(int flags, int from)
{
    char *memory = mmap(NULL, BENCH_FILE_BYTES, PROT_READ | PROT_WRITE, flags, from, 0);

    if (memory == MAP_FAILED)
        fail("mmap");
    return memory;
}

/* lat_mmap's operation: map 1 MiB of a file, touch the first tenth in steps of
 * 16 KiB, unmap. */
static void run_mmap(long times)
{
    while (times--) {
        char *memory = map(MAP_SHARED, file);

        for (long at = 0; at < BENCH_FILE_BYTES / 10; at += 16384)
            memory[at] = 1;
        munmap(memory, BENCH_FILE_BYTES);
    }
}

static void touch(char *memory)
{
    for (long page = 0; page < FAULT_PAGES; page++)
        *(volatile char *)(memory + page * PAGE) = 1;
    munmap(memory, BENCH_FILE_BYTES);
}

static void run_page_fault(long times)
{
    while (times--)
        touch(map(MAP_PRIVATE | MAP_ANONYMOUS, -1));
}

/* Stores, for which the kernel maps no neighbours. */
static void run_file_fault(long times)
{
    while (times--)
        touch(map(MAP_SHARED, file));
}

static char chunk[CHUNK];

static void run_file_read(long times)
{
    while (times--) {
        ssize_t got = read(file, chunk, CHUNK);

        if (got == 0) {
            lseek(file, 0, SEEK_SET);
            got = read(file, chunk, CHUNK);
        }
        if (got != CHUNK)
            fail("read");
    }
}

static int pipe_end;
static pid_t writer;

static void start_writer(void)
{
    int ends[2];

    if (pipe(ends))
        fail("pipe");
    writer = fork();
    if (writer < 0)
        fail("fork");
    if (writer == 0) {
        close(ends[0]);
        while (write(ends[1], chunk, CHUNK) > 0)
            ;
        _exit(0);
    }
    close(ends[1]);
    pipe_end = ends[0];
}

static void run_pipe_bandwidth(long times)
{
    while (times--) {
        long got = 0;

        while (got < CHUNK) {
            ssize_t n = read(pipe_end, chunk + got, CHUNK - got);

            if (n <= 0)
                fail("read");
            got += n;
        }
    }
}

static void end_writer(void)
{
    close(pipe_end);
    waitpid(writer, NULL, 0);
}

const struct row memory_rows[] = {
    {"mmap", 200, 0, open_file, run_mmap, close_file},
    {"page_fault", 8, FAULT_PAGES, NULL, run_page_fault, NULL},
    {"file_fault", 8, FAULT_PAGES, open_file, run_file_fault, close_file},
    {"file_read", 128, 0, open_file, run_file_read, close_file},
    {"pipe_bandwidth", 128, 0, start_writer, run_pipe_bandwidth, end_writer},
    {0},
};
