/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows that one process makes by itself: system calls, select, signals. */
#include "bench.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int zero = -1, null_device = -1;

static void open_devices(void)
{
    if (zero < 0) {
        zero = open_or_fail("/dev/zero", O_RDONLY);
        null_device = open_or_fail("/dev/null", O_WRONLY);
    }
}

static void run_null(long times)
{
    while (times--)
        syscall(SYS_getppid);
}

static void run_read(long times)
{
    char byte;

    while (times--)
        if (read(zero, &byte, 1) != 1)
            fail("read");
}

static void run_write(long times)
{
    char byte = 0;

    while (times--)
        if (write(null_device, &byte, 1) != 1)
            fail("write");
}

static void run_stat(long times)
{
    struct stat s;

    while (times--)
        if (stat(BENCH_FILE, &s))
            fail("stat");
}

static void run_fstat(long times)
{
    struct stat s;

    while (times--)
        if (fstat(zero, &s))
            fail("fstat");
}

static void run_open_close(long times)
{
    while (times--)
        close(open_or_fail(BENCH_FILE, O_RDONLY));
}

static void run_clock(long times)
{
    struct timespec t;

    while (times--)
        clock_gettime(CLOCK_MONOTONIC, &t);
}

/* select on files that are always ready, as lat_select's file mode does. */
static int selected[500];

static void close_selected(void)
{
    for (int i = 0; i < 500; i++)
        close(selected[i]);
}

static void open_selected(void)
{
    int file = open_or_fail(BENCH_FILE, O_RDWR);

    for (int i = 0; i < 500; i++) {
        selected[i] = dup(file);
        if (selected[i] < 0 || selected[i] >= FD_SETSIZE)
            fail("dup");
    }
    close(file);
}

static void select_some(int how_many, long times)
{
    fd_set all, set;
    struct timeval none = {0, 0};

    FD_ZERO(&all);
    for (int i = 0; i < how_many; i++)
        FD_SET(selected[i], &all);
    while (times--) {
        set = all;
        if (select(selected[how_many - 1] + 1, NULL, &set, NULL, &none) != how_many)
            fail("select");
    }
}

static void run_select_10(long times) { select_some(10, times); }
static void run_select_100(long times) { select_some(100, times); }
static void run_select_500(long times) { select_some(500, times); }

static volatile sig_atomic_t taken;

static void take(int number)
{
    (void)number;
    taken++;
}

static void install(int number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};

    if (sigaction(number, &action, NULL))
        fail("sigaction");
}

static void run_sig_install(long times)
{
    while (times--)
        install(SIGUSR1, take);
}

static void run_sig_deliver(long times)
{
    pid_t self = getpid();

    install(SIGUSR1, take);
    taken = 0;
    for (long i = 0; i < times; i++)
        kill(self, SIGUSR1);
    if (taken != times)
        fail("not every signal arrived");
}

/* The store faults, its handler counts and returns to the same store; the last one
 * opens the page. One operation is fault, delivery and return. */
static char *guarded;
static volatile long faults_left;

static void take_fault(int number)
{
    (void)number;
    if (--faults_left == 0)
        mprotect(guarded, 4096, PROT_READ | PROT_WRITE);
}

static void map_guarded(void)
{
    guarded = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (guarded == MAP_FAILED)
        fail("mmap");
    (void)*(volatile char *)guarded;
}

static void run_prot_fault(long times)
{
    install(SIGSEGV, take_fault);
    mprotect(guarded, 4096, PROT_READ);
    faults_left = times;
    *(volatile char *)guarded = 1;
    install(SIGSEGV, SIG_DFL);
    if (faults_left != 0)
        fail("not every fault arrived");
}

static void unmap_guarded(void)
{
    munmap(guarded, 4096);
}

const struct row call_rows[] = {
    {"null", 20000, 0, NULL, run_null, NULL},
    {"read", 10000, 0, open_devices, run_read, NULL},
    {"write", 10000, 0, open_devices, run_write, NULL},
    {"stat", 2000, 0, NULL, run_stat, NULL},
    {"fstat", 10000, 0, open_devices, run_fstat, NULL},
    {"open_close", 2000, 0, NULL, run_open_close, NULL},
    {"clock", 20000, 0, NULL, run_clock, NULL},
    {"select_10", 2000, 0, open_selected, run_select_10, close_selected},
    {"select_100", 500, 0, open_selected, run_select_100, close_selected},
    {"select_500", 100, 0, open_selected, run_select_500, close_selected},
    {"sig_install", 5000, 0, NULL, run_sig_install, NULL},
    {"sig_deliver", 2000, 0, NULL, run_sig_deliver, NULL},
    {"prot_fault", 1000, 0, map_guarded, run_prot_fault, unmap_guarded},
    {0},
};
