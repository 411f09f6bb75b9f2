#include "access/https.h"

#include <curl/curl.h>

#include <memory>
#include <mutex>

#include "base/ip.h"
#include "base/text.h"

namespace utsyn::access {
namespace {

constexpr std::size_t kLongestAnswer = 512 * 1024;
constexpr long kConnectSeconds = 5;
constexpr long kSeconds = 10;

using Easy = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using Headers = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;
using Url = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

void start_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

extern "C" std::size_t take_answer(char* data, std::size_t size, std::size_t count, void* into) {
  auto& body = *static_cast<std::string*>(into);
  const auto bytes = size * count;
  if (body.size() + bytes > kLongestAnswer) return 0;  // curl gives up
  body.append(data, bytes);
  return bytes;
}

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK || text == nullptr) return {};
  std::string out = text;
  curl_free(text);
  return out;
}

bool is_loopback(std::string_view host) {
  if (host == "localhost") return true;
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  const auto ip = IpAddress::parse(host);
  return ip && special_purpose(*ip) == "loopback";
}

}  // namespace

bool Https::allowed(std::string_view address) const {
  start_curl();
  const Url url(curl_url(), &curl_url_cleanup);
  const std::string text(address);
  if (text.size() > 2000 || !url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
    return false;
  if (!part_of(url.get(), CURLUPART_USER).empty() || !part_of(url.get(), CURLUPART_FRAGMENT).empty())
    return false;
  const auto scheme = part_of(url.get(), CURLUPART_SCHEME);
  if (scheme == "https") return true;
  return scheme == "http" && loopback_allowed_ && is_loopback(part_of(url.get(), CURLUPART_HOST));
}

Result<HttpAnswer, std::string> Https::get(const std::string& address) const {
  return ask(address, nullptr, {}, {});
}

Result<HttpAnswer, std::string> Https::post(const std::string& address, const Form& form,
                                            const std::string& user, const std::string& password) const {
  const auto body = form_encoded(form);
  return ask(address, &body, user, password);
}

Result<HttpAnswer, std::string> Https::ask(const std::string& address, const std::string* body,
                                           const std::string& user, const std::string& password) const {
  if (!allowed(address)) return unexpected("the address " + printable(address, 200) + " is not https");
  const Easy curl(curl_easy_init(), &curl_easy_cleanup);
  if (!curl) return unexpected(std::string("libcurl does not start"));
  HttpAnswer out;
  curl_easy_setopt(curl.get(), CURLOPT_URL, address.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, loopback_allowed_ ? "https,http" : "https");
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_USERAGENT, "utsyn");
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &take_answer);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &out.body);
  if (!ca_file_.empty()) curl_easy_setopt(curl.get(), CURLOPT_CAINFO, ca_file_.c_str());
  Headers headers(curl_slist_append(nullptr, "Accept: application/json"), &curl_slist_free_all);
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  if (body != nullptr) {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(body->size()));
    curl_easy_setopt(curl.get(), CURLOPT_COPYPOSTFIELDS, body->c_str());
  }
  if (!user.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(curl.get(), CURLOPT_USERNAME, user.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PASSWORD, password.c_str());
  }
  const auto code = curl_easy_perform(curl.get());
  if (code != CURLE_OK) return unexpected(printable(address, 200) + ": " + curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  out.status = static_cast<int>(status);
  return out;
}

std::string form_encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const auto byte : as_bytes(text)) {
    const auto c = static_cast<char>(byte);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
        c == '_' || c == '~') {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
  return out;
}

std::string form_encoded(const Https::Form& form) {
  std::string out;
  for (const auto& [name, value] : form) {
    if (!out.empty()) out += '&';
    out += form_encoded(name) + "=" + form_encoded(value);
  }
  return out;
}

}  // namespace utsyn::access
