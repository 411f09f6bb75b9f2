// Reading and writing big-endian binary formats. Every read can say no; foreign bytes are never cast to a
// struct.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/text.h"

namespace utsyn {

class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : bytes_(bytes) {}

  std::optional<std::uint8_t> u8() { return number<std::uint8_t>(1); }
  std::optional<std::uint16_t> u16() { return number<std::uint16_t>(2); }
  std::optional<std::uint32_t> u24() { return number<std::uint32_t>(3); }
  std::optional<std::uint32_t> u32() { return number<std::uint32_t>(4); }
  std::optional<std::uint64_t> u48() { return number<std::uint64_t>(6); }
  std::optional<ByteView> take(std::size_t count) {
    if (count > left()) return std::nullopt;
    const auto out = bytes_.subspan(at_, count);
    at_ += count;
    return out;
  }
  bool skip(std::size_t count) { return take(count).has_value(); }
  // A block whose length stands before it in 1, 2 or 3 bytes.
  std::optional<ByteView> block8() { return block(u8()); }
  std::optional<ByteView> block16() { return block(u16()); }
  std::optional<ByteView> block24() { return block(u24()); }

  std::size_t left() const { return bytes_.size() - at_; }
  std::size_t position() const { return at_; }
  bool empty() const { return left() == 0; }
  ByteView rest() const { return bytes_.subspan(at_); }

 private:
  template <class T>
  std::optional<T> number(std::size_t size) {
    const auto raw = take(size);
    if (!raw) return std::nullopt;
    std::uint64_t value = 0;
    for (const auto byte : *raw) value = (value << 8U) | byte;
    return static_cast<T>(value);
  }
  template <class Length>
  std::optional<ByteView> block(std::optional<Length> length) {
    if (!length) return std::nullopt;
    return take(*length);
  }

  ByteView bytes_;
  std::size_t at_ = 0;
};

class ByteWriter {
 public:
  void u8(unsigned value) { out_.push_back(static_cast<std::uint8_t>(value)); }
  void u16(unsigned value) {
    u8(value >> 8U & 255U);
    u8(value & 255U);
  }
  void u24(std::size_t value) {
    u8(static_cast<unsigned>(value >> 16U & 255U));
    u16(static_cast<unsigned>(value & 0xFFFFU));
  }
  void u32(std::uint32_t value) {
    u16(value >> 16U);
    u16(value & 0xFFFFU);
  }
  void bytes(ByteView view) { out_.insert(out_.end(), view.begin(), view.end()); }
  void text(std::string_view view) { bytes(as_bytes(view)); }
  // The same as u16() for each, many times as fast.
  void u16_list(std::span<const std::uint16_t> values) {
    const auto before = out_.size();
    out_.resize(before + 2 * values.size());
    auto* to = out_.data() + before;
    for (const auto value : values) {
      *to++ = static_cast<std::uint8_t>(value >> 8U);
      *to++ = static_cast<std::uint8_t>(value & 255U);
    }
  }
  // Leaves room for a length of `size` bytes; close(mark, size) fills it with what was written since.
  std::size_t open(std::size_t size) {
    const auto mark = out_.size();
    out_.resize(mark + size);
    return mark;
  }
  void close(std::size_t mark, std::size_t size) {
    auto length = out_.size() - mark - size;
    for (std::size_t i = size; i-- > 0; length >>= 8U)
      out_[mark + i] = static_cast<std::uint8_t>(length & 255U);
  }
  void reserve(std::size_t size) { out_.reserve(size); }
  void cut_back(std::size_t size) { out_.resize(std::min(size, out_.size())); }  // forgets what came after
  const Bytes& view() const { return out_; }
  Bytes take() { return std::move(out_); }
  std::size_t size() const { return out_.size(); }

 private:
  Bytes out_;
};

}  // namespace utsyn
