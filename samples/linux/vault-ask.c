/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks the vault (samples/vault) over an ordinary socket: for each argument, the
 * HMAC of its text padded with zeros to 32 bytes, in hex.
 * usage: vault-ask CID TEXT... */
#include <sys/socket.h>

#include <linux/vm_sockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PORT 77
#define BYTES 32

int main(int count, char** arguments) {
    struct sockaddr_vm vault = {.svm_family = AF_VSOCK, .svm_port = PORT};
    unsigned char text[BYTES];
    int i, to;

    if (count < 3) {
        fputs("usage: vault-ask CID TEXT...\n", stderr);
        return 2;
    }
    vault.svm_cid = (unsigned)atoi(arguments[1]);
    to = socket(AF_VSOCK, SOCK_STREAM, 0);
    if (to < 0 || connect(to, (struct sockaddr*)&vault, sizeof vault) != 0) {
        perror("vault-ask");
        return 1;
    }
    for (i = 2; i < count; i++) {
        int got = 0, now = 0, byte;

        memset(text, 0, sizeof text);
        strncpy((char*)text, arguments[i], sizeof text);
        if (write(to, text, BYTES) != BYTES) {
            perror("vault-ask");
            return 1;
        }
        for (; got < BYTES; got += now) {
            now = (int)read(to, text + got, (size_t)(BYTES - got));
            if (now <= 0) {
                fputs("vault-ask: the vault hung up\n", stderr);
                return 1;
            }
        }
        for (byte = 0; byte < BYTES; byte++)
            printf("%02x", text[byte]);
        printf("  %s\n", arguments[i]);
    }
    return 0;
}
