# SPDX-License-Identifier: BSD-2-Clause
# The boot code for the freestanding build. Included by whoever links the
# hypervisor; gives two object libraries, boot-only and annex (resident), and the archives
# (PARAVANE_BOOT_ARCHIVES: Debian's own, never compiled here).
set(armel ${CMAKE_BINARY_DIR}/armel)
execute_process(COMMAND ${PARAVANE_SOURCE_DIR}/.ci/fetch-armel --to ${armel}
                        libfdt-dev libsodium-dev
                COMMAND_ERROR_IS_FATAL ANY)
set(PARAVANE_BOOT_ARCHIVES ${armel}/usr/lib/arm-linux-gnueabi/libfdt.a
                           ${armel}/usr/lib/arm-linux-gnueabi/libsodium.a)
set(boot ${PARAVANE_SOURCE_DIR}/hypervisor-min/boot)
add_library(paravane_boot_only OBJECT
            ${boot}/board.cpp ${boot}/passthrough.cpp ${boot}/plan.cpp ${boot}/system.cpp ${boot}/system_check.cpp
            ${boot}/tree.cpp ${boot}/archive_support.cpp)
add_library(paravane_boot_annex OBJECT ${boot}/digest.cpp ${boot}/load.cpp
            ${PARAVANE_SOURCE_DIR}/hypervisor-min/lib/digest.cpp)

# With PARAVANE_SYSTEM_KEY=<public key, PEM> only images signed with it are taken.
# The verifier's objects get an archive of their own, named so that link.ld drops
# them after boot.
set(PARAVANE_SYSTEM_KEY "" CACHE FILEPATH "Ed25519 public key (PEM) that system images must have")
if(PARAVANE_SYSTEM_KEY)
  set(key_file ${CMAKE_BINARY_DIR}/system_key.der)
  execute_process(COMMAND openssl pkey -pubin -in ${PARAVANE_SYSTEM_KEY} -outform DER -out ${key_file}
                  COMMAND_ERROR_IS_FATAL ANY)
  file(SIZE ${key_file} key_size)
  if(NOT key_size EQUAL 44)
    message(FATAL_ERROR "${PARAVANE_SYSTEM_KEY} is no Ed25519 public key: make one with "
                        "openssl genpkey -algorithm ed25519 and openssl pkey -pubout")
  endif()
  # RFC 8410: 12 bytes of header, then the key.
  file(READ ${key_file} key_hex OFFSET 12 HEX)
  string(REGEX REPLACE "(..)" "0x\\1, " key_bytes "${key_hex}")
  file(WRITE ${CMAKE_BINARY_DIR}/system_key.cpp
       "#include \"boot/signature.hpp\"\n"
       "const paravane::boot::public_key paravane::boot::SYSTEM_KEY = {{${key_bytes}}};\n")
  target_sources(paravane_boot_only PRIVATE ${boot}/signature.cpp ${CMAKE_BINARY_DIR}/system_key.cpp)
  set(verifier ${CMAKE_BINARY_DIR}/libsodium_boot_only.a)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/verifier)
  file(REMOVE ${verifier})
  set(objects libsodium_la-open.o libsodium_la-ed25519_ref10.o libsodium_la-hash_sha512_cp.o
              libsodium_la-verify.o)
  execute_process(COMMAND ${CMAKE_AR} x ${armel}/usr/lib/arm-linux-gnueabi/libsodium.a ${objects}
                  WORKING_DIRECTORY ${CMAKE_BINARY_DIR}/verifier COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${CMAKE_AR} rcs ${verifier} ${objects}
                  WORKING_DIRECTORY ${CMAKE_BINARY_DIR}/verifier COMMAND_ERROR_IS_FATAL ANY)
  list(PREPEND PARAVANE_BOOT_ARCHIVES ${verifier})
else()
  target_sources(paravane_boot_only PRIVATE ${boot}/signature_none.cpp)
endif()
foreach(part paravane_boot_only paravane_boot_annex)
  target_include_directories(${part} PRIVATE ${PARAVANE_SOURCE_DIR}/hypervisor-min
                                             ${armel}/usr/include)
  target_compile_options(${part} PRIVATE -mthumb -Oz -Wall -Wextra)
endforeach()
target_compile_options(paravane_boot_annex PRIVATE ${PARAVANE_ANNEX_OPTIONS})
