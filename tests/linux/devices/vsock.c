// SPDX-License-Identifier: BSD-2-Clause
// Sends a stream over vsock to a VM that echoes it, and compares what comes back.
// usage: vsock CID PORT BYTES
#include <sys/socket.h> /* before the kernel's */

#include <linux/vm_sockets.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static unsigned char byte_at(uint32_t i)
{
    return (unsigned char)(i * 2654435761u >> 23);
}

/* A child sends, so that a full peer never stops the one who reads. */
static int send_all(int fd, uint32_t bytes)
{
    static unsigned char data[65536];
    uint32_t sent, i;

    for (sent = 0; sent < bytes;) {
        uint32_t part = bytes - sent < sizeof data ? bytes - sent : sizeof data;
        uint32_t done = 0;

        for (i = 0; i < part; i++)
            data[i] = byte_at(sent + i);
        while (done < part) {
            ssize_t now = send(fd, data + done, part - done, 0);

            if (now <= 0) {
                perror("send");
                return 1;
            }
            done += (uint32_t)now;
        }
        sent += part;
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct sockaddr_vm peer = {.svm_family = AF_VSOCK};
    unsigned char data[65536];
    uint32_t bytes, got = 0, wrong = 0;
    int fd = socket(AF_VSOCK, SOCK_STREAM, 0);

    if (argc != 4 || fd < 0)
        return 2;
    peer.svm_cid = (unsigned)atoi(argv[1]);
    peer.svm_port = (unsigned)atoi(argv[2]);
    bytes = (uint32_t)strtoul(argv[3], NULL, 0);
    if (connect(fd, (struct sockaddr *)&peer, sizeof peer) != 0) {
        perror("connect");
        return 1;
    }
    if (fork() == 0)
        _exit(send_all(fd, bytes));
    while (got < bytes) {
        ssize_t now = recv(fd, data, sizeof data, 0), i;

        if (now <= 0) {
            perror("recv");
            break;
        }
        for (i = 0; i < now; i++)
            wrong += data[i] != byte_at(got + (uint32_t)i);
        got += (uint32_t)now;
    }
    printf("vsock: %u bytes back, %u of them wrong\n", got, wrong);
    return got == bytes && wrong == 0 ? 0 : 1;
}
