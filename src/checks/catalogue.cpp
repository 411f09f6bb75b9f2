// Reads the catalogue that the build carries inside the program. It is ours, so a fault in it is a fault of
// the build: it is thrown, and the tests of the room meet it first.
#include "checks/catalogue.h"

#include <algorithm>
#include <boost/describe/enum_from_string.hpp>
#include <boost/json.hpp>
#include <stdexcept>

#include "checks/registry.h"

namespace utsyn::checks {
namespace {

struct Catalogue {
  std::vector<CatalogueEntry> entries;
  std::map<std::string, Texts, std::less<>> common_reasons;
};

std::string string_at(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string());
}

Texts texts_of(const boost::json::value* value) {
  if (value == nullptr || !value->is_object()) return {};
  const auto& object = value->get_object();
  return {string_at(object, "en"), string_at(object, "nb"), string_at(object, "nn")};
}

std::map<std::string, Texts, std::less<>> reasons_of(const boost::json::object& object) {
  std::map<std::string, Texts, std::less<>> reasons;
  const auto* value = object.if_contains("reasons");
  if (value == nullptr || !value->is_object()) return reasons;
  for (const auto& [code, sentence] : value->get_object()) reasons[std::string(code)] = texts_of(&sentence);
  return reasons;
}

CatalogueEntry entry_of(const boost::json::object& object) {
  CatalogueEntry entry;
  entry.id = string_at(object, "id");
  entry.area = string_at(object, "area");
  entry.scope = string_at(object, "scope");
  const auto severity = string_at(object, "severity");
  if (!boost::describe::enum_from_string(severity.c_str(), entry.severity)) {
    throw std::logic_error("catalogue: " + entry.id + ": unknown severity '" + severity + "'");
  }
  entry.intrusiveness = string_at(object, "intrusiveness");
  if (const auto* references = object.if_contains("references"); references != nullptr) {
    for (const auto& reference : references->as_array()) {
      entry.references.emplace_back(reference.as_string());
    }
  }
  entry.title = texts_of(object.if_contains("title"));
  entry.why = texts_of(object.if_contains("why"));
  entry.remedy = texts_of(object.if_contains("remedy"));
  entry.reasons = reasons_of(object);
  return entry;
}

const Catalogue& whole() {
  static const Catalogue read = [] {
    Catalogue out;
    const auto document = boost::json::parse(catalogue_json());
    for (const auto& value : document.as_array()) {
      const auto& object = value.as_object();
      if (string_at(object, "id") == "common") {
        out.common_reasons = reasons_of(object);
      } else {
        out.entries.push_back(entry_of(object));
      }
    }
    std::ranges::sort(out.entries, {}, &CatalogueEntry::id);
    return out;
  }();
  return read;
}

}  // namespace

const std::string& text(const Texts& texts, Language language) {
  switch (language) {
    case Language::nb:
      return texts.nb;
    case Language::nn:
      return texts.nn;
    case Language::en:
      break;
  }
  return texts.en;
}

std::span<const CatalogueEntry> catalogue() { return whole().entries; }

const CatalogueEntry* catalogue_entry(std::string_view id) {
  const auto& entries = whole().entries;
  const auto at = std::ranges::lower_bound(entries, id, {}, &CatalogueEntry::id);
  return at != entries.end() && at->id == id ? &*at : nullptr;
}

bool needs_consent(std::string_view check) {
  const auto* entry = catalogue_entry(check);
  return entry != nullptr && entry->intrusiveness == "active-needs-consent";
}

const Texts* reason_text(const CatalogueEntry& entry, std::string_view reason) {
  if (const auto own = entry.reasons.find(reason); own != entry.reasons.end()) return &own->second;
  const auto& common = whole().common_reasons;
  const auto shared = common.find(reason);
  return shared == common.end() ? nullptr : &shared->second;
}

}  // namespace utsyn::checks
