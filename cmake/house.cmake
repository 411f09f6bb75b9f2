# How a room (a folder under src/) becomes a library, its *_test.cpp one test program, and each
# *_fuzz.cpp one fuzzer. Nothing to list: a file that lies in the folder is built.

set(UTSYN_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
    -Wold-style-cast -Wcast-align -Woverloaded-virtual -Wimplicit-fallthrough -Wextra-semi -Werror
    -Wno-missing-field-initializers)

add_compile_options(-fno-omit-frame-pointer)
if(UTSYN_SANITIZE)
  add_compile_options(-fsanitize=${UTSYN_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${UTSYN_SANITIZE})
endif()
if(UTSYN_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

function(utsyn_target_defaults target)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_compile_options(${target} PRIVATE ${UTSYN_WARNINGS})
endfunction()

# Small files with large headers: eight at a time cost a third, for the compiler and for clang-tidy. After a change
# of one file it takes longer, so only what is built as a whole does it (UTSYN_UNITY). Names in anonymous namespaces of a
# room's files must differ then, and of its tests; a file that shares some with others, or is heavy by itself, is named
# after ALONE.
function(utsyn_together target)  # utsyn_together(TARGET FILES THAT STAY ALONE...)
  if(UTSYN_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
endfunction()

function(utsyn_generated room file)
  target_sources(utsyn_${room} PRIVATE ${file})
  set_source_files_properties(${file} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

function(utsyn_test name)  # utsyn_test(NAME SOURCES... ) with UTSYN_TEST_LIBS set by the caller
  add_executable(${name} ${ARGN})
  utsyn_target_defaults(${name})
  target_compile_definitions(${name} PRIVATE UTSYN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${UTSYN_TEST_LIBS} GTest::gtest GTest::gmock GTest::gtest_main)
  # A program that starts a database server of its own is one test: a server for each case would take hours.
  set(whole FALSE)
  foreach(source ${ARGN})
    if(NOT EXISTS ${source})  # generated later
      continue()
    endif()
    file(STRINGS ${source} uses REGEX "#include \"store/test_database.h\"")
    if(uses)
      set(whole TRUE)
    endif()
  endforeach()
  if(whole)
    add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 900)
    return()
  endif()
  gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60 PROPERTIES LABELS unit TIMEOUT 300)
endfunction()

# Each fuzzer lies beside the parser it attacks. With the fuzz preset it carries libFuzzer; in every other
# preset the same file replays its seeds (tests/seeds/NAME/) as an ordinary test.
function(utsyn_fuzzers room)
  file(GLOB fuzzers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${room}/*_fuzz.cpp)
  foreach(file ${fuzzers})
    get_filename_component(name ${file} NAME_WE)
    if(UTSYN_FUZZ)
      add_executable(${name} ${file})
      target_link_options(${name} PRIVATE -fsanitize=fuzzer)
      set_property(GLOBAL APPEND PROPERTY UTSYN_FUZZERS ${name})
    else()
      add_executable(${name} ${file} ${PROJECT_SOURCE_DIR}/tests/replay_seeds.cpp)
      add_test(NAME seeds.${name} COMMAND ${name} ${PROJECT_SOURCE_DIR}/tests/seeds/${name})
      set_tests_properties(seeds.${name} PROPERTIES LABELS "unit;seeds" TIMEOUT 120)
    endif()
    utsyn_target_defaults(${name})
    target_link_libraries(${name} PRIVATE ${UTSYN_TEST_LIBS})
  endforeach()
endfunction()

function(utsyn_room room)
  cmake_parse_arguments(ARG "" "" "USES;LIBS;ALONE" ${ARGN})
  string(REPLACE "/" "_" flat ${room})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${room}/*.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz)\\.cpp$")
  list(TRANSFORM ARG_ALONE PREPEND ${PROJECT_SOURCE_DIR}/src/${room}/)
  if(sources)
    add_library(utsyn_${flat} STATIC ${sources})
    utsyn_target_defaults(utsyn_${flat})
    utsyn_together(utsyn_${flat} ${ARG_ALONE})
    set(kind PUBLIC)
  else()
    add_library(utsyn_${flat} INTERFACE)
    set(kind INTERFACE)
  endif()
  foreach(used ${ARG_USES})
    string(REPLACE "/" "_" used_flat ${used})
    target_link_libraries(utsyn_${flat} ${kind} utsyn_${used_flat})
  endforeach()
  target_link_libraries(utsyn_${flat} ${kind} ${ARG_LIBS})
  set(UTSYN_TEST_LIBS utsyn_${flat})
  if(tests)
    utsyn_test(${flat}_test ${tests})
    utsyn_together(${flat}_test ${ARG_ALONE})
  endif()
  utsyn_fuzzers(${room})
endfunction()

# Checks: src/checks/AREA/NAME.cpp is the check AREA.NAME; the list of all is generated from the folder, and
# data/checks/*.json (severity, references, texts in nb, nn, en) is carried inside the program.
function(utsyn_checks)
  set(registry ${PROJECT_BINARY_DIR}/generated/registry.cpp)
  set(catalogue ${PROJECT_BINARY_DIR}/generated/catalogue_data.cpp)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/checks/*.cpp)
  file(GLOB texts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/data/checks/*.json)
  set(tests ${files})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER files EXCLUDE REGEX "_test\\.cpp$")
  add_custom_command(OUTPUT ${registry} ${catalogue}
    COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/cmake/generate_checks.py
            ${PROJECT_SOURCE_DIR} ${registry} ${catalogue}
    DEPENDS ${PROJECT_SOURCE_DIR}/cmake/generate_checks.py ${files} ${texts} VERBATIM)
  set(certificates ${PROJECT_BINARY_DIR}/generated/example_certificates_data.cpp)
  file(GLOB pems CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/data/example-certificates/*.pem)
  add_custom_command(OUTPUT ${certificates}
    COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/cmake/example_certificates.py ${certificates} ${pems}
    DEPENDS ${PROJECT_SOURCE_DIR}/cmake/example_certificates.py ${pems} VERBATIM)
  set(areas dns email tls cert http)
  foreach(area ${areas})
    set(area_files ${files})
    list(FILTER area_files INCLUDE REGEX "/src/checks/${area}/")
    if(area STREQUAL "cert")
      list(APPEND area_files ${certificates})
    endif()
    if(area_files)
      add_library(utsyn_checks_${area} STATIC ${area_files})
      utsyn_target_defaults(utsyn_checks_${area})
      # A check is a small file with large headers, and has a namespace of its own: eight are compiled as one.
      set_target_properties(utsyn_checks_${area} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
      set_source_files_properties(${certificates} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
      # The areas and the room need each other (judging.h, the registry): CMake links such a circle twice.
      target_link_libraries(utsyn_checks_${area} PUBLIC utsyn_checks utsyn_evidence)
      list(APPEND area_libraries utsyn_checks_${area})
    endif()
  endforeach()
  set(own ${files})
  list(FILTER own EXCLUDE REGEX "/src/checks/[a-z]+/")
  add_library(utsyn_checks STATIC ${own} ${registry} ${catalogue})
  utsyn_target_defaults(utsyn_checks)
  target_link_libraries(utsyn_checks PUBLIC ${area_libraries} utsyn_evidence)
  if(tests)
    set(UTSYN_TEST_LIBS utsyn_checks)
    utsyn_test(checks_test ${tests})
  endif()
endfunction()

# Texts in nb, nn and en that a room shows to people: data/texts/*.json, inside the program.
function(utsyn_texts room)
  file(GLOB texts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/data/texts/*.json)
  set(generated ${PROJECT_BINARY_DIR}/generated/texts_data.cpp)
  add_custom_command(OUTPUT ${generated}
    COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/cmake/embed.py ${generated} texts_json ${texts}
    DEPENDS ${PROJECT_SOURCE_DIR}/cmake/embed.py ${texts} VERBATIM)
  utsyn_generated(${room} ${generated})
endfunction()

# The migrations of the store: src/ROOM/schema/000N_name.sql, inside the program as data::schema_json().
function(utsyn_schema room)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${room}/schema/*.sql)
  set(generated ${PROJECT_BINARY_DIR}/generated/schema_data.cpp)
  add_custom_command(OUTPUT ${generated}
    COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/cmake/embed.py ${generated} schema_json ${files}
    DEPENDS ${PROJECT_SOURCE_DIR}/cmake/embed.py ${files} VERBATIM)
  utsyn_generated(${room} ${generated})
endfunction()

# Figures, tables and templates that a room works with: data/ROOM/*, inside the program as data::ROOM_json().
function(utsyn_data room)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/data/${room}/*.json ${PROJECT_SOURCE_DIR}/data/${room}/*.css
       ${PROJECT_SOURCE_DIR}/data/${room}/*.py)
  set(generated ${PROJECT_BINARY_DIR}/generated/${room}_data.cpp)
  add_custom_command(OUTPUT ${generated}
    COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/cmake/embed.py ${generated} ${room}_json ${files}
    DEPENDS ${PROJECT_SOURCE_DIR}/cmake/embed.py ${files} VERBATIM)
  utsyn_generated(${room} ${generated})
endfunction()

# The contract of the API: data/openapi/*.yaml joined into one document, inside the program.
function(utsyn_openapi room)
  file(GLOB parts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/data/openapi/*.yaml)
  set(generated ${PROJECT_BINARY_DIR}/generated/openapi_data.cpp)
  add_custom_command(OUTPUT ${generated}
    COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/cmake/openapi.py ${generated} ${parts}
    DEPENDS ${PROJECT_SOURCE_DIR}/cmake/openapi.py ${parts} VERBATIM)
  utsyn_generated(${room} ${generated})
endfunction()

function(utsyn_program name room)
  cmake_parse_arguments(ARG "" "" "USES;LIBS;ALONE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${room}/*.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$|/main\\.cpp$")
  set(kind PUBLIC)
  if(sources)
    add_library(utsyn_${room} STATIC ${sources})
    utsyn_target_defaults(utsyn_${room})
    list(TRANSFORM ARG_ALONE PREPEND ${PROJECT_SOURCE_DIR}/src/${room}/)
    utsyn_together(utsyn_${room} ${ARG_ALONE})
  else()
    add_library(utsyn_${room} INTERFACE)
    set(kind INTERFACE)
  endif()
  foreach(used ${ARG_USES})
    target_link_libraries(utsyn_${room} ${kind} utsyn_${used})
  endforeach()
  add_executable(${name} ${PROJECT_SOURCE_DIR}/src/${room}/main.cpp)
  utsyn_target_defaults(${name})
  target_link_libraries(${name} PRIVATE utsyn_${room} ${ARG_LIBS})
  if(tests)
    set(UTSYN_TEST_LIBS utsyn_${room})
    utsyn_test(${room}_test ${tests})
  endif()
endfunction()
