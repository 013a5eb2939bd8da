/* SPDX-License-Identifier: BSD-2-Clause */
/* TCG plugin: counts instructions between the marks that a program in the guest
 * executes (tests/linux/bench/mark.S), from outside the guest. One JSON object a row
 * goes to the file named by out=: all instructions, those in the hypervisor's window and
 * annex, and its entries by vector. The first object is the boot: from the kernel's
 * first instruction to the first mark. With pcs=FILE, also how often each address was
 * executed inside rows, or with boot=1 in the boot.
 *
 * arguments: out=FILE begin=ADDR end=ADDR [kernel=ADDR:WORD] [first= last= vectors=]
 * [pcs=FILE] [boot=1] */
#include "qemu_plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

enum { VECTORS = 8, PC_SLOTS = 1 << 20, BEGIN_WORD = 0xe305c041, END_WORD = 0xe305c042 };

struct counts {
    uint64_t all, hypervisor, entries[VECTORS];
};
struct pc_slot {
    uint32_t pc, used;
    uint64_t now, base, in_rows;
};

static struct counts now, at_kernel, at_begin;
static uint32_t begin, end, boot, kernel, kernel_word, pcs_dropped;
static uint32_t first = 0xfffc0000, last = 0xfffeffff, vectors = 0xfffe1000;
static int seen_kernel, seen_mark, inside;
static struct pc_slot *slots;
static const char *pcs_path;
static FILE *out;

static void print_row(const char *name, const struct counts *from)
{
    static const char *const vector_names[VECTORS] = {"reset", "undefined", "svc", "prefetch",
                                                      "data", "hyp", "irq", "fiq"};

    fprintf(out, "{\"name\": \"%s\", \"instructions\": %llu, \"hypervisor\": %llu", name,
            (unsigned long long)(now.all - from->all),
            (unsigned long long)(now.hypervisor - from->hypervisor));
    for (int i = 0; i < VECTORS; i++)
        if (now.entries[i] != from->entries[i])
            fprintf(out, ", \"%s\": %llu", vector_names[i],
                    (unsigned long long)(now.entries[i] - from->entries[i]));
    fprintf(out, "}\n");
    fflush(out);
}

static void set_base(void)
{
    for (size_t i = 0; slots && i < PC_SLOTS; i++)
        slots[i].base = slots[i].now;
}

static void add_to_rows(void)
{
    for (size_t i = 0; slots && i < PC_SLOTS; i++)
        slots[i].in_rows += slots[i].now - slots[i].base;
}

/* After each row, since the machine may be killed at any time. */
static void write_pcs(void)
{
    FILE *file = pcs_path ? fopen(pcs_path, "w") : NULL;

    if (!file)
        return;
    if (pcs_dropped)
        fprintf(stderr, "row_count: %u addresses found no place\n", pcs_dropped);
    for (size_t i = 0; i < PC_SLOTS; i++)
        if (slots[i].in_rows)
            fprintf(file, "0x%08x %llu\n", slots[i].pc, (unsigned long long)slots[i].in_rows);
    fclose(file);
}

static void at_kernel_entry(unsigned int vcpu, void *data)
{
    (void)vcpu;
    (void)data;
    if (seen_kernel)
        return;
    seen_kernel = 1;
    at_kernel = now;
    set_base();
}

static void at_begin_mark(unsigned int vcpu, void *data)
{
    (void)vcpu;
    (void)data;
    if (!seen_mark) {
        print_row("boot", &at_kernel);
        if (boot)
            add_to_rows();
    }
    set_base();
    at_begin = now;
    inside = 1;
}

static void at_end_mark(unsigned int vcpu, void *data)
{
    (void)vcpu;
    (void)data;
    if (!inside)
        return;
    if (seen_mark && !boot)
        add_to_rows();
    if (seen_mark)
        print_row("row", &at_begin);
    seen_mark = 1;
    inside = 0;
    write_pcs();
}

static struct pc_slot *slot_of(uint32_t pc)
{
    uint32_t at = (pc * 2654435761u) % PC_SLOTS;

    for (uint32_t probes = 0; probes < PC_SLOTS; probes++, at = (at + 1) % PC_SLOTS)
        if (!slots[at].used || slots[at].pc == pc) {
            slots[at].used = 1;
            slots[at].pc = pc;
            return &slots[at];
        }
    pcs_dropped++;
    return NULL;
}

static void add_inline(struct qemu_plugin_insn *insn, uint64_t *counter)
{
    qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, counter, 1);
}

static void call_at(struct qemu_plugin_insn *insn, qemu_plugin_vcpu_udata_cb_t callback)
{
    qemu_plugin_register_vcpu_insn_exec_cb(insn, callback, QEMU_PLUGIN_CB_NO_REGS, NULL);
}

static void instrument(struct qemu_plugin_insn *insn)
{
    uint32_t pc = (uint32_t)qemu_plugin_insn_vaddr(insn), word = 0;
    struct pc_slot *slot;

    if (qemu_plugin_insn_size(insn) == 4)
        memcpy(&word, qemu_plugin_insn_data(insn), 4);
    if (pc == begin && word == BEGIN_WORD)
        call_at(insn, at_begin_mark);
    if (pc == end && word == END_WORD)
        call_at(insn, at_end_mark);
    if (pc == kernel && word == kernel_word && word)
        call_at(insn, at_kernel_entry);
    add_inline(insn, &now.all);
    if (pc >= first && pc <= last)
        add_inline(insn, &now.hypervisor);
    if (pc >= vectors && pc < vectors + 4 * VECTORS)
        add_inline(insn, &now.entries[(pc - vectors) / 4]);
    if (slots && (slot = slot_of(pc)) != NULL)
        add_inline(insn, &slot->now);
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    size_t i, n = qemu_plugin_tb_n_insns(tb);

    (void)id;
    for (i = 0; i < n; i++)
        instrument(qemu_plugin_tb_get_insn(tb, i));
}

static int take_argument(const char *name, size_t length, const char *value)
{
    static const struct {
        const char *name;
        uint32_t *where;
    } numbers[] = {{"begin", &begin}, {"end", &end},   {"boot", &boot},
                   {"first", &first}, {"last", &last}, {"vectors", &vectors}};
    size_t i;

    for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (strlen(numbers[i].name) == length && !strncmp(numbers[i].name, name, length)) {
            *numbers[i].where = strtoul(value, NULL, 0);
            return 1;
        }
    if (!strncmp(name, "out", length))
        return (out = fopen(value, "w")) != NULL;
    if (!strncmp(name, "pcs", length)) {
        slots = calloc(PC_SLOTS, sizeof *slots);
        return slots && (pcs_path = strdup(value));
    }
    if (!strncmp(name, "kernel", length))
        return sscanf(value, "%i:%i", (int *)&kernel, (int *)&kernel_word) == 2;
    return 0;
}

__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id,
                                                               const qemu_info_t *info, int argc,
                                                               char **argv)
{
    int i;

    (void)info;
    for (i = 0; i < argc; i++) {
        const char *equals = strchr(argv[i], '=');

        if (!equals || !take_argument(argv[i], equals - argv[i], equals + 1)) {
            fprintf(stderr, "row_count: %s: not understood\n", argv[i]);
            return -1;
        }
    }
    if (!out || !begin || !end) {
        fprintf(stderr, "row_count: out=, begin= and end= are needed\n");
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    return 0;
}
