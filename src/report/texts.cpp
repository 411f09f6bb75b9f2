#include "report/texts.h"

#include <boost/json.hpp>
#include <map>

namespace utsyn::data {
std::string_view texts_json();
}

namespace utsyn::report {

const std::string& text(std::string_view key, Language language) {
  static const auto all = [] {
    std::map<std::string, checks::Texts, std::less<>> out;
    const auto json = boost::json::parse(data::texts_json());
    for (const auto& [file, texts] : json.as_object()) {
      const auto prefix = file == "terminal" ? std::string() : std::string(file) + ".";
      for (const auto& [name, value] : texts.as_object()) {
        const auto in = [&](const char* code) { return std::string(value.at(code).as_string()); };
        out.emplace(prefix + std::string(name), checks::Texts{in("en"), in("nb"), in("nn")});
      }
    }
    return out;
  }();
  static const std::string kMissing = "?";
  const auto found = all.find(key);
  return found == all.end() ? kMissing : checks::text(found->second, language);
}

Language language_named(std::string_view name) {
  const auto code = name.substr(0, 2);
  if (code == "nn") return Language::nn;
  if (code == "nb" || code == "no") return Language::nb;
  return Language::en;
}

}  // namespace utsyn::report
