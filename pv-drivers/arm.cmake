# SPDX-License-Identifier: BSD-2-Clause
# The driver kit with its bare-metal glue, for guests of the ARM configure.
file(GLOB pvn_kit CONFIGURE_DEPENDS ${PARAVANE_ROOM}/core/*.c ${PARAVANE_ROOM}/frontends/*.c
     ${PARAVANE_ROOM}/glue/baremetal/*.c)
add_library(pvn_baremetal STATIC ${pvn_kit})
target_include_directories(pvn_baremetal PUBLIC ${PARAVANE_ROOM}/core ${PARAVANE_ROOM}/frontends
                           ${PARAVANE_ROOM}/glue/baremetal)
target_compile_options(pvn_baremetal PRIVATE -O2 -Wall -Wextra)
