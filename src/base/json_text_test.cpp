#include "base/json_text.h"

#include <gtest/gtest.h>

namespace utsyn {
namespace {

struct Case {
  const char* name;
  std::string_view text;
  const char* written;
};
class JsonText : public testing::TestWithParam<Case> {};

TEST_P(JsonText, IsWrittenByteForByte) {
  std::string out = "x";
  append_json_text(out, GetParam().text);
  EXPECT_EQ(out, std::string("x") + GetParam().written);
}

INSTANTIATE_TEST_SUITE_P(Table, JsonText,
                         testing::Values(Case{"Empty", "", R"("")"}, Case{"Plain", "småby /", R"("småby /")"},
                                         Case{"Quotes", R"(a"b\c)", R"("a\"b\\c")"},
                                         Case{"ShortEscapes", "\b\f\n\r\t", R"("\b\f\n\r\t")"},
                                         Case{"OtherControls", std::string_view("\0\x1f\x7f", 3),
                                              "\"\\u0000\\u001f\x7f\""}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace utsyn
