/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole programs, unmodified, from Debian: busybox's sha256sum and shell, sqlite3;
 * and a second without work. */
#include "bench.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#define BIG_FILE "/tmp/64m"

static void make_big_file(void)
{
    static unsigned int block[16384];
    unsigned int word = 1;
    int file = open_or_fail(BIG_FILE, O_CREAT | O_WRONLY);

    for (int i = 0; i < 1024; i++) {
        for (int k = 0; k < 16384; k++)
            block[k] = word = word * 1664525u + 1013904223u;
        if (write(file, block, sizeof block) != sizeof block)
            fail(BIG_FILE);
    }
    close(file);
}

static void remove_big_file(void)
{
    unlink(BIG_FILE);
}

/* The unmeasured call of a row runs a small script that finds the way, the measured
 * one the whole. */
static int warm;

static void forget_warmth(void)
{
    warm = 0;
}

static void run_shell(const char *small, const char *whole)
{
    char *const argv[] = {"/bin/sh", "-c", (char *)(warm ? whole : small), NULL};

    run_program(argv);
    warm = 1;
}

static void prepare_sha256sum(void)
{
    make_big_file();
    forget_warmth();
}

static void run_sha256sum(long times)
{
    (void)times;
    run_shell("sha256sum /bin/hello >/tmp/sum", "sha256sum " BIG_FILE " >/tmp/sum");
}

static void run_sqlite3(long times)
{
    (void)times;
    run_shell("sqlite3 /tmp/warm 'create table t(a); drop table t;'",
              "sqlite3 /tmp/db </bench.sql >/tmp/answer && grep -q ^200000$ /tmp/answer");
}

static void run_shell_500(long times)
{
    (void)times;
    run_shell("hello", "i=0; while [ $i -lt 500 ]; do hello; i=$((i + 1)); done");
}

static void run_idle(long times)
{
    struct timespec second = {warm ? 1 : 0, warm ? 0 : 1000};

    (void)times;
    nanosleep(&second, NULL);
    warm = 1;
}

const struct row program_rows[] = {
    {"sha256sum_64m", 1, 0, prepare_sha256sum, run_sha256sum, remove_big_file},
    {"sqlite3", 1, 0, forget_warmth, run_sqlite3, NULL},
    {"shell_500", 1, 0, forget_warmth, run_shell_500, NULL},
    {"idle_second", 1, 0, forget_warmth, run_idle, NULL},
    {0},
};
