#include "wire/dns/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace utsyn::wire {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Hex with blanks, as one draws a packet.
Bytes packet(std::string_view hex) {
  std::string packed;
  for (const char c : hex) {
    if (c != ' ' && c != '\n') packed += c;
  }
  return from_hex(packed).value();
}

// A header with QR, AA and the four counts.
std::string header(std::string_view counts, std::string_view flags = "8400") {
  return "1234" + std::string(flags) + std::string(counts);
}
constexpr std::string_view example_no = "07 6578616d706c65 02 6e6f 00";

Record record_of(std::string name, RecordType type, std::string_view text) {
  const auto data = parse_rdata_text(type, text);
  EXPECT_TRUE(data) << text;
  return {.name = std::move(name), .type = type, .ttl = 300, .rdata = write_rdata(type, *data).value()};
}

TEST(BuildQuery, PlainQuestion) {
  const auto query = build_query({.id = 0x1234, .name = "eXample.no", .type = RecordType::mx, .edns = false});
  ASSERT_TRUE(query);
  EXPECT_EQ(*query, packet("1234 0000 0001 0000 0000 0000 07 6558616d706c65 02 6e6f 00 000f 0001"))
      << "case is kept";
}

TEST(BuildQuery, EverythingOn) {
  const auto query = build_query({.id = 7,
                                  .name = "example.no",
                                  .type = RecordType::soa,
                                  .recursion_desired = true,
                                  .checking_disabled = true,
                                  .dnssec_ok = true,
                                  .edns_version = 1,
                                  .udp_size = 4096,
                                  .cookie = Bytes(8, 0xAB),
                                  .odd_option = 65001});
  ASSERT_TRUE(query);
  const auto message = parse_message(*query);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->id, 7);
  EXPECT_FALSE(message->response);
  EXPECT_TRUE(message->recursion_desired);
  EXPECT_TRUE(message->checking_disabled);
  EXPECT_THAT(message->questions, ElementsAre(Question{"example.no", RecordType::soa, RecordClass::in}));
  ASSERT_TRUE(message->edns);
  EXPECT_EQ(message->edns->udp_size, 4096);
  EXPECT_EQ(message->edns->version, 1);
  EXPECT_TRUE(message->edns->dnssec_ok);
  EXPECT_EQ(message->edns->cookie(), Bytes(8, 0xAB));
  ASSERT_NE(message->edns->option(65001), nullptr);
  EXPECT_THAT(message->edns->option(65001)->data, IsEmpty());
}

TEST(BuildQuery, BadNameIsRefused) {
  EXPECT_EQ(build_query({.name = "a..no"}), unexpected(DnsError::bad_name_text));
  EXPECT_EQ(build_query({.name = std::string(64, 'a') + ".no"}), unexpected(DnsError::bad_name_text));
  std::string deep;
  for (int i = 0; i < 130; ++i) deep += "a.";
  EXPECT_EQ(build_query({.name = deep}), unexpected(DnsError::name_too_long));
}

TEST(ParseMessage, CompressedNamesAreExpanded) {
  // example.no MX 10 mail.example.no, compressed at owner and target.
  const auto bytes = packet(header("0001 0001 0000 0000") + std::string(example_no) + "000f 0001" +
                            "c00c 000f 0001 0000012c 0009 000a 04 4d61696c c00c");
  const auto message = parse_message(bytes);
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->response);
  EXPECT_TRUE(message->authoritative);
  ASSERT_EQ(message->answers.size(), 1U);
  const auto& record = message->answers.front();
  EXPECT_EQ(record.name, "example.no");
  EXPECT_EQ(record.ttl, 300U);
  EXPECT_EQ(record.text(), "10 mail.example.no");
  EXPECT_EQ(record.as<MxRecord>(), (MxRecord{10, "mail.example.no"}));
  EXPECT_EQ(message->trailing_bytes, 0U);
}

TEST(ParseMessage, QuestionKeepsItsCase) {
  const auto query = build_query({.name = "ExAmPlE.No"});
  EXPECT_EQ(parse_message(*query)->questions.front().name, "ExAmPlE.No");
}

TEST(ParseMessage, ExtendedRcodeAndExtendedError) {
  // BADVERS: upper bits 1 in OPT; EDE 22 "no reachable authority"; cookie of 8 + 8.
  const auto bytes = packet(header("0000 0000 0000 0001", "8000") + "00 0029 04d0 01 00 8000 001c" +
                            "000f 0004 0016 6869" + "000a 0010 0102030405060708 1112131415161718");
  const auto message = parse_message(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->rcode, Rcode::bad_version);
  ASSERT_TRUE(message->edns);
  EXPECT_EQ(message->edns->udp_size, 1232);
  EXPECT_TRUE(message->edns->dnssec_ok);
  EXPECT_THAT(message->edns->extended_errors(), ElementsAre(ExtendedError{22, "hi"}));
  EXPECT_EQ(message->edns->cookie()->size(), 16U);
  EXPECT_THAT(message->additionals, IsEmpty());
}

TEST(ParseMessage, TruncatedAnswerKeepsWhatIsWhole) {
  const auto body =
      std::string(example_no) + "0001 0001" + "c00c 0001 0001 0000012c 0004 c0000201" + "c00c 0001 0001 0000";
  const auto cut_answer = parse_message(packet(header("0001 0002 0000 0000", "8600") + body));
  ASSERT_TRUE(cut_answer);
  EXPECT_TRUE(cut_answer->truncated);
  EXPECT_EQ(cut_answer->answers.size(), 1U);
  EXPECT_EQ(parse_message(packet(header("0001 0002 0000 0000") + body)),
            unexpected(DnsError::record_cut_short));
}

struct BadMessage {
  const char* name;
  std::string hex;
  DnsError error;
};
class RefusedMessage : public testing::TestWithParam<BadMessage> {};
TEST_P(RefusedMessage, GivesReason) {
  EXPECT_EQ(parse_message(packet(GetParam().hex)), unexpected(GetParam().error));
}

const std::string one_answer = header("0000 0001 0000 0000");
const std::string tail = "0001 0001 00000000 0004 c0000201";
std::string long_name() {  // 4 labels of 63: 257 bytes with the root
  std::string name;
  for (int i = 0; i < 4; ++i) {
    name += "3f";
    for (int j = 0; j < 63; ++j) name += "61";
  }
  return name + "00";
}
const BadMessage bad_messages[] = {
    {"HalfAHeader", "1234 8400 0000", DnsError::message_too_short},
    {"QuestionCutOff", header("0001 0000 0000 0000") + std::string(example_no) + "0001",
     DnsError::message_too_short},
    {"TooManyRecords", header("0000 ffff ffff ffff"), DnsError::too_many_records},
    {"NameCutShort", one_answer + "07 6578", DnsError::name_cut_short},
    {"PointerCutShort", one_answer + "c0", DnsError::name_cut_short},
    {"NameTooLong", one_answer + long_name() + tail, DnsError::name_too_long},
    {"ReservedLabel", one_answer + "40 00" + tail, DnsError::bad_label_type},
    {"PointerToItself", one_answer + "c00c" + tail, DnsError::bad_pointer},
    {"PointerForward", one_answer + "c014" + tail, DnsError::bad_pointer},
    {"PointerLoopThroughLabel", one_answer + "01 61 c00c" + tail, DnsError::bad_pointer},
    {"PointerOutOfMessage", one_answer + "ffff" + tail, DnsError::bad_pointer},
    {"LengthLies", one_answer + "00 0001 0001 00000000 00ff c0000201", DnsError::record_cut_short},
    {"NoHeaderOfRecord", one_answer + "00 0001", DnsError::record_cut_short},
    {"MxWithoutName", one_answer + "00 000f 0001 00000000 0002 000a", DnsError::name_cut_short},
    {"MxWithMoreBehind", one_answer + "00 000f 0001 00000000 0004 000a 00 ff", DnsError::bad_record_data},
    {"NameLeavesItsRecord", one_answer + "00 0002 0001 00000000 0002 0361 6263 00", DnsError::name_cut_short},
    {"TwoEdnsRecords",
     header("0000 0000 0000 0002") + "00 0029 04d0 00000000 0000 00 0029 04d0 00000000 0000",
     DnsError::several_edns_records},
    {"EdnsOptionLies", header("0000 0000 0000 0001") + "00 0029 04d0 00000000 0004 000a 0009",
     DnsError::bad_record_data},
};
INSTANTIATE_TEST_SUITE_P(Table, RefusedMessage, testing::ValuesIn(bad_messages),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(ParseMessage, TooLong) {
  EXPECT_EQ(parse_message(Bytes(65536)), unexpected(DnsError::message_too_long));
}

TEST(ParseMessage, PointerChainIsBounded) {
  // 200 pointers, each to the one before: legal by letter, refused by us.
  auto hex = header("0000 0001 0000 0000") + "00 000a 0001 00000000 0192 00";
  auto bytes = packet(hex);
  const auto first = bytes.size() - 1;
  for (std::size_t i = 0; i < 200; ++i) {
    const auto target = i == 0 ? first : bytes.size() - 2;
    bytes.push_back(static_cast<std::uint8_t>(0xC0U | target >> 8U));
    bytes.push_back(static_cast<std::uint8_t>(target & 255U));
  }
  bytes.push_back(0);
  bytes[7] = 2;  // the second answer's owner is the last pointer
  const auto last = bytes.size() - 3;
  bytes.push_back(static_cast<std::uint8_t>(0xC0U | last >> 8U));
  bytes.push_back(static_cast<std::uint8_t>(last & 255U));
  const auto rest = packet(tail);
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  EXPECT_EQ(parse_message(bytes), unexpected(DnsError::bad_pointer));
}

TEST(ParseMessage, BuiltMessagesComeBack) {
  Message message;
  message.id = 99;
  message.response = true;
  message.rcode = Rcode::name_error;
  message.questions.push_back({"nope.example.no", RecordType::a, RecordClass::in});
  message.authorities.push_back(
      record_of("example.no", RecordType::soa, "ns1.example.no hostmaster.example.no 1 2 3 4 5"));
  message.edns = Edns{.udp_size = 1232, .version = 0, .dnssec_ok = true, .options = {{10, Bytes(16, 1)}}};
  const auto bytes = build_message(message);
  ASSERT_TRUE(bytes);
  EXPECT_EQ(parse_message(*bytes), message);
}

TEST(FollowAliases, ToTheRecords) {
  Message message;
  message.answers = {record_of("www.example.no", RecordType::cname, "edge.example.net"),
                     record_of("edge.example.net", RecordType::cname, "a.cdn.example"),
                     record_of("a.cdn.example", RecordType::a, "192.0.2.1"),
                     record_of("other.example", RecordType::a, "192.0.2.9")};
  const auto followed = follow_aliases(message, "WWW.example.no.", RecordType::a);
  EXPECT_THAT(followed.aliases, ElementsAre("edge.example.net", "a.cdn.example"));
  ASSERT_EQ(followed.records.size(), 1U);
  EXPECT_EQ(followed.records.front().text(), "192.0.2.1");
  EXPECT_FALSE(followed.loop);
  EXPECT_EQ(follow_aliases(message, "www.example.no", RecordType::cname).records.size(), 1U);
}

TEST(FollowAliases, CircleEnds) {
  Message message;
  message.answers = {record_of("a.example", RecordType::cname, "b.example"),
                     record_of("b.example", RecordType::cname, "a.example")};
  EXPECT_TRUE(follow_aliases(message, "a.example", RecordType::a).loop);
}

TEST(SaysNameMissing, NxdomainAndCompactDenial) {
  Message message;
  EXPECT_FALSE(says_name_missing(message, "gone.example.no"));
  message.authorities = {
      record_of("gone.example.no", RecordType::nsec, "\\000.gone.example.no RRSIG NSEC NXNAME")};
  EXPECT_TRUE(says_name_missing(message, "Gone.example.no"));
  EXPECT_FALSE(says_name_missing(message, "here.example.no")) << "another name's NSEC says nothing";
  message.rcode = Rcode::server_failure;
  EXPECT_FALSE(says_name_missing(message, "gone.example.no"));
  message.authorities.clear();
  message.rcode = Rcode::name_error;
  EXPECT_TRUE(says_name_missing(message, "gone.example.no"));
}

TEST(TcpFrame, ThereAndBack) {
  auto stream = tcp_frame(Bytes{1, 2, 3});
  EXPECT_EQ(stream, (Bytes{0, 3, 1, 2, 3}));
  stream.push_back(0);
  ByteView view = stream;
  const auto message = take_tcp_message(view);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->size(), 3U);
  EXPECT_EQ(view.size(), 1U);
  EXPECT_FALSE(take_tcp_message(view));
  EXPECT_EQ(view.size(), 1U) << "an unfinished message stays in the stream";
}

TEST(Names, TextAndEscapes) {
  EXPECT_EQ(canonical_name("Example.NO."), "example.no");
  EXPECT_EQ(canonical_name("."), ".");
  EXPECT_EQ(canonical_name("john\\.doe.example.no"), "john\\.doe.example.no");
  EXPECT_EQ(canonical_name("a\\032b.no"), "a\\032b.no");
  EXPECT_EQ(canonical_name("\\065.no"), "a.no");
  EXPECT_EQ(canonical_name("a\"b.no"), "a\\\"b.no") << "a quote would open a string in presentation text";
  for (const auto* bad : {"", "..", ".no", "a\\", "a\\25", "a\\256.no", "a\\2x5.no"}) {
    EXPECT_EQ(canonical_name(bad), std::nullopt) << bad;
  }
}

TEST(TypesAndClasses, Names) {
  EXPECT_EQ(type_name(RecordType::https), "HTTPS");
  EXPECT_EQ(type_name(static_cast<RecordType>(1234)), "TYPE1234");
  EXPECT_EQ(type_named("caa"), RecordType::caa);
  EXPECT_EQ(type_named("type257"), RecordType::caa);
  EXPECT_EQ(type_named("TYPE70000"), std::nullopt);
  EXPECT_EQ(type_named("NOPE"), std::nullopt);
  EXPECT_EQ(class_name(RecordClass::ch), "CH");
  EXPECT_EQ(class_name(static_cast<RecordClass>(42)), "CLASS42");
  EXPECT_EQ(rcode_name(Rcode::server_failure), "SERVFAIL");
  EXPECT_EQ(rcode_name(static_cast<Rcode>(99)), "RCODE99");
}

TEST(DnsErrors, EachHasItsOwnWords) {
  std::vector<std::string_view> seen;
  for (int i = 0; i <= static_cast<int>(DnsError::several_edns_records); ++i) {
    const auto words = describe(static_cast<DnsError>(i));
    EXPECT_EQ(std::ranges::find(seen, words), seen.end()) << words;
    seen.push_back(words);
  }
}

}  // namespace
}  // namespace utsyn::wire
