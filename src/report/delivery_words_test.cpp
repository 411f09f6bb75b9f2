#include "report/delivery_words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/mp11.hpp>

namespace utsyn::report {
namespace {

using followup::alerts::FaultCode;
using followup::alerts::kept;

std::size_t blanks(std::string_view text) {
  std::size_t count = 0;
  for (auto at = text.find("{}"); at != std::string_view::npos; at = text.find("{}", at + 2)) ++count;
  return count;
}

TEST(DeliveryWords, EveryCodeHasItsSentenceInEveryLanguage) {
  std::size_t codes = 0;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<FaultCode>>([&](auto one) {
    ++codes;
    const auto key = std::string("delivery.") + one.name;
    const auto& english = text(key, Language::en);
    EXPECT_GT(english.size(), 10U) << key;
    for (const auto language : {Language::nb, Language::nn}) {
      EXPECT_GT(text(key, language).size(), 10U) << key;
      EXPECT_NE(text(key, language), english) << key;
      EXPECT_EQ(blanks(text(key, language)), blanks(english)) << key;
    }
  });
  EXPECT_GT(codes, 20U);
}

TEST(DeliveryWords, FillTheBlanksInOrder) {
  const auto said =
      delivery_words(kept(FaultCode::mail_refused, {"a@example.no", "550", "no such {} user"}), Language::nn);
  const auto who = said.find("a@example.no");
  const auto number = said.find("550");
  const auto words = said.find("no such {} user");
  ASSERT_NE(who, std::string::npos) << said;
  ASSERT_NE(number, std::string::npos) << said;
  ASSERT_NE(words, std::string::npos) << said;
  EXPECT_LT(who, number);
  EXPECT_LT(number, words);
  EXPECT_EQ(delivery_words(kept(FaultCode::webhook_refused), Language::en).find("{}"), std::string::npos);
}

TEST(DeliveryWords, WhatOlderVersionsKeptIsShownAsItIs) {
  EXPECT_EQ(delivery_words("calling the webhook: it answered 500", Language::nb),
            "calling the webhook: it answered 500");
  EXPECT_EQ(delivery_words("", Language::nb), "");
}

}  // namespace
}  // namespace utsyn::report
