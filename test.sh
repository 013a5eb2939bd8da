#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Installs what is missing, builds (release, then ASan and UBSan) and runs every
# test through CTest; its closing lines count them. See --help.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=.ci/lib.sh
. .ci/lib.sh
LOGS=build/logs

usage() {
    cat <<'EOF'
usage: ./test.sh [--soak] [--bench] [--only REGEX] [--no-sanitizers] [--no-kernels] [--clean]
  --soak            also the long tests: full matrices, mutants, long fuzzing
  --bench           also the figures, printed and written to build/bench/
  --only REGEX      only tests whose name matches
  --no-sanitizers   leave out the ASan and UBSan build
  --no-kernels      build no Linux; what needs one is skipped
  --clean           remove build/ and the cache of kernels and packages
EOF
}

soak=0 bench=0 only=. sanitizers=1 kernels=1
while [ $# -gt 0 ]; do
    case $1 in
        --soak) soak=1 ;;
        --bench) bench=1 ;;
        --only) shift; only=${1:?--only needs a regular expression} ;;
        --no-sanitizers) sanitizers=0 ;;
        --no-kernels) kernels=0 ;;
        --clean) clean_all; exit 0 ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
    shift
done

jobs=$(nproc)
mkdir -p build/all
stage packages need_packages
# shellcheck disable=SC2046
stage configure cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release $(ccache_options)
stage build cmake --build build -j "$jobs"
trees=("$PWD/build")
if [ $sanitizers -eq 1 ]; then
    # shellcheck disable=SC2046
    stage configure-asan cmake -S . -B build/asan -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
        -DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19 \
        -DPARAVANE_SANITIZE=ON -DPARAVANE_FUZZ=ON -DPARAVANE_ARM=OFF $(ccache_options)
    stage build-asan cmake --build build/asan -j "$jobs"
    trees+=("$PWD/build/asan")
fi
printf 'subdirs("%s")\n' "${trees[@]}" >build/all/CTestTestfile.cmake

if [ $kernels -eq 1 ]; then
    stage kernel-native .ci/kernel
    stage kernel-ported .ci/kernel --level 2
fi
if [ $kernels -eq 1 ] && [ $soak -eq 1 ]; then
    for level in 0 1 patched; do stage "kernel-$level" .ci/kernel --level "$level"; done
    for level in 1 2; do stage "kernel-$level-gcc" .ci/kernel --level "$level" --gcc; done
fi

if [ $bench -eq 1 ]; then
    stage bench cmake --build build --target bench
    cat build/logs/bench.log
fi

labels=()
[ $soak -eq 1 ] || labels=(-LE soak)
start=$SECONDS status=0
ctest --test-dir build/all -j "$jobs" --no-tests=error --output-on-failure \
    -R "$only" "${labels[@]}" >build/logs/ctest.log 2>&1 || status=$?
STAGES+=("$(printf '%-28s %5d s' tests $((SECONDS - start)))")
print_stages
if [ $status -ne 0 ]; then
    grep -vE '^ *(Start|[0-9]+/[0-9]+ Test.*Passed)' build/logs/ctest.log | head -n 400
fi
sed -n '/tests passed/,$p' build/logs/ctest.log
exit $status
