/* SPDX-License-Identifier: BSD-2-Clause */
/* What the rows of the bench have in common. A row is a table entry; main.c runs it
 * between two marks that the plugin row_count sees from outside. */
#ifndef PARAVANE_BENCH_H
#define PARAVANE_BENCH_H

struct row {
    const char *name;
    long count;             /* operations that are measured, after count / 8 + 1 unmeasured ones */
    long divisor;           /* operations in one call of run(.., 1); 0 means 1 */
    void (*prepare)(void);  /* may be null */
    void (*run)(long times);
    void (*tidy)(void);     /* may be null */
};

extern const struct row call_rows[], process_rows[], memory_rows[], program_rows[];

/* mark.S: two instructions of no effect at addresses that the plugin is told. */
void mark_begin(void);
void mark_end(void);

/* Ends the bench with the row's name and errno's text. */
void fail(const char *what);
/* The file descriptor of `path`, or the end. */
int open_or_fail(const char *path, int flags);
/* Starts argv[0] in a child process and waits for it; anything but status 0 ends the bench. */
void run_program(char *const argv[]);

#define BENCH_FILE "/tmp/file"
enum { BENCH_FILE_BYTES = 1 << 20 };

#endif
