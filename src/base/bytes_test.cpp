#include "base/bytes.h"

#include <gtest/gtest.h>

#include "base/hash.h"

namespace utsyn {
namespace {

TEST(ByteReader, ReadsBigEndianNumbers) {
  const Bytes bytes = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,
                       0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x10};
  ByteReader reader(bytes);
  EXPECT_EQ(reader.u8(), 0x01);
  EXPECT_EQ(reader.u16(), 0x0203);
  EXPECT_EQ(reader.u24(), 0x040506U);
  EXPECT_EQ(reader.u32(), 0x0708090AU);
  EXPECT_EQ(reader.u48(), 0x0B0C0D0E0F10U);
  EXPECT_TRUE(reader.empty());
  EXPECT_EQ(reader.u8(), std::nullopt);
}

TEST(ByteReader, ANoLeavesThePlaceUnchanged) {
  const Bytes bytes = {0x01, 0x02};
  ByteReader reader(bytes);
  EXPECT_FALSE(reader.u24());
  EXPECT_FALSE(reader.u32());
  EXPECT_FALSE(reader.u48());
  EXPECT_FALSE(reader.take(3));
  EXPECT_FALSE(reader.skip(SIZE_MAX));
  EXPECT_EQ(reader.position(), 0U);
  EXPECT_EQ(reader.u16(), 0x0102);
}

TEST(ByteReader, BlocksCarryTheirLength) {
  const Bytes bytes = {2, 'a', 'b', 0, 1, 'c', 0, 0, 1, 'd', 9, 'e'};
  ByteReader reader(bytes);
  EXPECT_EQ(as_text(reader.block8().value()), "ab");
  EXPECT_EQ(as_text(reader.block16().value()), "c");
  EXPECT_EQ(as_text(reader.block24().value()), "d");
  EXPECT_FALSE(reader.block8()) << "nine bytes are promised, one is there";
  EXPECT_EQ(as_text(reader.rest()), "e");
}

TEST(ByteWriter, WritesWhatTheReaderReads) {
  ByteWriter writer;
  writer.u8(0x101);
  writer.u16(0x0203);
  writer.u24(0x040506);
  writer.u32(0x0708090A);
  const auto mark = writer.open(2);
  writer.text("hei");
  writer.close(mark, 2);
  EXPECT_EQ(to_hex(writer.view()), "0102030405060708090a0003686569");
  EXPECT_EQ(writer.size(), 15U);
}

TEST(ByteWriter, WritesListsAndForgets) {
  ByteWriter writer;
  writer.u8(1);
  const std::uint16_t values[] = {0x0203, 0xFFFE};
  writer.u16_list(values);
  writer.u16_list({});
  EXPECT_EQ(to_hex(writer.view()), "010203fffe");
  writer.cut_back(3);
  EXPECT_EQ(to_hex(writer.view()), "010203");
  writer.cut_back(9);
  EXPECT_EQ(writer.size(), 3U);
}

TEST(Hash, MatchesTheKnownDigests) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha512(as_bytes("abc"))).substr(0, 32), "ddaf35a193617abacc417349ae204131");
}

}  // namespace
}  // namespace utsyn
