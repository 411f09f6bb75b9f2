#include "report/unzip.h"

#include <minizip/unzip.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace utsyn::report {
namespace {

constexpr ZPOS64_T kMostParts = 4'000;
// Spreadsheets shrink to a tenth or a twentieth; a bomb to a thousandth.
constexpr std::size_t kMostGrowth = 300;
constexpr std::size_t kSmall = std::size_t{4} << 20U;  // below this, growth hurts nobody

using Memory = Unzip::Memory;

Memory& memory(void* stream) { return *static_cast<Memory*>(stream); }

void* open_memory(void* opaque, const void*, int) { return opaque; }
uLong read_memory(void*, void* stream, void* into, uLong size) {
  auto& from = memory(stream);
  const auto count = std::min<std::size_t>(size, from.bytes.size() - from.at);
  if (count > 0) std::memcpy(into, from.bytes.data() + from.at, count);
  from.at += count;
  return static_cast<uLong>(count);
}
uLong write_memory(void*, void*, const void*, uLong) { return 0; }
ZPOS64_T tell_memory(void*, void* stream) { return memory(stream).at; }
long seek_memory(void*, void* stream, ZPOS64_T offset, int origin) {
  auto& from = memory(stream);
  const ZPOS64_T base = origin == ZLIB_FILEFUNC_SEEK_CUR   ? from.at
                        : origin == ZLIB_FILEFUNC_SEEK_END ? from.bytes.size()
                                                           : 0;
  if (offset > from.bytes.size() || base + offset > from.bytes.size()) return -1;
  from.at = static_cast<std::size_t>(base + offset);
  return 0;
}
int close_memory(void*, void*) { return 0; }
int error_memory(void*, void*) { return 0; }

}  // namespace

Unzip::Unzip(std::string_view bytes) : memory_{bytes, 0} {
  zlib_filefunc64_def functions{};
  functions.zopen64_file = open_memory;
  functions.zread_file = read_memory;
  functions.zwrite_file = write_memory;
  functions.ztell64_file = tell_memory;
  functions.zseek64_file = seek_memory;
  functions.zclose_file = close_memory;
  functions.zerror_file = error_memory;
  functions.opaque = &memory_;
  file_ = unzOpen2_64("", &functions);
  unz_global_info64 info{};
  if (file_ != nullptr && (unzGetGlobalInfo64(file_, &info) != UNZ_OK || info.number_entry > kMostParts)) {
    unzClose(file_);
    file_ = nullptr;
  }
}

Unzip::~Unzip() {
  if (file_ != nullptr) unzClose(file_);
}

Result<std::optional<std::string>, TableError> Unzip::part(const std::string& name) {
  if (unzLocateFile(file_, name.c_str(), 1) != UNZ_OK) return std::nullopt;
  unz_file_info64 info{};
  if (unzGetCurrentFileInfo64(file_, &info, nullptr, 0, nullptr, 0, nullptr, 0) != UNZ_OK)
    return unexpected(TableError::broken_zip);
  if (info.uncompressed_size > kMostUnzipped) return unexpected(TableError::too_large);
  if ((info.flag & 1U) != 0 || unzOpenCurrentFile(file_) != UNZ_OK) return unexpected(TableError::broken_zip);
  std::string out;
  std::array<char, 64 * 1024> piece{};
  std::optional<TableError> error;
  // What the directory says of the size is the sender's word: what comes out is counted.
  while (!error) {
    const int count = unzReadCurrentFile(file_, piece.data(), static_cast<unsigned>(piece.size()));
    if (count < 0) error = TableError::broken_zip;
    if (count <= 0) break;
    out.append(piece.data(), static_cast<std::size_t>(count));
    if (out.size() > kMostUnzipped ||
        (out.size() > kSmall && out.size() / kMostGrowth > memory_.bytes.size()))
      error = TableError::too_large;
  }
  if (unzCloseCurrentFile(file_) != UNZ_OK && !error)
    error = TableError::broken_zip;  // the checksum is wrong
  if (error) return unexpected(*error);
  return out;
}

}  // namespace utsyn::report
