/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs that run into a limit: a fork bomb under a limit of processes, and one that
 * takes memory until the kernel kills it. */
#include "work.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { USER = 1234, PROCESS_LIMIT = 60 };

/* Runs as a user of its own; every process forks until it is refused. */
static void explode(int report)
{
    struct rlimit limit = {PROCESS_LIMIT, PROCESS_LIMIT};
    char byte = 'f';

    CHECK(setrlimit(RLIMIT_NPROC, &limit) == 0);
    CHECK(setuid(USER) == 0);
    setpgid(0, 0);
    for (;;) {
        pid_t child = fork();

        if (child < 0) {
            CHECK(errno == EAGAIN);
            CHECK(write(report, &byte, 1) == 1);
            pause();
        }
        if (child == 0 && write(report, "c", 1) != 1)
            _exit(1);
    }
}

int forkbomb_main(void)
{
    int ends[2], born = 1, refused = 0, status;
    pid_t bomb;
    char byte;

    CHECK(pipe(ends) == 0);
    bomb = fork();
    if (bomb == 0)
        explode(ends[1]);
    while (refused < PROCESS_LIMIT) {
        CHECK(read(ends[0], &byte, 1) == 1);
        born += byte == 'c';
        refused += byte == 'f';
    }
    CHECK(born == PROCESS_LIMIT);
    CHECK(kill(-bomb, SIGKILL) == 0);
    CHECK(waitpid(bomb, &status, 0) == bomb && WIFSIGNALED(status));
    printf("the bomb stopped at %d processes, each refused once\n", born);
    return 0;
}

static void eat(void)
{
    int file = open("/proc/self/oom_score_adj", O_WRONLY);

    CHECK(file >= 0 && write(file, "1000", 4) == 4);
    for (;;) {
        char *memory = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (memory == MAP_FAILED)
            _exit(3);
        memset(memory, 1, 1 << 20);
    }
}

int oom_main(void)
{
    for (int i = 0; i < 2; i++) {
        pid_t child = fork();
        int status;

        if (child == 0)
            eat();
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    }
    printf("the kernel killed who took the memory, twice, and nobody else\n");
    return 0;
}
