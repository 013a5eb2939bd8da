#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# run.sh SOURCE PATCH CXX: builds the shadow MMU's host tests with one check of the
# hypervisor removed. Exit 0 when a test catches it, 1 when the mutant survives,
# 3 when the patch does not apply or build.
set -euo pipefail
source=${1:?usage: run.sh SOURCE PATCH CXX}
patch=${2:?usage: run.sh SOURCE PATCH CXX}
cxx=${3:?usage: run.sh SOURCE PATCH CXX}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$source/hypervisor-min" "$work/"
if ! patch -d "$work" -p1 -s <"$patch"; then
    echo "$patch: does not apply; make it again from the sources as they are" >&2
    exit 3
fi
tests=$source/tests/hypervisor/mmu
if ! "$cxx" -std=c++20 -O1 -w -I"$work/hypervisor-min" -I"$tests" "$tests"/shadow_test.cpp \
    "$tests"/property_test.cpp -lgtest -lgtest_main -pthread -o "$work/mutant"; then
    echo "$patch: does not build; make it again from the sources as they are" >&2
    exit 3
fi
if timeout 100 "$work/mutant" --gtest_brief=1 >"$work/log" 2>&1; then
    echo "FAIL: $(basename "$patch") survives every test"
    exit 1
fi
echo "PASS: $(basename "$patch") is caught: $(grep -c '^\[  FAILED  \]' "$work/log" || true) tests"
