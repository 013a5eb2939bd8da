#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# A guest natively on QEMU's virt board and ported above the hypervisor: the same
# lines. NAME is its VM's label, begins its lines and names its native image.
# usage: compare.sh PVRUN BOARD FOLDER GUESTS NAME
set -uo pipefail
pvrun=$1 board=$2 folder=$3 guests=$4 name=$5
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export QEMU_AUDIO_DRV=none
timeout -k 5 60 qemu-system-arm -M virt,dtb-randomness=off -cpu cortex-a15 -nic none -m 128 \
    -display none -monitor none -serial stdio -semihosting-config enable=on,target=native \
    -kernel "$guests/$name.native.elf" </dev/null 2>"$work/errors" | tr -d '\r' |
    grep -o "$name: .*" >"$work/native"
timeout -k 5 150 "$pvrun" --board "$board" --search "$guests" --icount --timeout 120 \
    "$folder/system.dts" </dev/null 2>&1 | tr -d '\r' | tee "$work/log" |
    sed -n "s/^$name| //p" >"$work/ported"
grep -q "$name: PASS" "$work/native" || { cat "$work/errors"; echo "the native run did not end"; exit 1; }
if ! diff "$work/native" "$work/ported" >"$work/diff"; then
    echo "native (<) and ported (>) differ:"
    head -n 40 "$work/diff"
    tail -n 20 "$work/log"
    exit 1
fi
