// SPDX-License-Identifier: Apache-2.0
#include "datasets/hdf5.h"
#include "datasets/base/error.h"
#include "datasets/base/files.h"
#include <algorithm>
#include <array>
#include <cstring>
#include <hdf5.h>
#include <map>
#include <mutex>
#include <unistd.h>

namespace revisit {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t mostDimensions = 5, mostTextBytes = 1024;
constexpr std::int64_t mostPacked = 1100; // times as much: deflate's limit is 1,032

// A call into the library, or several: no other thread is in it meanwhile, and no longer than Hdf5::maxCallS.
class Call {
public:
    Call() : m_lock(mutex())
    {
        if (++depth() > 1) return;
        H5PLset_loading_state(0); // no code from elsewhere for filters
        H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
        H5Eclear2(H5E_DEFAULT);
        ::alarm(Hdf5::maxCallS);
    }
    ~Call()
    {
        if (--depth() == 0) ::alarm(0);
    }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

private:
    static std::recursive_mutex& mutex()
    {
        static std::recursive_mutex one; // as there is one library in a process
        return one;
    }
    static int& depth()
    {
        static int calls = 0;
        return calls;
    }
    std::lock_guard<std::recursive_mutex> m_lock;
};

class Handle {
public:
    Handle(hid_t id, herr_t (*close)(hid_t)) : m_id(id), m_close(close) {}
    ~Handle()
    {
        const Call call;
        if (m_id >= 0) m_close(m_id);
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    hid_t id() const { return m_id; }
    explicit operator bool() const { return m_id >= 0; }

private:
    hid_t m_id;
    herr_t (*m_close)(hid_t);
};

// What may come from the file, for a sentence.
std::string printable(const char* text)
{
    std::string kept;
    for (; text && *text && kept.size() < 100; ++text)
        if (*text >= ' ' && *text < 127) kept += *text;
    return kept;
}

// Where the library's trouble began, in its words.
std::string reason()
{
    std::string first;
    H5Ewalk2(
        H5E_DEFAULT, H5E_WALK_UPWARD,
        [](unsigned n, const H5E_error2_t* error, void* to) {
            if (n == 0) *static_cast<std::string*>(to) = printable(error->desc);
            return herr_t(0);
        },
        &first);
    return first.empty() ? "it does not say why" : first;
}

struct Number {
    const char* name;
    hid_t little, big;
};
const std::vector<Number>& numbers()
{
    static const std::vector<Number> all = {
        {"uint8", H5T_STD_U8LE, H5T_STD_U8BE},       {"int8", H5T_STD_I8LE, H5T_STD_I8BE},
        {"uint16", H5T_STD_U16LE, H5T_STD_U16BE},    {"int16", H5T_STD_I16LE, H5T_STD_I16BE},
        {"uint32", H5T_STD_U32LE, H5T_STD_U32BE},    {"int32", H5T_STD_I32LE, H5T_STD_I32BE},
        {"uint64", H5T_STD_U64LE, H5T_STD_U64BE},    {"int64", H5T_STD_I64LE, H5T_STD_I64BE},
        {"float32", H5T_IEEE_F32LE, H5T_IEEE_F32BE}, {"float64", H5T_IEEE_F64LE, H5T_IEEE_F64BE}};
    return all;
}

template <class T> hid_t native();
template <> hid_t native<std::uint8_t>() { return H5T_NATIVE_UINT8; }
template <> hid_t native<std::uint16_t>() { return H5T_NATIVE_UINT16; }
template <> hid_t native<std::int16_t>() { return H5T_NATIVE_INT16; }
template <> hid_t native<float>() { return H5T_NATIVE_FLOAT; }
template <> hid_t native<double>() { return H5T_NATIVE_DOUBLE; }

std::string listed(const std::vector<std::string>& names)
{
    std::string all;
    for (std::size_t i = 0; i < names.size(); ++i)
        all += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
    return all;
}

} // namespace

struct Hdf5::File {
    fs::path path;
    std::function<void(const fs::path&)> touch;
    std::int64_t bytes = 0;
    std::unique_ptr<Handle> handle;

    [[noreturn]] void refuse(const std::string& what) const { throw Error(path.string() + ": " + what); }
};

struct Hdf5::Array::Open {
    std::shared_ptr<File> file;
    std::string name, type;
    std::int64_t rows = 0, rowSize = 1;
    std::vector<std::int64_t> shape;
    std::unique_ptr<Handle> handle;

    void inspect();
    void checkStorage(const Handle& plan, std::int64_t typeBytes);
    void checkFilters(const Handle& plan) const;
    void read(std::int64_t row, std::int64_t count, hid_t type, void* to) const;
    [[noreturn]] void refuse(const std::string& what) const { file->refuse(name + " " + what); }
};

Hdf5::Hdf5(fs::path path, std::function<void(const fs::path&)> touch) : m_file(std::make_shared<File>())
{
    requireRegularFile(path);
    m_file->path = std::move(path);
    m_file->touch = std::move(touch);
    m_file->bytes = static_cast<std::int64_t>(fs::file_size(m_file->path));
    m_file->touch(m_file->path);
    const Call call;
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5Pset_fclose_degree(access.id(), H5F_CLOSE_STRONG);
    H5Pset_file_locking(access.id(), false, true); // disks of clusters refuse locks, and nothing is written
    m_file->handle = std::make_unique<Handle>(H5Fopen(m_file->path.c_str(), H5F_ACC_RDONLY, access.id()), H5Fclose);
    if (!*m_file->handle) m_file->refuse("cannot be opened as HDF5 (" + reason() + "); fetch it again");
}

Hdf5::~Hdf5() = default;
Hdf5::Hdf5(Hdf5&&) noexcept = default;
Hdf5& Hdf5::operator=(Hdf5&&) noexcept = default;

bool Hdf5::has(const std::string& name) const
{
    m_file->touch(m_file->path);
    const Call call;
    return H5Lexists(m_file->handle->id(), name.c_str(), H5P_DEFAULT) > 0;
}

Hdf5::Array Hdf5::array(const std::string& name) const
{
    if (!has(name)) m_file->refuse("has no data set " + name);
    const Call call;
    const auto open = std::make_shared<Array::Open>();
    open->file = m_file;
    open->name = name;
    H5L_info_t link{};
    if (H5Lget_info(m_file->handle->id(), name.c_str(), &link, H5P_DEFAULT) < 0)
        open->refuse("cannot be read (" + reason() + "); fetch the file again");
    if (link.type != H5L_TYPE_HARD)
        open->refuse("is a link to elsewhere, which Revisit does not follow; copy what it names into this file");
    open->inspect();
    Array array;
    array.m_open = open;
    return array;
}

void Hdf5::Array::Open::inspect()
{
    const auto openWith = [&](hid_t access) {
        handle = std::make_unique<Handle>(H5Dopen2(file->handle->id(), name.c_str(), access), H5Dclose);
        if (!*handle) refuse("cannot be read (" + reason() + "); fetch the file again");
    };
    openWith(H5P_DEFAULT);
    const Handle space(H5Dget_space(handle->id()), H5Sclose), own(H5Dget_type(handle->id()), H5Tclose),
        plan(H5Dget_create_plist(handle->id()), H5Pclose);
    if (!space || !own || !plan) refuse("cannot be read (" + reason() + "); fetch the file again");

    std::array<hsize_t, H5S_MAX_RANK> sizes{};
    const int dimensions = H5Sget_simple_extent_ndims(space.id());
    if (dimensions < 1 || dimensions > mostDimensions)
        refuse("has " + std::to_string(dimensions) + " dimensions, and should have 1 to " +
               std::to_string(mostDimensions));
    H5Sget_simple_extent_dims(space.id(), sizes.data(), nullptr);
    if (sizes[0] < 1 || sizes[0] > static_cast<hsize_t>(maxRows))
        refuse("declares " + std::to_string(sizes[0]) + " rows; Revisit reads 1 to " + std::to_string(maxRows));
    rows = static_cast<std::int64_t>(sizes[0]);

    const auto typeBytes = static_cast<std::int64_t>(H5Tget_size(own.id()));
    const auto number = std::ranges::find_if(numbers(), [&](const Number& one) {
        return H5Tequal(own.id(), one.little) > 0 || H5Tequal(own.id(), one.big) > 0;
    });
    if (number != numbers().end())
        type = number->name;
    else if (H5Tget_class(own.id()) == H5T_COMPOUND && typeBytes > 0 && typeBytes <= mostTextBytes)
        type = "records";
    else
        refuse("is of a type that Revisit does not read; it reads " + listed(hdf5Numbers()));
    for (int d = 1; d < dimensions; ++d) {
        shape.push_back(static_cast<std::int64_t>(sizes[static_cast<std::size_t>(d)]));
        if (sizes[static_cast<std::size_t>(d)] < 1 || shape.back() > maxRowBytes ||
            __builtin_mul_overflow(rowSize, shape.back(), &rowSize) || rowSize > maxRowBytes / typeBytes)
            refuse("declares rows of no or too many numbers; Revisit reads rows of up to " +
                   std::to_string(maxRowBytes) + " bytes");
    }
    checkFilters(plan);
    checkStorage(plan, typeBytes);
    if (H5Pget_layout(plan.id()) != H5D_CHUNKED) return;

    // All that a row lies in is kept unpacked, as the next row mostly lies there too.
    std::array<hsize_t, H5S_MAX_RANK> chunk{};
    H5Pget_chunk(plan.id(), dimensions, chunk.data());
    std::int64_t across = 1, chunkBytes = typeBytes;
    for (std::size_t d = 0; d < static_cast<std::size_t>(dimensions); ++d) {
        if (chunk[d] < 1 || chunk[d] > static_cast<hsize_t>(maxChunkBytes) ||
            __builtin_mul_overflow(chunkBytes, static_cast<std::int64_t>(chunk[d]), &chunkBytes) ||
            chunkBytes > maxChunkBytes)
            refuse("is stored in chunks of more than " + std::to_string(maxChunkBytes) +
                   " bytes; store it in smaller ones (h5repack)");
        if (d > 0) across *= static_cast<std::int64_t>((sizes[d] + chunk[d] - 1) / chunk[d]);
    }
    if (across > maxChunkBytes / chunkBytes) return;
    const Handle access(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose);
    H5Pset_chunk_cache(access.id(), static_cast<std::size_t>(across * 10 + 1),
                       static_cast<std::size_t>(std::max<std::int64_t>(across * chunkBytes, 1 << 20)), 1);
    openWith(access.id());
}

void Hdf5::Array::Open::checkFilters(const Handle& plan) const
{
    static const std::map<H5Z_filter_t, const char*> others = {{H5Z_FILTER_NBIT, "n-bit"},
                                                               {H5Z_FILTER_SCALEOFFSET, "scale-offset"},
                                                               {307, "bzip2"},
                                                               {32000, "LZF"},
                                                               {32001, "Blosc"},
                                                               {32004, "LZ4"},
                                                               {32008, "bitshuffle"},
                                                               {32015, "Zstandard"}};
    const int count = H5Pget_nfilters(plan.id());
    if (count < 0) refuse("does not say how it is stored (" + reason() + "); fetch the file again");
    for (unsigned f = 0; f < static_cast<unsigned>(count); ++f) {
        unsigned flags = 0, config = 0;
        std::size_t values = 0;
        std::array<char, 100> own{};
        const auto filter = H5Pget_filter2(plan.id(), f, &flags, &values, nullptr, own.size() - 1, own.data(), &config);
        if (filter == H5Z_FILTER_DEFLATE || filter == H5Z_FILTER_SHUFFLE || filter == H5Z_FILTER_FLETCHER32 ||
            filter == H5Z_FILTER_SZIP)
            continue;
        const auto known = others.find(filter);
        const auto called = known != others.end() ? known->second : printable(own.data());
        refuse("is packed with the filter " + (called.empty() ? "" : called + ", ") + "number " +
               std::to_string(filter) + ", which Revisit does not read; store it with gzip (h5repack -f GZIP=4)");
    }
}

void Hdf5::Array::Open::checkStorage(const Handle& plan, std::int64_t typeBytes)
{
    const auto layout = H5Pget_layout(plan.id());
    if (layout != H5D_COMPACT && layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED)
        refuse("is virtual: its numbers lie in other files; copy them into this one (h5repack)");
    if (H5Pget_external_count(plan.id()) != 0)
        refuse("is stored in other files, which Revisit does not open; copy it into this one (h5repack)");
    const auto stored = static_cast<std::int64_t>(
        std::min<hsize_t>(H5Dget_storage_size(handle->id()), static_cast<hsize_t>(file->bytes)));
    const auto most = layout == H5D_CHUNKED ? stored * mostPacked : stored;
    std::int64_t declared = 0;
    if (__builtin_mul_overflow(rows, rowSize * typeBytes, &declared) || declared > most)
        refuse("declares " + std::to_string(rows) + " rows of " + std::to_string(rowSize * typeBytes) +
               " bytes, and the file holds " + std::to_string(stored) +
               " bytes for them; it is cut short or damaged: "
               "fetch it again");
}

void Hdf5::Array::Open::read(std::int64_t row, std::int64_t count, hid_t memory, void* to) const
{
    file->touch(file->path);
    const Call call;
    std::vector<hsize_t> from(shape.size() + 1), counts(1, static_cast<hsize_t>(count));
    from[0] = static_cast<hsize_t>(row);
    for (const auto size : shape) counts.push_back(static_cast<hsize_t>(size));
    const Handle space(H5Dget_space(handle->id()), H5Sclose),
        wanted(H5Screate_simple(static_cast<int>(counts.size()), counts.data(), nullptr), H5Sclose);
    if (H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, from.data(), nullptr, counts.data(), nullptr) < 0 ||
        H5Dread(handle->id(), memory, wanted.id(), space.id(), H5P_DEFAULT, to) < 0)
        refuse("cannot be read at row " + std::to_string(row + 1) + " (" + reason() +
               "); the file is damaged: fetch it again");
}

std::int64_t Hdf5::Array::rows() const { return m_open->rows; }
const std::vector<std::int64_t>& Hdf5::Array::shape() const { return m_open->shape; }
const std::string& Hdf5::Array::type() const { return m_open->type; }

template <class T> void Hdf5::Array::read(std::int64_t row, std::span<T> to) const
{
    const auto count = static_cast<std::int64_t>(to.size()) / m_open->rowSize;
    if (m_open->type == "records" || row < 0 || count * m_open->rowSize != static_cast<std::int64_t>(to.size()) ||
        count > m_open->rows - row)
        throw std::out_of_range("rows of an HDF5 array");
    m_open->read(row, count, native<T>(), to.data());
}
template void Hdf5::Array::read(std::int64_t, std::span<std::uint8_t>) const;
template void Hdf5::Array::read(std::int64_t, std::span<std::uint16_t>) const;
template void Hdf5::Array::read(std::int64_t, std::span<std::int16_t>) const;
template void Hdf5::Array::read(std::int64_t, std::span<float>) const;
template void Hdf5::Array::read(std::int64_t, std::span<double>) const;

unsigned Hdf5::Array::fields() const
{
    if (m_open->type != "records") return 0;
    const Call call;
    const Handle own(H5Dget_type(m_open->handle->id()), H5Tclose);
    return static_cast<unsigned>(std::max(0, H5Tget_nmembers(own.id())));
}

std::vector<std::string> Hdf5::Array::texts(std::int64_t row, std::int64_t count, unsigned field) const
{
    const Call call;
    const Handle own(H5Dget_type(m_open->handle->id()), H5Tclose),
        member(H5Tget_member_type(own.id(), field), H5Tclose);
    const auto bytes = member ? H5Tget_size(member.id()) : 0;
    if (bytes < 1 || bytes > static_cast<std::size_t>(mostTextBytes) || H5Tget_class(member.id()) != H5T_STRING ||
        H5Tis_variable_str(member.id()) != 0)
        m_open->refuse("has no text of fixed length as field " + std::to_string(field + 1));
    const Handle memory(H5Tcreate(H5T_COMPOUND, bytes), H5Tclose);
    const std::unique_ptr<char, herr_t (*)(void*)> name(H5Tget_member_name(own.id(), field), H5free_memory);
    if (!name || H5Tinsert(memory.id(), name.get(), 0, member.id()) < 0)
        m_open->refuse("has a field that cannot be read (" + reason() + "); fetch the file again");
    std::vector<char> all(bytes * static_cast<std::size_t>(count));
    m_open->read(row, count, memory.id(), all.data());
    std::vector<std::string> texts;
    for (std::size_t at = 0; at < all.size(); at += bytes) {
        texts.emplace_back(&all[at], ::strnlen(&all[at], bytes));
        texts.back().erase(texts.back().find_last_not_of(' ') + 1);
    }
    return texts;
}

const Hdf5::Array& Hdf5::Array::require(const std::vector<std::int64_t>& wanted,
                                        const std::vector<std::string>& types) const
{
    const auto& [file, name, type, rows, rowSize, shape, handle] = *m_open;
    const auto fits = [](std::int64_t length, std::int64_t wish) { return wish == 0 || length == wish; };
    if (!std::ranges::equal(shape, wanted, fits)) {
        const auto text = [](const std::vector<std::int64_t>& sizes) {
            std::string all = "(n";
            for (const auto size : sizes) all += ", " + (size ? std::to_string(size) : "any");
            return all + ")";
        };
        m_open->refuse("has the shape " + text(shape) + ", and should have " + text(wanted));
    }
    if (std::ranges::find(types, type) == types.end())
        m_open->refuse("holds " + type + ", and should hold " + listed(types));
    return *this;
}

const std::vector<std::string>& hdf5Numbers()
{
    static const std::vector<std::string> names = {"uint8", "int8",   "uint16", "int16",   "uint32",
                                                   "int32", "uint64", "int64",  "float32", "float64"};
    return names;
}

} // namespace revisit
