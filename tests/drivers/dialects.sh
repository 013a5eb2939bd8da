#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Compiles every file of the kit, and of the template, as gnu89, C99 and C++, warnings being
# errors, for the host, ARMv5 and ARMv7; a planted // comment must fail, so that it can fail.
# usage: dialects.sh KIT ABI_INCLUDE HOST_CC CLANG ARM_GCC
set -euo pipefail
kit=$1 abi=$2 host=$3 clang=$4 arm=$5
flags=(-pedantic -Wall -Wextra -Werror -O2 -ffreestanding -c -o /dev/null
       -I "$kit/core" -I "$kit/frontends" -I "$abi")
compilers=(
    "$host -std=gnu89" "$host -std=c99" "$host -x c++ -std=c++11"
    "$clang -std=gnu89" "$clang -x c++ -std=c++20" "$clang --target=armv7a-none-eabi -std=c99"
    "$arm -march=armv5te -std=gnu89" "$arm -march=armv5te -marm -std=c99")
count=0
for file in "$kit"/core/*.c "$kit"/frontends/*.c "$kit"/glue/baremetal/*.c \
    "$kit"/../samples/driver-template/*.c; do
    for compiler in "${compilers[@]}"; do
        $compiler "${flags[@]}" "$file" || { echo "$file: does not compile with: $compiler"; exit 1; }
        count=$((count + 1))
    done
done
if printf '// a comment\nint i;\n' | $host -std=gnu89 "${flags[@]}" -x c - 2>/dev/null; then
    echo "the flags let a C99 comment through"
    exit 1
fi
[ $count -gt 0 ] && echo "PASS: $count compilations"
