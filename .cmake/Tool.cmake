# SPDX-License-Identifier: BSD-2-Clause
# paravane_tool(TARGET): makes a program that uses hypercall-abi/toolkit known:
# its man page, bash completion and page of messages are printed by itself and
# stand under build/share; the target is installed with them.
function(paravane_tool name)
  set(share ${CMAKE_BINARY_DIR}/share)
  set(pages man/man1/${name}.1 bash-completion/completions/${name}
            doc/paravane/messages/${name}.md)
  set(kinds man bash messages)
  foreach(page kind IN ZIP_LISTS pages kinds)
    cmake_path(GET page PARENT_PATH folder)
    file(MAKE_DIRECTORY ${share}/${folder})
    add_custom_command(OUTPUT ${share}/${page}
      COMMAND ${name} --generate ${kind} > ${share}/${page}
      DEPENDS ${name} VERBATIM)
    list(APPEND outputs ${share}/${page})
    install(FILES ${share}/${page} DESTINATION ${CMAKE_INSTALL_DATADIR}/${folder})
  endforeach()
  add_custom_target(${name}_pages ALL DEPENDS ${outputs})
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  set_property(GLOBAL APPEND PROPERTY PARAVANE_MESSAGE_PAGES
    ${share}/doc/paravane/messages/${name}.md)
endfunction()

# paravane_message_page(): joins the pages of all tools; call it after the last one.
function(paravane_message_page)
  get_property(pages GLOBAL PROPERTY PARAVANE_MESSAGE_PAGES)
  set(page ${CMAKE_BINARY_DIR}/share/doc/paravane/messages.md)
  add_custom_command(OUTPUT ${page}
    COMMAND ${CMAKE_COMMAND} -E cat ${pages} > ${page} DEPENDS ${pages} VERBATIM)
  add_custom_target(paravane_messages ALL DEPENDS ${page})
  install(FILES ${page} DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/paravane)
endfunction()
