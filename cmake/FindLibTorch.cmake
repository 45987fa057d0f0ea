# SPDX-License-Identifier: Apache-2.0
# LibTorch as the torch wheel ships it (or any LibTorch >= 2.11): its own package file insists on a CUDA toolkit, so the targets are
# defined here. LIBTORCH_DIR is the folder that holds include/ and lib/ (site-packages/torch, or an unpacked LibTorch).
#
#   LibTorch::cpu    torch_cpu and c10: all that Revisit links; CUDA is opened at run time
set(LIBTORCH_DIR "$ENV{LIBTORCH_DIR}" CACHE PATH "Folder with LibTorch's include/ and lib/")
find_library(LibTorch_CPU torch_cpu PATHS ${LIBTORCH_DIR}/lib NO_DEFAULT_PATH)
find_library(LibTorch_C10 c10 PATHS ${LIBTORCH_DIR}/lib NO_DEFAULT_PATH)
find_path(LibTorch_INCLUDE torch/headeronly/version.h PATHS ${LIBTORCH_DIR}/include NO_DEFAULT_PATH)
if(LibTorch_INCLUDE)
  file(STRINGS ${LibTorch_INCLUDE}/torch/headeronly/version.h _lines REGEX "#define TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
  string(REGEX REPLACE ".*MAJOR ([0-9]+).*MINOR ([0-9]+).*PATCH ([0-9]+).*" "\\1.\\2.\\3" LibTorch_VERSION "${_lines}")
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LibTorch_CPU LibTorch_C10 LibTorch_INCLUDE VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "Run ./start once, or set LIBTORCH_DIR to the folder with LibTorch's include/ and lib/.")
if(LibTorch_FOUND AND NOT TARGET LibTorch::cpu)
  add_library(LibTorch::cpu INTERFACE IMPORTED)
  target_include_directories(LibTorch::cpu SYSTEM INTERFACE
    ${LibTorch_INCLUDE} ${LibTorch_INCLUDE}/torch/csrc/api/include)
  target_link_libraries(LibTorch::cpu INTERFACE ${LibTorch_CPU} ${LibTorch_C10})
endif()
