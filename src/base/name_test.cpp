#include "base/name.h"

#include <gtest/gtest.h>

namespace utsyn {
namespace {

using namespace std::string_view_literals;

struct Case {
  std::string name;
  std::string typed;
  Result<std::string, NameError> expected;
};

std::string label(std::size_t size) { return std::string(size, 'a'); }

const Case cases[] = {
    {"Plain", "example.no", "example.no"},
    {"UpperCaseAndFinalDot", " Example.NO.\n", "example.no"},
    {"Underscore", "_dmarc.example.no", "_dmarc.example.no"},
    {"Norwegian",
     "Bl\xC3\xA5"
     "fjell.Example.",
     "xn--blfjell-fxa.example"},
    {"UpperCaseNorwegian", "\xC3\x85rdal.kommune.no", "xn--rdal-poa.kommune.no"},
    {"DecomposedLetter",
     "bla\xCC\x8A"
     "fjell.example",
     "xn--blfjell-fxa.example"},
    {"SharpSKeptAsIs",
     "stra\xC3\x9F"
     "e.example",
     "xn--strae-oqa.example"},
    {"IdeographicFullStops", "example\xE3\x80\x82no\xE3\x80\x82", "example.no"},
    {"FullWidthLetters", "\xEF\xBD\x85xample.no", "example.no"},
    {"LongestLabel", label(63) + ".no", label(63) + ".no"},
    {"Empty", "  ", unexpected(NameError::empty)},
    {"OnlyADot", ".", unexpected(NameError::empty_label)},
    {"TwoDots", "example..no", unexpected(NameError::empty_label)},
    {"LeadingDot", ".example.no", unexpected(NameError::empty_label)},
    {"LabelTooLong", label(64) + ".no", unexpected(NameError::label_too_long)},
    {"IdnLabelTooLong", "\xC3\xA5" + label(63) + ".no", unexpected(NameError::label_too_long)},
    {"TooLong", label(60) + "." + label(60) + "." + label(60) + "." + label(60) + "." + label(20),
     unexpected(NameError::too_long)},
    {"FarTooLong", std::string(5000, 'a'), unexpected(NameError::too_long)},
    {"Space", "exam ple.no", unexpected(NameError::bad_character)},
    {"Url", "https://example.no/", unexpected(NameError::bad_character)},
    {"Port", "example.no:443", unexpected(NameError::bad_character)},
    {"HyphenFirst", "-example.no", unexpected(NameError::bad_character)},
    {"HyphenLast", "example-.no", unexpected(NameError::bad_character)},
    {"NulByte", std::string("example.no\0.evil", 16), unexpected(NameError::bad_character)},
    {"NulByteAfterNorwegian", std::string("bl\xC3\xA5.no\0evil", 12), unexpected(NameError::bad_character)},
    {"NotQuiteAnAddress", "300.1.1.1", unexpected(NameError::bad_character)},
    {"BrokenUtf8", "bl\xE5.no", unexpected(NameError::bad_idn)},
    {"SymbolOutsideIdna", "\xF0\x9F\x98\x80.no", unexpected(NameError::bad_idn)},
    {"Address4", "192.0.2.1", unexpected(NameError::is_address)},
    {"Address4WithDot", "192.0.2.1.", unexpected(NameError::is_address)},
    {"Address6", "2001:db8::1", unexpected(NameError::is_address)},
    {"SingleLabel", "localhost", unexpected(NameError::single_label)},
};

class NormaliseName : public testing::TestWithParam<Case> {};
TEST_P(NormaliseName, GivesExpectedResult) {
  EXPECT_EQ(normalise_name(GetParam().typed), GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(Table, NormaliseName, testing::ValuesIn(cases),
                         [](const auto& row) { return row.param.name; });

TEST(NameError, EveryOneIsDescribed) {
  for (const auto& row : cases) {
    if (!row.expected) EXPECT_GT(describe(row.expected.error()).size(), 10U);
  }
}

TEST(DisplayName, ShowsUnicodeOrTheInput) {
  EXPECT_EQ(display_name("xn--blfjell-fxa.example"),
            "bl\xC3\xA5"
            "fjell.example");
  EXPECT_EQ(display_name("example.no"), "example.no");
  EXPECT_EQ(display_name("xn--999999999.no"), "xn--999999999.no");
}

TEST(ParentName, ClimbsOneLabel) {
  EXPECT_EQ(parent_name("a.b.c"), "b.c");
  EXPECT_EQ(parent_name("c"), "");
  EXPECT_EQ(parent_name(""), "");
}

TEST(IsSubdomain, NeedsADotBetween) {
  EXPECT_TRUE(is_subdomain("a.example.no", "example.no"));
  EXPECT_TRUE(is_subdomain("example.no", "example.no"));
  EXPECT_FALSE(is_subdomain("badexample.no", "example.no"));
  EXPECT_FALSE(is_subdomain("no", "example.no"));
}

}  // namespace
}  // namespace utsyn
