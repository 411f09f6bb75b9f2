#include "api/details.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <optional>
#include <vector>

#include "api/credentials.h"
#include "api/route.h"

namespace utsyn::data {
std::string_view texts_json();
}

namespace utsyn::api {
namespace {

namespace json = boost::json;

constexpr std::string_view kHole = "{}";

std::vector<std::string> pieces_of(std::string_view pattern) {
  std::vector<std::string> out;
  for (auto hole = pattern.find(kHole); hole != std::string_view::npos; hole = pattern.find(kHole)) {
    out.emplace_back(pattern.substr(0, hole));
    pattern.remove_prefix(hole + kHole.size());
  }
  out.emplace_back(pattern);
  return out;
}

struct Sentence {
  std::vector<std::string> pieces;  // of the English one: what stands between the holes
  std::size_t letters = 0;
  std::map<std::string, std::string, std::less<>> in;  // by language
};

// What stands in the holes; none: it is another sentence.
std::optional<std::vector<std::string_view>> holes_of(const Sentence& sentence, std::string_view text) {
  const auto& pieces = sentence.pieces;
  if (!text.starts_with(pieces.front())) return std::nullopt;
  text.remove_prefix(pieces.front().size());
  std::vector<std::string_view> out;
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const bool last = i + 1 == pieces.size();
    const auto at =
        last ? (text.ends_with(pieces[i]) ? text.size() - pieces[i].size() : std::string_view::npos)
             : text.find(pieces[i]);
    if (at == std::string_view::npos) return std::nullopt;
    out.push_back(text.substr(0, at));
    text.remove_prefix(at + pieces[i].size());
  }
  if (!text.empty()) return std::nullopt;
  return out;
}

std::vector<Sentence> read_sentences() {
  std::vector<Sentence> out;
  const auto all = json::parse(data::texts_json());
  const auto* texts = all.as_object().if_contains("details");
  if (texts == nullptr) return out;
  for (const auto& entry : texts->as_object()) {
    Sentence sentence;
    for (const auto& text : entry.value().as_object())
      sentence.in.emplace(text.key(), std::string(text.value().as_string()));
    sentence.pieces = pieces_of(sentence.in["en"]);
    for (const auto& piece : sentence.pieces) sentence.letters += piece.size();
    out.push_back(std::move(sentence));
  }
  // A sentence with more words of its own says more exactly what is meant.
  std::ranges::sort(out, std::greater{}, &Sentence::letters);
  return out;
}

}  // namespace

std::string_view language_told(const Request& request) {
  const bool asked =
      request.query_value("lang") || !wanted_language(request.header("accept-language")).empty();
  return asked ? std::string_view(request.language) : "en";
}

std::string detail_in(std::string_view language, std::string_view detail) {
  static const auto sentences = read_sentences();
  for (const auto& sentence : sentences) {
    const auto holes = holes_of(sentence, detail);
    if (!holes) continue;
    const auto found = sentence.in.find(language);
    if (found == sentence.in.end()) break;
    std::string out;
    const auto pieces = pieces_of(found->second);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      out += pieces[i];
      if (i + 1 < pieces.size() && i < holes->size()) out += (*holes)[i];
    }
    return out;
  }
  return std::string(detail);
}

}  // namespace utsyn::api
