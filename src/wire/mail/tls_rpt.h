// SMTP TLS reporting records (RFC 8460 section 3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace utsyn::wire {

struct TlsRptUri {
  std::string uri;
  std::string scheme;  // "mailto" or "https"
  std::string domain;  // of the address or the host, lower case
  bool operator==(const TlsRptUri&) const = default;
};

struct TlsRptRecord {
  std::vector<TlsRptUri> uris;
  std::vector<std::string> extensions;
  bool operator==(const TlsRptRecord&) const = default;
};

enum class TlsRptError {
  not_tls_rpt,  // does not begin with v=TLSRPTv1;
  too_long,
  malformed_field,
  missing_rua,
  repeated_rua,
  bad_uri  // not a mailto or https address
};
std::string_view tls_rpt_error_name(TlsRptError error);

bool is_tls_rpt(std::string_view txt);
Result<TlsRptRecord, TlsRptError> parse_tls_rpt(std::string_view txt);

}  // namespace utsyn::wire
