/* SPDX-License-Identifier: BSD-2-Clause */
/* Chooses the program by the name that it was started by. */
#include "work.h"

#include <string.h>

static const struct {
    const char *name;
    int (*run)(void);
} programs[] = {
    {"threads", threads_main}, {"signals", signals_main},   {"floating", floating_main},
    {"kuser", kuser_main},     {"forkbomb", forkbomb_main}, {"oom", oom_main},
    {"ipc", ipc_main},         {"memory", memory_main},   {"seed", seed_main},
};

int main(int argc, char **argv)
{
    const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
    size_t i;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!strcmp(name, "load") && argc == 2)
        return load_main(argv[1]);
    for (i = 0; i < sizeof programs / sizeof programs[0]; i++)
        if (!strcmp(programs[i].name, name))
            return programs[i].run();
    printf("%s: no program has this name\n", name);
    return 2;
}
