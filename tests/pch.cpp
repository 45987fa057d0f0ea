// SPDX-License-Identifier: Apache-2.0
// The precompiled header of the engine tests belongs to this file.
