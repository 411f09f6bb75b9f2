// Which organisations have a word that begins so: the words of all of them (names, numbers, domains and
// hosts, folded) in one sorted sequence, so that a beginning is a stretch of it that two binary searches
// find. Chosen over postings of trigrams because the search is by beginnings of words: there is nothing to
// verify afterwards, memory is a fixed 24 bytes a word beside its text, and a change moves at most one block.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace utsyn::portfolio {

// The first eight bytes as a number that compares as they do, so that texts are seldom looked at.
std::uint64_t first_bytes(std::string_view text);

// What an organisation is found by, in one text: each word with kWordMark before it, in any order, each once.
inline constexpr char kWordMark = '\n';
bool has_word(std::string_view words, std::string_view prefix);
// For those who see no findings: words of domains and hosts are left out, but for the domain that the record
// shows (footprint::kShownDomain).
bool has_shown_word(std::string_view words, std::string_view prefix);

// Texts are borrowed: they live as long as the index.
class WordIndex {
 public:
  // Many at once, into an empty index: row and words.
  void fill(const std::vector<std::string_view>& words_of_rows);
  void put(std::uint32_t row, std::string_view words);
  void erase(std::uint32_t row, std::string_view words);

  // How many words begin so: at least as many as organisations.
  std::size_t count(std::string_view prefix) const;
  // Calls each(row) for every such word; a row with two of them comes twice.
  template <class Each>
  void each(std::string_view prefix, Each&& each) const {
    const auto [from, to] = stretch(prefix);
    for (auto block = from.block; block < blocks_.size() && block <= to.block; ++block) {
      const auto& entries = blocks_[block];
      const auto begin = block == from.block ? from.entry : 0;
      const auto end = block == to.block ? to.entry : entries.size();
      for (auto entry = begin; entry < end; ++entry) each(entries[entry].row);
    }
  }
  std::size_t size() const { return size_; }

 private:
  struct Entry {
    std::uint64_t key;
    const char* text;
    std::uint32_t size;
    std::uint32_t row;
    std::string_view word() const { return {text, size}; }
  };
  struct Place {
    std::size_t block = 0;
    std::size_t entry = 0;
  };
  static bool before(const Entry& a, const Entry& b);
  // The first entry of which `fits` is true; those before it are all false.
  template <class Fits>
  Place first(Fits fits) const;
  std::pair<Place, Place> stretch(std::string_view prefix) const;

  std::vector<std::vector<Entry>> blocks_;  // none is empty
  std::size_t size_ = 0;
};

}  // namespace utsyn::portfolio
