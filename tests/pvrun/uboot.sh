#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Boots a system image by U-Boot's bootm on QEMU's virt: the FIT lies in RAM, U-Boot
# checks and starts the hypervisor in it and names the FIT as the initrd.
# usage: uboot.sh PVRUN SYSTEM.dts GUESTS LINE   (LINE must come from a guest)
set -uo pipefail
pvrun=$1 system=$2 guests=$3 line=$4
uboot=/usr/lib/u-boot/qemu_arm/u-boot.bin
address=0x48000000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$pvrun" --quiet --build-only --search "$guests" -o "$work/system.itb" "$system" || exit 1
size=$(printf '0x%x' "$(stat -c %s "$work/system.itb")")

# Types when U-Boot is ready for it: at the countdown, then at each prompt.
say() {
    for _ in $(seq 300); do
        [ "$(grep -c -- "$1" "$work/log" 2>/dev/null)" -ge "$2" ] && break
        sleep 0.1
    done
    sleep 0.2
    printf '%s\n' "$3"
}
touch "$work/log"
{
    say 'stop autoboot' 1 ''
    say '^=>' 1 'fdt addr ${fdtcontroladdr}'
    say '^=>' 2 'fdt resize 4096'
    say '^=>' 3 "fdt chosen $address $size"
    say '^=>' 4 'setenv fdt_high 0xffffffff'
    say '^=>' 5 "bootm $address#paravane - \${fdtcontroladdr}"
    for _ in $(seq 200); do
        grep -aq -- "$line" "$work/log" && break
        sleep 0.1
    done
} | timeout 100 qemu-system-arm -M virt,dtb-randomness=off -cpu cortex-a15 -nic none -m 256M \
    -bios "$uboot" -device "loader,file=$work/system.itb,addr=$address,force-raw=on" \
    -display none -monitor none -serial stdio -no-reboot >"$work/log" 2>&1 &
machine=$!
found=1
for _ in $(seq 900); do
    if grep -aq -- "$line" "$work/log"; then found=0; break; fi
    kill -0 "$machine" 2>/dev/null || break
    sleep 0.1
done
kill "$machine" 2>/dev/null
wait "$machine" 2>/dev/null
if grep -aq -- "$line" "$work/log"; then found=0; fi
if [ $found -eq 0 ]; then echo PASS; else tail -n 40 "$work/log" | cat -v; fi
exit $found
