// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Before a function: one binary for any x86-64, where the loader picks the clone that the processor can run. What it
/// calls is cloned only if it is inlined.
#if defined(__x86_64__)
#define REVISIT_CLONES __attribute__((target_clones("avx512f", "arch=haswell", "default")))
#else
#define REVISIT_CLONES
#endif
