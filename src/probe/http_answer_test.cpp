// What is kept of an HTTP answer: the same facts, without what differs from one answer to the next.
#include <gtest/gtest.h>

#include "base/text.h"
#include "probe/http_fetch.h"
#include "probe/rdap.h"

namespace utsyn::probe {
namespace {

struct Kept {
  const char* sent;
  const char* kept;
};

TEST(KeptSetCookie, NamesAndAttributesStayValuesDoNot) {
  const Kept cases[] = {
      {"PHPSESSID=2f9c; path=/; Secure", "PHPSESSID=blanked; path=/; Secure"},
      {"gone=; Max-Age=0", "gone=; Max-Age=0"},
      {"BIGipServerweb=1677787402.36895.0000; path=/", "BIGipServerweb=1677787402.36895.0000; path=/"},
      {"a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "a=blanked; Expires=Fri, 01 Jan 2038 00:00:00 GMT"},
      {"a=1; expires = Wed, 21 Oct 2026 07:28:00 GMT", "a=blanked; Expires=Fri, 01 Jan 2038 00:00:00 GMT"},
      // No date to a browser: the cookie lives as long as the window.
      {"a=1; Expires=0", "a=blanked; Expires=0"},
      {"2f9c-without-a-name; Secure", "=blanked; Secure"},
  };
  for (const auto& row : cases) EXPECT_EQ(kept_set_cookie(row.sent), row.kept) << row.sent;
}

TEST(KeptPolicy, NoncesAreBlankedAndNothingElseMoves) {
  const Kept cases[] = {
      {"script-src 'nonce-4f2a==' 'self'; object-src 'none'",
       "script-src 'nonce-bm9uY2U=' 'self'; object-src 'none'"},
      {"script-src 'NONCE-4f2a'", "script-src 'nonce-bm9uY2U='"},
      {"script-src 'nonce-a', style-src 'nonce-b'",
       "script-src 'nonce-bm9uY2U=', style-src 'nonce-bm9uY2U='"},
      // A quote is missing: to a browser this is no nonce, and the directive behind it stands.
      {"script-src 'nonce-4f2a; object-src 'none'", "script-src 'nonce-'; object-src 'none'"},
      {"script-src 'nonce-'", "script-src 'nonce-'"},
      // Browsers drop a directive that is not ASCII.
      {"script-src 'nonce-4\xc8'", "script-src 'nonce-4\xc8'"},
      {"", ""},
  };
  for (const auto& row : cases) EXPECT_EQ(kept_policy(row.sent), row.kept) << row.sent;
}

TEST(KeptChallenges, EverySchemeStaysWithItsRealm) {
  const Kept cases[] = {
      {"Basic realm=\"intern, kun ansatte\"", "basic realm=\"intern, kun ansatte\""},
      {"Negotiate, Basic realm=api", "negotiate, basic realm=\"api\""},
      {"NTLM TlRMTVNTUAACAAAA", "ntlm"},
      {"Digest realm=\"api\", nonce=\"5f2a\", qop=\"auth\"", "digest realm=\"api\""},
      {"", ""},
  };
  for (const auto& row : cases) EXPECT_EQ(kept_challenges(row.sent), row.kept) << row.sent;
}

TEST(AnswerOf, LongTitleEndsWithAWholeCharacter) {
  Fetched fetched;
  fetched.response.status = 200;
  fetched.response.headers.add("Content-Type", "text/html");
  fetched.body = "<title>x";
  for (int i = 0; i < 150; ++i) fetched.body += "\u00f8";
  const auto answer = answer_of(fetched, *wire::parse_url("https://www.example.no/"));
  ASSERT_NE(answer.page.seen(), nullptr);
  EXPECT_EQ(answer.page.seen()->title.size(), 199U);
  EXPECT_TRUE(valid_utf8(answer.page.seen()->title));
}

TEST(InflateBounded, EveryFormBoundedAndNoiseRefused) {
  struct Case {
    const char* hex;
    std::size_t limit;
    const char* text;  // null: refused
    bool truncated;
  };
  const Case cases[] = {
      {"1f8b0800000000000203cb48cdc9c957c84090008088f9e511000000", 100, "hello hello hello", false},
      {"78dacb48cdc9c957c84090003a2e067d", 100, "hello hello hello", false},
      {"cb48cdc9c957c8409000", 100, "hello hello hello", false},
      {"cb48cdc9c957c8409000", 5, "hello", true},
      {"cb48cdc9c957c8", 100, "hello ", true},
      {"ffffffffffff", 100, nullptr, false},
  };
  for (const auto& row : cases) {
    const auto body = *from_hex(row.hex);
    bool truncated = false;
    const auto plain = inflate_bounded(as_text(body), row.limit, truncated);
    ASSERT_EQ(plain.has_value(), row.text != nullptr) << row.hex;
    if (plain) EXPECT_EQ(*plain, row.text) << row.hex;
    EXPECT_EQ(truncated, row.truncated) << row.hex;
  }
}

TEST(RegistrationOf, MembersThatCannotBeReadAreLeftOut) {
  struct Case {
    const char* body;
    Observed<Registration> expected;
  };
  const Case cases[] = {
      {R"({"status":["b","a"],"events":[{"eventAction":"expiration","eventDate":"2027-11-15T12:00:00Z"}]})",
       Registration{"example.no", true, 1826280000, {"a", "b"}, {}}},
      {R"({"status":["active",7,null],"events":[1,{"eventAction":"expiration","eventDate":"soon"}]})",
       Registration{"example.no", true, 0, {"active"}, {}}},
      {R"({"status":"active","events":{},"entities":{}})", Registration{"example.no", true, 0, {}, {}}},
      {R"({"entities":[{"roles":["registrant"],"handle":"P1"},{"roles":["technical","registrar"],"handle":"REG42",
"vcardArray":["vcard",[["version",{},"text","4.0"],["fn",{},"text"," Navnehuset AS "]]]}]})",
       Registration{"example.no", true, 0, {}, "Navnehuset AS"}},
      {R"({"entities":[7,{"roles":"registrar"},{"roles":["registrar"],"handle":"REG42","vcardArray":["vcard",[["fn"],7]]}]})",
       Registration{"example.no", true, 0, {}, "REG42"}},
      {R"({"entities":[{"roles":["registrar"],"handle":7}]})", Registration{"example.no", true, 0, {}, {}}},
      {R"(["example.no"])", Unseen::malformed},
      {"{", Unseen::malformed},
      {"", Unseen::malformed},
  };
  for (const auto& row : cases) EXPECT_EQ(registration_of("example.no", row.body), row.expected) << row.body;
}

}  // namespace
}  // namespace utsyn::probe
