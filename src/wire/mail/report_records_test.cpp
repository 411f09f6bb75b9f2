// The two small records: TLS reporting and BIMI.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/mail/bimi.h"
#include "wire/mail/tls_rpt.h"

namespace utsyn::wire {
namespace {

using testing::ElementsAre;

TEST(TlsRpt, Readable) {
  const auto record =
      parse_tls_rpt("v=TLSRPTv1; rua=mailto:tls@Example.no,https://r.example.net:8443/v1; x=1");
  ASSERT_TRUE(record);
  EXPECT_THAT(record->uris,
              ElementsAre(TlsRptUri{"mailto:tls@Example.no", "mailto", "example.no"},
                          TlsRptUri{"https://r.example.net:8443/v1", "https", "r.example.net"}));
  EXPECT_THAT(record->extensions, ElementsAre("x"));
}

TEST(TlsRpt, EachReason) {
  struct Row {
    std::string txt;
    TlsRptError error;
  };
  const Row rows[] = {
      {"v=TLSRPTv1", TlsRptError::not_tls_rpt},
      {"v=tlsrptv1; rua=mailto:a@b.no", TlsRptError::not_tls_rpt},
      {"v=TLSRPTv1;" + std::string(70000, ' '), TlsRptError::too_long},
      {"v=TLSRPTv1; rua", TlsRptError::malformed_field},
      {"v=TLSRPTv1; ; rua=mailto:a@b.no", TlsRptError::malformed_field},
      {"v=TLSRPTv1;", TlsRptError::missing_rua},
      {"v=TLSRPTv1; rua=mailto:a@b.no; rua=mailto:a@b.no", TlsRptError::repeated_rua},
      {"v=TLSRPTv1; rua=http://b.no/x", TlsRptError::bad_uri},
      {"v=TLSRPTv1; rua=a@b.no", TlsRptError::bad_uri},
      {"v=TLSRPTv1; rua=mailto:a@b.no,", TlsRptError::bad_uri},
  };
  for (const auto& row : rows) {
    const auto record = parse_tls_rpt(row.txt);
    ASSERT_FALSE(record) << row.txt.substr(0, 60);
    EXPECT_EQ(tls_rpt_error_name(record.error()), tls_rpt_error_name(row.error)) << row.txt.substr(0, 60);
  }
}

TEST(Bimi, Readable) {
  const auto record = parse_bimi("v=BIMI1; l=https://example.no/logo.svg; a=https://example.no/vmc.pem; s=x");
  EXPECT_EQ(record, (BimiRecord{"https://example.no/logo.svg", "https://example.no/vmc.pem"}));
  EXPECT_FALSE(record->declined());
  EXPECT_TRUE(parse_bimi("v=BIMI1; l=; a=;")->declined());
}

TEST(Bimi, EachReason) {
  struct Row {
    std::string txt;
    BimiError error;
  };
  const Row rows[] = {
      {"v=spf1", BimiError::not_bimi},
      {"v=BIMI1;" + std::string(70000, ' '), BimiError::too_long},
      {"v=BIMI1; logo", BimiError::malformed_tag},
      {"v=BIMI1; l=; l=", BimiError::repeated_tag},
      {"v=BIMI1; a=https://example.no/vmc.pem", BimiError::missing_location},
      {"v=BIMI1; l=http://example.no/logo.svg", BimiError::bad_location},
      {"v=BIMI1; l=; a=https://example.no/vmc.pem", BimiError::bad_location},
      {"v=BIMI1; l=https://example.no/logo.svg; a=self", BimiError::bad_authority},
  };
  for (const auto& row : rows) {
    const auto record = parse_bimi(row.txt);
    ASSERT_FALSE(record) << row.txt.substr(0, 60);
    EXPECT_EQ(bimi_error_name(record.error()), bimi_error_name(row.error)) << row.txt.substr(0, 60);
  }
}

}  // namespace
}  // namespace utsyn::wire
