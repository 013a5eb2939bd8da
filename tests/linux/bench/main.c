/* SPDX-License-Identifier: BSD-2-Clause */
/* The bench in the guest: first program of its kernel, native or ported. Runs every
 * row whose name the kernel's command line gives (rows=null,fork or nothing for all)
 * and prints for each its operations and nanoseconds; under -icount shift=0 one
 * nanosecond is one instruction. The rows stand in rows_*.c. */
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static const char *current = "start";

static void power_off(void)
{
    tcdrain(STDOUT_FILENO);
    reboot(RB_POWER_OFF);
    for (;;)
        pause();
}

void fail(const char *what)
{
    printf("bench: FAIL %s: %s: %s\n", current, what, strerror(errno));
    if (getpid() != 1)
        _exit(1);
    power_off();
}

int open_or_fail(const char *path, int flags)
{
    int file = open(path, flags, 0600);

    if (file < 0)
        fail(path);
    return file;
}

void run_program(char *const argv[])
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        execv(argv[0], argv);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        fail("fork");
    if (status != 0) {
        errno = EINVAL;
        fail(argv[0]);
    }
}

/* rows=a,b,c in the environment, which holds what the kernel did not know of its
 * command line. */
static int wanted(const char *name)
{
    const char *rows = getenv("rows");
    size_t length = strlen(name);

    if (!rows)
        return 1;
    while (rows) {
        if (!strncmp(rows, name, length) && (rows[length] == ',' || !rows[length]))
            return 1;
        rows = strchr(rows, ',');
        rows += rows != NULL;
    }
    return 0;
}

static unsigned long long now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void run_row(const struct row *row)
{
    unsigned long long before, after;

    current = row->name;
    if (row->prepare)
        row->prepare();
    tcdrain(STDOUT_FILENO);
    row->run(row->count / 8 + 1);
    before = now();
    mark_begin();
    row->run(row->count);
    mark_end();
    after = now();
    if (row->tidy)
        row->tidy();
    printf("bench: row %s %ld %llu\n", row->name,
           row->count * (row->divisor ? row->divisor : 1), after - before);
}

static void run_rows(const struct row *row)
{
    for (; row->name; row++)
        if (wanted(row->name))
            run_row(row);
}

static void make_file(void)
{
    static char block[4096];
    int i, file = open_or_fail(BENCH_FILE, O_CREAT | O_RDWR);

    for (i = 0; i < BENCH_FILE_BYTES / (int)sizeof block; i++) {
        memset(block, i, sizeof block);
        if (write(file, block, sizeof block) != sizeof block)
            fail(BENCH_FILE);
    }
    close(file);
}

int main(int argc, char **argv)
{
    (void)argc;
    if (!strcmp(argv[0], "/bin/hello") || !strcmp(argv[0], "hello")) /* the program that the rows exec and sh start */
        return 0;
    mark_begin(); /* the boot ends here */
    mark_end();
    setvbuf(stdout, NULL, _IOLBF, 0);
    mkdir("/proc", 0755);
    mkdir("/tmp", 0755);
    if (mount("none", "/dev", "devtmpfs", 0, "") && errno != EBUSY)
        fail("/dev");
    if (mount("none", "/proc", "proc", 0, "") || mount("none", "/tmp", "tmpfs", 0, ""))
        fail("mount");
    make_file();
    setenv("PATH", "/bin", 1);
    puts("bench: start");
    run_rows(call_rows);
    run_rows(process_rows);
    run_rows(memory_rows);
    run_rows(program_rows);
    puts("bench: done");
    power_off();
}
