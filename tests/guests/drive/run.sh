#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# A guest copies one disk of the board to another through the hypervisor, while a VM
# with disks of its own is killed in the middle of that, twice. The files are compared.
# usage: run.sh PVRUN BOARD GUESTS MIB
set -uo pipefail
pvrun=$1 board=$2 guests=$3 mib=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in source noise; do
    head -c "${mib}M" /dev/urandom >"$work/$name.img"
done
truncate -s "${mib}M" "$work/target.img" "$work/lost.img"
cat >"$work/system.dts" <<DTS
/dts-v1/;
/ {
	compatible = "paravane,system";
	vm@1 {
		label = "copy";
		memory = <4>;
		kernel = "drive.elf";
		devices {
			block@0 { transport = "page"; drive = "source.img"; read-only; };
			block@1 { transport = "mmio"; drive = "target.img"; };
		};
	};
	vm@2 {
		label = "killed";
		memory = <4>;
		kernel = "drive.elf";
		arguments = "k";
		restart = "on-failure";
		restart-max = <1>;
		devices {
			block@0 { transport = "mmio"; drive = "noise.img"; read-only; };
			block@1 { transport = "page"; drive = "lost.img"; };
		};
	};
};
DTS
fail() { echo "$1"; echo "--- the log's tail:"; tail -n 40 "$work/log"; exit 1; }
status=0
timeout -k 5 $((100 + mib * 2)) "$pvrun" --board "$board" --search "$guests" \
    --timeout $((90 + mib * 2)) "$work/system.dts" >"$work/log" 2>&1 </dev/null || status=$?
[ "$status" -eq 10 ] || fail "exit status $status, wanted 10: one VM was killed"
grep -q 'drive: PASS' "$work/log" || fail "missing: drive: PASS"
grep -q 'restart' "$work/log" || fail "missing: the other VM's restart"
! grep -q 'bug:' "$work/log" || fail "there is: bug:"
cmp "$work/source.img" "$work/target.img" || fail "the disks differ"
