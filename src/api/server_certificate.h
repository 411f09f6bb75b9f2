// The certificate of the server and what its TLS allows; read again while the server runs.
#pragma once

#include <memory>
#include <mutex>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace utsyn::api {

class ServerCertificate {
 public:
  // Reads both PEM files; what is wrong with them, in words. Then the one before stays in use.
  std::string read(const std::string& certificate_file, const std::string& key_file);
  // The one of now, for a connection to hold as long as it needs it.
  std::shared_ptr<boost::asio::ssl::context> current() const;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<boost::asio::ssl::context> current_;
};

}  // namespace utsyn::api
