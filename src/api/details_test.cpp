// The details of problems, translated.
#include "api/details.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "api/route.h"

namespace utsyn::data {
std::string_view texts_json();
}

namespace utsyn::api {
namespace {

struct Case {
  const char* name;
  const char* language;
  const char* detail;
  const char* expected;
};
void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class Details : public testing::TestWithParam<Case> {};
TEST_P(Details, AreInTheLanguageOfTheReader) {
  EXPECT_EQ(detail_in(GetParam().language, GetParam().detail), GetParam().expected);
}
const Case cases[] = {
    {"Whole", "nn", "Read the finding again.", "Les funnet på nytt."},
    {"English", "en", "Read the finding again.", "Read the finding again."},
    {"OneHole", "nb", "name is missing; send it.", "name mangler; fyll det ut."},
    {"SeveralHoles", "nn", "days must be a whole number from 1 to 365.",
     "days må vere eit heilt tal frå 1 til 365."},
    {"FewerHoles", "nb",
     "There is no such channel, or you have no access to it. Look it up in its list, or ask an administrator "
     "for "
     "access.",
     "Det finnes ikke, eller du har ikke tilgang til det. Let det fram i listen, eller be en administrator "
     "om "
     "tilgang."},
    {"MoreExactWins", "nb", "There is no such organisation among those you see.",
     "Virksomheten er ikke blant dem du ser."},
    {"EmptyHole", "nb", " is missing; send it.", " mangler; fyll det ut."},
    {"BracesInTheHole", "nb", "{} must be a text.", "{} må være en tekst."},
    {"WhyAJobFailed", "nb",
     "example.no: looking up the domain: it does not exist (NXDOMAIN). Check the spelling.",
     "example.no: domenet finnes ikke (NXDOMAIN). Sjekk skrivemåten."},
    {"Unknown", "nb", "Something that nobody has translated.", "Something that nobody has translated."},
    {"UnknownLanguage", "se", "Read the finding again.", "Read the finding again."},
    {"Empty", "nb", "", ""},
    {"EndMustFit", "nb", "name is missing; send it. Or not", "name is missing; send it. Or not"},
};
INSTANTIATE_TEST_SUITE_P(Table, Details, testing::ValuesIn(cases),
                         [](const auto& info) { return std::string(info.param.name); });

// A browser asks for a language; a program that does not is told what the documentation says.
TEST(LanguageTold, IsEnglishUnlessOneIsAskedFor) {
  Request request;
  request.language = "nn";
  EXPECT_EQ(language_told(request), "en");
  request.headers.emplace("accept-language", "nn-NO, nb;q=0.5");
  EXPECT_EQ(language_told(request), "nn");
}

TEST(DetailTexts, EachLanguageHasNoMoreHolesThanTheSentence) {
  const auto holes = [](std::string_view text) {
    std::size_t count = 0;
    for (auto at = text.find("{}"); at != std::string_view::npos; at = text.find("{}", at + 2)) ++count;
    return count;
  };
  const auto all = boost::json::parse(data::texts_json());
  const auto& texts = all.at("details").as_object();
  ASSERT_GT(texts.size(), 100U);
  for (const auto& entry : texts) {
    const auto& in = entry.value().as_object();
    ASSERT_EQ(in.size(), 3U) << entry.key();
    const auto most = holes(in.at("en").as_string());
    for (const auto* language : {"nb", "nn"}) {
      EXPECT_LE(holes(in.at(language).as_string()), most) << entry.key();
      EXPECT_NE(in.at(language).as_string(), in.at("en").as_string()) << entry.key();
    }
  }
}

}  // namespace
}  // namespace utsyn::api
