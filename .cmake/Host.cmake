# SPDX-License-Identifier: BSD-2-Clause
# Flags that every host target shares, and the helper that makes a GoogleTest
# program known to CTest. Used by the CMakeLists.txt of every folder.
add_compile_options(-Wall -Wextra)
# Assertions stay in release builds.
set(CMAKE_C_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
if(PARAVANE_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all
                      -fno-omit-frame-pointer -g)
  add_link_options(-fsanitize=address,undefined)
endif()
find_package(GTest REQUIRED)
find_package(Threads REQUIRED)

# paravane_test(NAME SOURCES … [LIBS …]): a GoogleTest program; each of its
# cases is one CTest case.
include(GoogleTest)
set(PARAVANE_TEST_VARIANT "")
if(PARAVANE_SANITIZE)
  set(PARAVANE_TEST_VARIANT "asan.")
endif()
function(paravane_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS;DEFINES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES} ${CMAKE_SOURCE_DIR}/tests/build/own_temp_dir.cpp)
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} GTest::gmock GTest::gtest_main Threads::Threads)
  target_compile_definitions(${name} PRIVATE ${ARG_DEFINES})
  target_compile_options(${name} PRIVATE -O1)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/bin)
  gtest_discover_tests(${name} TEST_PREFIX "${PARAVANE_TEST_VARIANT}${name}." DISCOVERY_TIMEOUT 180
                       PROPERTIES TIMEOUT 600)
endfunction()

# paravane_fuzzer(NAME SOURCES … [LIBS …] [CORPUS DIR]): a libFuzzer program, run
# for 20 s as a test. Only in builds with PARAVANE_FUZZ (clang).
function(paravane_fuzzer name)
  if(NOT PARAVANE_FUZZ)
    return()
  endif()
  cmake_parse_arguments(ARG "" "CORPUS" "SOURCES;LIBS;DEFINES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS})
  target_compile_definitions(${name} PRIVATE ${ARG_DEFINES})
  target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/bin)
  add_test(NAME ${PARAVANE_TEST_VARIANT}${name}
           COMMAND ${name} -max_total_time=20 -rss_limit_mb=2048 -print_final_stats=0
                   -artifact_prefix=${CMAKE_BINARY_DIR}/tests/ ${ARG_CORPUS})
  set_tests_properties(${PARAVANE_TEST_VARIANT}${name} PROPERTIES TIMEOUT 120 LABELS fuzz)
endfunction()
