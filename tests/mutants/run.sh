#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# run.sh SOURCE PATCH CXX BUILD: the host tests of one part of the hypervisor with one of
# its checks removed; the patch's name begins with the part. The shadow MMU is all
# headers, so its tests are built anew; of other parts only the file that the patch
# changes, and the rest comes from BUILD. Exit 0 when a test catches the mutant, 1 when
# it survives, 3 when the patch does not apply or build.
set -euo pipefail
usage='usage: run.sh SOURCE PATCH CXX BUILD'
source=${1:?$usage} patch=${2:?$usage} cxx=${3:?$usage} build=${4:?$usage}
name=$(basename "$patch" .patch)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$source/hypervisor-min" "$work/"
if ! patch -d "$work" -p1 -s <"$patch"; then
    echo "$name: does not apply; make it again from the sources as they are" >&2
    exit 3
fi
hv=$work/hypervisor-min
changed=$work/$(sed -n 's|^+++ b/||p' "$patch" | head -n 1)
flags=(-std=c++20 -O1 -w -I"$hv" -I"$source" -I"$build/include")
objects() { printf '%s\n' "$build/tests/hypervisor/$1/CMakeFiles/$2.dir"/*.o; }
case $name in
    mmu-*)
        tests=$source/tests/hypervisor/mmu
        parts=("$tests"/*_test.cpp) flags+=(-I"$tests") ;;
    plane-*)
        mapfile -t parts < <(objects plane plane_test)
        flags+=(-I"$hv/arch/fake/export")
        parts+=("$changed" "$build"/hypervisor-min/arch/arm/plane/libparavane_plane.a) ;;
    service-* | scheduler-*)
        mapfile -t parts < <(objects core core_test)
        flags+=(-I"$hv/arch/fake/export")
        parts+=("$changed" "$build"/tests/hypervisor/core/libparavane_core_fake.a
                "$build"/hypervisor-min/boot/libparavane_boot.a) ;;
    backend-*)
        mapfile -t parts < <(printf '%s\n' "$build"/tests/drivers/CMakeFiles/drivers_backends.dir/*.o)
        flags+=(-I"$hv/arch/fake/export" -I"$source/pv-drivers/core" -I"$source/pv-drivers/frontends")
        parts+=("$changed" "$build"/tests/drivers/libdrivers_fakes.a
                "$build"/hypervisor-min/backend/libparavane_backend.a
                "$build"/pv-drivers/libpvn.a) ;;
    lives-*)
        mapfile -t parts < <(find "$build/tests/drivers/CMakeFiles/drivers_wakeups.dir" \
            -name '*.o' ! -name 'own_temp_dir*')
        flags+=(-I"$hv/arch/fake/export" -I"$source/pv-drivers/core" -I"$source/pv-drivers/frontends")
        parts+=("$changed" "$build"/tests/hypervisor/core/libparavane_core_fake.a
                "$build"/hypervisor-min/backend/libparavane_backend.a
                "$build"/hypervisor-min/boot/libparavane_boot.a "$build"/pv-drivers/libpvn.a) ;;
    boot-*)
        mapfile -t parts < <(objects boot hypervisor_boot_test)
        parts+=("$changed" "$build"/hypervisor-min/pvrun/libparavane_pvrun.a
                "$build"/hypervisor-min/boot/libparavane_boot.a
                "$build"/hypercall-abi/libparavane_{toolkit,guest_note}.a
                -lboost_program_options -lelf -lcrypto) ;;
    *) echo "$name: no part of that name" >&2; exit 3 ;;
esac
own=$build/tests/hypervisor/core/CMakeFiles/core_test.dir/__/__/build/own_temp_dir.cpp.o
[[ $name = mmu-* ]] || parts+=("$own")
if ! "$cxx" "${flags[@]}" "${parts[@]}" -lgmock -lgtest -lgtest_main -pthread -lfdt -lsodium \
    -o "$work/mutant" 2>"$work/errors"; then
    tail -n 20 "$work/errors" >&2
    echo "$name: does not build; make it again from the sources as they are" >&2
    exit 3
fi
if (cd "$work" && timeout 100 ./mutant --gtest_brief=1) >"$work/log" 2>&1; then
    echo "FAIL: $name survives every test"
    exit 1
fi
echo "PASS: $name is caught: $(grep -c '^\[  FAILED  \]' "$work/log" || true) tests"
