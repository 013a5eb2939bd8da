/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest that does what no guest should. Its arguments name the deed; a deed that is
 * survived ends in PASS, the others must get this VM killed and nobody else. */
#include "testing.h"

static volatile uint32_t aborts, undefined;
static uint32_t user_stack[64] __attribute__((aligned(8)));
static uint32_t code[4] __attribute__((aligned(64)));
static uint32_t random_state = 0x2545f491;

void on_syscall(struct upcall_frame* f) {
    if (f->r[7] == 2)
        leave_user(0);
}

void on_undefined(struct upcall_frame* f) {
    undefined++;
    f->pc += f->cpsr & 0x20 ? 2 : 4;
}

void on_fetch_abort(struct upcall_frame* f) {
    aborts++;
    f->pc = f->lr;
}

void on_data_abort(struct upcall_frame* f) {
    aborts++;
    f->pc += 4;
}

void on_irq(struct upcall_frame* f) {
    (void)f;
    claim(PVN_IRQ_SOURCE_TIMER);
    claim(PVN_IRQ_SOURCE_DOORBELL);
    pvn_irq_end(PVN_NO_SOURCE);
}

static uint32_t next_random(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

static void poke(uint32_t address) {
    __asm__ volatile("str %0, [%1]" : : "r"(0xdeadbeef), "r"(address) : "memory");
}

static uint32_t peek(uint32_t address) {
    uint32_t value = 0;

    __asm__ volatile("ldr %0, [%1]" : "+r"(value) : "r"(address) : "memory");
    return value;
}

static void expect_aborts(const char* what, uint32_t wanted) {
    check(what, aborts, wanted);
    aborts = 0;
}

/* The hypervisor, its window and other VMs' memory are out of reach, by any name. */
static void deed_reach(void) {
    uint32_t address;

    for (address = 0xfffe0000; address < 0xffff0000; address += 0x1000)
        poke(address);
    expect_aborts("stores to the window", 16);
    peek(0x48000000);
    peek(0x00000000);
    peek(0x09000000);
    peek(0x10009000);
    expect_aborts("loads from what it was not given", 4);
    map_sections(RAM_BASE, RAM_BASE, 4, SECTION_KERNEL);
    map_sections(0x80000000, 0x48000000, 1, SECTION_KERNEL);
    map_sections(0x80100000, 0x60000000, 1, SECTION_KERNEL);
    map_sections(0x80200000, 0x09000000, 1, SECTION_KERNEL);
    map_sections(0xfff00000, RAM_BASE + 0x200000, 1, SECTION_KERNEL);
    mmu_on();
    for (address = 0x80000000; address < 0x80300000; address += 0x100000)
        poke(address);
    expect_aborts("stores through tables to foreign memory", 3);
    poke(0xfff00000);
    expect_aborts("a store to its own page beside the window", 0);
    check("arrived", *(volatile uint32_t*)(RAM_BASE + 0x200000), 0xdeadbeef);
}

/* Descriptors that point at the table that holds them, and at random. */
static void deed_tables(void) {
    uint32_t i, touched = 0;

    map_sections(RAM_BASE, RAM_BASE, 4, SECTION_KERNEL);
    for (i = 0x800; i < 0xc00; i++)
        translation_table[i] = (uint32_t)translation_table | 1;
    for (; i < 0xe00; i++)
        translation_table[i] = next_random();
    mmu_on();
    for (i = 0x80000000; i < 0xe0000000; i += 0x40000 + (next_random() & 0xff000)) {
        touched += peek(i & ~3u) != 0;
        translation_table[0xc00 + (touched & 0x1ff)] = next_random();
        if (!(i & 0x80000))
            pvn_tlb_flush(i, 1, 0, PVN_FLUSH_SCOPE_RANGE);
    }
    aborts = 0;
}

/* More address spaces and pages than the shadow has room for. */
static void deed_exhaust(void) {
    static uint32_t tables[8][256] __attribute__((aligned(1024)));
    uint32_t space, i;

    for (i = 0; i < 8 * 256; i++)
        tables[i / 256][i % 256] = (RAM_BASE + ((i & 0xff) << 12)) | 0x83e;
    map_sections(RAM_BASE, RAM_BASE, 4, SECTION_KERNEL);
    for (i = 0x500; i < 0x900; i++)
        translation_table[i] = (uint32_t)tables[i & 7] | 1;
    mmu_on();
    for (space = 1; space < 64; space++) {
        check("space_switch", (uint32_t)pvn_space_switch((uint32_t)translation_table, space),
              PVN_STATUS_SUCCESS);
        for (i = 0x50000000; i < 0x90000000; i += 0x1001000)
            if (peek(i) != peek(RAM_BASE + (i & 0xff000)))
                check("what an alias reads", i, 0);
    }
    expect_aborts("exhaustion", 0);
}

static void expect_status(const char* what, int32_t got, int32_t wanted) {
    check(what, (uint32_t)got, (uint32_t)wanted);
}

/* Every call with arguments that it must refuse. */
static void deed_arguments(void) {
    pvn_u32 word;
    pvn_u64 wide;
    uint32_t call;

    expect_status("features", pvn_features(0xffffffff, &word), PVN_STATUS_SUCCESS);
    expect_status("stop", pvn_stop(3, 0), PVN_STATUS_INVALID_PARAMETER);
    expect_status("space_switch", pvn_space_switch(0x09000000, 0), PVN_STATUS_BAD_ADDRESS);
    expect_status("tlb scope", pvn_tlb_flush(0, 1, 0, 3), PVN_STATUS_INVALID_PARAMETER);
    expect_status("tlb reason", pvn_tlb_flush(0, 1, 0, 0x300), PVN_STATUS_INVALID_PARAMETER);
    expect_status("tlb asid", pvn_tlb_flush(0, 1, 256, 0), PVN_STATUS_INVALID_PARAMETER);
    expect_status("tlb wraps", pvn_tlb_flush(0xfffff000, 2, 0, 0), PVN_STATUS_INVALID_PARAMETER);
    expect_status("tlb large", pvn_tlb_flush(0, 0xffffffff, 0, 0), PVN_STATUS_INVALID_PARAMETER);
    expect_status("tlb all of it", pvn_tlb_flush(0, 0x100000, 0, 0), PVN_STATUS_SUCCESS);
    expect_status("pt_update count", pvn_pt_update(65, 0), PVN_STATUS_INVALID_PARAMETER);
    expect_status("pt_update op", pvn_pt_update(1, 2), PVN_STATUS_INVALID_PARAMETER);
    expect_status("cache wraps", pvn_cache_range(0xfffffff0, 0x20, 0),
                  PVN_STATUS_INVALID_PARAMETER);
    expect_status("cache op", pvn_cache_range(0, 4, 4), PVN_STATUS_INVALID_PARAMETER);
    expect_status("irq_end", pvn_irq_end(64), PVN_STATUS_INVALID_PARAMETER);
    expect_status("doorbell", pvn_doorbell(7), PVN_STATUS_INVALID_PARAMETER);
    expect_status("doorbell to oneself", pvn_doorbell(2), PVN_STATUS_DENIED);
    expect_status("write null", pvn_console_write(0, 4, &word), PVN_STATUS_BAD_ADDRESS);
    expect_status("write high", pvn_console_write(0x140000000ull, 4, &word),
                  PVN_STATUS_BAD_ADDRESS);
    expect_status("write past the end", pvn_console_write(0x403ffffe, 4, &word),
                  PVN_STATUS_BAD_ADDRESS);
    expect_status("write wraps", pvn_console_write(0xfffffffe, 4, &word), PVN_STATUS_BAD_ADDRESS);
    expect_status("write much", pvn_console_write(RAM_BASE, 4097, &word),
                  PVN_STATUS_INVALID_PARAMETER);
    expect_status("info", pvn_vm_info(99, &wide), PVN_STATUS_INVALID_PARAMETER);
    pvn_features(0, &word);
    word = word & PVN_FEATURE_PAGE_FORMAT_MASK;
    expect_status("format askew", pvn_page_format(RAM_BASE + 4),
                  word ? PVN_STATUS_INVALID_PARAMETER : PVN_STATUS_NOT_SUPPORTED);
    expect_status("format past the end", pvn_page_format(0x403ff000),
                  word ? PVN_STATUS_BAD_ADDRESS : PVN_STATUS_NOT_SUPPORTED);
    for (call = 0x86000017; call < 0x86000100; call++) {
        register uint32_t r12 __asm__("r12") = call;
        register uint32_t r0 __asm__("r0") = 0;

        __asm__ volatile("svc #0x5000" : "+r"(r0) : "r"(r12) : "r1", "r2", "r3", "memory");
        expect_status("a call that does not exist", (int32_t)r0, PVN_STATUS_NOT_SUPPORTED);
    }
}

/* Interrupts without end, then half a second of them masked. */
static void deed_storm(void) {
    volatile uint32_t spins;
    uint32_t i;

    unmask();
    for (i = 0; i < 3000; i++) {
        pvn_timer_set(0);
        pvn_doorbell(1);
    }
    mask();
    for (spins = 0; spins < 4000000; spins++)
        ;
}

static void run_code(uint32_t word) {
    code[0] = word;
    code[1] = 0xe12fff1e; /* bx lr */
    pvn_cache_range((uint32_t)code, sizeof code, PVN_CACHE_OP_SYNC_CODE);
    __asm__ volatile("push {r4-r11}\n\tmov r4, %0\n\tblx r4\n\tpop {r4-r11}"
                     :
                     : "r"(code)
                     : "r0", "r1", "r2", "r3", "r12", "lr", "memory", "cc");
}

/* What User mode may not execute or nobody defines, and the forms that are legal. */
static void deed_undefined(void) {
    static const uint32_t words[] = {
        0xe7f000f0, 0xe14f0000, 0xe16ff000, 0xeef80a10, 0xe1600070, 0xe1400070, 0xee011f10,
        0xec5f0f1f, 0xee100e10, 0xe7ffffff, 0xf7f0f0f0, 0xee0f0f10, 0xeddf0f00,
    };
    uint32_t i;

    for (i = 0; i < sizeof words / sizeof words[0]; i++)
        run_code(words[i]);
    check("most were refused", undefined >= 4, 1);
}

/* Neither a call that leaves the code for good nor one that waits for what may not come. */
static int may_be_called(uint32_t number) {
    return number < 2 || (number > 7 && number != (PVN_CALL_IDLE_UNMASKED & 0x3f));
}

/* Random instruction-plane codes that do not leave the code, and random calls. */
static void random_rounds(uint32_t count) {
    uint32_t i;

    for (i = 0; i < count; i++) {
        uint32_t kind = next_random() % 3;
        uint32_t value = next_random();
        register uint32_t r12 __asm__("r12") = 0x86000000 | (value & 0x3f);
        register uint32_t r0 __asm__("r0") = next_random();

        if (kind == 0) {
            run_code(0xef000000 | 0xc00000 | (value & 0x7fff3) | 0x40000);
        } else if (kind == 1) {
            run_code(0xef000000 | 0xe10000 | (value & 0x13));
        } else if (may_be_called(value & 0x3f)) {
            __asm__ volatile("svc #0x5000" : "+r"(r0) : "r"(r12) : "r1", "r2", "r3", "memory");
        }
    }
    pvn_timer_set(~0ull);
}

static void deed_random(void) {
    random_rounds(20000);
}

static void deed_soak(void) {
    random_rounds(1000000);
}

/* Deeds that must end this VM. */
static void deed_walk(void) {
    register uint32_t r0 __asm__("r0") = 0x09000000;

    map_sections(RAM_BASE, RAM_BASE, 4, SECTION_KERNEL);
    mmu_on();
    __asm__ volatile("svc %1" : : "r"(r0), "i"(0xc00000 | 2 << 11) : "memory");
    pvn_tlb_flush(0, 0, 0, PVN_FLUSH_SCOPE_ALL);
}

static void user_code(uint32_t argument) {
    register uint32_t r7 __asm__("r7") = argument;

    __asm__ volatile("svc #0" : : "r"(r7) : "memory");
}

static void user_undefined(void) {
    __asm__ volatile(".inst 0xe7f000f0");
}

static void user_load(void) {
    peek(0x48000000);
}

static void user_fetch(void) {
    ((void (*)(void))0x48000000)();
}

static void user_wait(void) {
    for (;;)
        ;
}

/* Goes to user code with a kernel stack that is nowhere: the upcall's stub faults. */
static void leave_stackless(uint32_t code_at) {
    PAGE->kernel_sp = 0xfffef000;
    PAGE->return_pc = code_at;
    PAGE->return_sp = (uint32_t)(user_stack + 64);
    PAGE->return_cpsr = 0x10;
    pvn_upcall_return();
}

static void deed_stack(void) {
    leave_stackless((uint32_t)user_code);
}

static void deed_stack_undefined(void) {
    leave_stackless((uint32_t)user_undefined);
}

static void deed_stack_data(void) {
    leave_stackless((uint32_t)user_load);
}

static void deed_stack_fetch(void) {
    leave_stackless((uint32_t)user_fetch);
}

static void deed_stack_irq(void) {
    pvn_timer_set(now() + 1000000);
    leave_stackless((uint32_t)user_wait);
}

/* WFI and WFE stop the core that they do not trap on, until the next interrupt: of the
 * neighbour's 60 ticks, that is. */
static void deed_wait(void) {
    uint32_t i;

    for (i = 0; i < 20; i++)
        __asm__ volatile("wfi\n\twfe");
}

static void deed_mode(void) {
    PAGE->return_pc = (uint32_t)user_code;
    PAGE->return_cpsr = 0x1b;
    pvn_upcall_return();
}

/* As deed_mode, from a call of its own and with registers that the log must show. */
__attribute__((noinline)) static void deed_registers(void) {
    PAGE->return_cpsr = 0x1b;
    __asm__ volatile("mov r4, #0x44\n\tmov r5, #0x55\n\tmov r6, #0x66\n\tmov r8, #0x88\n\t"
                     "mov r9, #0x99\n\tmovw r12, #0x0003\n\tmovt r12, #0x8600\n\tsvc #0x5000"
                     :
                     :
                     : "r4", "r5", "r6", "r8", "r9", "r12", "memory");
}

static void deed_double(void) {
    PAGE->upcall_taken = PAGE->upcall_count - 1;
    __asm__ volatile(".inst 0xe7f000f0");
}

static void deed_lpae(void) {
    register uint32_t r0 __asm__("r0") = 0x80000000;

    __asm__ volatile("svc %1" : : "r"(r0), "i"(0xc00000 | 2 << 11 | 2 << 4) : "memory");
}

static void deed_die(void) {
    mask();
    pvn_doorbell(1);
    pvn_idle();
    check("the neighbour answered", (uint32_t)claim(PVN_IRQ_SOURCE_DOORBELL), 1);
    deed_mode();
}

static const struct {
    const char* name;
    void (*run)(void);
} deeds[] = {
    {"reach", deed_reach},
    {"tables", deed_tables},
    {"exhaust", deed_exhaust},
    {"storm", deed_storm},
    {"arguments", deed_arguments},
    {"undefined", deed_undefined},
    {"random", deed_random},
    {"walk", deed_walk},
    {"stack", deed_stack},
    {"mode", deed_mode},
    {"double", deed_double},
    {"lpae", deed_lpae},
    {"die", deed_die},
    {"registers", deed_registers},
    {"soak", deed_soak},
    {"halt", deed_wait},
    {"no-stack-undefined", deed_stack_undefined},
    {"no-stack-data", deed_stack_data},
    {"no-stack-fetch", deed_stack_fetch},
    {"no-stack-irq", deed_stack_irq},
};

static int same(const char* a, const volatile uint8_t* b) {
    while (*a && *a == (char)*b)
        a++, b++;
    return *a == (char)*b;
}

uint32_t main(void) {
    take_upcalls();
    for (uint32_t i = 0; i < sizeof deeds / sizeof deeds[0]; i++) {
        if (same(deeds[i].name, PAGE->boot.arguments)) {
            deeds[i].run();
            finish("hostile");
        }
    }
    check("a deed of that name", 0, 1);
    finish("hostile");
}
