/* SPDX-License-Identifier: BSD-2-Clause */
/* The helpers that the kernel keeps at 0xffff0fxx for old programs: compare and
 * exchange in 32 and 64 bits under a timer that interrupts them, thread pointer,
 * barrier, version. */
#include "work.h"

#include <signal.h>
#include <stdint.h>
#include <sys/time.h>

typedef int cmpxchg_helper(int oldval, int newval, volatile int *ptr);
typedef int cmpxchg64_helper(const int64_t *oldval, const int64_t *newval, volatile int64_t *ptr);
typedef void *get_tls_helper(void);
typedef void barrier_helper(void);

#define HELPER_VERSION (*(volatile int32_t *)0xffff0ffc)
#define CMPXCHG ((cmpxchg_helper *)0xffff0fc0)
#define CMPXCHG64 ((cmpxchg64_helper *)0xffff0f60)
#define GET_TLS ((get_tls_helper *)0xffff0fe0)
#define BARRIER ((barrier_helper *)0xffff0fa0)

static volatile int word;
static volatile int64_t wide;
static volatile sig_atomic_t interrupted;

static void add(int by)
{
    int old;

    do
        old = word;
    while (CMPXCHG(old, old + by, &word) != 0);
}

static void add_wide(int64_t by)
{
    int64_t old, next;

    do {
        old = wide;
        next = old + by;
    } while (CMPXCHG64(&old, &next, &wide) != 0);
}

static void interrupt(int number)
{
    (void)number;
    add(-1);
    add_wide(-0x100000001ll);
    interrupted++;
}

int kuser_main(void)
{
    struct itimerval every = {{0, 10000}, {0, 10000}}, never = {{0, 0}, {0, 0}};
    int32_t version = HELPER_VERSION;
    long added = 0;

    CHECK(version >= 5);
    printf("helpers of version %d\n", (int)version);
    CHECK(GET_TLS() == __builtin_thread_pointer());
    CHECK(CMPXCHG(5, 6, &word) != 0 && word == 0);
    signal(SIGALRM, interrupt);
    CHECK(setitimer(ITIMER_REAL, &every, NULL) == 0);
    while (interrupted < 20 || added < 100000) {
        add(1);
        BARRIER();
        add_wide(0x100000001ll);
        added++;
    }
    CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
    CHECK(word == added - interrupted);
    CHECK(wide == 0x100000001ll * (added - interrupted));
    printf("no addition was lost under the timer\n");
    return 0;
}
