#include "portfolio/word_index.h"

#include <algorithm>
#include <cstring>

#include "footprint/register.h"

namespace utsyn::portfolio {
namespace {

constexpr std::size_t kFilled = 384;    // entries of a block that is filled at once
constexpr std::size_t kFullest = 1024;  // more are split in two

// Calls each(word) for the words of an organisation.
template <class Each>
void each_word(std::string_view words, Each each) {
  while (!words.empty()) {
    words.remove_prefix(1);  // the mark
    const auto end = std::min(words.find(kWordMark), words.size());
    if (end > 0) each(words.substr(0, end));
    words.remove_prefix(end);
  }
}

}  // namespace

std::uint64_t first_bytes(std::string_view text) {
  char bytes[8] = {};
  std::memcpy(bytes, text.data(), std::min<std::size_t>(text.size(), 8));
  std::uint64_t key = 0;
  for (const char byte : bytes) key = key << 8U | static_cast<unsigned char>(byte);
  return key;
}

bool has_word(std::string_view words, std::string_view prefix) {
  for (auto at = words.find(prefix); at != std::string_view::npos; at = words.find(prefix, at + 1))
    if (at > 0 && words[at - 1] == kWordMark) return true;
  return false;
}

bool has_shown_word(std::string_view words, std::string_view prefix) {
  for (auto at = words.find(prefix); at != std::string_view::npos; at = words.find(prefix, at + 1)) {
    if (at == 0) continue;
    const auto word = words.substr(at, words.find(kWordMark, at) - at);
    if (words[at - 1] == kWordMark && word.find('.') == std::string_view::npos) return true;
    if (at > 1 && words[at - 1] == footprint::kShownDomain && words[at - 2] == kWordMark) return true;
  }
  return false;
}

bool WordIndex::before(const Entry& a, const Entry& b) {
  if (a.key != b.key) return a.key < b.key;
  const auto order = a.word().compare(b.word());
  return order != 0 ? order < 0 : a.row < b.row;
}

template <class Fits>
WordIndex::Place WordIndex::first(Fits fits) const {
  const auto block =
      std::ranges::partition_point(blocks_, [&](const auto& entries) { return !fits(entries.back()); });
  if (block == blocks_.end()) return {blocks_.size(), 0};
  const auto entry = std::ranges::partition_point(*block, [&](const Entry& one) { return !fits(one); });
  return {static_cast<std::size_t>(block - blocks_.begin()),
          static_cast<std::size_t>(entry - block->begin())};
}

std::pair<WordIndex::Place, WordIndex::Place> WordIndex::stretch(std::string_view prefix) const {
  return {first([&](const Entry& one) { return one.word() >= prefix; }),
          first([&](const Entry& one) { return one.word().substr(0, prefix.size()) > prefix; })};
}

std::size_t WordIndex::count(std::string_view prefix) const {
  const auto [from, to] = stretch(prefix);
  if (from.block == to.block) return to.entry - from.entry;
  std::size_t count = blocks_[from.block].size() - from.entry + to.entry;
  for (auto block = from.block + 1; block < to.block; ++block) count += blocks_[block].size();
  return count;
}

void WordIndex::fill(const std::vector<std::string_view>& words_of_rows) {
  std::vector<Entry> all;
  std::size_t count = 0;
  for (const auto words : words_of_rows)
    count += static_cast<std::size_t>(std::ranges::count(words, kWordMark));
  all.reserve(count);
  for (std::uint32_t row = 0; row < words_of_rows.size(); ++row)
    each_word(words_of_rows[row], [&](std::string_view word) {
      all.push_back({first_bytes(word), word.data(), static_cast<std::uint32_t>(word.size()), row});
    });
  std::ranges::sort(all, before);
  size_ = all.size();
  blocks_.clear();
  blocks_.reserve(all.size() / kFilled + 1);
  for (std::size_t from = 0; from < all.size(); from += kFilled)
    blocks_.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(from),
                         all.begin() + static_cast<std::ptrdiff_t>(std::min(from + kFilled, all.size())));
}

void WordIndex::put(std::uint32_t row, std::string_view words) {
  each_word(words, [&](std::string_view word) {
    const Entry entry{first_bytes(word), word.data(), static_cast<std::uint32_t>(word.size()), row};
    auto at = first([&](const Entry& one) { return !before(one, entry); });
    if (at.block == blocks_.size()) {
      if (blocks_.empty()) blocks_.emplace_back();
      at = {blocks_.size() - 1, blocks_.back().size()};
    }
    auto& block = blocks_[at.block];
    block.insert(block.begin() + static_cast<std::ptrdiff_t>(at.entry), entry);
    ++size_;
    if (block.size() <= kFullest) return;
    const auto middle = block.begin() + static_cast<std::ptrdiff_t>(block.size() / 2);
    std::vector<Entry> rest(middle, block.end());
    block.erase(middle, block.end());
    blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(at.block + 1), std::move(rest));
  });
}

void WordIndex::erase(std::uint32_t row, std::string_view words) {
  each_word(words, [&](std::string_view word) {
    const Entry entry{first_bytes(word), word.data(), static_cast<std::uint32_t>(word.size()), row};
    const auto at = first([&](const Entry& one) { return !before(one, entry); });
    if (at.block == blocks_.size() || before(entry, blocks_[at.block][at.entry])) return;
    auto& block = blocks_[at.block];
    block.erase(block.begin() + static_cast<std::ptrdiff_t>(at.entry));
    if (block.empty()) blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(at.block));
    --size_;
  });
}

}  // namespace utsyn::portfolio
