// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ATen/autocast_mode.h>

namespace revisit {

/// While it lives, operations that gain from it compute in bfloat16 on that device (or none do).
class Autocast {
public:
    Autocast(bool on, at::DeviceType device) : m_device(device), m_was(at::autocast::is_autocast_enabled(device))
    {
        at::autocast::set_autocast_enabled(device, on);
        at::autocast::set_autocast_dtype(device, at::kBFloat16);
        at::autocast::increment_nesting();
    }
    ~Autocast()
    {
        if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
        at::autocast::set_autocast_enabled(m_device, m_was);
    }
    Autocast(const Autocast&) = delete;
    Autocast& operator=(const Autocast&) = delete;

private:
    at::DeviceType m_device;
    bool m_was;
};

} // namespace revisit
