/* SPDX-License-Identifier: BSD-2-Clause */
/* Loads a kernel module by its file and removes it again. */
#define _GNU_SOURCE
#include "work.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int load_main(const char *path)
{
    char name[64], *end;
    int file = open(path, O_RDONLY | O_CLOEXEC);

    CHECK(file >= 0);
    CHECK(syscall(SYS_finit_module, file, "", 0) == 0);
    snprintf(name, sizeof name, "%s", strrchr(path, '/') + 1);
    end = strchr(name, '.');
    CHECK(end != NULL);
    *end = 0;
    CHECK(syscall(SYS_delete_module, name, O_NONBLOCK) == 0);
    printf("loaded and removed\n");
    return 0;
}
