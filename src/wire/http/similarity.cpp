#include "wire/http/similarity.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/text.h"

namespace utsyn::wire {
namespace {

constexpr std::size_t kMaxPage = 65536;
constexpr std::size_t kRun = 3;

// The words of the page. Tags end a word; script and style bodies are skipped whole.
std::vector<std::uint64_t> words_of(std::string_view page) {
  page = page.substr(0, kMaxPage);
  const auto text = lower(page);
  std::vector<std::uint64_t> words;
  constexpr std::uint64_t kSeed = 14695981039346656037ULL;  // FNV-1a
  std::uint64_t hash = kSeed;
  bool inside_word = false;
  const auto end_word = [&] {
    if (inside_word) words.push_back(hash);
    hash = kSeed;
    inside_word = false;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool opens_tag =
        c == '<' && i + 1 < text.size() &&
        ((text[i + 1] >= 'a' && text[i + 1] <= 'z') || text[i + 1] == '/' || text[i + 1] == '!');
    if (opens_tag) {
      end_word();
      const auto rest = std::string_view(text).substr(i);
      std::size_t close = rest.find('>');
      for (const std::string_view raw : {"script", "style"}) {
        if (!rest.substr(1).starts_with(raw)) continue;
        close = rest.find(std::string("</").append(raw));
        if (close != std::string_view::npos) close = rest.find('>', close);
        break;
      }
      if (close == std::string_view::npos) break;
      i += close;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (c >= 'a' && c <= 'z') || byte >= 0x80;
    if (letter) {
      hash = (hash ^ byte) * 1099511628211ULL;
      inside_word = true;
    } else if (!(c >= '0' && c <= '9')) {  // a digit neither ends a word nor belongs to it
      end_word();
    }
  }
  end_word();
  return words;
}

std::vector<std::uint64_t> runs_of(const std::vector<std::uint64_t>& words) {
  std::vector<std::uint64_t> runs;
  const std::size_t length = std::min(kRun, words.size());
  for (std::size_t i = 0; length > 0 && i + length <= words.size(); ++i) {
    std::uint64_t hash = 0;
    for (std::size_t k = 0; k < length; ++k) hash = (hash ^ words[i + k]) * 1099511628211ULL + k;
    runs.push_back(hash);
  }
  std::sort(runs.begin(), runs.end());
  runs.erase(std::unique(runs.begin(), runs.end()), runs.end());
  return runs;
}

}  // namespace

int similarity_permille(std::string_view a, std::string_view b) {
  if (a.substr(0, kMaxPage) == b.substr(0, kMaxPage)) return 1000;
  const auto left = runs_of(words_of(a));
  const auto right = runs_of(words_of(b));
  if (left.empty() && right.empty()) return 1000;
  std::vector<std::uint64_t> both;
  std::set_intersection(left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(both));
  const auto either = left.size() + right.size() - both.size();
  return static_cast<int>(both.size() * 1000 / either);
}

}  // namespace utsyn::wire
