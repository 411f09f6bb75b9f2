#include "wire/http/similarity.h"

#include <gtest/gtest.h>

#include <string>

namespace utsyn::wire {
namespace {

const std::string page =
    "<html><head><title>Velkommen</title><script>var a = 1;</script></head><body><p>Dette er siden til "
    "kommunen, med nyheter og "
    "tjenester for alle som bor her.</p><p>Ring oss i dag.</p></body></html>";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  text.replace(text.find(from), from.size(), to);
  return text;
}

TEST(Similarity, SeesWhatAReaderSees) {
  EXPECT_EQ(similarity_permille(page, page), 1000);
  EXPECT_EQ(similarity_permille(page, replaced(page, "var a = 1;", "var token = 'q';")), 1000) << "scripts";
  EXPECT_EQ(similarity_permille(page, replaced(page, "<p>Ring", "<p class=x>RING")), 1000) << "tags and case";
  EXPECT_EQ(similarity_permille(page + "<p>1234</p>", page + "<p>98</p>"), 1000) << "digits";
  EXPECT_GT(similarity_permille(page, replaced(page, "i dag", "i morgen")), 700);
  EXPECT_LT(
      similarity_permille(page, "<h1>404</h1><p>The page you asked for was not found on this server.</p>"),
      50);
}

TEST(Similarity, IsSymmetricAndBounded) {
  const std::string other = "<p>Dette er siden til en annen kommune";
  EXPECT_EQ(similarity_permille(page, other), similarity_permille(other, page));
  EXPECT_EQ(similarity_permille("", ""), 1000);
  EXPECT_EQ(similarity_permille("<p></p>", "<i>"), 1000);
  EXPECT_EQ(similarity_permille("", page), 0);
  EXPECT_EQ(similarity_permille(std::string(65536, ' ') + "a", std::string(65536, ' ') + "b"), 1000)
      << "past the bound";
}

}  // namespace
}  // namespace utsyn::wire
