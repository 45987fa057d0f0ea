// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace revisit {

/// One HDF5 file, read through the HDF Group's C library. That library trusts its files, so this belongs into a process
/// with limits (datasets/sources/confined.h): it works for one thread at a time, and where one call takes longer than
/// maxCallS, SIGALRM ends the process. Only what is plain is read: data sets at the root, of numbers, or of records
/// with texts of fixed length, that are stored in the file itself, as they are or with gzip, shuffle, fletcher32 or
/// szip. What a file declares is held against its length before anything is allocated. Errors name file and data set.
class Hdf5 {
public:
    static constexpr unsigned maxCallS = 60;
    static constexpr std::int64_t maxRows = 1 << 24, maxRowBytes = 64 << 20, maxChunkBytes = 256 << 20;

    /// `touch` is told the file's name before each call into the library.
    Hdf5(std::filesystem::path file, std::function<void(const std::filesystem::path&)> touch);
    ~Hdf5();
    Hdf5(Hdf5&&) noexcept;
    Hdf5& operator=(Hdf5&&) noexcept;

    /// A data set as rows of equal shape; of use as long as its file.
    class Array {
    public:
        std::int64_t rows() const;
        /// Of one row: {32, 32, 10}.
        const std::vector<std::int64_t>& shape() const;
        /// "float64", as NumPy calls it; "records" of what has fields.
        const std::string& type() const;
        /// Rows from `row` on, as many as `to` holds, the last dimension fastest. T: uint8, uint16 or int16, float or
        /// double; what it cannot hold becomes the nearest number that it can. From any thread.
        template <class T> void read(std::int64_t row, std::span<T> to) const;
        /// A field of `count` rows of records, by its position, without padding.
        std::vector<std::string> texts(std::int64_t row, std::int64_t count, unsigned field) const;
        /// How many fields a record has.
        unsigned fields() const;
        /// Error, with what is there and what is wanted, unless a row has this shape (0: any length) and one of these
        /// types. Returns itself.
        const Array& require(const std::vector<std::int64_t>& shape, const std::vector<std::string>& types) const;

    private:
        friend class Hdf5;
        struct Open;
        std::shared_ptr<const Open> m_open;
    };
    bool has(const std::string& name) const;
    /// Error where there is none, or where it is not plain.
    Array array(const std::string& name) const;

private:
    struct File;
    std::shared_ptr<File> m_file;
};

/// The types of numbers that arrays can have.
const std::vector<std::string>& hdf5Numbers();

} // namespace revisit
