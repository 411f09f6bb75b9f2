// The documents that `utsyn probe` prints (docs/architecture.md, the command line): evidence with the
// contract's names.
#pragma once

#include <string>

#include "evidence/evidence.h"

namespace utsyn::app {

std::string dns_json(const std::string& target, const DnsAnswers& answers);
std::string web_json(const std::string& target, const Observed<WebSite>& site);
std::string smtp_json(const std::string& target, const SmtpServer& server, const Observed<TlsEndpoint>& tls);
std::string tls_json(const std::string& target, const TlsEndpoint& endpoint);

}  // namespace utsyn::app
