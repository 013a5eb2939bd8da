/* SPDX-License-Identifier: BSD-2-Clause */
/* TCG plugin: counts the instructions that the hypervisor executes from a guest's
 * trap to the guest's next instruction, from outside both of them. A visit starts
 * when execution enters the hypervisor's window and ends when it leaves window and
 * annex; visits are grouped by the guest instruction before them and by the vector they
 * came through. Result: one JSON object a group, on lines of the file named by out=.
 *
 * arguments: out=FILE [first=0xfffc0000] [last=0xfffeffff] [from=ADDR,to=ADDR]
 * [begin=ADDR,end=ADDR] [boot=1] where from and to bound the trapping guest addresses
 * that are counted, and begin and end are marks (tests/linux/bench/mark.S): visits
 * between them are counted, or with boot those before the first. */
#include "qemu_plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

enum { GROUPS = 1 << 16, BEGIN_WORD = 0xe305c041, END_WORD = 0xe305c042 };

struct group {
    uint32_t pc, entry;
    uint64_t visits, sum, least, most;
};

static struct group groups[GROUPS];
static uint64_t dropped, total_hypervisor, total_guest;
static uint32_t first = 0xfffc0000, last = 0xfffeffff, from = 0, to = 0xffffffff;
static uint32_t guest_pc, visit_entry;
static uint64_t visit_length;
static uint32_t begin, end, boot;
static int counting = 1;
static char out_path[4096];

static void end_visit(void)
{
    uint32_t slot = (guest_pc * 2654435761u ^ visit_entry * 40503u) % GROUPS;
    uint32_t probes = 0;
    struct group *g;

    if (!counting || guest_pc < from || guest_pc > to)
        return;
    while (groups[slot].visits && (groups[slot].pc != guest_pc || groups[slot].entry != visit_entry)) {
        slot = (slot + 1) % GROUPS;
        if (++probes == GROUPS) {
            dropped++;
            return;
        }
    }
    g = &groups[slot];
    g->pc = guest_pc;
    g->entry = visit_entry;
    if (!g->visits || visit_length < g->least)
        g->least = visit_length;
    if (visit_length > g->most)
        g->most = visit_length;
    g->visits++;
    g->sum += visit_length;
}

static void executed(unsigned int vcpu, void *data)
{
    uint32_t pc = (uint32_t)(uintptr_t)data;

    (void)vcpu;
    if (pc >= first && pc <= last) {
        if (!visit_length)
            visit_entry = pc;
        visit_length++;
        total_hypervisor++;
        return;
    }
    if (visit_length) {
        end_visit();
        visit_length = 0;
    }
    guest_pc = pc;
    total_guest++;
}

static void write_groups(void)
{
    FILE *out = fopen(out_path, "w");
    size_t i;

    if (!out) {
        perror(out_path);
        return;
    }
    fprintf(out, "{\"hypervisor\": %llu, \"guest\": %llu, \"dropped\": %llu}\n",
            (unsigned long long)total_hypervisor, (unsigned long long)total_guest,
            (unsigned long long)dropped);
    for (i = 0; i < GROUPS; i++) {
        const struct group *g = &groups[i];
        if (g->visits)
            fprintf(out,
                    "{\"pc\": \"0x%08x\", \"entry\": \"0x%08x\", \"visits\": %llu, \"least\": %llu, "
                    "\"most\": %llu, \"sum\": %llu}\n",
                    g->pc, g->entry, (unsigned long long)g->visits, (unsigned long long)g->least,
                    (unsigned long long)g->most, (unsigned long long)g->sum);
    }
    fclose(out);
}

/* Writes what is counted at each end, since the machine may be killed at any time. The
 * first pair of marks ends the boot; what follows it is counted unless only the boot is. */
static void at_mark(unsigned int vcpu, void *data)
{
    static int marks;

    (void)vcpu;
    counting = data != NULL && marks > 1 && !boot;
    if (++marks % 2 == 0)
        write_groups();
}

static int is_mark(const struct qemu_plugin_insn *insn, uint32_t at, uint32_t word)
{
    return qemu_plugin_insn_vaddr(insn) == at && qemu_plugin_insn_size(insn) == 4 &&
           !memcmp(qemu_plugin_insn_data(insn), &word, 4);
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    size_t i, n = qemu_plugin_tb_n_insns(tb);

    (void)id;
    for (i = 0; i < n; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

        if (begin && is_mark(insn, begin, BEGIN_WORD))
            qemu_plugin_register_vcpu_insn_exec_cb(insn, at_mark, QEMU_PLUGIN_CB_NO_REGS, &begin);
        if (begin && is_mark(insn, end, END_WORD))
            qemu_plugin_register_vcpu_insn_exec_cb(insn, at_mark, QEMU_PLUGIN_CB_NO_REGS, NULL);
        qemu_plugin_register_vcpu_insn_exec_cb(insn, executed, QEMU_PLUGIN_CB_NO_REGS,
                                               (void *)(uintptr_t)qemu_plugin_insn_vaddr(insn));
    }
}

static void finish(qemu_plugin_id_t id, void *data)
{
    (void)id;
    (void)data;
    if (!begin)
        write_groups();
}

__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id,
                                                               const qemu_info_t *info, int argc,
                                                               char **argv)
{
    int i;

    (void)info;
    for (i = 0; i < argc; i++) {
        const char *value = strchr(argv[i], '=');
        size_t name = value ? (size_t)(value - argv[i]) : strlen(argv[i]);

        if (!value) {
            fprintf(stderr, "trap_count: %s: not name=value\n", argv[i]);
            return -1;
        }
        value++;
        if (!strncmp(argv[i], "out", name))
            snprintf(out_path, sizeof out_path, "%s", value);
        else if (!strncmp(argv[i], "first", name))
            first = strtoul(value, NULL, 0);
        else if (!strncmp(argv[i], "last", name))
            last = strtoul(value, NULL, 0);
        else if (!strncmp(argv[i], "from", name))
            from = strtoul(value, NULL, 0);
        else if (!strncmp(argv[i], "to", name))
            to = strtoul(value, NULL, 0);
        else if (!strncmp(argv[i], "begin", name))
            begin = strtoul(value, NULL, 0);
        else if (!strncmp(argv[i], "end", name))
            end = strtoul(value, NULL, 0);
        else if (!strncmp(argv[i], "boot", name))
            boot = strtoul(value, NULL, 0);
        else {
            fprintf(stderr, "trap_count: %s: unknown argument\n", argv[i]);
            return -1;
        }
    }
    counting = begin == 0 || boot;
    if (!out_path[0]) {
        fprintf(stderr, "trap_count: out=FILE is missing\n");
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, finish, NULL);
    return 0;
}
