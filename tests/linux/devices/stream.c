// SPDX-License-Identifier: BSD-2-Clause
// Moves bytes by TCP, or packets of 64 bytes to and fro by UDP, with as little of its own
// as can be: what is counted is the kernels' and the devices' work. "loop" is both ends in
// one machine.
// usage: stream send|receive|ping|echo|tcp-loop|ping-loop ADDRESS COUNT   (MiB, packets)
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PORT 9000
#define PACKET 64

static char buffer[65536];
static struct sockaddr_in there = {.sin_family = AF_INET};

static int open_socket(int kind, int bound)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    int fd = socket(AF_INET, kind, 0), one = 1;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bound && bind(fd, (struct sockaddr *)&here, sizeof here) < 0)
        return -1;
    return fd;
}

/* Its kernel answers before its program listens. */
static int send_stream(unsigned mib)
{
    size_t left = (size_t)mib << 20;
    int fd;

    while ((fd = open_socket(SOCK_STREAM, 0)) >= 0 &&
           connect(fd, (struct sockaddr *)&there, sizeof there) < 0) {
        close(fd);
        usleep(10000);
    }
    while (left) {
        ssize_t now = write(fd, buffer, left < sizeof buffer ? left : sizeof buffer);

        if (now <= 0)
            return 1;
        left -= (size_t)now;
    }
    shutdown(fd, SHUT_WR);
    return read(fd, buffer, 1) != 0; /* until the peer has it all */
}

static int receive_stream(unsigned mib)
{
    int listener = open_socket(SOCK_STREAM, 1), fd;
    size_t all = 0;
    ssize_t now;

    if (listener < 0 || listen(listener, 1) < 0 || (fd = accept(listener, NULL, NULL)) < 0)
        return 1;
    while ((now = read(fd, buffer, sizeof buffer)) > 0)
        all += (size_t)now;
    return all != (size_t)mib << 20;
}

/* Numbered, so that a late answer to one that was sent again is told apart. */
static int ping(unsigned count)
{
    struct timeval patience = {1, 0};
    int fd = open_socket(SOCK_DGRAM, 0);
    unsigned i, answer;

    if (connect(fd, (struct sockaddr *)&there, sizeof there) < 0)
        return 1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    for (i = 0; i < count; i++) {
        do {
            memcpy(buffer, &i, sizeof i);
            while (send(fd, buffer, PACKET, 0) < 0)
                usleep(10000);
            do {
                answer = ~i;
                if (recv(fd, buffer, PACKET, 0) != PACKET)
                    break;
                memcpy(&answer, buffer, sizeof answer);
            } while (answer != i);
        } while (answer != i);
    }
    return 0;
}

static int echo(unsigned count)
{
    struct sockaddr_in from;
    socklen_t length;
    unsigned number = 0;
    int fd = open_socket(SOCK_DGRAM, 1);

    while (number + 1 < count) {
        length = sizeof from;
        if (recvfrom(fd, buffer, PACKET, 0, (struct sockaddr *)&from, &length) != PACKET)
            return 1;
        memcpy(&number, buffer, sizeof number);
        sendto(fd, buffer, PACKET, 0, (struct sockaddr *)&from, length);
    }
    return 0;
}

static int both(int (*first)(unsigned), int (*second)(unsigned), unsigned count)
{
    pid_t child = fork();
    int status, failed;

    if (child == 0)
        _exit(second(count));
    failed = first(count);
    return waitpid(child, &status, 0) != child || status != 0 || failed;
}

int main(int argc, char **argv)
{
    unsigned count;
    int failed = 2;

    if (argc != 4 || inet_pton(AF_INET, argv[2], &there.sin_addr) != 1)
        return 2;
    there.sin_port = htons(PORT);
    count = (unsigned)strtoul(argv[3], NULL, 0);
    if (strcmp(argv[1], "send") == 0)
        failed = send_stream(count);
    else if (strcmp(argv[1], "receive") == 0)
        failed = receive_stream(count);
    else if (strcmp(argv[1], "ping") == 0)
        failed = ping(count);
    else if (strcmp(argv[1], "echo") == 0)
        failed = echo(count);
    else if (strcmp(argv[1], "tcp-loop") == 0)
        failed = both(send_stream, receive_stream, count);
    else if (strcmp(argv[1], "ping-loop") == 0)
        failed = both(ping, echo, count);
    printf("stream %s: %s\n", argv[1], failed ? "FAIL" : "done");
    return failed;
}
