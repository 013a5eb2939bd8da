# SPDX-License-Identifier: BSD-2-Clause
# The installed tree: relocatable, usable without the sources. Tools and their
# man pages install themselves; this file adds what has no target of its own,
# find_package(Paravane), the pkg-config file and the uninstall target.
include(CMakePackageConfigHelpers)

set(PARAVANE_DATA_DIR ${CMAKE_INSTALL_DATADIR}/paravane)

install(DIRECTORY ${CMAKE_BINARY_DIR}/include/paravane DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES hypercall-abi/paravane.toml DESTINATION ${PARAVANE_DATA_DIR}/abi)
install(DIRECTORY hypercall-abi/releases DESTINATION ${PARAVANE_DATA_DIR}/abi)
install(DIRECTORY pv-drivers/core pv-drivers/frontends pv-drivers/glue
        DESTINATION ${PARAVANE_DATA_DIR}/pv-drivers)
install(DIRECTORY guest-patches/ DESTINATION ${PARAVANE_DATA_DIR}/guest-patches
        PATTERN CMakeLists.txt EXCLUDE)
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(PARAVANE_ARM)
  install(DIRECTORY ${CMAKE_BINARY_DIR}/hypervisor DESTINATION ${PARAVANE_DATA_DIR}
          FILES_MATCHING PATTERN "paravane.elf" PATTERN "paravane.bin" PATTERN "*.dtb")
endif()

configure_package_config_file(.cmake/ParavaneConfig.cmake.in
  ${CMAKE_BINARY_DIR}/ParavaneConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Paravane
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR PARAVANE_DATA_DIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/ParavaneConfigVersion.cmake
  COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${CMAKE_BINARY_DIR}/ParavaneConfig.cmake ${CMAKE_BINARY_DIR}/ParavaneConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Paravane)
configure_file(.cmake/paravane.pc.in ${CMAKE_BINARY_DIR}/paravane.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/paravane.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

add_custom_target(uninstall
  COMMAND ${CMAKE_COMMAND} -DMANIFEST=${CMAKE_BINARY_DIR}/install_manifest.txt
          -P ${CMAKE_SOURCE_DIR}/.cmake/Uninstall.cmake
  COMMENT "Removing the files of the last install")
