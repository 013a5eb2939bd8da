/* SPDX-License-Identifier: BSD-2-Clause */
/* What gdb and strace look at: a few calls, a loop, a global, a system call. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int total;

static int square(int number)
{
    int result = number * number;

    return result;
}

static void add_squares(int count)
{
    for (int i = 1; i <= count; i++)
        total += square(i);
}

int main(void)
{
    char line[32];

    add_squares(5);
    snprintf(line, sizeof line, "total %d\n", total);
    return write(STDOUT_FILENO, line, strlen(line)) < 0;
}
