// Mail exchangers and other services that begin in clear text. One connection at a time to each address.
#pragma once

#include <string>

#include "evidence/services.h"
#include "probe/network.h"
#include "probe/tls.h"

namespace utsyn::probe {

Task<SmtpServer> probe_smtp(Visit& visit, const TrustStore& trust, std::string host, Endpoint server);
// Reads the greeting, sends EHLO and STARTTLS; the connection is then ready for a TLS hello. For probe_tls.
Task<Observed<std::unique_ptr<Connection>>> open_smtp_starttls(Visit& visit, Endpoint server);
// FTP 21, POP3 110, IMAP 143, submission 587: greeting, capabilities, nothing is logged in.
// `protocol` is "ftp", "pop3", "imap" or "submission"; by the port when empty.
Task<ClearTextService> probe_clear_text_service(Visit& visit, std::string host, Endpoint server,
                                                std::string protocol = "");
Task<PortAnswer> probe_port(Visit& visit, std::string host, Endpoint server);

}  // namespace utsyn::probe
