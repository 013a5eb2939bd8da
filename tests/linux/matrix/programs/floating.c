/* SPDX-License-Identifier: BSD-2-Clause */
/* Several processes compute in all 32 NEON registers at once, each its own values: what
 * one leaves in the registers must never reach another. */
#include "work.h"

#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 6, ROUNDS = 300000 };

/* Loads d0-d31 from 32 words of 8 bytes, mixes them `rounds` times, stores them. */
void mix_registers(uint64_t *words, long rounds);

static uint64_t digest(unsigned int seed)
{
    uint64_t words[32], sum = seed;

    for (int i = 0; i < 32; i++)
        words[i] = (uint64_t)seed * 0x9e3779b97f4a7c15ull + (uint64_t)i * 0x100000001b3ull;
    mix_registers(words, ROUNDS);
    for (int i = 0; i < 32; i++)
        sum = sum * 31 + words[i];
    return sum;
}

static uint64_t together[PROCESSES];

int floating_main(void)
{
    int ends[2], status;

    CHECK(pipe(ends) == 0);
    for (int i = 0; i < PROCESSES; i++) {
        pid_t child = fork();

        CHECK(child >= 0);
        if (child == 0) {
            struct {
                int who;
                uint64_t sum;
            } message = {i, digest(i + 1)};

            CHECK(write(ends[1], &message, sizeof message) == sizeof message);
            _exit(0);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        struct {
            int who;
            uint64_t sum;
        } message;

        CHECK(read(ends[0], &message, sizeof message) == sizeof message);
        together[message.who] = message.sum;
        CHECK(wait(&status) > 0 && status == 0);
    }
    for (int i = 0; i < PROCESSES; i++) {
        CHECK(together[i] == digest(i + 1));
        printf("%d: %016llx\n", i, (unsigned long long)together[i]);
    }
    return 0;
}
