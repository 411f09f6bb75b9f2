// No text lacks a language, and what `utsyn checks` says of codes has its words.
#include "report/texts.h"

#include <gtest/gtest.h>

#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>

namespace utsyn::data {
std::string_view texts_json();
}

namespace utsyn::report {
namespace {

TEST(Texts, EveryOneIsThereInEveryLanguage) {
  const auto all = boost::json::parse(data::texts_json());
  std::size_t seen = 0;
  for (const auto& [file, texts] : all.as_object()) {
    for (const auto& [key, words] : texts.as_object()) {
      ++seen;
      ASSERT_EQ(words.as_object().size(), 3U) << file << " " << key;
      for (const auto* language : {"nb", "nn", "en"})
        EXPECT_FALSE(words.at(language).as_string().empty()) << file << " " << key << " " << language;
    }
  }
  EXPECT_GT(seen, 500U);
}

TEST(Texts, WhatTheCatalogueOfChecksHasIsTold) {
  const auto expect = [](std::string_view what, std::string_view code) {
    const auto key = std::string(what) + "_" + std::string(code);
    EXPECT_EQ(text(key, Language::en), code) << key;
    for (const auto language : {Language::nb, Language::nn}) EXPECT_NE(text(key, language), "?") << key;
  };
  ASSERT_FALSE(checks::catalogue().empty());
  for (const auto& entry : checks::catalogue()) {
    expect("area", entry.area);
    expect("asked", entry.intrusiveness);
    expect("severity", boost::describe::enum_to_string(entry.severity, "?"));
  }
  for (const auto outcome : {checks::Outcome::pass, checks::Outcome::warn, checks::Outcome::fail,
                             checks::Outcome::unknown, checks::Outcome::not_applicable})
    expect("verdict", boost::describe::enum_to_string(outcome, "?"));
}

}  // namespace
}  // namespace utsyn::report
