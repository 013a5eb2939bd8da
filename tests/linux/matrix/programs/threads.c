/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads: mutex and condition, atomics, thread-local storage, barrier, cancel, join. */
#include "work.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { THREADS = 8, ROUNDS = 4000, ITEMS = 2000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static long guarded, taken, queue[16];
static unsigned int head, tail;
static atomic_long counted;
static _Atomic unsigned long long wide;
static _Thread_local long own;

static void *count(void *argument)
{
    long number = (long)argument;

    own = number;
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&lock);
        guarded++;
        pthread_mutex_unlock(&lock);
        atomic_fetch_add(&counted, 1);
        atomic_fetch_add(&wide, 0x100000001ull);
        if (i % 64 == 0)
            sched_yield();
        own += number;
    }
    pthread_barrier_wait(&barrier);
    return (void *)own;
}

static void *produce(void *argument)
{
    (void)argument;
    for (long i = 1; i <= ITEMS; i++) {
        pthread_mutex_lock(&lock);
        while (head - tail == 16)
            pthread_cond_wait(&changed, &lock);
        queue[head++ % 16] = i;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

static void *consume(void *argument)
{
    long *sum = argument;

    pthread_mutex_lock(&lock);
    while (taken < ITEMS) {
        if (head == tail) {
            pthread_cond_wait(&changed, &lock);
            continue;
        }
        *sum += queue[tail++ % 16];
        taken++;
        pthread_cond_broadcast(&changed);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

static void *wait_for_ever(void *argument)
{
    for (;;)
        pthread_testcancel(), sched_yield();
    return argument;
}

static void count_together(void)
{
    pthread_t all[THREADS];
    void *result;
    long sum = 0;

    pthread_barrier_init(&barrier, NULL, THREADS);
    for (long i = 0; i < THREADS; i++)
        CHECK(pthread_create(&all[i], NULL, count, (void *)(i + 1)) == 0);
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(all[i], &result) == 0);
        sum += (long)result;
    }
    CHECK(guarded == THREADS * ROUNDS && counted == THREADS * ROUNDS);
    CHECK(wide == 0x100000001ull * (THREADS * ROUNDS));
    printf("counted %ld, thread-local sum %ld\n", guarded, sum);
}

int threads_main(void)
{
    pthread_t makers, takers[3], idle;
    long sums[3] = {0};
    void *result;

    count_together();
    CHECK(pthread_create(&makers, NULL, produce, NULL) == 0);
    for (int i = 0; i < 3; i++)
        CHECK(pthread_create(&takers[i], NULL, consume, &sums[i]) == 0);
    pthread_join(makers, NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(takers[i], NULL);
    printf("queue sum %ld\n", sums[0] + sums[1] + sums[2]);
    CHECK(pthread_create(&idle, NULL, wait_for_ever, NULL) == 0);
    CHECK(pthread_cancel(idle) == 0 && pthread_join(idle, &result) == 0);
    CHECK(result == PTHREAD_CANCELED);
    return 0;
}
