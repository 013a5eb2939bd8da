/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory: copy on write, atomics on pages that are being copied, protections, moving and
 * growing mappings, shared files, the stack's growth. */
#define _GNU_SOURCE
#include "work.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, PAGES = 300 };

static void end_child(pid_t child)
{
    int status;

    CHECK(waitpid(child, &status, 0) == child && status == 0);
}

static char *anonymous(long pages, int flags)
{
    char *memory = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);

    CHECK(memory != MAP_FAILED);
    return memory;
}

/* LDREX and STREX whose first store faults on a copied page. */
static void copy_on_write(void)
{
    char *memory = anonymous(PAGES, MAP_PRIVATE);
    long sum = 0;

    for (int i = 0; i < PAGES; i++)
        memory[i * PAGE] = i;
    for (int round = 0; round < 3; round++) {
        pid_t child = fork();

        for (int i = 0; i < PAGES; i++)
            atomic_fetch_add((atomic_int *)(memory + i * PAGE + 64), child ? 1 : 1000);
        if (child == 0) {
            for (int i = 0; i < PAGES; i++)
                CHECK(*(int *)(memory + i * PAGE + 64) == round + 1000);
            _exit(0);
        }
        end_child(child);
    }
    for (int i = 0; i < PAGES; i++)
        sum += *(int *)(memory + i * PAGE + 64) + (unsigned char)memory[i * PAGE];
    munmap(memory, PAGES * PAGE);
    printf("copy on write: sum %ld\n", sum);
}

static void change_protection(void)
{
    char *memory = anonymous(4, MAP_PRIVATE);
    /* mov r0, #42; bx lr */
    static const unsigned int code[] = {0xe3a0002a, 0xe12fff1e};
    int (*made)(void) = (int (*)(void))memory;

    memcpy(memory, code, sizeof code);
    CHECK(mprotect(memory, PAGE, PROT_READ | PROT_EXEC) == 0);
    __builtin___clear_cache(memory, memory + sizeof code);
    CHECK(made() == 42);
    CHECK(mprotect(memory, PAGE, PROT_READ | PROT_WRITE) == 0);
    memory[0] = 43;
    CHECK(mprotect(memory, PAGE, PROT_READ | PROT_EXEC) == 0);
    __builtin___clear_cache(memory, memory + sizeof code);
    CHECK(made() == 43);
    munmap(memory, 4 * PAGE);
    printf("code that was made at run time, and changed\n");
}

static void move_mapping(void)
{
    char *memory = anonymous(16, MAP_PRIVATE), *moved;

    for (int i = 0; i < 16; i++)
        memory[i * PAGE] = 'a' + i;
    moved = mremap(memory, 16 * PAGE, 600 * PAGE, MREMAP_MAYMOVE);
    CHECK(moved != MAP_FAILED);
    for (int i = 0; i < 16; i++)
        CHECK(moved[i * PAGE] == 'a' + i);
    CHECK(moved[599 * PAGE] == 0);
    CHECK(madvise(moved, 8 * PAGE, MADV_DONTNEED) == 0 && moved[PAGE] == 0);
    CHECK(moved[8 * PAGE] == 'i');
    munmap(moved, 600 * PAGE);
    printf("a mapping moved, grew and gave pages back\n");
}

static void share_file(void)
{
    int file = open("shared-file", O_CREAT | O_RDWR, 0600);
    char *shared, *copy, text[8] = "";
    pid_t child;

    CHECK(file >= 0 && ftruncate(file, 8 * PAGE) == 0);
    shared = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    copy = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    CHECK(shared != MAP_FAILED && copy != MAP_FAILED);
    child = fork();
    if (child == 0) {
        strcpy(shared + 5 * PAGE, "child");
        strcpy(copy + 5 * PAGE, "mine");
        _exit(0);
    }
    end_child(child);
    CHECK(!strcmp(shared + 5 * PAGE, "child") && !strcmp(copy + 5 * PAGE, "child"));
    CHECK(pread(file, text, 6, 5 * PAGE) == 6 && !strcmp(text, "child"));
    printf("a shared file\n");
}

static int grow_stack(int depth)
{
    volatile char room[PAGE];

    room[0] = depth;
    return depth == 0 ? 0 : grow_stack(depth - 1) + room[0] - (char)depth + 1;
}

int memory_main(void)
{
    copy_on_write();
    change_protection();
    move_mapping();
    share_file();
    CHECK(grow_stack(1000) == 1000);
    printf("the stack grew\n");
    return 0;
}
