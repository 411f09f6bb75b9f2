#include "portfolio/word_index.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>

namespace utsyn::portfolio {
namespace {

TEST(WordIndex, TheFirstBytesCompareAsTheTextDoes) {
  EXPECT_LT(first_bytes(""), first_bytes("a"));
  EXPECT_LT(first_bytes("a"), first_bytes("aa"));
  EXPECT_LT(first_bytes("zz"), first_bytes("\xC3\xA5"));
  EXPECT_EQ(first_bytes("12345678"), first_bytes("123456789"));
}

TEST(WordIndex, AWordBeginsAfterItsMark) {
  const std::string_view words = "\nfjord\nkommune\nfjord.example";
  for (const auto* prefix : {"f", "fjord", "fjord.ex", "kom", "kommune"})
    EXPECT_TRUE(has_word(words, prefix)) << prefix;
  for (const auto* prefix : {"jord", "ommune", "example", "fjord.exampler", "x"})
    EXPECT_FALSE(has_word(words, prefix)) << prefix;
}

TEST(WordIndex, WordsOfHostsAreNotShown) {
  const std::string_view words = "\n=fjord.example\nfjord\nfjord.example\nhem.fjord.example\nkommune";
  for (const auto* prefix : {"f", "fjord", "kom", "kommune", "fjord.", "fjord.example"})
    EXPECT_TRUE(has_shown_word(words, prefix)) << prefix;
  for (const auto* prefix : {"h", "hem", "hem.fjord.example", "example", "fjord.examples", "ommune"})
    EXPECT_FALSE(has_shown_word(words, prefix)) << prefix;
  EXPECT_FALSE(has_shown_word("\nfjord.example", "fjord"));
}

// Against sets of texts, over many changes: blocks are split, emptied and searched across their borders.
TEST(WordIndex, FindsWhatASetFinds) {
  std::mt19937 chance(3);
  const auto word = [&] {
    std::string out = chance() % 4 == 0 ? "common" : "";
    for (auto i = chance() % 5 + (out.empty() ? 1 : 0); i > 0; --i) out += "abz\xC3"[chance() % 4];
    return out;
  };
  constexpr std::uint32_t rows = 900;
  std::vector<std::string> texts(rows);
  std::vector<std::set<std::string>> words(rows);
  const auto some_words = [&](std::uint32_t row) {
    words[row].clear();
    for (auto i = chance() % 6; i > 0; --i) words[row].insert(word());
    texts[row].clear();
    for (const auto& one : words[row]) texts[row] += kWordMark + one;
  };
  WordIndex index;
  const auto check = [&] {
    std::size_t size = 0;
    for (const auto& each : words) size += each.size();
    ASSERT_EQ(index.size(), size);
    for (const std::string prefix : {"a", "b", "common", "commona", "z\xC3", "\xC3", "zzzzzz", "comm", "c"}) {
      std::multiset<std::uint32_t> expected;
      for (std::uint32_t row = 0; row < rows; ++row)
        for (const auto& one : words[row])
          if (one.starts_with(prefix)) expected.insert(row);
      std::multiset<std::uint32_t> found;
      index.each(prefix, [&](std::uint32_t row) { found.insert(row); });
      ASSERT_EQ(found, expected) << prefix;
      ASSERT_EQ(index.count(prefix), expected.size()) << prefix;
    }
  };
  check();
  for (std::uint32_t row = 0; row < rows; row += 2) some_words(row);
  std::vector<std::string_view> all(texts.begin(), texts.end());
  index.fill(all);
  check();
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 300; ++i) {
      const auto row = static_cast<std::uint32_t>(chance() % rows);
      const auto before = texts[row];
      index.erase(row, before);
      if (round < 15) {
        some_words(row);
        index.put(row, texts[row]);
      } else {
        words[row].clear();
        texts[row].clear();
      }
    }
    check();
  }
  for (std::uint32_t row = 0; row < rows; ++row) {
    index.erase(row, texts[row]);
    words[row].clear();
  }
  check();
  EXPECT_EQ(index.size(), 0U);
}

}  // namespace
}  // namespace utsyn::portfolio
