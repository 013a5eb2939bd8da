// SPDX-License-Identifier: BSD-2-Clause
// From start.S to the first guest: maps the machine, reads the board's tree and the
// system image (boot/), builds every VM, drops itself. Boot-only.
#include "arch/arm/cache.hpp"
#include "arch/arm/deliver.hpp"
#include "arch/arm/fp.hpp"
#include "arch/arm/guest.hpp"
#include "arch/arm/world.hpp"
#include "board.hpp"
#include "boot/system.hpp"
#include "core/log.hpp"
#include "core/machine.hpp"
#include "core/platform.hpp"
#include "device/pl031.hpp"
#include "image/carver.hpp"
#include "image/device_boot.hpp"
#include "image/platform_init.hpp"

extern "C" {
extern char image_bytes[], window_image_end[], annex_end[], boot_end[], vectors[], resident_bytes[];
[[noreturn]] void enter_first(uint32_t* boot_table);
}

namespace paravane::arm {

namespace {

constexpr uint32_t SECTION_RAM = 0x141e;    // XN, write-back, privileged
constexpr uint32_t SECTION_DEVICE = 0x0416; // XN, shareable device, privileged
constexpr uint32_t SECTION_NOT_GLOBAL = 1u << 17;
constexpr uint32_t PAGE_RAM = 0x85f;       // the same as a small page, not global
constexpr uint32_t TTBR_WRITE_BACK = 0x48; // walks inner and outer write-back, write-allocate
constexpr uint32_t SPACES = 17;
constexpr uint32_t TABLES = 128;

uint32_t address_of(const void* pointer) {
    return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(pointer));
}

[[noreturn]] void refuse(const boot::refusal& why) {
    log_line(blame::image, why.vm) << why.where << ": " << why.what;
    char line[120];
    uint32_t length = 0;
    line[length++] = static_cast<char>(console::control::refused);
    line[length++] = static_cast<char>(why.vm);
    const char* const parts[] = {why.where, ": ", why.what};
    for (const char* part : parts) {
        while (*part != '\0' && length < sizeof line) {
            line[length++] = *part++;
        }
    }
    console::write(console::STREAM_CONTROL, reinterpret_cast<const uint8_t*>(line), length);
    machine::power_off(true);
}

void map_window(uint32_t* l1, const board::memory_window& window, uint32_t attributes) {
    for (uint32_t offset = 0; offset < window.size; offset += SECTION_SIZE) {
        const uint32_t at = window.base + offset;
        l1[at >> SECTION_SHIFT] = at | attributes | SECTION_NOT_GLOBAL;
    }
}

/// Leaves the resident image out of the linear map, so that nothing writes to what the
/// window and the annex execute. `tables` has room for two second-level tables.
void hide_image(uint32_t* l1, uint32_t load_address, uint32_t* tables) {
    const uint32_t end = load_address + (address_of(window_image_end) - PV_WINDOW) +
                         (address_of(annex_end) - PV_ANNEX);
    for (uint32_t at = load_address; at < end; at += PAGE_SIZE) {
        uint32_t& slot = l1[at >> SECTION_SHIFT];
        if ((slot & mmu::L1_TYPE_MASK) == mmu::L1_SECTION) {
            const uint32_t base = at & ~(SECTION_SIZE - 1);
            for (uint32_t i = 0; i < mmu::L2_ENTRIES; ++i) {
                tables[i] = (base + i * PAGE_SIZE) | PAGE_RAM;
            }
            slot = address_of(tables) | mmu::L1_TABLE;
            tables += mmu::L2_ENTRIES;
        }
        reinterpret_cast<uint32_t*>(slot & ~(mmu::L2_BYTES - 1))[(at >> PAGE_SHIFT) & 0xff] = 0;
    }
}

/// The private space: RAM and devices at their own addresses, nothing executable but
/// the window. Until now only the megabytes around the image were mapped.
void map_machine(uint32_t* l1, uint32_t load_address) {
    map_window(l1, board::RAM, SECTION_RAM);
    map_window(l1, board::DEVICES, SECTION_DEVICE);
    hide_image(l1, load_address, l1 + mmu::L1_ENTRIES + mmu::L2_ENTRIES);
    cpu::dsb();
    this_core.private_ttbr0 = address_of(l1) | TTBR_WRITE_BACK;
    cpu::write_tlbiall(0);
    cpu::write_bpiall(0);
    load_tables({this_core.private_ttbr0, HOST_ASID});
}

boot::abi_served served() {
    using f = abi::feature;
    constexpr f SERVED[] = {f::upcalls, f::pt_batch, f::prefill,   f::console_input,
                            f::thumb,   f::doorbell, f::time_page, f::code_coherence};
    constexpr f PARTS[] = {f::counters, f::fp, f::device_transport, f::virtio_mmio, f::page_format};
    static_assert(parts::COUNTERS == parts::ALL && parts::FLOATING_POINT == parts::ALL &&
                  parts::DEVICES == parts::ALL && parts::PAGE_FORMATS == parts::ALL);
    uint32_t bits = 0;
    for (const f have : SERVED) {
        bits |= abi::feature_mask(have);
    }
    for (const f have : PARTS) {
        bits |= parts::ALL ? abi::feature_mask(have) : 0;
    }
    if (board::TIMER.kind == board::timer_kind::generic) {
        bits |= abi::feature_mask(f::counter_direct);
    }
    return {abi::VERSION, {bits, 0}};
}

/// The pages of devices behind the page transport, which guests reach as memory;
/// others have registers, which trap.
bool map_device_pages(const boot::vm_config& config, mmu::memory_map& map) {
    bool placed = true;
    uint32_t run = 0;
    for (uint32_t i = 0; i < config.device_count; ++i) {
        run = config.devices[i].transport == boot::device_transport::shared_page ? run + 1 : 0;
        const bool last = i + 1 == config.device_count ||
                          config.devices[i + 1].transport != boot::device_transport::shared_page;
        if (run != 0 && last) {
            const uint32_t first = (i + 1 - run) * PAGE_SIZE;
            placed &= map.add({gpa{abi::DEVICE_PAGES + first}, run * PAGE_SIZE,
                               config.device_memory.base + first, mmu::region_kind::ram})
                          .has_value();
        }
    }
    return placed;
}

void build_map(const boot::vm_config& config, mmu::memory_map& map) {
    bool placed = map_device_pages(config, map);
    for (uint32_t i = 0; i < config.region_count; ++i) {
        const boot::memory_region& r = config.regions[i];
        placed &= map.add({r.base, r.size, r.backing, mmu::region_kind::ram}).has_value();
    }
    for (uint32_t i = 0; i < config.passthrough_count; ++i) {
        const boot::passthrough_config& p = config.passthrough[i];
        placed &= map.add({p.window, p.size, p.registers, mmu::region_kind::device}).has_value();
    }
    if (!placed) {
        refuse({"regions and devices overlap", "memory", config.id});
    }
}

void build_shadow(carver& ram, vm& machine, uint8_t first_asid, bool traced) {
    mmu::shadow_config config{};
    config.l1_frames = reinterpret_cast<uint32_t*>(ram.take(SPACES * mmu::L1_BYTES, mmu::L1_BYTES));
    config.l1_address = pa{address_of(config.l1_frames)};
    config.spaces = SPACES;
    config.l2_frames = reinterpret_cast<uint32_t*>(ram.take(TABLES * mmu::L2_BYTES, mmu::L2_BYTES));
    config.l2_address = pa{address_of(config.l2_frames)};
    config.tables = TABLES;
    for (uint32_t i = 0; i < 14; ++i) {
        config.window[i] = this_core.window[i];
    }
    config.window[14] = block_entry(*machine.cpu);
    config.window[15] = page_entry(*machine.cpu);
    config.vcpu_page = pa{address_of(machine.cpu->page)};
    config.vcpu_page_at = machine.config->vcpu_page;
    config.ttbr_flags = TTBR_WRITE_BACK;
    config.first_asid = first_asid;
    config.memory = &machine.memory->map;
    config.quick = !traced;
    if (!machine.memory->shadow.init(config)) {
        refuse({"the vCPU page must be page-aligned and below 0xfff00000", "vcpu-page",
                machine.config->id});
    }
    take_context(machine);
}

void build_vm(carver& ram, vm& machine, uint32_t index, const boot::abi_served& offer,
              bool traced) {
    machine.cpu = ram.make<vcpu>(PAGE_SIZE);
    machine.cpu->owner = &machine;
    machine.cpu->page = reinterpret_cast<abi::vcpu_page*>(ram.take(PAGE_SIZE, PAGE_SIZE));
    machine.cpu->arch.host_context = {this_core.private_ttbr0, HOST_ASID};
    machine.cpu->deadline = NEVER;
    machine.memory = ram.make<vm_memory>();
    machine.state = vm_state::ended;
    machine.feature_words[0] = offer.features[0];
    machine.feature_words[1] = offer.features[1];
    build_map(*machine.config, machine.memory->map);
    build_shadow(ram, machine, static_cast<uint8_t>(FIRST_GUEST_ASID + index * SPACES), traced);
}

/// What boot needs of RAM behind the image: tables, blocks, shadows.
uint32_t reservation(uint32_t vms) {
    const uint32_t each = SPACES * mmu::L1_BYTES + TABLES * mmu::L2_BYTES + sizeof(vm_memory) +
                          2 * PAGE_SIZE + mmu::L1_BYTES + 2 * PAGE_SIZE;
    return sizeof(hypervisor) + vms * each + 0x10000 + device_bytes();
}

/// Where everything lies, for whoever reads a dump of physical memory.
void tell_map(const boot::memory_range& own, const uint32_t* l1, hypervisor& whole) {
    log_line(blame::nobody) << "map hypervisor " << hex{own.base.value()} << ' ' << hex{own.size}
                            << ' ' << hex{address_of(l1)};
    for (uint32_t v = 0; v < whole.count(); ++v) {
        const vm& machine = whole[v];
        const mmu::memory_map& map = machine.memory->map;
        const uint32_t id = machine.config->id;
        for (uint32_t i = 0; i < map.count(); ++i) {
            log_line(blame::nobody)
                << "map vm " << id << ' ' << hex{map[i].backing.value()} << ' ' << hex{map[i].size};
        }
        log_line(blame::nobody) << "map page " << id << ' ' << hex{address_of(machine.cpu->page)};
        log_line(blame::nobody) << "map spaces " << id << ' '
                                << hex{machine.memory->shadow.config().l1_address.value()} << ' '
                                << SPACES << ' ' << hex{address_of(machine.cpu)};
    }
}

/// Closes what PL0 would reach around us, and sets what never changes.
void close_doors() {
    cpu::write_vbar(address_of(vectors));
    cpu::write_pmuserenr(0);
    asm volatile("mcr p14, 0, %0, c0, c2, 2" ::"r"(1u << 12)); // DBGDSCR.UDCCdis
    fp::init();
    cpu::isb();
}

} // namespace

extern "C" [[noreturn]] void boot_main(uint32_t load_address, const void* tree, uint32_t* l1) {
    uint32_t* const l2 = l1 + mmu::L1_ENTRIES;
    this_core.window = l2 + 0xe0;
    map_machine(l1, load_address);
    platform::init();
    close_doors();
    log_line(blame::nobody) << "paravane " << abi::VERSION_STRING << " on " << board::NAME << ", "
                            << address_of(resident_bytes) << " bytes resident";

    static boot::board_config machine_config;
    static boot::system_config system;
    if (const auto read = boot::read_board(tree, 0x100000, machine_config); !read) {
        refuse(read.error());
    }
    const boot::byte_span image{machine::at(machine_config.image.base), machine_config.image.size};
    if (const auto read = boot::read_system(image, system); !read) {
        refuse(read.error());
    }
    const uint32_t own = address_of(l2) + 0x1000;
    const boot::memory_range reserved{pa{load_address},
                                      own - load_address + reservation(system.vm_count)};
    if (const auto placed = boot::plan_memory(machine_config, reserved, system); !placed) {
        refuse(placed.error());
    }
    const pa ours[] = {pa{board::UART}, pa{board::GIC_DISTRIBUTOR}, pa{board::GIC_CPU},
                       pa{board::TIMER.base}};
    if (const auto safe = boot::check_passthrough(tree, ours, 4, system); !safe) {
        refuse(safe.error());
    }
    const boot::abi_served offer = served();
    for (uint32_t i = 0; i < system.vm_count; ++i) {
        if (const auto fits = boot::check_needs(system.vms[i], offer); !fits) {
            refuse(fits.error());
        }
    }

    identity = plane::hide_features(plane::read_host_identity());
    carver ram{own};
    hypervisor& whole = *ram.make<hypervisor>();
    this_core.whole = &whole;
    whole.init(machine_config, system);
    whole.set_wall_clock(device::pl031{board::RTC}.seconds() * 1'000'000'000ull - machine::now());
    if (const char* const why = start_devices(ram, whole, system); why != nullptr) {
        refuse({why, "devices", 0});
    }
    for (uint32_t i = 0; i < whole.count(); ++i) {
        vm& machine = whole[i];
        build_vm(ram, machine, i, offer, whole.traced());
        const boot::vm_config& config = *machine.config;
        if (const char* const why = build_devices(machine, image.data); why != nullptr) {
            refuse({why, "devices", config.id});
        }
        whole.sched.add(*machine.cpu, config.priority, config.budget_us * 1000ull,
                        config.period_us * 1000ull);
    }
    if (machine_config.log_debug) {
        tell_map(reserved, l1, whole);
    }
    make_current(*whole[0].cpu);
    cpu::dsb();
    cpu::isb();
    console::event(console::control::ready, 0);
    for (uint32_t i = 0; i < whole.count(); ++i) {
        whole.start(whole[i]);
        console::event(console::control::vm_started, whole[i].config->id);
    }
    platform::start_interrupts();
    this_core.traced = whole.traced();
    start_device_interrupts();
    this_core.reschedule = true;
    request_attention(current_state());
    enter_first(l2);
}

} // namespace paravane::arm
