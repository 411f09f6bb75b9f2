#include "wire/http/security_txt.h"

#include <gtest/gtest.h>

namespace utsyn::wire {
namespace {

using Fault = SecurityTxtFault;
using Error = SecurityTxtError;

const std::string good = "# Ours\nContact: mailto:security@example.no\r\nExpires: 2027-01-01T00:00:00Z\n";

TEST(ParseSecurityTxt, ReadsEveryField) {
  const auto file =
      parse_security_txt("\xEF\xBB\xBF" + good +
                         "CONTACT: https://example.no/report\nCanonical: "
                         "https://example.no/.well-known/security.txt\nEncryption: openpgp4fpr:5f2d\n"
                         "Policy: https://example.no/p\nAcknowledgments: https://example.no/a\nHiring: "
                         "https://example.no/h\nCSAF: https://example.no/c\n"
                         "Preferred-Languages: nb, en\nX-Extra: y\n\n");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->contact,
            (std::vector<std::string>{"mailto:security@example.no", "https://example.no/report"}));
  EXPECT_EQ(file->expires, parse_time("2027-01-01"));
  EXPECT_EQ(file->canonical.size() + file->encryption.size() + file->policy.size(), 3U);
  EXPECT_EQ(file->acknowledgments.size() + file->hiring.size() + file->csaf.size(), 3U);
  EXPECT_EQ(file->preferred_languages, "nb, en");
  EXPECT_EQ(file->unknown_fields, (std::vector<std::string>{"x-extra"}));
  EXPECT_FALSE(file->is_signed);
  EXPECT_TRUE(file->faults.empty());
}

TEST(ParseSecurityTxt, TakesTheSignatureOff) {
  const std::string head = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n";
  const std::string tail = "-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n";
  const auto file = parse_security_txt(head + good + "- - dashed: x\n" + tail);
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->is_signed);
  EXPECT_EQ(file->contact.size(), 1U);
  EXPECT_EQ(file->unknown_fields.size(), 0U);
  EXPECT_EQ(parse_security_txt(head + good).error(), Error::broken_signature);
  EXPECT_EQ(parse_security_txt(head + good + "-----BEGIN PGP SIGNATURE-----\n").error(),
            Error::broken_signature);
  EXPECT_EQ(parse_security_txt("-----BEGIN PGP SIGNED MESSAGE-----\nno header\n\n" + good + tail).error(),
            Error::broken_signature);
}

TEST(ParseSecurityTxt, FindsFaults) {
  const std::string contact = "Contact: mailto:a@b.no\n";
  const std::string expires = "Expires: 2027-01-01T00:00:00Z\n";
  const struct {
    std::string text;
    std::vector<Fault> expected;
  } rows[] = {
      {contact + expires, {}},
      {expires, {Fault::no_contact}},
      {"Contact: a@b.no\n" + expires, {Fault::bad_contact}},
      {"Contact: http://b.no\n" + expires, {Fault::bad_contact}},
      {"Contact: tel:+4712345678\n" + expires, {}},
      {contact, {Fault::no_expires}},
      {contact + expires + expires, {Fault::several_expires}},
      {contact + "Expires: next year\n", {Fault::bad_expires}},
      {contact + "Expires: 2027-01-01\n", {Fault::bad_expires}},
      {contact + expires + "Preferred-Languages: nb\nPreferred-Languages: en\n", {Fault::several_languages}},
      {contact + expires + "Policy: http://b.no/\n", {Fault::bad_url}},
      {contact + expires + "Encryption: dns:x._openpgpkey.b.no?type=OPENPGPKEY\n", {}},
      {contact + expires + "hello\n", {Fault::bad_line}},
      {contact + expires + "Policy:\n", {Fault::bad_line}},
      {contact + expires + "Po licy: x\n", {Fault::bad_line}},
      {contact + expires + "# " + std::string(3000, 'x') + "\n", {Fault::long_line}},
  };
  for (const auto& row : rows) {
    const auto file = parse_security_txt(row.text);
    ASSERT_TRUE(file) << row.text;
    EXPECT_EQ(file->faults, row.expected) << row.text;
  }
  for (int fault = 0; fault <= static_cast<int>(Fault::long_line); ++fault)
    EXPECT_NE(code(static_cast<Fault>(fault)), "unknown");
}

TEST(ParseSecurityTxt, RefusesWhatIsNoSuchFile) {
  const struct {
    std::string text;
    Error error;
  } rows[] = {
      {" \n", Error::empty},
      {std::string(kMaxSecurityTxtBytes + 1, 'a'), Error::too_large},
      {"Contact: bl\xE5\n", Error::not_utf8},
      {"<!DOCTYPE html><title>404</title>", Error::html},
      {"\n <HTML>Contact: x", Error::html},
      {"# only a comment\n", Error::no_fields},
      {"just words", Error::no_fields},
  };
  for (const auto& row : rows) {
    const auto file = parse_security_txt(row.text);
    ASSERT_FALSE(file) << row.text.substr(0, 40);
    EXPECT_EQ(describe(file.error()), describe(row.error));
  }
}

}  // namespace
}  // namespace utsyn::wire
