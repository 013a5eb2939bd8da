#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# What the back ends cost in the running hypervisor: code and data of every file as the
# ARM build compiles them, the drivers of a physical disk and card included, but not what
# is dropped after boot (PARAVANE_BACKEND_BOOT_SOURCES).
# usage: backend_size.sh SOURCE_TREE ABI_INCLUDE CLANG LIMIT_BYTES
set -euo pipefail
tree=$1 abi=$2 clang=$3 limit=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
common=(--target=armv7a-none-eabi -mthumb -Os -mfloat-abi=soft -mno-unaligned-access -ffreestanding
        -fno-exceptions -isystem /usr/lib/picolibc/arm-none-eabi/include
        -I "$abi" -I "$tree/hypervisor-min" -I "$tree/pv-drivers/core" -I "$tree/pv-drivers/frontends")
boot_only=$(sed -n 's/^set(PARAVANE_BACKEND_BOOT_SOURCES \(.*\))/\1/p' \
    "$tree/hypervisor-min/backend/sources.cmake")
[ -n "$boot_only" ] || { echo "sources.cmake names no boot-only file"; exit 1; }
for file in "$tree"/hypervisor-min/backend/*.cpp; do
    case " $boot_only " in *" $(basename "$file") "*) continue ;; esac
    "$clang" -x c++ -std=c++20 -fno-rtti -fno-threadsafe-statics "${common[@]}" -c "$file" \
        -o "$work/$(basename "$file").o"
done
for file in core/pvn_device.c core/pvn_mmio.c core/pvn_queue.c frontends/pvn_block.c frontends/pvn_net.c; do
    "$clang" "${common[@]}" -c "$tree/pv-drivers/$file" -o "$work/$(basename "$file").o"
done
size "$work"/*.o
total=$(size "$work"/*.o | awk 'NR > 1 { sum += $1 + $2 } END { print sum }')
if readelf -S "$work"/*.o | grep -q init_array; then
    echo "a back end needs a constructor at start: make it constinit"
    exit 1
fi
echo "back ends: $total bytes of code and data, limit $limit"
[ "$total" -gt 0 ] && [ "$total" -le "$limit" ]
