// utsyn checks [ID]: the catalogue, with the examples that are also its tests.
#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>
#include <cstdio>

#include "app/options.h"
#include "checks/catalogue.h"
#include "checks/registry.h"
#include "evidence/json.h"

namespace utsyn::app {
namespace {

namespace json = boost::json;
using utsyn::checks::CatalogueEntry;
using utsyn::checks::Check;
using utsyn::checks::Language;

template <class Enum>
std::string word(Enum value) {
  return boost::describe::enum_to_string(value, "?");
}

json::value texts_json(const utsyn::checks::Texts& texts) {
  return json::object{{"en", texts.en}, {"nb", texts.nb}, {"nn", texts.nn}};
}

// As the situation is told in a language; a test holds that none is without.
std::string situation_in(const CatalogueEntry& entry, const utsyn::checks::Example& example,
                         Language language) {
  const auto* texts = utsyn::checks::situation_text(entry, example.title);
  return texts == nullptr ? std::string(example.title) : text(*texts, language);
}

json::object check_json(const Check& check, const CatalogueEntry& entry, bool whole) {
  json::object out;
  out["id"] = entry.id;
  out["area"] = entry.area;
  out["scope"] = entry.scope;
  out["severity"] = word(entry.severity);
  out["intrusiveness"] = entry.intrusiveness;
  out["title"] = texts_json(entry.title);
  if (!whole) return out;
  out["why"] = texts_json(entry.why);
  out["remedy"] = texts_json(entry.remedy);
  out["decision"] = texts_json(entry.decision.sentence);
  out["references"] = describe::to_json(entry.references);
  const auto* listed = utsyn::checks::known_exploited(entry.id);
  out["known_exploited"] =
      listed == nullptr ? json::value() : json::object{{"cve", listed->cve}, {"added", listed->added}};
  json::array examples;
  for (const auto& example : check.examples()) {
    const auto verdict = check.evaluate(example.evidence);
    const auto* situation = utsyn::checks::situation_text(entry, example.title);
    examples.push_back(
        json::object{{"situation", std::string(example.title)},
                     {"situation_text", situation == nullptr ? json::value() : texts_json(*situation)},
                     {"verdict", word(verdict.outcome)},
                     {"reason", verdict.reason}});
  }
  out["examples"] = std::move(examples);
  return out;
}

// The word of a code, such as "fail", for people: English keeps the code itself.
std::string told(std::string_view what, const std::string& code, Language language) {
  return report::text(std::string(what) + "_" + code, language);
}

// By characters, since %-15s counts bytes.
std::string padded(std::string text, std::size_t width) {
  const auto characters =
      static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
  if (characters < width) text.append(width - characters, ' ');
  return text;
}

std::string decision_text(const CatalogueEntry& entry, Language language) {
  return report::text_with("decision", language, text(entry.decision.sentence, language));
}

void print_whole(const Check& check, const CatalogueEntry& entry, Language language) {
  std::printf("%s (%s, %s)\n%s\n\n%s\n\n%s\n\n%s\n\n", entry.id.c_str(),
              told("severity", word(entry.severity), language).c_str(),
              told("asked", entry.intrusiveness, language).c_str(), text(entry.title, language).c_str(),
              text(entry.why, language).c_str(), text(entry.remedy, language).c_str(),
              decision_text(entry, language).c_str());
  for (const auto& example : check.examples()) {
    const auto verdict = check.evaluate(example.evidence);
    std::printf("  %s %-28s %s\n", padded(told("verdict", word(verdict.outcome), language), 18).c_str(),
                verdict.reason.c_str(), situation_in(entry, example, language).c_str());
  }
  std::printf("\n%s\n", join(entry.references, ", ").c_str());
  if (entry.known_exploited)
    std::printf("%s\n", report::text_with("known_exploited", language, entry.known_exploited->cve,
                                          entry.known_exploited->added)
                            .c_str());
}

void print_markdown(Language language) {
  std::string area;
  for (const auto* check : utsyn::checks::all_checks()) {
    const auto* entry = utsyn::checks::catalogue_entry(check->id);
    if (entry == nullptr) continue;
    if (entry->area != area) {
      area = entry->area;
      std::printf("\n## %s\n", told("area", area, language).c_str());
    }
    std::printf("\n### %s\n\n**%s** (%s). %s %s\n\n%s\n\n%s\n|---|---|---|\n", entry->id.c_str(),
                text(entry->title, language).c_str(),
                told("severity", word(entry->severity), language).c_str(), text(entry->why, language).c_str(),
                text(entry->remedy, language).c_str(), decision_text(*entry, language).c_str(),
                report::text("examples_head", language).c_str());
    for (const auto& example : check->examples()) {
      const auto verdict = check->evaluate(example.evidence);
      std::printf("| %s | %s | %s |\n", situation_in(*entry, example, language).c_str(),
                  told("verdict", word(verdict.outcome), language).c_str(), verdict.reason.c_str());
    }
    std::printf("\n%s\n", report::text_with("references", language, join(entry->references, ", ")).c_str());
    if (entry->known_exploited)
      std::printf("\n%s\n", report::text_with("known_exploited", language, entry->known_exploited->cve,
                                              entry->known_exploited->added)
                                .c_str());
  }
}

}  // namespace

int checks(const Options& options) {
  const auto language = language_of(options);
  if (options.markdown) {
    print_markdown(language);
    return 0;
  }
  json::array list;
  bool found = false;
  for (const auto* check : utsyn::checks::all_checks()) {
    const auto* entry = utsyn::checks::catalogue_entry(check->id);
    if (entry == nullptr || (!options.check_id.empty() && options.check_id != check->id)) continue;
    found = true;
    const bool whole = !options.check_id.empty();
    if (options.json) {
      list.push_back(check_json(*check, *entry, whole));
    } else if (whole) {
      print_whole(*check, *entry, language);
    } else {
      std::printf("%-34s %s %s\n", entry->id.c_str(),
                  padded(told("severity", word(entry->severity), language), 9).c_str(),
                  text(entry->title, language).c_str());
    }
  }
  if (!found)
    return refuse({"there is no check '" + options.check_id + "'. List them with utsyn checks.", 1});
  if (options.json)
    std::printf("%s\n", json::serialize(options.check_id.empty() ? json::value(list) : list.front()).c_str());
  return 0;
}

}  // namespace utsyn::app
