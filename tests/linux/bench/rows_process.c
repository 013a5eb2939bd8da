/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows with several processes: tokens over pipes and sockets, fork, exec, sh. */
#include "bench.h"

#include <stddef.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RING_MAX = 16 };
static pid_t workers[RING_MAX];
static int worker_count;
static int to_ring = -1, from_ring = -1;

/* A worker hands each byte on until its input ends. */
static void start_worker(int in, int out)
{
    pid_t child = fork();
    char token;

    if (child < 0)
        fail("fork");
    if (child == 0) {
        for (int i = 3; i < 64; i++)
            if (i != in && i != out)
                close(i);
        while (read(in, &token, 1) == 1)
            if (write(out, &token, 1) != 1)
                break;
        _exit(0);
    }
    workers[worker_count++] = child;
}

static void end_workers(void)
{
    close(to_ring);
    for (int i = 0; i < worker_count; i++)
        waitpid(workers[i], NULL, 0);
    if (from_ring != to_ring)
        close(from_ring);
    worker_count = 0;
}

/* The bench and `processes - 1` workers in a ring of pipes. */
static void start_ring(int processes)
{
    int ends[2], in;

    if (pipe(ends))
        fail("pipe");
    to_ring = ends[1];
    in = ends[0];
    for (int i = 1; i < processes; i++) {
        if (pipe(ends))
            fail("pipe");
        start_worker(in, ends[1]);
        close(in);
        close(ends[1]);
        in = ends[0];
    }
    from_ring = in;
}

static void start_socket_pair(void)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
        fail("socketpair");
    start_worker(ends[1], ends[1]);
    close(ends[1]);
    to_ring = from_ring = ends[0];
}

static void start_ring_2(void) { start_ring(2); }
static void start_ring_8(void) { start_ring(8); }
static void start_ring_16(void) { start_ring(16); }

static void run_ring(long times)
{
    char token = 'x';

    while (times--)
        if (write(to_ring, &token, 1) != 1 || read(from_ring, &token, 1) != 1)
            fail("token");
}

static void run_fork(long times)
{
    while (times--) {
        pid_t child = fork();

        if (child == 0)
            _exit(0);
        if (child < 0 || waitpid(child, NULL, 0) != child)
            fail("fork");
    }
}

static void run_exec(long times)
{
    char *const argv[] = {"/bin/hello", NULL};

    while (times--)
        run_program(argv);
}

static void run_sh(long times)
{
    char *const argv[] = {"/bin/sh", "-c", "hello; true", NULL};

    while (times--)
        run_program(argv);
}

const struct row process_rows[] = {
    {"pipe", 1000, 0, start_ring_2, run_ring, end_workers},
    {"unix", 1000, 0, start_socket_pair, run_ring, end_workers},
    {"ctx_2", 1000, 2, start_ring_2, run_ring, end_workers},
    {"ctx_8", 250, 8, start_ring_8, run_ring, end_workers},
    {"ctx_16", 125, 16, start_ring_16, run_ring, end_workers},
    {"fork", 64, 0, NULL, run_fork, NULL},
    {"exec", 32, 0, NULL, run_exec, NULL},
    {"sh", 16, 0, NULL, run_sh, NULL},
    {0},
};
