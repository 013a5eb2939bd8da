/* SPDX-License-Identifier: BSD-2-Clause */
/* Ways to talk between processes: sockets with descriptors, System V queues, shared
 * memory and semaphores, epoll over timerfd, eventfd and signalfd, and a terminal pair. */
#define _GNU_SOURCE
#include "work.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

static void wait_for_child(void)
{
    int status;

    CHECK(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void pass_descriptor(void)
{
    int pair[2], ends[2], got;
    char byte = 'x', room[CMSG_SPACE(sizeof(int))];
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room,
                             .msg_controllen = sizeof room};
    struct cmsghdr *control;

    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && pipe(ends) == 0);
    if (fork() == 0) {
        CHECK(recvmsg(pair[1], &message, 0) == 1);
        memcpy(&got, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof got);
        CHECK(write(got, "through", 7) == 7);
        _exit(0);
    }
    control = CMSG_FIRSTHDR(&message);
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    control->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(control), &ends[1], sizeof(int));
    CHECK(sendmsg(pair[0], &message, 0) == 1);
    CHECK(read(ends[0], room, 7) == 7 && !memcmp(room, "through", 7));
    wait_for_child();
    printf("a descriptor went through a socket\n");
}

static void use_system_v(void)
{
    int queue = msgget(IPC_PRIVATE, 0600), memory = shmget(IPC_PRIVATE, 4096, 0600);
    int semaphore = semget(IPC_PRIVATE, 1, 0600);
    struct sembuf down = {0, -1, 0}, up = {0, 1, 0};
    volatile int *shared = shmat(memory, NULL, 0);
    struct {
        long type;
        int value;
    } message;
    long sum = 0;

    CHECK(queue >= 0 && semaphore >= 0 && shared != (void *)-1);
    if (fork() == 0) {
        for (int i = 0; i < 100; i++) {
            CHECK(semop(semaphore, &down, 1) == 0);
            message.type = 1;
            message.value = (*shared)++;
            CHECK(msgsnd(queue, &message, sizeof(int), 0) == 0);
        }
        _exit(0);
    }
    for (int i = 0; i < 100; i++) {
        CHECK(semop(semaphore, &up, 1) == 0);
        CHECK(msgrcv(queue, &message, sizeof(int), 1, 0) == sizeof(int));
        sum += message.value;
    }
    wait_for_child();
    CHECK(*shared == 100);
    msgctl(queue, IPC_RMID, NULL);
    shmctl(memory, IPC_RMID, NULL);
    semctl(semaphore, 0, IPC_RMID);
    printf("queue, semaphore and shared memory: sum %ld\n", sum);
}

static void add(int poll, int file)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = file};

    CHECK(file >= 0 && epoll_ctl(poll, EPOLL_CTL_ADD, file, &event) == 0);
}

static void poll_descriptors(void)
{
    struct itimerspec soon = {.it_value.tv_nsec = 2000000};
    int poll = epoll_create1(0), timer = timerfd_create(CLOCK_MONOTONIC, 0);
    int event = eventfd(0, 0), caught, seen = 0;
    struct signalfd_siginfo info;
    uint64_t value = 5;
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    caught = signalfd(-1, &set, 0);
    add(poll, timer), add(poll, event), add(poll, caught);
    CHECK(timerfd_settime(timer, 0, &soon, NULL) == 0);
    CHECK(write(event, &value, 8) == 8 && kill(getpid(), SIGUSR2) == 0);
    while (seen != 7) {
        struct epoll_event ready;

        CHECK(epoll_wait(poll, &ready, 1, 5000) == 1);
        if (ready.data.fd == timer) {
            CHECK(read(timer, &value, 8) == 8 && value == 1);
            seen |= 1;
        } else if (ready.data.fd == event) {
            CHECK(read(event, &value, 8) == 8 && value == 5);
            seen |= 2;
        } else {
            CHECK(read(caught, &info, sizeof info) == sizeof info);
            seen |= 4;
        }
    }
    printf("timer, event and signal came by epoll\n");
}

static void use_terminal(void)
{
    char line[32];
    int master = posix_openpt(O_RDWR | O_NOCTTY), slave;

    CHECK(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    CHECK(slave >= 0 && write(master, "typed\n", 6) == 6);
    CHECK(read(slave, line, sizeof line) == 6 && !memcmp(line, "typed\n", 6));
    CHECK(read(master, line, sizeof line) == 7 && !memcmp(line, "typed\r\n", 7));
    printf("a terminal pair echoes\n");
}

int ipc_main(void)
{
    pass_descriptor();
    use_system_v();
    poll_descriptors();
    use_terminal();
    return 0;
}
