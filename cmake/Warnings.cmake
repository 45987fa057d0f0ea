# SPDX-License-Identifier: Apache-2.0
# One interface target that every target of ours links: warnings are errors, Qt's macros are spelt out (`slots` breaks LibTorch's headers).
add_library(revisit_options INTERFACE)
target_compile_options(revisit_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror)
# GCC 12 takes std::string's operator+ for overlapping copies (its bug 105651)
target_compile_options(revisit_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
target_compile_definitions(revisit_options INTERFACE QT_NO_KEYWORDS QT_NO_CAST_FROM_BYTEARRAY)
if(REVISIT_SANITIZE)
  target_compile_options(revisit_options INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer -g1)
  target_link_options(revisit_options INTERFACE -fsanitize=address,undefined)
endif()
# ccache and a precompiled header agree only so
add_compile_options($<$<CXX_COMPILER_ID:Clang>:-fpch-instantiate-templates> $<$<CXX_COMPILER_ID:Clang>:-Xclang$<SEMICOLON>-fno-pch-timestamp>)
