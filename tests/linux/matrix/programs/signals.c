/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals: handlers on a stack of their own, nested, queued, from timers and faults,
 * left by a jump; and the floating-point registers across all of them. */
#include "work.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t ticks, depth, deepest, queued_sum, order_kept = 1, on_stack;
static sigjmp_buf out;
static char other_stack[65536];

static void install(int number, void (*handler)(int, siginfo_t *, void *), int flags)
{
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};

    CHECK(sigaction(number, &action, NULL) == 0);
}

static void tick(int number, siginfo_t *info, void *context)
{
    volatile double spoil = 0.5;

    (void)number, (void)info, (void)context;
    for (int i = 0; i < 20; i++)
        spoil = spoil * 1.5 + i;
    ticks++;
}

static void nest(int number, siginfo_t *info, void *context)
{
    char here;

    (void)number, (void)info, (void)context;
    on_stack = &here >= other_stack && &here < other_stack + sizeof other_stack;
    if (++depth > deepest)
        deepest = depth;
    if (depth < 10)
        raise(SIGUSR1);
    depth--;
}

static void take_queued(int number, siginfo_t *info, void *context)
{
    static int last;

    (void)number, (void)context;
    order_kept &= info->si_value.sival_int == last + 1;
    last = info->si_value.sival_int;
    queued_sum += last;
}

static void leave(int number, siginfo_t *info, void *context)
{
    (void)number, (void)context;
    siglongjmp(out, info->si_addr != NULL ? 2 : 1);
}

static void use_own_stack(void)
{
    stack_t stack = {.ss_sp = other_stack, .ss_size = sizeof other_stack};

    CHECK(sigaltstack(&stack, NULL) == 0);
    install(SIGUSR1, nest, SA_ONSTACK | SA_NODEFER);
    raise(SIGUSR1);
    CHECK(on_stack);
    printf("nested %d deep on a stack of its own\n", (int)deepest);
}

static void queue_signals(void)
{
    sigset_t set, before;

    install(SIGRTMIN, take_queued, 0);
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    CHECK(sigprocmask(SIG_BLOCK, &set, &before) == 0);
    for (int i = 1; i <= 200; i++)
        CHECK(sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = i}) == 0);
    CHECK(queued_sum == 0);
    CHECK(sigprocmask(SIG_SETMASK, &before, NULL) == 0);
    CHECK(order_kept);
    printf("queued signals in order, sum %d\n", (int)queued_sum);
}

/* The same sum with and without a timer's handler that spoils the registers. */
static double work(long rounds)
{
    double a = 1.0, b = 0.25, c = 3.0;

    for (long i = 0; i < rounds; i++) {
        a = a * 1.0000001 + b;
        b = b * 0.9999999 + c * 1e-9;
        c = c + a * 1e-12;
    }
    return a + b + c;
}

static void tick_over_work(void)
{
    struct itimerval every = {{0, 10000}, {0, 10000}}, never = {{0, 0}, {0, 0}};
    double quiet = work(2000000), disturbed;

    install(SIGALRM, tick, SA_RESTART);
    CHECK(setitimer(ITIMER_REAL, &every, NULL) == 0);
    do
        disturbed = work(2000000);
    while (ticks < 5);
    CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
    CHECK(memcmp(&quiet, &disturbed, sizeof quiet) == 0);
    printf("floating point is the same under a timer: %.9f\n", quiet);
}

static void leave_faults(void)
{
    char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    volatile int left = 0;
    int how;

    install(SIGSEGV, leave, 0);
    install(SIGILL, leave, 0);
    for (volatile int i = 0; i < 100; i++) {
        how = sigsetjmp(out, 1);
        if (how == 0)
            *(volatile char *)page = 1;
        left += how == 2;
    }
    if (sigsetjmp(out, 1) == 0)
        __builtin_trap();
    else
        left++;
    CHECK(left == 101);
    printf("left %d faults by a jump\n", (int)left);
}

static void storm(void)
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        for (int i = 0; i < 2000; i++)
            kill(getppid(), SIGALRM);
        _exit(7);
    }
    while (waitpid(child, &status, 0) != child)
        ;
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    child = fork();
    if (child == 0)
        for (;;)
            pause();
    CHECK(kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    printf("a storm from a child, and a child killed\n");
}

int signals_main(void)
{
    use_own_stack();
    queue_signals();
    tick_over_work();
    leave_faults();
    storm();
    return 0;
}
