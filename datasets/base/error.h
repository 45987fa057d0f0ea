// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdexcept>
#include <string>

namespace revisit {

/// Something the user can mend: the message names the file, key or shape and says what to do. Caught once, at the edge.
class Error : public std::runtime_error {
public:
    explicit Error(const std::string& message, std::string key = {})
        : std::runtime_error(message),
          m_key(std::move(key))
    {}
    /// The path in run.json that is wrong ("objective.temperature"), or empty.
    const std::string& key() const { return m_key; }

private:
    std::string m_key;
};

/// A disk that cannot be written: what was there is whole, and there may be room later.
class DiskError : public Error {
public:
    using Error::Error;
};

/// What was asked for is no longer wanted.
class Cancelled : public Error {
public:
    Cancelled() : Error("cancelled") {}
};

} // namespace revisit
