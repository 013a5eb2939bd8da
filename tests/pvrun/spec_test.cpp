// SPDX-License-Identifier: BSD-2-Clause
// The reading of a system's source: what is understood, and the line that each
// mistake earns.
#include "pvrun/system_spec.hpp"

#include "pvrun/failure.hpp"
#include "pvrun/source_tree.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace paravane::pvrun {
namespace {

const std::filesystem::path FOLDER = testing::TempDir();

std::string with_vm(const std::string& inside) {
    return "/dts-v1/; / { compatible = \"paravane,system\"; vm@1 { " + inside + " }; };";
}

/// A VM that is right but for what `more` adds.
std::string good(const std::string& more) {
    return with_vm("memory = <16>; kernel = \"k\"; " + more);
}

system_spec read(const std::string& source) {
    const std::filesystem::path file = FOLDER / "spec.dts";
    std::ofstream{file} << source;
    return read_spec(compile_source(file), search_path{{FOLDER}});
}

std::string mistake(const std::string& source, exit_status expected = exit_status::bad_input) {
    try {
        read(source);
    } catch (const failure& error) {
        EXPECT_EQ(error.status(), expected);
        return error.what();
    }
    return "";
}

TEST(system_spec, defaults_are_filled_in) {
    const vm_spec vm = read(good("")).vms.at(0);
    EXPECT_EQ(vm.id, 1u);
    EXPECT_EQ(vm.name, "vm1");
    EXPECT_EQ(vm.regions.at(0).base, DEFAULT_RAM_BASE);
    EXPECT_EQ(vm.regions.at(0).size, 16u << 20);
    EXPECT_EQ(vm.priority, 8u);
    EXPECT_EQ(vm.budget_us, 0u);
    EXPECT_EQ(vm.restart, boot::restart_policy::never);
    EXPECT_FALSE(vm.note.has_value());
    EXPECT_FALSE(vm.atags);
}

TEST(system_spec, an_uplink_is_no_vm) {
    const std::string vm = "vm@1 { memory = <16>; kernel = \"k\"; };";
    const auto with = [&](const std::string& more) {
        return "/dts-v1/; / { compatible = \"paravane,system\"; " + vm + more + " };";
    };
    EXPECT_FALSE(read(with("")).uplink);
    const system_spec plain = read(with("uplink { };"));
    ASSERT_TRUE(plain.uplink);
    EXPECT_EQ(plain.uplink->segment, 1u);
    EXPECT_EQ(plain.uplink->network, "user");
    EXPECT_EQ(plain.vms.size(), 1u);
    const system_spec full = read(with("uplink { segment = <3>; netdev = \"tap,ifname=t\"; };"));
    EXPECT_EQ(full.uplink->segment, 3u);
    EXPECT_EQ(full.uplink->network, "tap,ifname=t");
    EXPECT_NE(mistake(with("uplink { segment = <8>; };")).find("uplink: segment 8 is out of"),
              std::string::npos);
    EXPECT_NE(mistake(with("uplink { netdev = \"user,id=x\"; };")).find("uplink: netdev names"),
              std::string::npos);
    EXPECT_NE(mistake(with("uplink { gpu; };")).find("uplink: gpu is not known"),
              std::string::npos);
    EXPECT_NE(mistake(with("uplink@1 { }; uplink@2 { };")).find("there is one network card"),
              std::string::npos);
}

TEST(system_spec, every_property_arrives) {
    const vm_spec vm = read(with_vm(R"(
        label = "lx"; regions = <0x80000000 0x100000 0x90000000 0x200000>; kernel = "k";
        ramdisk = "r"; arguments = "a b"; priority = <3>; budget-us = <50>; period-us = <100>;
        vcpus = <1>; restart = "on-failure"; restart-max = <5>; link-base = <0xc0000000>;
        boot = "atags"; machine = <2272>;
        note { abi-version = "1.2.3"; features = <5 6>; flags = <3>; vcpu-page = <0xffc00000>; };
        devices { console { transport = "page"; }; block@0 { size-mib = <2>; read-only; };
                  net@0 { segment = <2>; rate-kib-per-s = <100>; }; vsock { cid = <7>; }; entropy {}; balloon { target-kib = <64>; }; };
        passthrough { rtc@9010000 { compatible = "arm,pl031"; reg = <0x9010000 0x1000>;
                      interrupts = <34>; guest-address = <0x1000000>; }; };)"))
                           .vms.at(0);
    EXPECT_EQ(vm.name, "lx");
    EXPECT_EQ(vm.regions.at(1).base, 0x90000000u);
    EXPECT_EQ(vm.memory_bytes(), 3u << 20);
    EXPECT_EQ(vm.ramdisk->filename(), "r");
    EXPECT_EQ(vm.budget_us, 50u);
    EXPECT_EQ(vm.period_us, 100u);
    EXPECT_EQ(vm.restart_max, 5u);
    EXPECT_EQ(*vm.link_base, 0xc0000000u);
    EXPECT_TRUE(vm.atags);
    EXPECT_EQ(vm.machine, 2272u);
    EXPECT_EQ(vm.note->abi_version, 0x01020003u);
    EXPECT_EQ(vm.note->features[1], 6u);
    EXPECT_EQ(vm.note->page, 0xffc00000u);
    ASSERT_EQ(vm.devices.size(), 6u);
    EXPECT_EQ(vm.devices[0].transport, boot::device_transport::shared_page);
    EXPECT_EQ(vm.devices[1].blank_bytes, 2u << 20);
    EXPECT_TRUE(vm.devices[1].read_only);
    EXPECT_EQ(vm.devices[2].link, 2u);
    EXPECT_EQ(vm.devices[2].rate, 100u);
    EXPECT_EQ(vm.devices[3].rate, 0u);
    EXPECT_EQ(vm.devices[3].link, 7u);
    EXPECT_EQ(vm.devices[5].link, 16u) << "pages";
    ASSERT_EQ(vm.passthrough.size(), 1u);
    EXPECT_EQ(vm.passthrough[0].window, 0x1000000u);
    EXPECT_EQ(vm.passthrough[0].interrupt, 34u);
    EXPECT_EQ(vm.passthrough[0].properties.count("compatible"), 1u);
}

TEST(system_spec, mistakes_are_named_with_node_property_and_cure) {
    const std::pair<std::string, std::string> cases[] = {
        {good("colour = <1>;"), "vm@1: colour is not known here: known are label, memory"},
        {with_vm("kernel = \"k\";"), "vm@1: give either memory = <MiB> or regions"},
        {good("regions = <0 0x100000>;"), "vm@1: give either memory"},
        {with_vm("memory = <16>;"), "vm@1: kernel is missing"},
        {with_vm("memory = <0>; kernel = \"k\";"), "vm@1: memory 0 is out of range: give 1 to"},
        {with_vm("memory = \"16\"; kernel = \"k\";"), "vm@1: memory is not a number"},
        {with_vm("memory = <1 2>; kernel = \"k\";"), "vm@1: memory holds 2 numbers"},
        {with_vm("regions = <0x1000 0x100000>; kernel = \"k\";"), "vm@1: regions 0x1000 of 1 MiB"},
        {with_vm("regions = <0x100000>; kernel = \"k\";"), "vm@1: regions is not 1 to 4 pairs"},
        {good("vcpus = <2>;"), "vm@1: vcpus above 1 is not served yet"},
        {good("priority = <32>;"), "vm@1: priority 32 is out of range: give 0 to 31"},
        {good("budget-us = <20>; period-us = <10>;"), "vm@1: period-us 10 is out of range"},
        {good("budget-us = <200>; period-us = <100>;"), "vm@1: budget-us 200 is longer"},
        {good("period-us = <100>;"), "vm@1: period-us has no effect without budget-us"},
        {good("restart = \"always\";"), "vm@1: restart \"always\" is unknown"},
        {good("restart-max = <2>;"), "vm@1: restart-max has no effect"},
        {good("service;"), "/: every VM is a service, and those keep no system alive"},
        {good("service = <1>;"), "vm@1: service"},
        {good("label = \"a b\";"), "vm@1: label \"a b\" is no name"},
        {good("boot = \"efi\";"), "vm@1: boot \"efi\" is unknown"},
        {good("boot = \"atags\";"), "vm@1: boot = \"atags\" needs machine"},
        {good("peers = <2>;"), "vm@1: peers names VM 2, which is not in this system"},
        {good("peers = <1>;"), "vm@1: peers names VM 1, itself"},
        {good("x { };"), "vm@1/x: is no part of a VM"},
        {good("note { };"), "vm@1/note: abi-version is missing"},
        {good("note { abi-version = \"1\"; };"), "vm@1/note: abi-version \"1\" is no version"},
        {good("note { abi-version = \"1.2x\"; };"), "vm@1/note: abi-version \"1.2x\" is no"},
        {good("note { abi-version = \"0.1\"; vcpu-page = <0xfffe0000>; };"),
         "vm@1/note: vcpu-page 0xfffe0000 is not a page below"},
        {good("devices { gpu { }; };"), "vm@1/devices/gpu: is no device"},
        {good("devices { block { }; };"), "vm@1/devices/block: give either file"},
        {good("devices { block@0 { drive = \"d\"; }; block@1 { drive = \"d\"; }; };"),
         "vm@1/devices/block@1: drive"},
        {good("devices { console { file = \"x\"; }; };"),
         "vm@1/devices/console: file is not known here: known are transport"},
        {good("devices { console { transport = \"pci\"; }; };"),
         "vm@1/devices/console: transport \"pci\" is unknown"},
        {good("devices { net { segment = <8>; }; };"),
         "vm@1/devices/net: segment 8 is out of range"},
        {good("devices { vsock { cid = <2>; }; };"), "vm@1/devices/vsock: cid 2 is out of range"},
        {good("passthrough { rtc { compatible = \"x\"; reg = <0x9010010 0x1000>; }; };"),
         "vm@1/passthrough/rtc: reg is not <address size> in whole pages"},
        {good("passthrough { rtc { reg = <0x9010000 0x1000>; }; };"),
         "vm@1/passthrough/rtc: compatible is missing"},
        {"/dts-v1/; / { };", "/: compatible is not \"paravane,system\""},
        {"/dts-v1/; / { compatible = \"paravane,system\"; };", "/: there is no VM"},
        {"/dts-v1/; / { compatible = \"paravane,system\"; vm@9 { }; };", "vm@9: is no VM"},
        {"/dts-v1/; / { compatible = \"paravane,system\"; cpus { }; };", "cpus: is no VM"},
        {"/dts-v1/; / { compatible = \"paravane,system\"; x; };", "/: x is not known here"},
        {"/dts-v1/; / { vm@1 { };", "spec.dts:"},
    };
    for (const auto& [source, line] : cases) {
        EXPECT_NE(mistake(source).find(line), std::string::npos)
            << "wanted: " << line << "\n   got: " << mistake(source);
    }
}

TEST(system_spec, two_vms_may_not_share_a_label) {
    EXPECT_EQ(mistake("/dts-v1/; / { compatible = \"paravane,system\";"
                      "vm@1 { label = \"x\"; memory = <1>; kernel = \"k\"; };"
                      "vm@2 { label = \"x\"; memory = <1>; kernel = \"k\"; }; };"),
              "vm@1: label \"x\" is also that of vm@2: name one of them differently");
}

TEST(system_spec, a_file_that_is_not_there_is_an_io_failure) {
    try {
        compile_source(FOLDER / "nothing-here.dts");
        FAIL();
    } catch (const failure& error) {
        EXPECT_EQ(error.status(), exit_status::io_failure);
    }
}

TEST(search_path, takes_the_first_folder_that_has_the_file) {
    std::filesystem::create_directories(FOLDER / "b");
    std::ofstream{FOLDER / "b/only-in-b"} << "x";
    const search_path files{{FOLDER / "a", FOLDER / "b"}};
    EXPECT_EQ(files.find("only-in-b"), FOLDER / "b/only-in-b");
    EXPECT_EQ(files.find("nowhere"), FOLDER / "a/nowhere");
}

} // namespace
} // namespace paravane::pvrun
