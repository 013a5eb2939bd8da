/* SPDX-License-Identifier: BSD-2-Clause */
/* Our own programs of the matrix, one executable by several names. Each prints the same
 * lines in every run that goes well and returns 0 only then. */
#ifndef PARAVANE_MATRIX_WORK_H
#define PARAVANE_MATRIX_WORK_H

#include <stdio.h>
#include <stdlib.h>

int threads_main(void);
int signals_main(void);
int floating_main(void);
int kuser_main(void);
int forkbomb_main(void);
int oom_main(void);
int ipc_main(void);
int memory_main(void);
int seed_main(void);
int load_main(const char *path);

/* Ends the program with the expression that was false. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                         \
            fflush(stdout);                                                                        \
            _Exit(1);                                                                              \
        }                                                                                          \
    } while (0)

#endif
