// Reference data: every file's form, what is refused and at which line, the look-ups, and what an asset's
// evidence gets from them.
#include "engine/reference_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/time.h"
#include "checks/cert/example_certificates.h"
#include "wire/tls/x509.h"

namespace utsyn::engine {
namespace {

using testing::HasSubstr;
namespace examples = checks::example_certificates;

// A folder with one file or more, gone when the test is over.
class Folder {
 public:
  Folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "utsyn-reference-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  Folder& with(const std::string& name, std::string_view text) {
    const auto file = std::filesystem::path(path_) / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return *this;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

ReferenceData loaded(const std::string& name, std::string_view text) {
  Folder folder;
  auto data = load_reference_data(folder.with(name, text).path());
  EXPECT_TRUE(data.has_value()) << data.error();
  return data.value_or(ReferenceData{});
}

IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }

const std::string kDigest(64, 'a');

// --- what is refused ------------------------------------------------------------------------------------

struct Malformed {
  const char* name;
  const char* file;
  std::string text;
  const char* complaint;
};
void PrintTo(const Malformed& one, std::ostream* out) { *out << one.name; }

class Refuses : public testing::TestWithParam<Malformed> {};

TEST_P(Refuses, NamesFileAndReason) {
  Folder folder;
  const auto& [name, file, text, complaint] = GetParam();
  const auto data = load_reference_data(folder.with(file, text).path(), {4, 400});
  ASSERT_FALSE(data.has_value());
  EXPECT_THAT(data.error(), HasSubstr(folder.path() + "/" + file));
  EXPECT_THAT(data.error(), HasSubstr(complaint));
}

std::string roa(std::string_view entry) { return "{\"roas\": [\n" + std::string(entry) + "\n]}"; }
std::string issued(std::string_view members) {
  return "{\"domain\":\"example.no\"}\n{\"domain\":\"example.no\"," + std::string(members) + "}\n";
}

const Malformed kMalformed[] = {
    {"NotJson", "rpki/vrps.json", "{\"roas\": [\n\n  oops ]}", "line 3: not JSON"},
    {"JsonCutOff", "rpki/vrps.json", "{\"roas\": [\n{\"asn\":", "line 2: not JSON"},
    {"EmptyJson", "rpki/vrps.json", "", "line 1: not JSON"},
    {"TwoDocuments", "rpki/vrps.json", "{\"roas\": []}\n{}", "line 2: something stands behind"},
    {"AnotherDocument", "rpki/vrps.json", "{\"rows\": []}", "no list \"roas\""},
    {"NoPayloads", "rpki/vrps.json", roa(""), "holds no entries"},
    {"PayloadWithoutPrefix", "rpki/vrps.json", roa("{\"asn\":1}"), "line 2: 'prefix'"},
    {"PayloadPrefixHasHostBits", "rpki/vrps.json", roa("{\"asn\":1,\"prefix\":\"192.0.2.1/24\"}"),
     "line 2: 'prefix'"},
    {"PayloadWithoutOrigin", "rpki/vrps.json", roa("{\"prefix\":\"192.0.2.0/24\"}"), "line 2: 'asn'"},
    {"PayloadOriginTooLarge", "rpki/vrps.json", roa("{\"asn\":4294967296,\"prefix\":\"192.0.2.0/24\"}"),
     "line 2: 'asn'"},
    {"PayloadOriginNegative", "rpki/vrps.json", roa("{\"asn\":-5,\"prefix\":\"192.0.2.0/24\"}"),
     "line 2: 'asn'"},
    {"PayloadMaxLengthShorter", "rpki/vrps.json",
     roa("{\"asn\":1,\"prefix\":\"192.0.2.0/24\",\"maxLength\":23}"), "line 2: 'maxLength'"},
    {"PayloadMaxLengthLonger", "rpki/vrps.json",
     roa("{\"asn\":1,\"prefix\":\"192.0.2.0/24\",\"maxLength\":33}"), "line 2: 'maxLength'"},
    {"PayloadMaxLengthBroken", "rpki/vrps.json",
     roa("{\"asn\":1,\"prefix\":\"192.0.2.0/24\",\"maxLength\":24.5}"), "line 2: 'maxLength'"},
    {"TooManyPayloads", "rpki/vrps.json",
     roa("{\"asn\":1,\"prefix\":\"192.0.2.0/24\"},\n{\"asn\":1,\"prefix\":\"192.0.2.0/24\"},\n"
         "{\"asn\":1,\"prefix\":\"192.0.2.0/24\"},\n{\"asn\":1,\"prefix\":\"192.0.2.0/24\"},\n"
         "{\"asn\":1,\"prefix\":\"192.0.2.0/24\"}"),
     "line 6: more than 4 entries"},

    {"TableTwoFields", "rpki/table.txt", "% dump\n64500\t192.0.2.0/24\n", "line 2: not ORIGIN"},
    {"TableOrigin", "rpki/table.txt", "ASX\t192.0.2.0/24\t300", "line 1: not an origin"},
    {"TableEmptySet", "rpki/table.txt", "{}\t192.0.2.0/24\t300", "line 1: not an origin"},
    {"TableOpenSet", "rpki/table.txt", "{1,2\t192.0.2.0/24\t300", "line 1: not an origin"},
    {"TableSetOfWords", "rpki/table.txt", "{1,x}\t192.0.2.0/24\t300", "line 1: not an origin"},
    {"TablePrefix", "rpki/table.txt", "64500\t192.0.2.0\t300", "line 1: not a network"},
    {"TablePeers", "rpki/table.txt", "64500\t192.0.2.0/24\tmany", "line 1: not a count of peers"},
    {"TableOnlyComments", "rpki/table.txt", "% nothing\n# here\n", "holds no entries"},
    {"TableLongLine", "rpki/table.txt", "% fine\n" + std::string(401, '%'), "line 2: longer than 400 bytes"},
    {"TableTooManyLines", "rpki/table.txt",
     "1\t192.0.2.0/24\t99\n2\t192.0.2.0/24\t99\n3\t192.0.2.0/24\t99\n4\t192.0.2.0/24\t99\n5\t192.0.2.0/"
     "24\t99\n",
     "line 5: more than 4 entries"},

    {"KeyHashShort", "keys/compromised.txt", "# list\n\n" + std::string(62, 'a'),
     "line 3: not 64 hexadecimal digits"},
    {"KeyHashNotHex", "keys/compromised.txt", std::string(64, 'x'), "line 1: not 64 hexadecimal digits"},
    {"NoKeys", "keys/compromised.txt", "\n", "holds no entries"},
    {"DebianHashLong", "keys/debian-weak.txt", std::string(40, 'a'), "line 1: not 20 hexadecimal digits"},
    {"NoDebianKeys", "keys/debian-weak.txt", "", "holds no entries"},

    {"RangeWithoutProvider", "cloud/ranges.txt", "192.0.2.0/24", "line 1: not PROVIDER and CIDR"},
    {"RangeNoNetwork", "cloud/ranges.txt", "Cloud 192.0.2.0/33", "line 1: not a network"},
    {"ProviderTooLong", "cloud/ranges.txt", std::string(101, 'c') + " 192.0.2.0/24",
     "line 1: not the name of a provider"},
    {"NoRanges", "cloud/ranges.txt", "# none", "holds no entries"},

    {"IssuedNotJson", "ct/issued.jsonl", "{\"domain\":\n", "line 1: not JSON"},
    {"IssuedNoObject", "ct/issued.jsonl", "[]\n", "line 1: not a JSON object"},
    {"IssuedNoDomain", "ct/issued.jsonl", "{}\n", "line 1: 'domain'"},
    {"IssuedBadDomain", "ct/issued.jsonl", "{\"domain\":\"exa mple\"}\n", "line 1: 'domain'"},
    {"IssuedDigest", "ct/issued.jsonl", issued("\"sha256\":\"12\""), "line 2: 'sha256'"},
    {"IssuedIssuer", "ct/issued.jsonl", issued("\"sha256\":\"" + kDigest + "\",\"issuer\":\"\""),
     "line 2: 'issuer'"},
    {"IssuedIssuerWithEscape", "ct/issued.jsonl",
     issued("\"sha256\":\"" + kDigest + "\",\"issuer\":\"CN=\\u001b[2J\""), "line 2: 'issuer' holds control"},
    {"IssuedIssuerWithC1", "ct/issued.jsonl",
     issued("\"sha256\":\"" + kDigest + "\",\"issuer\":\"CN=\\u009b2J\""), "line 2: 'issuer' holds control"},
    {"IssuedNames", "ct/issued.jsonl", issued("\"sha256\":\"" + kDigest + "\",\"issuer\":\"CN=X\""),
     "line 2: 'names'"},
    {"IssuedNameIsNumber", "ct/issued.jsonl",
     issued("\"sha256\":\"" + kDigest + "\",\"issuer\":\"CN=X\",\"names\":[1]"), "line 2: 'names'"},
    {"IssuedTime", "ct/issued.jsonl",
     issued("\"sha256\":\"" + kDigest + "\",\"issuer\":\"CN=X\",\"names\":[],\"not_before\":\"today\""),
     "line 2: 'not_before'"},
};
INSTANTIATE_TEST_SUITE_P(Malformed, Refuses, testing::ValuesIn(kMalformed),
                         [](const auto& one) { return one.param.name; });

TEST(ReferenceData, TooManyNamesAreRefused) {
  std::string names = "\"a\"";
  for (int i = 0; i < 1000; ++i) names += ",\"a\"";
  Folder folder;
  folder.with("ct/issued.jsonl",
              issued("\"sha256\":\"" + kDigest + "\",\"issuer\":\"CN=X\",\"names\":[" + names + "]"));
  const auto data = load_reference_data(folder.path());
  ASSERT_FALSE(data.has_value());
  EXPECT_THAT(data.error(), HasSubstr("line 2: more than 1000 names"));
}

TEST(ReferenceData, FolderThatIsNotThere) {
  const auto data = load_reference_data("/nowhere/at/all");
  ASSERT_FALSE(data.has_value());
  EXPECT_EQ(data.error(), "/nowhere/at/all: there is no such folder");
}

TEST(ReferenceData, FolderInPlaceOfAFile) {
  Folder folder;
  folder.with("rpki/table.txt/inside", "");
  const auto data = load_reference_data(folder.path());
  ASSERT_FALSE(data.has_value());
  EXPECT_THAT(data.error(), HasSubstr("rpki/table.txt: not a file"));
}

TEST(ReferenceData, WithoutFilesNothingIsMeasured) {
  const Folder folder;
  const auto data = load_reference_data(folder.path());
  ASSERT_TRUE(data.has_value());
  EXPECT_EQ(data->routes_of(address("192.0.2.1")), Observed<std::vector<Route>>(Unseen::not_measured));
  EXPECT_EQ(data->listing_of(kDigest, "abcd").compromised, Observed<bool>(Unseen::not_measured));
  EXPECT_EQ(data->listing_of(kDigest, "abcd").debian_weak, Observed<bool>(Unseen::not_measured));
  EXPECT_EQ(data->provider_of(address("192.0.2.1")), nullptr);
  EXPECT_EQ(data->certificates_of("example.no").unseen(), Unseen::not_measured);
}

// --- routes ---------------------------------------------------------------------------------------------

TEST(ReferenceData, HalfOfTheRoutingDataIsNotEnough) {
  const auto only_table = loaded("rpki/table.txt", "64500\t192.0.2.0/24\t300\n");
  EXPECT_EQ(only_table.routes_of(address("192.0.2.1")).seen(), nullptr);
  const auto only_payloads = loaded("rpki/vrps.json", roa("{\"asn\":1,\"prefix\":\"192.0.2.0/24\"}"));
  EXPECT_EQ(only_payloads.routes_of(address("192.0.2.1")).seen(), nullptr);
}

struct Announced {
  const char* name;
  const char* address;
  std::vector<Route> expected;
};
void PrintTo(const Announced& one, std::ostream* out) { *out << one.name; }

class RoutesOf : public testing::TestWithParam<Announced> {};

// The payloads in both forms that validators write, with the members that are of no interest here.
constexpr std::string_view kPayloads = R"({
  "metadata": {"generated": 1795000000, "roas": ["not these"], "asn": 7},
  "roas": [
    {"asn": "AS64500", "prefix": "192.0.2.0/24", "maxLength": 24, "ta": "ripe"},
    {"asn": "AS64500", "prefix": "192.0.2.0/24", "maxLength": 24, "ta": "twin"},
    {"asn": 64501, "prefix": "198.51.100.0/24", "maxLength": 25, "expires": 1796000000},
    {"asn": 64502, "prefix": "198.51.100.0/24", "maxLength": 26, "source": [{"type": "roa", "prefix": "::/1"}]},
    {"asn": 0, "prefix": "203.0.113.0/24"},
    {"asn": 64510, "prefix": "2001:db8::/32", "maxLength": 48}
  ],
  "aspas": [{"customer": 64500, "providers": [64501], "prefix": "oops"}]
})";
constexpr std::string_view kTable =
    "% a dump\n# of tables\r\n"
    "64500\t192.0.2.0/24\t310\r\n"
    "64666\t192.0.2.128/25\t9\n"       // seen by too few to be an announcement
    "64666\t0.0.0.0/0\t300\n"          // nor is a default route
    "64501\t198.51.100.0/25\t310\n"    //
    "64501\t198.51.100.128/26\t310\n"  // longer than its payload allows
    "64502\t198.51.100.128/26\t310\n"  // the same prefix by another
    "64502\t198.51.100.0/24\t310\n"    //
    "0\t203.0.113.0/25\t310\n"         //
    "{64500,64501}\t203.0.113.128/25\t310\n"
    "{64500,64501}\t100.64.0.0/16\t310\n"
    "64520\t100.65.0.0/16\t310\n"
    "64510\t2001:db8:1::/48\t200\n"
    "64510\t2001:db8:1:8000::/49\t200\n"
    "4200000000\t2001:db8:2::/48\t200\n"
    "64530\t2001:dba::/128\t200\n";

const Announced kAnnounced[] = {
    {"Valid", "192.0.2.200", {{"192.0.2.0/24", 64500, RouteValidity::valid}}},
    {"ValidUpToMaxLength", "198.51.100.1", {{"198.51.100.0/25", 64501, RouteValidity::valid}}},
    {"TwoOriginsOneTooLong",
     "198.51.100.130",
     {{"198.51.100.128/26", 64501, RouteValidity::invalid},
      {"198.51.100.128/26", 64502, RouteValidity::valid}}},
    {"TheLongestPrefixCounts", "198.51.100.250", {{"198.51.100.0/24", 64502, RouteValidity::valid}}},
    {"NobodyMayAnnounceAs0", "203.0.113.1", {{"203.0.113.0/25", 0, RouteValidity::invalid}}},
    {"SetOfOriginsIsInvalidWhereCovered", "203.0.113.129", {{"203.0.113.128/25", 0, RouteValidity::invalid}}},
    {"SetOfOriginsElsewhere", "100.64.1.1", {{"100.64.0.0/16", 0, RouteValidity::not_found}}},
    {"NotFound", "100.65.1.1", {{"100.65.0.0/16", 64520, RouteValidity::not_found}}},
    {"NotAnnounced", "100.66.1.1", {}},
    {"SixValid", "2001:db8:1::5", {{"2001:db8:1::/48", 64510, RouteValidity::valid}}},
    {"SixTooLong", "2001:db8:1:8000::5", {{"2001:db8:1:8000::/49", 64510, RouteValidity::invalid}}},
    {"SixOfAnother", "2001:db8:2::1", {{"2001:db8:2::/48", 4200000000, RouteValidity::invalid}}},
    {"SixWholeLength", "2001:dba::", {{"2001:dba::/128", 64530, RouteValidity::not_found}}},
    {"SixNotAnnounced", "2001:dba::1", {}},
};

TEST_P(RoutesOf, AreThoseOfTheLongestPrefix) {
  Folder folder;
  const auto data =
      load_reference_data(folder.with("rpki/vrps.json", kPayloads).with("rpki/table.txt", kTable).path());
  ASSERT_TRUE(data.has_value()) << data.error();
  const auto routes = data->routes_of(address(GetParam().address));
  ASSERT_NE(routes.seen(), nullptr);
  EXPECT_EQ(*routes.seen(), GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(Announced, RoutesOf, testing::ValuesIn(kAnnounced),
                         [](const auto& one) { return one.param.name; });

TEST(ReferenceData, PayloadsOnOneLongLine) {
  std::string text = "{\"roas\":[";
  for (int i = 0; i < 5000; ++i)
    text += "{\"asn\":\"AS" + std::to_string(i + 1) + "\",\"prefix\":\"192.0.2.0/24\",\"maxLength\":24},";
  text.back() = ']';
  const auto data = loaded("rpki/vrps.json", text + "}");
  ASSERT_TRUE(data.payloads.has_value());
  EXPECT_EQ(data.payloads->size(), 5000U);
}

// Against the plainest way to find it: every entry of a table of random prefixes is asked.
TEST(PrefixTable, FindsWhatALookThroughAllEntriesFinds) {
  PrefixTable<std::uint32_t> table;
  std::vector<Cidr> all;
  std::uint32_t state = 4711;
  const auto next = [&] { return state = state * 1664525U + 1013904223U; };
  for (std::uint32_t i = 0; i < 400; ++i) {
    const auto length = next() >> 8U & 31U;
    const auto bits = (next() & 0xF00F'0000U) & (length == 0 ? 0U : ~0U << (32U - length));
    const Cidr prefix{IpAddress::v4({static_cast<std::uint8_t>(bits >> 24U),
                                     static_cast<std::uint8_t>(bits >> 16U & 255U), 0, 0}),
                      length};
    all.push_back(prefix);
    table.add(prefix, i);
  }
  table.finish();
  for (int i = 0; i < 2000; ++i) {
    const auto bits = next() & 0xF00F'FFFFU;
    const auto asked =
        IpAddress::v4({static_cast<std::uint8_t>(bits >> 24U), static_cast<std::uint8_t>(bits >> 16U & 255U),
                       static_cast<std::uint8_t>(bits >> 8U & 255U), static_cast<std::uint8_t>(bits & 255U)});
    int longest = -1;
    std::size_t count = 0;
    for (const auto& prefix : all) {
      if (!prefix.contains(asked)) continue;
      const auto length = static_cast<int>(prefix.length);
      count = length > longest ? 1 : count + (length == longest ? 1 : 0);
      longest = std::max(longest, length);
    }
    const auto found = table.longest(asked);
    ASSERT_EQ(found.size(), count) << asked.str();
    if (count > 0) EXPECT_EQ(int{found.front().length}, longest) << asked.str();
  }
}

// --- keys, clouds, certificates -------------------------------------------------------------------------

TEST(ReferenceData, KeysByTheirHash) {
  const auto data = loaded("keys/compromised.txt",
                           "# leaked\n" + std::string(64, 'B') + "\n" + kDigest + "\n" + kDigest + "\n");
  EXPECT_EQ(data.compromised->size(), 2U);
  EXPECT_EQ(data.listing_of(kDigest, "").compromised, Observed<bool>(true));
  EXPECT_EQ(data.listing_of(std::string(64, 'b'), "").compromised, Observed<bool>(true));
  EXPECT_EQ(data.listing_of(std::string(64, 'c'), "").compromised, Observed<bool>(false));
  EXPECT_EQ(data.listing_of(kDigest, "").debian_weak, Observed<bool>(Unseen::not_measured));
}

// The hash is what `printf 'Modulus=C0FFEE\n' | sha1sum | cut -c21-40` prints.
TEST(ReferenceData, DebianKeysByTheirModulus) {
  const auto data = loaded("keys/debian-weak.txt", "6149ed99475722f13e18\n");
  EXPECT_EQ(data.listing_of(kDigest, "c0ffee").debian_weak, Observed<bool>(true));
  EXPECT_EQ(data.listing_of(kDigest, "c0ffef").debian_weak, Observed<bool>(false));
  EXPECT_EQ(data.listing_of(kDigest, "").debian_weak, Observed<bool>(Unseen::not_measured));
}

TEST(ReferenceData, ProviderOfTheLongestRange) {
  const auto data =
      loaded("cloud/ranges.txt",
             "# ranges\nBig Cloud 192.0.2.0/24\nGuest\t192.0.2.128/25\nBig Cloud 2001:db8::/32\n");
  EXPECT_EQ(*data.provider_of(address("192.0.2.1")), "Big Cloud");
  EXPECT_EQ(*data.provider_of(address("192.0.2.129")), "Guest");
  EXPECT_EQ(*data.provider_of(address("2001:db8::1")), "Big Cloud");
  EXPECT_EQ(data.provider_of(address("198.51.100.1")), nullptr);
}

TEST(ReferenceData, CertificatesTheNewestFirst) {
  const auto entry = [](char digest, const char* day) {
    return "{\"domain\":\"Example.no\",\"sha256\":\"" + std::string(64, digest) +
           "\",\"issuer\":\"O=Bl\u00e5 Ca\\\\, Inc.\",\"names\":[\"WWW.example.no\"],\"not_before\":\"" +
           day + "T00:00:00Z\"}\n";
  };
  const auto data = loaded("ct/issued.jsonl", entry('a', "2026-01-01") + entry('b', "2026-05-01") +
                                                  entry('a', "2026-01-01") + "{\"domain\":\"quiet.no\"}\n");
  const auto found = data.certificates_of("example.no");
  ASSERT_NE(found.seen(), nullptr);
  ASSERT_EQ(found.seen()->size(), 2U);
  EXPECT_EQ(found.seen()->front(), (LoggedCertificate{std::string(64, 'b'),
                                                      "O=Bl\u00e5 Ca\\, Inc.",
                                                      {"www.example.no"},
                                                      to_unix(*parse_time("2026-05-01T00:00:00Z"))}));
  ASSERT_NE(data.certificates_of("quiet.no").seen(), nullptr);
  EXPECT_TRUE(data.certificates_of("quiet.no").seen()->empty());
  EXPECT_EQ(data.certificates_of("other.no").unseen(), Unseen::not_measured);
}

// --- the evidence of an asset ---------------------------------------------------------------------------

Evidence web_with(const char* leaf) {
  Evidence evidence;
  evidence.kind = AssetKind::web;
  evidence.domain = "example.no";
  evidence.host = "www.example.no";
  TlsEndpoint endpoint;
  endpoint.host = evidence.host;
  endpoint.address = "192.0.2.1";
  endpoint.available = true;
  if (leaf != nullptr) endpoint.chains = {{"default", {leaf}}, {"rsa", {leaf}}};
  evidence.tls.push_back(endpoint);
  return evidence;
}

Observed<bool> related_in_cloud(Evidence evidence) {
  const auto data = loaded("cloud/ranges.txt", "Cloud 192.0.2.0/24\n");
  add_reference_evidence(evidence, {"192.0.2.1", "198.51.100.1"}, data);
  const auto* addresses = evidence.cloud_addresses.seen();
  EXPECT_TRUE(addresses != nullptr && addresses->size() == 1);
  if (addresses == nullptr || addresses->size() != 1) return Unseen::local_error;
  EXPECT_EQ(addresses->front().provider, "Cloud");
  EXPECT_EQ(addresses->front().related_before, Observed<bool>(Unseen::not_measured));
  return addresses->front().related;
}

TEST(ReferenceEvidence, CertificateTellsWhetherACloudAddressIsOurs) {
  EXPECT_EQ(related_in_cloud(web_with(examples::leaf)), Observed<bool>(true));
  EXPECT_EQ(related_in_cloud(web_with(examples::leaf_other_name)), Observed<bool>(false));
  EXPECT_EQ(related_in_cloud(web_with(nullptr)), Observed<bool>(Unseen::not_measured));
  auto silent = web_with(nullptr);
  silent.tls.front().available = Unseen::timed_out;
  EXPECT_EQ(related_in_cloud(silent), Observed<bool>(Unseen::timed_out));
}

TEST(ReferenceEvidence, OnlyARedirectToAnotherNameOfOursTellsAnything) {
  const auto redirected = [](std::string to, std::string from = "192.0.2.1") {
    auto evidence = web_with(nullptr);
    WebSite site;
    HttpExchange first{"http://www.example.no/", std::move(from), HttpAnswer{}};
    site.plain.hops = {first, {std::move(to), "", Unseen::timed_out}};
    evidence.web = site;
    return related_in_cloud(evidence);
  };
  EXPECT_EQ(redirected("https://portal.example.no/"), Observed<bool>(true));
  EXPECT_EQ(redirected("https://www.example.no/"), Observed<bool>(Unseen::not_measured));
  EXPECT_EQ(redirected("https://stranger.example/"), Observed<bool>(Unseen::not_measured));
  EXPECT_EQ(redirected("https://portal.example.no/", "192.0.2.9"), Observed<bool>(Unseen::not_measured));
}

TEST(ReferenceEvidence, ListsEachKeyOnce) {
  const auto certificate =
      wire::parse_certificate(wire::certificates_from_pem(examples::leaf).front()).value();
  auto evidence = web_with(examples::leaf);
  add_reference_evidence(evidence, {}, loaded("keys/compromised.txt", certificate.spki_sha256));
  ASSERT_EQ(evidence.key_listings.size(), 1U);
  EXPECT_EQ(evidence.key_listings.front().spki_sha256, certificate.spki_sha256);
  EXPECT_EQ(evidence.key_listings.front().compromised, Observed<bool>(true));
  EXPECT_EQ(evidence.cloud_addresses, (Observed<std::vector<CloudAddress>>{}));

  add_reference_evidence(evidence, {}, ReferenceData{});
  EXPECT_TRUE(evidence.key_listings.empty());
}

TEST(ReferenceEvidence, DomainGetsItsRoutesAndCertificates) {
  Folder folder;
  const auto data = load_reference_data(folder.with("rpki/vrps.json", kPayloads)
                                            .with("rpki/table.txt", kTable)
                                            .with("ct/issued.jsonl", "{\"domain\":\"example.no\"}")
                                            .path());
  ASSERT_TRUE(data.has_value()) << data.error();
  Evidence evidence;
  evidence.domain = "example.no";
  evidence.routes = {{"www.example.no", "192.0.2.1", {}}, {"mx.example.no", "100.66.0.1", {}}};
  add_reference_evidence(evidence, {}, *data);
  EXPECT_EQ(evidence.routes[0].routes,
            Observed<std::vector<Route>>({{"192.0.2.0/24", 64500, RouteValidity::valid}}));
  EXPECT_EQ(evidence.routes[1].routes, Observed<std::vector<Route>>(std::vector<Route>{}));
  EXPECT_NE(evidence.logged_certificates.seen(), nullptr);
  EXPECT_EQ(evidence.cloud_addresses.seen(), nullptr);
}

}  // namespace
}  // namespace utsyn::engine
